import { CellLog, LARGEST_COUNT } from '../cell-log.js';
import { KeyTable } from '../key-table.js';
import type { ByteSource } from './byte-source.js';
import { type CsvRow, columnsByName, fieldText, readCsv } from './csv.js';
import { isMinuteLabel } from './format.js';
import { parseNumber } from './number-text.js';
import type { Reading } from './reading.js';

const KNOWN = new Set(['hashowner', 'hashapp', 'hashfunction', 'trigger']);
const EXPECTED_COUNT = `a whole number of calls, 0..${LARGEST_COUNT}`;

/** The invocations files of the Azure 2019 schema, day after day: who was called how often in which minute. */
export class InvocationDays {
  readonly functions = new KeyTable();
  readonly apps = new KeyTable();
  readonly cells = new CellLog();
  /** App of each function. */
  readonly appOf: number[] = [];
  /** Functions of each app, over all days. */
  readonly functionsOfApp: number[] = [];
  readonly trigger: string[] = [];
  /** Row of each function in the first file; later functions get the numbers behind its last row. */
  readonly index: number[] = [];
  minutes = 0;
  readonly #lastDay: number[] = [];
  #days = 0;
  #nextIndex = 0;

  /** Reads the next day. */
  async read(source: ByteSource, reading: Reading): Promise<void> {
    const file = source.name;
    const day = this.#days++;
    const firstMinute = this.minutes;
    let duplicates = 0;
    let firstDuplicate = 0;
    const rows = await readCsv(source, reading, (header) => {
      const columns = columnsByName(header);
      const field = (name: string): number => columns.get(name) ?? -1;
      const key = ['hashowner', 'hashapp', 'hashfunction'].map(field);
      const trigger = field('trigger');
      const minutes = header.map((_, f) => f).filter((f) => isMinuteLabel(header[f]));
      this.#noteColumns(file, header, minutes, reading);
      this.minutes += minutes.length;
      const counts = new Float64Array(minutes.length);
      return (row) => {
        const wrong = parseCounts(row, minutes, counts);
        if (wrong >= 0) {
          const text = fieldText(row, wrong);
          const place = { file, line: row.line, column: wrong + 1, name: header[wrong], text };
          reading.rejectField('BAD_NUMBER', place, 'is not a count', EXPECTED_COUNT);
          return false;
        }
        const f = this.#intern(row, key, 3, this.functions);
        if (f < 0) {
          reading.rejectRow('BAD_ROW', file, row.line, 'the key is not UTF-8', 'text in UTF-8');
          return false;
        }
        if (this.#lastDay[f] === day) {
          if (duplicates++ === 0) firstDuplicate = row.line;
          return true;
        }
        if (this.#lastDay[f] === undefined) {
          this.#admit(f, this.#intern(row, key, 2, this.apps), day === 0 ? row.number : this.#nextIndex++);
        }
        this.#lastDay[f] = day;
        if (trigger >= 0 && this.trigger[f] === '') this.trigger[f] = fieldText(row, trigger);
        for (let m = 0; m < counts.length; m++) {
          if (counts[m] > 0) this.cells.add(f, firstMinute + m, counts[m]);
        }
        return true;
      };
    });
    // Rows that were left out count as well: a function's index is where it stands in the file.
    if (day === 0) this.#nextIndex = rows;
    if (rows === 0) reading.note(`${file}: no rows`);
    reading.note(
      `${file}: rows that repeat the key of an earlier one and were left out: {n} (the first in line ${firstDuplicate})`,
      duplicates,
    );
  }

  #admit(f: number, app: number, index: number): void {
    this.appOf[f] = app;
    this.functionsOfApp[app] = (this.functionsOfApp[app] ?? 0) + 1;
    this.trigger[f] = '';
    this.index[f] = index;
  }

  #intern(row: CsvRow, fields: readonly number[], parts: number, keys: KeyTable): number {
    keys.begin();
    for (let p = 0; p < parts; p++) keys.part(row.view, row.start[fields[p]], row.end[fields[p]]);
    return keys.intern();
  }

  #noteColumns(file: string, header: readonly string[], minutes: readonly number[], reading: Reading): void {
    const columns = columnsByName(header);
    const rest = [...columns].filter(([name]) => !KNOWN.has(name) && !isMinuteLabel(name)).map(([, f]) => header[f]);
    if (rest.length > 0) reading.note(`${file}: columns not kept: ${rest.join(', ')}`);
    const labels = minutes.map((f) => Number(header[f]));
    if (labels.some((label, m) => m > 0 && label !== labels[m - 1] + 1)) {
      reading.note(`${file}: the labels of the minutes have gaps; the columns are taken as minutes 0, 1, 2, …`);
    }
  }
}

/** Parses the counts of a row; answers with the field of the first that is none, or below 0. */
function parseCounts(row: CsvRow, fields: readonly number[], counts: Float64Array): number {
  const { bytes, start, end } = row;
  for (let m = 0; m < fields.length; m++) {
    const field = fields[m];
    const to = end[field];
    let at = start[field];
    let count = at < to && to - at < 10 ? 0 : Number.NaN;
    for (; at < to; at++) {
      const digit = bytes[at] - 48;
      count = digit >= 0 && digit <= 9 ? count * 10 + digit : Number.NaN;
    }
    if (Number.isNaN(count)) {
      count = parseNumber(bytes, start[field], to);
      if (!(Number.isInteger(count) && count >= 0 && count <= LARGEST_COUNT)) return field;
    }
    counts[m] = count;
  }
  return -1;
}
