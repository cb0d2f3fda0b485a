/** What is known of a function's calls: counts by minute over the last days. */
import { IsothermError } from '../kernels/index.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { DAY_MINUTES, DayCounts } from './day-counts.js';

/** Whole days that are kept before the current one: the same minutes a week ago, and a day of origins whose forecasts read those. */
const KEPT_DAYS = 8;
const SLOTS = KEPT_DAYS + 1;

/** How far back from the last known minute others are looked for, where there are gaps. */
const SEARCH_MINUTES = 2 * DAY_MINUTES;

const VERSION = 1;
const piece = new Float64Array(60);

/**
 * Calls per minute of one function: the last eight days and the current one, and the sum of all before. Minutes are whole numbers on a clock of the caller's,
 * with midnight at multiples of 1440. A minute is a count, or NaN: not known. Minutes that are not known are no zeros, and no figure here counts
 * them. What rules ask of it reads only what was before an origin. Memory: 0.3 kB, and per day with calls 50 bytes to 12 kB.
 *
 * @example
 * const history = new MinuteHistory(0);
 * for (const calls of [2, 4, Number.NaN, 6]) history.push(calls);
 * history.meanOfLast(5, history.end); // 4
 */
export class MinuteHistory {
  #days: (DayCounts | undefined)[] = [];
  #start: number;
  #end: number;
  #knownEnd: number;
  #known = 0;
  #calls = 0;
  #unknown = 0;

  /** `start`: the first minute. Nothing before it exists. Errors: `BAD_ARGUMENT`. */
  constructor(start: number) {
    if (!Number.isSafeInteger(start) || start < 0) {
      throw new IsothermError('BAD_ARGUMENT', `start is ${start}, expected a whole minute from 0`);
    }
    this.#start = start;
    this.#end = start;
    this.#knownEnd = start;
  }

  /** The first minute there was, be it kept or not. */
  get start(): number {
    return this.#start;
  }

  /** The minute after the last one. */
  get end(): number {
    return this.#end;
  }

