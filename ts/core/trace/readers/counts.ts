import { CellLog, LARGEST_COUNT } from '../cell-log.js';
import { type CountsTrace, DEFAULT_DURATION_MS, roundHalfUp } from '../trace.js';
import { GenericRows, type RowFields } from './generic-rows.js';
import type { RecordRole } from './record-columns.js';
import { NUMBER_COLUMNS } from './record-columns.js';

const EXPECTED_COUNT = `a whole number of calls, 0..${LARGEST_COUNT}`;
const EXPECTED_STEP = 'whole seconds that divide 60 or are a multiple of 60';

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT;
const isStep = (value: number): boolean => {
  return Number.isInteger(value) && value > 0 && value <= 31536000 && (60 % value === 0 || value % 60 === 0);
};
const isSize = (value: number): boolean => value >= 0 && value < Number.POSITIVE_INFINITY;

/**
 * Takes counts of calls over steps of time. A step of a minute or less counts in the minute in which it begins; of a
 * longer one, of `m` minutes, call `i` of `c` goes to minute `floor((2 i + 1) m / (2 c))`: whole calls, evenly, none lost.
 */
export class CountRows extends GenericRows {
  readonly #log = new CellLog();
  /** Per function: end of its latest step. */
  readonly #endMs: number[] = [];
  readonly #durationSum: number[] = [];
  readonly #durationWeight: number[] = [];
  #firstMinute = Number.POSITIVE_INFINITY;
  #endMinute = Number.NEGATIVE_INFINITY;
  #offStep = 0;

  take(row: RowFields): boolean {
    const startMs = this.time(row);
    if (Number.isNaN(startMs)) return false;
    const count = this.number(row, 'count', EXPECTED_COUNT, isCount);
    if (Number.isNaN(count)) return false;
    const stepSeconds = this.number(row, 'stepSeconds', EXPECTED_STEP, isStep);
    if (Number.isNaN(stepSeconds)) return false;
    let durationMs = Number.NaN;
    if (this.has(row, 'durationMs')) {
      durationMs = this.number(row, 'durationMs', 'milliseconds >= 0', isSize);
      if (Number.isNaN(durationMs)) return false;
    }
    let memoryMiB = Number.NaN;
    if (this.has(row, 'memoryMiB')) {
      memoryMiB = this.number(row, 'memoryMiB', NUMBER_COLUMNS.memoryMiB as string, isSize);
      if (Number.isNaN(memoryMiB)) return false;
    }
    const f = this.functionOf(row);
    if (f < 0) return false;
    if (startMs < (this.#endMs[f] ?? Number.NEGATIVE_INFINITY)) {
      const expected = `a time at or after the end of the function's step before, ${this.#timeText(this.#endMs[f])}`;
      this.reject('TIME_ORDER', row, this.field('timestamp'), 'goes back in time', expected);
      return false;
    }
    const minute = Math.floor(startMs / 60000);
    const minutes = Math.max(1, stepSeconds / 60);
    if (!this.#spread(f, minute, minutes, count)) {
      this.reject('BAD_NUMBER', row, this.field('count'), 'makes a minute too full', EXPECTED_COUNT);
      return false;
    }
    if (startMs % (Math.min(stepSeconds, 60) * 1000) !== 0) this.#offStep++;
    this.#endMs[f] = startMs + stepSeconds * 1000;
    this.#firstMinute = Math.min(this.#firstMinute, minute);
    this.#endMinute = Math.max(this.#endMinute, minute + minutes);
    this.keepFacts(row, f, memoryMiB);
    if (!Number.isNaN(durationMs)) {
      this.#durationSum[f] = (this.#durationSum[f] ?? 0) + durationMs * count;
      this.#durationWeight[f] = (this.#durationWeight[f] ?? 0) + count;
    }
    return true;
  }

  finish(): CountsTrace {
    const functions = this.keys.keys.length;
    let without = 0;
    const durationMs = Float64Array.from({ length: functions }, (_, f) => {
      if (this.#durationWeight[f] > 0) return roundHalfUp(this.#durationSum[f] / this.#durationWeight[f]);
      without++;
      return DEFAULT_DURATION_MS;
    });
    this.reading.note(`functions without a duration, taken to run ${DEFAULT_DURATION_MS} ms: {n}`, without);
    this.reading.note(
      'steps that do not begin on a multiple of their length and count in the minute in which they begin: {n}',
      this.#offStep,
    );
    return {
      kind: 'counts',
      functions: {
        keys: this.keys.keys,
        durationMs,
        ...this.facts(),
        index: Float64Array.from({ length: functions }, (_, f) => f),
      },
      minutes: this.#endMinute - this.#firstMinute,
      originMs: this.dated === true ? this.#firstMinute * 60000 : Number.NaN,
      ...this.#log.finish(functions, this.#firstMinute),
    };
  }

  protected uses(role: RecordRole): boolean {
    return COUNT_ROLES.has(role);
  }

  #spread(f: number, minute: number, minutes: number, count: number): boolean {
    if (minutes === 1 || count === 0) return this.#log.add(f, minute, count);
    let before = 0;
    for (let m = 1; m <= minutes; m++) {
      // Calls i with (2 i + 1) minutes / (2 count) < m.
      const until = Math.ceil((2 * m * count - minutes) / (2 * minutes));
      // Only the first minute can have calls already, and so be too full.
      if (!this.#log.add(f, minute + m - 1, until - before)) return false;
      before = until;
    }
    return true;
  }

  #timeText(ms: number): string {
    return this.dated === true ? new Date(ms).toISOString() : `${ms / 1000} s`;
  }
}

const COUNT_ROLES: ReadonlySet<RecordRole> = new Set<RecordRole>([
  'function',
  'app',
  'timestamp',
  'count',
  'stepSeconds',
  'durationMs',
  'memoryMiB',
  'trigger',
]);
