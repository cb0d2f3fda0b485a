import { exp, ln } from '../../kernels/pure/numeric.js';
import type { DistributionPoint } from '../calibration.js';

/** The quantile at `u` in 0..1 of a distribution given by points, linear between them. */
export function linearQuantile(points: readonly DistributionPoint[], u: number): number {
  const at = segment(points, u);
  const { below: from, value: low } = points[at];
  const { below: to, value: high } = points[at + 1];
  return low + ((u - from) / (to - from)) * (high - low);
}

/** As `linearQuantile`, the logarithm linear between points; values above 0. */
export function logLinearQuantile(points: readonly DistributionPoint[], u: number): number {
  const at = segment(points, u);
  const { below: from, value: low } = points[at];
  const { below: to, value: high } = points[at + 1];
  return high === low ? low : low * exp(((u - from) / (to - from)) * ln(high / low));
}

function segment(points: readonly DistributionPoint[], u: number): number {
  let at = 0;
  while (at + 2 < points.length && points[at + 1].below <= u) at++;
  return at;
}