  /** The first minute that is kept. */
  get keptFrom(): number {
    return Math.max(this.#start, (Math.floor(this.#end / DAY_MINUTES) - KEPT_DAYS) * DAY_MINUTES);
  }

  /** Whether every minute so far is known. */
  get isWhole(): boolean {
    return this.#unknown === 0;
  }

  /** Appends a minute: `calls` from 0 to 2^53 - 1, or NaN where they are not known. O(1). Errors: `OUT_OF_RANGE`. */
  push(calls: number): void {
    if (!(Number.isNaN(calls) || (calls >= 0 && calls <= Number.MAX_SAFE_INTEGER))) {
      throw new IsothermError('OUT_OF_RANGE', `calls is ${calls}, expected 0..2^53 - 1, or NaN for not known`);
    }
    const minute = this.#end % DAY_MINUTES;
    const slot = Math.floor(this.#end / DAY_MINUTES) % SLOTS;
    if (minute === 0 || this.#end === this.#start) this.#days[slot] = undefined;
    this.#end++;
    if (calls !== 0) {
      let day = this.#days[slot];
      if (day === undefined) {
        day = new DayCounts();
        this.#days[slot] = day;
      }
      day.set(minute, calls);
    }
    if (Number.isNaN(calls)) {
      this.#unknown++;
      return;
    }
    this.#known++;
    this.#calls += calls;
    this.#knownEnd = this.#end;
  }

  /** Appends minutes that are not known, up to `minute`. O(days kept), however far that is. */
  skipTo(minute: number): void {
    // All that is kept would be unknown: one day more is as good as ten thousand.
    const first = (Math.floor(minute / DAY_MINUTES) - KEPT_DAYS) * DAY_MINUTES;
    if (this.#end < first) {
      this.#days = [];
      this.#unknown += first - this.#end;
      this.#end = first;
    }
    while (this.#end < minute) this.push(Number.NaN);
  }

  /** Writes `length` minutes from `from` on: NaN where not known, 0 before the start and where no longer kept. O(length). */
  read(from: number, out: Float64Array, length: number): void {
    const first = this.keptFrom;
    for (let i = 0; i < length; ) {
      const minute = from + i;
      if (minute < first) {
        const end = Math.min(length, first - from);
        out.fill(0, i, end);
        i = end;
        continue;
      }
      const day = Math.floor(minute / DAY_MINUTES);
      const inDay = minute - day * DAY_MINUTES;
      const count = Math.min(length - i, DAY_MINUTES - inDay);
      const counts = minute >= this.#end ? undefined : this.#days[day % SLOTS];
      if (counts === undefined) out.fill(0, i, i + count);
      else counts.read(inDay, inDay + count, out, i);
      i += count;
    }
  }

  /** Calls and known minutes of all minutes before `origin`, which must be kept. O(end - origin). */
  before(origin: number): { calls: number; minutes: number } {
    let calls = this.#calls;
    let minutes = this.#known;
    for (let from = origin; from < this.#end; from += piece.length) {
      const length = Math.min(piece.length, this.#end - from);
      this.read(from, piece, length);
      for (let i = 0; i < length; i++) {
        const value = piece[i]!;
        if (Number.isNaN(value)) continue;
        calls -= value;
        minutes--;
      }
    }
    return { calls: Math.max(0, calls), minutes };
  }

  /** Mean calls per minute of all that is known before `origin`, which must be kept; 0 where nothing is. O(end - origin). */
  meanBefore(origin: number): number {
    const { calls, minutes } = this.before(origin);
    return minutes === 0 ? 0 : calls / minutes;
  }

  /** Mean calls of the last `count` known minutes before `origin`, of what there is; 0 where there is none. O(count), with gaps O(two days). */
  meanOfLast(count: number, origin: number): number {
    return this.#overLast(count, origin, false);
  }

  /** The most calls of a minute among the last `count` known before `origin`. */
  mostOfLast(count: number, origin: number): number {
    return this.#overLast(count, origin, true);
  }

  #overLast(count: number, origin: number, most: boolean): number {
    const last = Math.min(origin, this.#knownEnd);
    const first = Math.max(this.keptFrom, this.isWhole ? last - count : last - SEARCH_MINUTES);
    let sum = 0;
    let largest = 0;
    let found = 0;
    for (let to = last; to > first && found < count; to -= piece.length) {
      const from = Math.max(first, to - piece.length);
      this.read(from, piece, to - from);
      for (let i = to - from - 1; i >= 0 && found < count; i--) {
        const calls = piece[i]!;
        if (Number.isNaN(calls)) continue;
        found++;
        sum += calls;
        if (calls > largest) largest = calls;
      }
    }
    if (most || found === 0) return largest;
    return sum / found;
  }

  /** All of it as bytes. */
  save(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    this.saveTo(out);
    return out.finish();
  }

  saveTo(out: ByteWriter): void {
    out.u8(VERSION);
    for (const value of [this.#start, this.#end, this.#knownEnd, this.#known, this.#calls, this.#unknown])
      out.f64(value);
    for (let slot = 0; slot < SLOTS; slot++) {
      const day = this.#days[slot];
      out.u8(day === undefined ? 0 : 1);
      day?.save(out);
    }
  }

  /** What `save` gave. Errors: `BAD_STATE`. */
  static load(bytes: Uint8Array): MinuteHistory {
    const state = new ByteReader(bytes);
    const history = MinuteHistory.loadFrom(state);
    state.end();
    return history;
  }

  static loadFrom(state: ByteReader): MinuteHistory {
    const version = state.u8();
    state.check(version === VERSION, `a history of version ${version}, expected ${VERSION}`);
    const history = new MinuteHistory(state.count());
    history.#end = state.count();
    history.#knownEnd = state.count(history.#end);
    history.#known = state.count(history.#end);
    history.#calls = state.f64(history.#known * Number.MAX_SAFE_INTEGER);
    history.#unknown = state.count(history.#end);
    state.check(history.#knownEnd >= history.#start, 'minutes out of order');
    for (let slot = 0; slot < SLOTS; slot++) if (state.u8(1) === 1) history.#days[slot] = DayCounts.load(state);
    return history;
  }
}
