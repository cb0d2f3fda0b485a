/** A count in a minute, laid out as whole ms. */
import type { SplitMix64 } from '../numeric.js';

const MINUTE_MS = 60_000;

/**
 * Of `count` calls evenly over the minute that begins at `start` those numbered `from..to`, written from `at` on: call `i` is
 * at `start + floor((2 i + 1) * 30000 / count)`.
 */
export function even(start: number, count: number, from: number, to: number, out: Float64Array, at: number): void {
  // Quotient and remainder carried along: exact, and no division per call.
  const step = Math.floor(MINUTE_MS / count);
  const stepRest = MINUTE_MS - step * count;
  const numerator = (2 * from + 1) * 30_000;
  let value = Math.floor(numerator / count);
  let rest = numerator - value * count;
  value += start;
  for (let i = at; i < at + to - from; i++) {
    out[i] = value;
    value += step;
    rest += stepRest;
    if (rest >= count) {
      rest -= count;
      value++;
    }
  }
}

/** From this many draws on a count per ms is cheaper than sorting, and needs no room for all. */
export const COUNTING_SORT_FROM = 16_384;
/** Up to this many draws, sorting as they come is cheaper than two passes over all byte values. */
const INSERTION_SORT_UP_TO = 48;

/** Calls at random within their minute; keeps what sorting needs. */
export class Poisson {
  #drawn = new Int32Array(COUNTING_SORT_FROM);
  #byLowByte = new Int32Array(COUNTING_SORT_FROM);
  #low = new Uint32Array(256);
  #high = new Uint32Array(256);
  #counts = new Uint32Array(MINUTE_MS);

  /** `count` draws of `next() mod 60000`, under `COUNTING_SORT_FROM`, ascending, after `start`; from `at` on. */
  minute(random: SplitMix64, start: number, count: number, out: Float64Array, at: number): void {
    if (count <= INSERTION_SORT_UP_TO) this.#insertionSort(random, start, count, out, at);
    else this.#radixSort(random, start, count, out, at);
  }

  /** `count` draws, however many, as how many there are of each ms of the minute: `[60000]`, good until the next call. */
  counts(random: SplitMix64, count: number): Uint32Array {
    const counts = this.#counts.fill(0);
    for (let i = 0; i < count; i++) counts[random.remainder60000()]++;
    return counts;
  }

  #insertionSort(random: SplitMix64, start: number, count: number, out: Float64Array, at: number): void {
    for (let end = at; end < at + count; end++) {
      const value = start + random.remainder60000();
      let to = end;
      for (; to > at && out[to - 1] > value; to--) out[to] = out[to - 1];
      out[to] = value;
    }
  }

  /** Two passes of eight bits; whole numbers under 2^16 have no other order than their value's. */
  #radixSort(random: SplitMix64, start: number, count: number, out: Float64Array, at: number): void {
    const drawn = this.#drawn;
    const byLowByte = this.#byLowByte;
    const low = this.#low.fill(0);
    const high = this.#high.fill(0);
    random.fillRemainders60000(drawn, 0, count);
    for (let i = 0; i < count; i++) {
      const value = drawn[i];
      low[value & 255]++;
      high[value >> 8]++;
    }
    for (let byte = 0, lowTotal = 0, highTotal = at; byte < 256; byte++) {
      const lowHere = low[byte];
      const highHere = high[byte];
      low[byte] = lowTotal;
      high[byte] = highTotal;
      lowTotal += lowHere;
      highTotal += highHere;
    }
    for (let i = 0; i < count; i++) byLowByte[low[drawn[i] & 255]++] = drawn[i];
    for (let i = 0; i < count; i++) out[high[byLowByte[i] >> 8]++] = start + byLowByte[i];
  }
}
