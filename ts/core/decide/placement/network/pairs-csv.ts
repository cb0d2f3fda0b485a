/** A user's own figures between regions, as CSV. */
import { IsothermError } from '../../../kernels/error.js';
import type { RegionPair } from './network.js';

const FROM = ['from', 'src', 'src_region'];
const TO = ['to', 'dest', 'dst', 'dst_region'];
const VALUES = { roundTripMs: ['roundTripMs', 'avg_rtt'], usdPerGb: ['usdPerGb', 'cost'] };

/** The zone behind a region's name, as in `gcp:us-west1-a`: zones of a region are one place here. */
const ZONE = /^(gcp:.*\d)-[a-z]$/;

/**
 * Reads figures between regions from CSV with a header: `from,to,roundTripMs` or `from,to,usdPerGb`.
 *
 * Also as Skyplane publishes them (`src_region,dst_region,…,avg_rtt`; `src,dest,cost`). Zones count as their region, and of several figures for a pair the lowest counts.
 *
 * @param what which figure is sought: `roundTripMs` (ms) or `usdPerGb` (USD).
 * @throws IsothermError `BAD_HEADER`, `BAD_ROW`, `BAD_NUMBER` with the line.
 *
 * Complexity: O(lines).
 *
 * @example
 * parseRegionPairs('from,to,roundTripMs\nedge:lisbon,aws:eu-west-1,31', 'roundTripMs', 'own.csv')[0].value; // 31
 */
export function parseRegionPairs(text: string, what: keyof typeof VALUES, file: string): RegionPair[] {
  const [header, ...lines] = text.split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const column = (any: readonly string[]): number => {
    const found = names.findIndex((name) => any.includes(name));
    if (found >= 0) return found;
    const expected = any.join(' or ');
    const place = { file, line: 1, expected };
    throw new IsothermError('BAD_HEADER', `${file}:1: there is no column ${expected}`, { place });
  };
  const [from, to, value] = [column(FROM), column(TO), column(VALUES[what])];
  const lowest = new Map<string, RegionPair>();
  lines.forEach((text, i) => {
    if (text.trim() === '') return;
    const cells = text.split(',').map((cell) => cell.trim());
    const wrong = (code: 'BAD_ROW' | 'BAD_NUMBER', found: string, expected: string): IsothermError =>
      new IsothermError(code, `${file}:${i + 2}: ${found}; expected ${expected}`, {
        place: { file, line: i + 2, expected },
      });
    if (cells.length !== names.length) {
      throw wrong('BAD_ROW', `the row has ${cells.length} fields`, `${names.length} as in the header`);
    }
    const figure = cells[value] === '' ? Number.NaN : Number(cells[value]);
    if (!(figure >= 0 && figure < Number.POSITIVE_INFINITY)) {
      throw wrong('BAD_NUMBER', `'${cells[value]}' stands for ${what}`, 'a finite number of at least 0');
    }
    const [a, b] = [cells[from], cells[to]].map((name) => name.replace(ZONE, '$1'));
    const key = `${a} ${b}`;
    const known = lowest.get(key);
    // Zones of one region are no measure of what a call within a zone takes.
    if (a === b && cells[from] !== cells[to]) return;
    if (known === undefined || figure < known.value) lowest.set(key, { from: a, to: b, value: figure });
  });
  return [...lowest.values()];
}
