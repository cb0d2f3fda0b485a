/** The calls of one day by minute, in as few bytes as they need. */
import type { ByteReader, ByteWriter } from './bytes.js';

export const DAY_MINUTES = 1440;

/** A minute with calls in one number: 11 bits say which, 21 bits how many; all of those set where it is not known. */
const COUNT_BITS = 21;
const COUNT_MASK = 2 ** COUNT_BITS - 1;
const MOST_ENTRIES = 64;

type Dense = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** By width, the narrowest first. The largest number of a width stands for a minute that is not known; of floats NaN does. */
const WIDTHS = [
  { make: () => new Uint8Array(DAY_MINUTES), unknown: 0xff },
  { make: () => new Uint16Array(DAY_MINUTES), unknown: 0xffff },
  { make: () => new Uint32Array(DAY_MINUTES), unknown: 0xffff_ffff },
  { make: () => new Float64Array(DAY_MINUTES), unknown: Number.NaN },
] as const;
const FLOATS = WIDTHS.length - 1;

/**
 * A quiet day is a short list of its minutes with calls, a busy one a number for each minute, as wide as its largest. So most days of most functions
 * need less than 300 bytes, and no day more than 12 kB.
 */
export class DayCounts {
  #entries: Uint32Array = new Uint32Array(4);
  #used = 0;
  #dense: Dense | undefined;
  #width = 0;

  /** `calls` of a minute of the day after all those set before; NaN is not known. */
  set(minute: number, calls: number): void {
    if (this.#dense === undefined && !this.#append(minute, calls)) this.#spread();
    if (this.#dense === undefined) return;
    while (!fits(calls, this.#width)) this.#widen();
    this.#dense[minute] = Number.isNaN(calls) ? WIDTHS[this.#width]!.unknown : calls;
  }

  /** Writes the minutes `from` to `to` of the day to `out` from `at` on. */
  read(from: number, to: number, out: Float64Array, at: number): void {
    const shift = at - from;
    const dense = this.#dense;
    if (dense === undefined) {
      out.fill(0, at, at + to - from);
      for (let i = this.#used - 1; i >= 0; i--) {
        const entry = this.#entries[i]!;
        const minute = entry >>> COUNT_BITS;
        if (minute < from) break;
        const calls = entry & COUNT_MASK;
        if (minute < to) out[minute + shift] = calls === COUNT_MASK ? Number.NaN : calls;
      }
      return;
    }
    const { unknown } = WIDTHS[this.#width]!;
    for (let minute = from; minute < to; minute++) {
      const calls = dense[minute]!;
      out[minute + shift] = calls === unknown ? Number.NaN : calls;
    }
  }

  save(out: ByteWriter): void {
    if (this.#dense === undefined) {
      out.u8(this.#used);
      out.array(this.#entries.subarray(0, this.#used));
    } else {
      out.u8(MOST_ENTRIES + 1 + this.#width);
      out.array(this.#dense);
    }
  }

  /** Errors: `BAD_STATE`. */
  static load(state: ByteReader): DayCounts {
    const day = new DayCounts();
    const form = state.u8(MOST_ENTRIES + WIDTHS.length);
    if (form <= MOST_ENTRIES) {
      day.#used = form;
      day.#entries = state.fill(new Uint32Array(form));
      const ascend = day.#entries.every(
        (entry, i, all) => i === 0 || entry >>> COUNT_BITS > all[i - 1]! >>> COUNT_BITS,
      );
      const last = form === 0 ? 0 : day.#entries[form - 1]! >>> COUNT_BITS;
      state.check(ascend && last < DAY_MINUTES, 'a day whose minutes are out of order');
      return day;
    }
    day.#width = form - MOST_ENTRIES - 1;
    day.#dense = state.fill(WIDTHS[day.#width]!.make());
    // Whole numbers from 0 are counts whatever their bytes are.
    const isCount = (calls: number): boolean => Number.isNaN(calls) || (calls >= 0 && calls <= Number.MAX_SAFE_INTEGER);
    if (day.#width < FLOATS) return day;
    state.check((day.#dense as Float64Array).every(isCount), 'a minute whose calls are no count');
    return day;
  }

  #append(minute: number, calls: number): boolean {
    const count = Number.isNaN(calls) ? COUNT_MASK : calls;
    if (this.#used === MOST_ENTRIES || count > COUNT_MASK || !Number.isInteger(count)) return false;
    if (count === COUNT_MASK && !Number.isNaN(calls)) return false;
    if (this.#used === this.#entries.length) {
      const grown = new Uint32Array(Math.min(MOST_ENTRIES, Math.max(4, this.#used * 2)));
      grown.set(this.#entries);
      this.#entries = grown;
    }
    this.#entries[this.#used++] = minute * (COUNT_MASK + 1) + count;
    return true;
  }

  /** From a list to a number for each minute. */
  #spread(): void {
    const values = new Float64Array(DAY_MINUTES);
    this.read(0, DAY_MINUTES, values, 0);
    this.#become(values);
    this.#entries = new Uint32Array(0);
    this.#used = 0;
  }

  #widen(): void {
    const values = new Float64Array(DAY_MINUTES);
    this.read(0, DAY_MINUTES, values, 0);
    this.#width++;
    this.#become(values);
  }

  #become(values: Float64Array): void {
    while (!values.every((calls) => fits(calls, this.#width))) this.#width++;
    const { make, unknown } = WIDTHS[this.#width]!;
    const dense = make();
    for (let minute = 0; minute < DAY_MINUTES; minute++) {
      const calls = values[minute]!;
      dense[minute] = Number.isNaN(calls) ? unknown : calls;
    }
    this.#dense = dense;
  }
}

const fits = (calls: number, width: number): boolean =>
  width === FLOATS || Number.isNaN(calls) || (Number.isInteger(calls) && calls < WIDTHS[width]!.unknown);
