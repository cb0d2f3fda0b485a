import { CallLog } from '../call-log.js';
import { type CallColumn, type CallsTrace, roundHalfUp } from '../trace.js';
import { GenericRows, type RowFields } from './generic-rows.js';
import { FLAG_COLUMNS, NUMBER_COLUMNS, type RecordRole } from './record-columns.js';

/** The longest call: durations are kept in 32 bits. */
export const LONGEST_CALL_MS = 2 ** 32 - 1;
const EXPECTED_DURATION = `a duration of 0..${LONGEST_CALL_MS} ms`;

const isDuration = (ms: number): boolean => ms >= 0 && roundHalfUp(ms) <= LONGEST_CALL_MS;
const isSize = (value: number): boolean => value >= 0 && value < Number.POSITIVE_INFINITY;

/** Takes generic records, one call a row, in any order. */
export class RecordRows extends GenericRows {
  readonly #log = new CallLog();
  readonly #sumMs: number[] = [];
  readonly #calls: number[] = [];
  readonly #values: number[] = [];
  #optional: CallColumn[] = [];

  override open(file: string): void {
    super.open(file);
    this.#optional = [];
  }

  override admit(name: string): number {
    const field = super.admit(name);
    this.#optional = [...Object.keys(NUMBER_COLUMNS), ...FLAG_COLUMNS].filter(
      (role) => this.field(role as RecordRole) >= 0,
    ) as CallColumn[];
    for (const column of this.#optional) this.#log.declare(column);
    return field;
  }

  take(row: RowFields): boolean {
    const startMs = this.time(row);
    if (Number.isNaN(startMs)) return false;
    const durationMs = roundHalfUp(this.number(row, 'durationMs', EXPECTED_DURATION, isDuration));
    if (Number.isNaN(durationMs)) return false;
    // Looked at before anything is kept: a row counts whole or not at all.
    for (let i = 0; i < this.#optional.length; i++) {
      const column = this.#optional[i];
      this.#values[i] = Number.NaN;
      if (!this.has(row, column)) continue;
      const expected = NUMBER_COLUMNS[column];
      this.#values[i] = expected === undefined ? this.flag(row, column) : this.number(row, column, expected, isSize);
      if (Number.isNaN(this.#values[i])) return false;
    }
    const f = this.functionOf(row);
    if (f < 0) return false;
    this.#log.push(f, startMs, durationMs);
    let memoryMiB = Number.NaN;
    for (let i = 0; i < this.#optional.length; i++) {
      if (Number.isNaN(this.#values[i])) continue;
      this.#log.set(this.#optional[i], this.#values[i]);
      if (this.#optional[i] === 'memoryMiB') memoryMiB = this.#values[i];
    }
    this.keepFacts(row, f, memoryMiB);
    this.#sumMs[f] = (this.#sumMs[f] ?? 0) + durationMs;
    this.#calls[f] = (this.#calls[f] ?? 0) + 1;
    return true;
  }

  finish(): CallsTrace {
    const functions = this.keys.keys.length;
    const firstMinute = Math.floor(this.#log.firstStartMs / 60000);
    const lastMinute = Math.floor(this.#log.lastStartMs / 60000);
    return {
      kind: 'calls',
      functions: {
        keys: this.keys.keys,
        durationMs: Float64Array.from(this.#sumMs, (sum, f) => roundHalfUp(sum / this.#calls[f])),
        ...this.facts(),
        index: Float64Array.from({ length: functions }, (_, f) => f),
      },
      minutes: lastMinute - firstMinute + 1,
      originMs: this.dated === true ? firstMinute * 60000 : Number.NaN,
      calls: this.#log.calls,
      ...this.#log.finish(functions, firstMinute * 60000),
    };
  }

  protected uses(role: RecordRole): boolean {
    return role !== 'count' && role !== 'stepSeconds';
  }
}
