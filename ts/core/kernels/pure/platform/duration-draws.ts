/** Durations drawn from a function's quantiles: one uniform number per call, through the inverse of the distribution. */
import { ensure } from '../check.js';
import { SplitMix64 } from '../number-random.js';

/** Sets the stream of durations apart from that of arrivals. */
const HIGH = 0xd1b54a32;
const LOW = 0xd192ed03;
const MAX_U32 = 0xffff_ffff;
/** Parts of 0..1 that know where to begin looking for a number's piece. */
const GUIDES = 256;

/** Checked quantiles of all functions. */
export interface Quantiles {
  shares: Float64Array;
  /** `[n, k]`. */
  ms: Float64Array;
}

/** Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `OUT_OF_RANGE`. */
export function checkQuantiles(shares: Float64Array, ms: Float64Array, functions: number): Quantiles {
  const k = shares.length;
  ensure(k === 0 || (k >= 2 && k <= 1024), 'BAD_LENGTH', () => `shares has ${k} entries, expected 2..=1024`);
  ensure(
    ms.length === functions * k,
    'BAD_LENGTH',
    () => `quantiles has ${ms.length} entries, expected ${functions * k}`,
  );
  if (k === 0) return { shares: shares.slice(), ms: ms.slice() };
  const rises = shares.every((share, i) => (i === 0 ? share === 0 : share > shares[i - 1]));
  ensure(rises && shares[k - 1] === 1, 'BAD_ARGUMENT', () => 'shares do not ascend from 0 to 1');
  for (let f = 0; f < functions; f++) {
    if (Number.isNaN(ms[f * k])) continue;
    let last = 0;
    for (let i = 0; i < k; i++) {
      const value = ms[f * k + i];
      ensure(
        value >= last && value <= MAX_U32,
        'OUT_OF_RANGE',
        () => `quantile ${i} of function ${f} is ${value} ms, expected ascending within 0..=${MAX_U32}`,
      );
      last = value;
    }
  }
  return { shares: shares.slice(), ms: ms.slice() };
}

/** One function's stream of durations. */
export class DurationDraws {
  #random: SplitMix64;
  #shares: Float64Array;
  #ms: Float64Array;
  #slopes: Float64Array;
  /** The first piece of each part. */
  #guides: Uint16Array;

  constructor(quantiles: Quantiles, f: number, seed: number, index: number) {
    const { shares } = quantiles;
    const k = shares.length;
    const ms = quantiles.ms.subarray(f * k, (f + 1) * k);
    this.#random = new SplitMix64(seed ^ HIGH, index ^ LOW);
    this.#shares = shares;
    this.#ms = ms;
    this.#slopes = Float64Array.from({ length: k - 1 }, (_, i) => (ms[i + 1] - ms[i]) / (shares[i + 1] - shares[i]));
    this.#guides = Uint16Array.from(
      { length: GUIDES },
      (_, part) => shares.findIndex((share) => share > part / GUIDES) - 1,
    );
  }

  fill(out: Uint32Array, count: number): void {
    const shares = this.#shares;
    for (let at = 0; at < count; at++) {
      const u = this.#random.unit();
      let i = this.#guides[Math.floor(u * GUIDES)];
      // The last piece ends at 1, which no number reaches.
      while (u >= shares[i + 1]) i++;
      out[at] = Math.floor(this.#ms[i] + (u - shares[i]) * this.#slopes[i] + 0.5);
    }
  }
}

/** The draws of a function; none where it has no quantiles. */
export function drawsOf(quantiles: Quantiles, f: number, seed: number, index: number): DurationDraws | undefined {
  const k = quantiles.shares.length;
  return k === 0 || Number.isNaN(quantiles.ms[f * k]) ? undefined : new DurationDraws(quantiles, f, seed, index);
}
