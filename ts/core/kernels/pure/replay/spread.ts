/** A count in a minute, laid out as whole ms. */
import type { SplitMix64 } from '../numeric.js';

const MINUTE_MS = 60_000;

/** `count` calls evenly over the minute that begins at `start`: `start + floor((2 i + 1) * 30000 / count)`; from `at` on. */
export function even(start: number, count: number, out: Float64Array, at: number): void {
  // Quotient and remainder carried along: exact, and no division per call.
  const step = Math.floor(MINUTE_MS / count);
  const stepRest = MINUTE_MS - step * count;
  let value = Math.floor(30_000 / count);
  let rest = 30_000 - value * count;
  value += start;
  for (let i = at; i < at + count; i++) {
    out[i] = value;
    value += step;
    rest += stepRest;
    if (rest >= count) {
      rest -= count;
      value++;
    }
  }
}

/** Above this many draws a count per ms is cheaper than sorting. */
const COUNTING_SORT_FROM = 16_384;

/** Calls at random within their minute; keeps what sorting needs. */
export class Poisson {
  #drawn = new Uint16Array(COUNTING_SORT_FROM);
  #counts = new Uint32Array(MINUTE_MS);

  /** `count` draws of `next() mod 60000`, ascending, after `start`; from `at` on. */
  minute(random: SplitMix64, start: number, count: number, out: Float64Array, at: number): void {
    if (count < COUNTING_SORT_FROM) {
      const drawn = this.#drawn.subarray(0, count);
      for (let i = 0; i < count; i++) drawn[i] = random.remainder60000();
      if (count > 1) drawn.sort();
      for (let i = 0; i < count; i++) out[at + i] = start + drawn[i];
      return;
    }
    const counts = this.#counts.fill(0);
    for (let i = 0; i < count; i++) counts[random.remainder60000()]++;
    let to = at;
    for (let offset = 0; offset < MINUTE_MS; offset++) {
      for (let times = counts[offset]; times > 0; times--) out[to++] = start + offset;
    }
  }
}
