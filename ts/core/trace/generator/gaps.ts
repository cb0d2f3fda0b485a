import { exp, ln, type SplitMix64 } from '../../kernels/pure/numeric.js';
import { exponential } from './draws.js';

/**
 * Times between calls, in units of their mean. `first` is the time from an arbitrary instant to the next call, so that a trace
 * begins in the middle of things and not with a call.
 */
export interface Gaps {
  first(random: SplitMix64): number;
  next(random: SplitMix64): number;
}

/** Gaps with a given coefficient of variation: fixed at 0, a fixed part and an exponential one below 1, two exponentials above. */
export function gapsOfVariation(variation: number): Gaps {
  if (variation <= 1) {
    const fixed = 1 - variation;
    return {
      // Of all instants, those in the fixed part of their gap are a share of `fixed`.
      first: (random) => (random.unit() < fixed ? random.unit() * fixed : 0) + variation * exponential(random),
      next: (random) => fixed + (variation === 0 ? 0 : variation * exponential(random)),
    };
  }
  const busy = busyShare(variation);
  return {
    // Balanced means: half of all instants lie in gaps of either kind.
    first: (random) => exponential(random) / (2 * (random.unit() < 0.5 ? busy : 1 - busy)),
    next: (random) => exponential(random) / (2 * (random.unit() < busy ? busy : 1 - busy)),
  };
}

/**
 * Of gaps that are exponential with rate `2 p` in a share `p` of cases and `2 (1 - p)` otherwise (mean 1), the `p` that
 * gives this coefficient of variation, above 1.
 *
 * Source: the hyperexponential distribution with balanced means, Whitt, "Approximating a point process by a renewal process", 1982.
 */
export function busyShare(variation: number): number {
  const square = variation * variation;
  return (1 + Math.sqrt((square - 1) / (square + 1))) / 2;
}

/** Heavy-tailed gaps (Lomax): P(gap > x) = (1 + x / s)^-shape, mean 1; `shape` above 1, infinite variance up to 2. */
export function heavyGaps(shape: number): Gaps {
  const scale = shape - 1;
  const draw = (random: SplitMix64, power: number): number => scale * (exp(-ln(1 - random.unit()) / power) - 1);
  return { first: (random) => draw(random, shape - 1), next: (random) => draw(random, shape) };
}
