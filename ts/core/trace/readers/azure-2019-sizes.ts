import type { KeyTable } from '../key-table.js';
import { type CallDurations, DEFAULT_DURATION_MS, DEFAULT_MEMORY_MIB, roundHalfUp } from '../trace.js';
import type { InvocationDays } from './azure-2019-invocations.js';
import { DurationPercentiles } from './azure-2019-percentiles.js';
import type { ByteSource } from './byte-source.js';
import { type CsvRow, columnsByName, fieldText, readCsv } from './csv.js';
import { parseNumber } from './number-text.js';
import type { Reading } from './reading.js';

/** Mean durations in whole ms per function, and their percentiles where a file has them; the first row of a function counts. */
export async function readDurations(
  sources: readonly ByteSource[],
  days: InvocationDays,
  reading: Reading,
): Promise<{ durationMs: Float64Array; callDurations: CallDurations | undefined }> {
  const found = new Float64Array(days.functions.keys.length).fill(Number.NaN);
  const key = ['hashowner', 'hashapp', 'hashfunction'];
  const percentiles = new DurationPercentiles(found.length);
  for (const source of sources) {
    await readValues(source, reading, 'average', 'milliseconds >= 0', (columns) => {
      const more = percentiles.open(source.name, columns, reading);
      return { key, keys: days.functions, found, ...(more === undefined ? {} : { more }) };
    });
  }
  const without = fill(found, () => DEFAULT_DURATION_MS);
  const why = sources.length === 0 ? 'no file of durations; ' : '';
  reading.note(`${why}functions without a duration, taken to run ${DEFAULT_DURATION_MS} ms: {n}`, without);
  return { durationMs: found.map(roundHalfUp), callDurations: percentiles.finish() };
}

/** Memory in MiB per function: its own row's where the file has a function column, else its share of its app's. */
export async function readMemory(
  sources: readonly ByteSource[],
  days: InvocationDays,
  reading: Reading,
): Promise<{ memoryMiB: Float64Array }> {
  const ofFunction = new Float64Array(days.functions.keys.length).fill(Number.NaN);
  const ofApp = new Float64Array(days.apps.keys.length).fill(Number.NaN);
  for (const source of sources) {
    await readValues(source, reading, 'averageallocatedmb', 'MB >= 0', (columns) => {
      return columns.has('hashfunction')
        ? { key: ['hashowner', 'hashapp', 'hashfunction'], keys: days.functions, found: ofFunction }
        : { key: ['hashowner', 'hashapp'], keys: days.apps, found: ofApp };
    });
  }
  let without = 0;
  fill(ofFunction, (f) => {
    const app = days.appOf[f];
    const share = ofApp[app] / days.functionsOfApp[app];
    if (!Number.isNaN(share)) return share;
    without++;
    return DEFAULT_MEMORY_MIB;
  });
  const why = sources.length === 0 ? 'no file of memory; ' : '';
  reading.note(`${why}functions without a memory size, taken to hold ${DEFAULT_MEMORY_MIB} MiB: {n}`, without);
  return { memoryMiB: ofFunction };
}

/** Where the values of a file go. */
interface Target {
  key: readonly string[];
  keys: KeyTable;
  found: Float64Array;
  /** Takes what else the first row of a key has. */
  more?: { take(at: number, row: CsvRow): void; end(): void };
}

async function readValues(
  source: ByteSource,
  reading: Reading,
  column: string,
  expected: string,
  targetOf: (columns: Map<string, number>) => Target,
): Promise<void> {
  const file = source.name;
  let unknown = 0;
  let repeated = 0;
  let more: Target['more'];
  await readCsv(source, reading, (header) => {
    const columns = columnsByName(header);
    const target = targetOf(columns);
    const { key, keys, found } = target;
    more = target.more;
    const fields = key.map((name) => columns.get(name) as number);
    const field = columns.get(column) as number;
    return (row) => {
      const value = parseNumber(row.bytes, row.start[field], row.end[field]);
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
        const problem = Number.isNaN(value) ? 'is not a number' : value < 0 ? 'is negative' : 'is out of range';
        const place = { file, line: row.line, column: field + 1, name: header[field], text: fieldText(row, field) };
        reading.rejectField('BAD_NUMBER', place, problem, expected);
        return false;
      }
      keys.begin();
      for (const f of fields) keys.part(row.view, row.start[f], row.end[f]);
      const number = keys.find();
      if (number < 0) unknown++;
      else if (!Number.isNaN(found[number])) repeated++;
      else {
        found[number] = value;
        more?.take(number, row);
      }
      return true;
    };
  });
  more?.end();
  reading.note(`${file}: rows for nobody in the invocations: {n}`, unknown);
  reading.note(`${file}: rows of a key that has a value already (the first counts): {n}`, repeated);
}

/** Puts a value where there is none; answers with how many. */
function fill(values: Float64Array, value: (at: number) => number): number {
  let filled = 0;
  for (let at = 0; at < values.length; at++) {
    if (!Number.isNaN(values[at])) continue;
    values[at] = value(at);
    filled++;
  }
  return filled;
}
