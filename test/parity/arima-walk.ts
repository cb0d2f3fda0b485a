/** Series that ARIMA models are fitted to in tests. */
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';

/** A seasonal walk with gaps, in any unit. */
export function seasonalWalk(n: number, seed: number, gaps: number, unit = 1): Float64Array {
  const random = new SplitMix64(0, seed);
  let level = 0;
  return Float64Array.from({ length: n }, (_, t) => {
    level = 0.7 * level + random.unit() - 0.5;
    const value = unit * (3 + level + 0.5 * (t % 4));
    return random.unit() < gaps ? Number.NaN : value;
  });
}
