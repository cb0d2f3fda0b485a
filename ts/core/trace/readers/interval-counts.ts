import { IsothermError } from '../../kernels/error.js';
import { LARGEST_COUNT } from '../cell-log.js';
import { CellWriter } from '../cells.js';
import { KeyTable } from '../key-table.js';
import { type CountsTrace, DEFAULT_DURATION_MS, DEFAULT_MEMORY_MIB, roundHalfUp } from '../trace.js';
import { Intervals } from './intervals.js';
import type { Reading } from './reading.js';

/** Ten years: what reaches farther has a time that is wrong. */
const LONGEST_MINUTES = 10 * 366 * 1440;

/**
 * Gathers calls over intervals of any length, in any order, and makes counts per minute of them. An interval of up to a minute and a half counts in the
 * minute in which it begins; a longer one is spread evenly and in whole calls over as many minutes as it has, rounded. 24 bytes an interval with calls.
 */
export class IntervalCounts {
  readonly #reading: Reading;
  readonly #keys = new KeyTable();
  readonly #intervals: Intervals[] = [];
  readonly #durationMs: number[] = [];
  readonly #durationCalls: number[] = [];
  readonly #memoryMiB: number[] = [];
  readonly #trigger: string[] = [];
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #offMinute = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  get functions(): number {
    return this.#keys.keys.length;
  }

  key(f: number): string {
    return this.#keys.keys[f];
  }

  /** Number of a function, by its name and what it lies in ('' for nothing). */
  functionOf(name: string, within = ''): number {
    this.#keys.begin();
    if (within !== '') this.#keys.partText(within);
    this.#keys.partText(name);
    return this.#keys.intern();
  }

  /** Makes the trace as long as the time that was looked at, with calls or without. */
  cover(fromMs: number, toMs: number): void {
    if (fromMs < this.#fromMs) this.#fromMs = fromMs;
    if (toMs > this.#toMs) this.#toMs = toMs;
  }

  /** Adds whole calls. */
  add(f: number, fromMs: number, toMs: number, calls: number): void {
    if (calls === 0) return;
    this.cover(fromMs, toMs);
    this.#intervals[f] ??= new Intervals();
    this.#intervals[f].push(fromMs, toMs, calls);
  }

  /** Adds to what the mean duration is made of. */
  addDuration(f: number, sumMs: number, calls: number): void {
    this.#durationMs[f] = (this.#durationMs[f] ?? 0) + sumMs;
    this.#durationCalls[f] = (this.#durationCalls[f] ?? 0) + calls;
  }

  describe(f: number, { memoryMiB = Number.NaN, trigger = '' }: { memoryMiB?: number; trigger?: string }): void {
    if (!Number.isNaN(memoryMiB)) this.#memoryMiB[f] = memoryMiB;
    if (trigger !== '') this.#trigger[f] ??= trigger;
  }

  /** All calls of a function that were added. */
  callsOf(f: number): number {
    return this.#intervals[f]?.sum ?? 0;
  }

  finish(): CountsTrace {
    const { keys } = this.#keys;
    const originMinute = keys.length === 0 ? 0 : Math.floor(this.#fromMs / 60000);
    const minutes = keys.length === 0 ? 1 : Math.max(1, Math.ceil(this.#toMs / 60000) - originMinute);
    if (minutes > LONGEST_MINUTES) {
      const [from, to] = [this.#fromMs, this.#toMs].map((ms) => `${ms / 1000} s`);
      throw new IsothermError(
        'BAD_TIME',
        `the times reach from ${from} to ${to} after 1970; expected at most ten years`,
      );
    }
    const perMinute = new Float64Array(minutes);
    const writer = new CellWriter();
    let calls = 0;
    for (let f = 0; f < keys.length; f++) {
      this.#intervals[f]?.each((fromMs, toMs, amount) => {
        this.#spread(fromMs, toMs, amount, perMinute, originMinute);
      });
      for (let minute = 0; minute < minutes; minute++) {
        const count = perMinute[minute];
        if (count === 0) continue;
        if (count > LARGEST_COUNT) {
          const problem = `${keys[f]} has ${count} calls in one minute; expected at most ${LARGEST_COUNT}`;
          throw new IsothermError('BAD_NUMBER', problem);
        }
        writer.push(minute, count);
        calls += count;
        perMinute[minute] = 0;
      }
      writer.endFunction();
    }
    this.#reading.note(
      'intervals that do not begin on a multiple of their length and count from the minute in which they begin: {n}',
      this.#offMinute,
    );
    return {
      kind: 'counts',
      functions: {
        keys,
        durationMs: this.#meanDurations(),
        memoryMiB: this.#memorySizes(),
        trigger: keys.map((_, f) => this.#trigger[f] ?? ''),
        index: Float64Array.from(keys, (_, f) => f),
      },
      minutes,
      originMs: originMinute * 60000,
      calls,
      ...writer.finish(),
    };
  }

  #spread(fromMs: number, toMs: number, calls: number, perMinute: Float64Array, originMinute: number): void {
    const lengthMs = toMs - fromMs;
    if (fromMs % Math.min(lengthMs, 60000) !== 0) this.#offMinute++;
    const first = Math.floor(fromMs / 60000) - originMinute;
    const minutes = Math.min(Math.max(1, Math.round(lengthMs / 60000)), perMinute.length - first);
    let before = 0;
    for (let m = 1; m <= minutes; m++) {
      // Call i of the interval goes to its minute floor((2 i + 1) minutes / (2 calls)).
      const until = Math.ceil((2 * m * calls - minutes) / (2 * minutes));
      perMinute[first + m - 1] += until - before;
      before = until;
    }
  }

  #meanDurations(): Float64Array {
    let without = 0;
    const means = Float64Array.from({ length: this.functions }, (_, f) => {
      const mean = roundHalfUp(this.#durationMs[f] / this.#durationCalls[f]);
      if (mean >= 0 && mean < Number.POSITIVE_INFINITY) return mean;
      without++;
      return DEFAULT_DURATION_MS;
    });
    this.#reading.note(`functions without a duration, taken to run ${DEFAULT_DURATION_MS} ms: {n}`, without);
    return means;
  }

  #memorySizes(): Float64Array {
    let without = 0;
    const sizes = Float64Array.from({ length: this.functions }, (_, f) => {
      if (this.#memoryMiB[f] === undefined) without++;
      return this.#memoryMiB[f] ?? DEFAULT_MEMORY_MIB;
    });
    this.#reading.note(`functions without a memory size, taken to hold ${DEFAULT_MEMORY_MIB} MiB: {n}`, without);
    return sizes;
  }
}

/** Makes whole calls of fractions: what is rounded off one amount goes to the next, so that none is lost. */
export class WholeCalls {
  #carry = 0;

  take(amount: number): number {
    this.#carry += amount;
    const whole = Math.max(0, Math.floor(this.#carry + 0.5));
    this.#carry -= whole;
    return whole;
  }
}

/** The greatest common divisor; 0 has every divisor. */
export function commonDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  // What is no number has no divisor either, and would go round for ever.
  while (small > 0) [large, small] = [small, large % small];
  return large;
}
