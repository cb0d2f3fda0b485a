import { exp, ln, SplitMix64 } from '../../kernels/pure/numeric.js';

/**
 * The stream of function `index` under `seed`. It begins at a draw of the stream that a replay spreads calls with, so that a trace and
 * its replay under one seed do not use the same numbers.
 */
export function streamOf(seed: number, index: number): SplitMix64 {
  const root = new SplitMix64(seed, index);
  root.next();
  return new SplitMix64(root.high, root.low);
}

/** An exponential draw with mean 1. */
export function exponential(random: SplitMix64): number {
  return -ln(1 - random.unit());
}

/** A draw between `low` and `high`, both above 0, whose logarithm is uniform. */
export function logUniform(random: SplitMix64, low: number, high: number): number {
  return low * exp(random.unit() * ln(high / low));
}

/** Mean of `logUniform(_, low, high)`. */
export function logUniformMean(low: number, high: number): number {
  return high === low ? low : (high - low) / ln(high / low);
}

const FACTORIALS = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880];

/** ln(n!): a table, then Stirling's series, whose error is below 1e-11 there. */
function lnFactorial(n: number): number {
  if (n < 10) return ln(FACTORIALS[n]);
  const x = n + 1;
  const square = x * x;
  // 0.9189385332046727 is ln(2 pi) / 2.
  return (x - 0.5) * ln(x) - x + 0.9189385332046727 + (1 / 12 - (1 / 360 - 1 / (1260 * square)) / square) / x;
}

/** From here on drawing by rejection is faster than by inversion. */
const LARGE_MEAN = 10;

/**
 * Poisson draws, exact for any mean, in a time that does not grow with it: by inversion for small means, by transformed rejection
 * (PTRS) for large ones. What depends on the mean alone is kept while the mean stays.
 *
 * Source: Hörmann, "The transformed rejection method for generating Poisson random variables", 1993.
 */
export class Poisson {
  #mean = 0;
  #none = 1;
  #lnMean = 0;
  #a = 0;
  #b = 0;
  #lnInverseAlpha = 0;
  #inner = 0;

  /** Draws a count with this mean, at least 0. */
  draw(random: SplitMix64, mean: number): number {
    if (mean !== this.#mean) this.#prepare(mean);
    return mean < LARGE_MEAN ? this.#invert(random) : this.#reject(random);
  }

  #prepare(mean: number): void {
    this.#mean = mean;
    if (mean < LARGE_MEAN) {
      this.#none = exp(-mean);
      return;
    }
    this.#lnMean = ln(mean);
    this.#b = 0.931 + 2.53 * Math.sqrt(mean);
    this.#a = -0.059 + 0.02483 * this.#b;
    this.#lnInverseAlpha = ln(1.1239 + 1.1328 / (this.#b - 3.4));
    this.#inner = 0.9277 - 3.6624 / (this.#b - 2);
  }

  #invert(random: SplitMix64): number {
    const uniform = random.unit();
    let count = 0;
    let share = this.#none;
    let below = share;
    // Beyond 100 there is less than 1e-60 of the mass, and the sum may stay under 1 by rounding.
    while (uniform >= below && count < 100) {
      count++;
      share *= this.#mean / count;
      below += share;
    }
    return count;
  }

  #reject(random: SplitMix64): number {
    for (;;) {
      const u = random.unit() - 0.5;
      const v = random.unit();
      const us = 0.5 - (u < 0 ? -u : u);
      const count = Math.floor(((2 * this.#a) / us + this.#b) * u + this.#mean + 0.43);
      if (us >= 0.07 && v <= this.#inner) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const bound = count * this.#lnMean - this.#mean - lnFactorial(count);
      if (ln(v) + this.#lnInverseAlpha - ln(this.#a / (us * us) + this.#b) <= bound) return count;
    }
  }
}
