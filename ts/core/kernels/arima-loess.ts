/** Smoothing of values at even distances by local regression. */

/** How wide a smoother looks (odd), the degree of its local polynomials (0 or 1), and which positions it computes. */
export interface Smoothing {
  window: number;
  linear: boolean;
  /** Smoothed values between two that are computed lie on a line between them. */
  jump: number;
}

/** What one smoothed value is made of: consecutive values, each by its weight. */
interface Knot {
  weights: Float64Array;
  first: number;
}

/**
 * A smoother for series of one length. Its weights do not depend on the values, so it is made once.
 *
 * Source: Cleveland, Cleveland, McRae, Terpenning, "STL: a seasonal-trend decomposition procedure based on loess", Journal of
 * Official Statistics 6, 1990; neighbourhoods as in their program.
 */
export class Loess {
  private readonly knots: Knot[] = [];
  private readonly jump: number;
  private readonly length: number;

  constructor(length: number, smoothing: Smoothing) {
    this.length = length;
    const { window } = smoothing;
    this.jump = Math.min(smoothing.jump, Math.max(length, 2) - 1);
    const half = window >> 1;
    // Away from the ends all neighbourhoods look alike.
    let inner: Float64Array | undefined;
    let at = 0;
    while (at < length) {
      const symmetric = at >= half && at + half < length;
      const first = Math.min(Math.max(0, at - half), Math.max(0, length - window));
      const last = Math.min(first + window, length);
      const weights = symmetric && inner ? inner : weigh(length, smoothing, at, first, last);
      if (symmetric) inner = weights;
      this.knots.push({ weights, first });
      at = at + 1 === length ? length : Math.min(at + this.jump, length - 1);
    }
  }

  /** The smoothed series. */
  smooth(y: Float64Array, out: Float64Array): void {
    let from = 0;
    for (const [k, knot] of this.knots.entries()) {
      const to = Math.min(k * this.jump, this.length - 1);
      out[to] = valueAt(y, knot);
      const step = (out[to] - out[from]) / Math.max(to - from, 1);
      for (let t = from + 1; t < to; t++) out[t] = out[from] + step * (t - from);
      from = to;
    }
  }
}

/** Smooths a series and, beside it, the values one step before and behind: what a season needs. */
export class ExtendedLoess {
  private readonly within: Loess;
  private readonly before: Knot;
  private readonly behind: Knot;

  constructor(length: number, smoothing: Smoothing) {
    const { window } = smoothing;
    this.within = new Loess(length, smoothing);
    this.before = { weights: weigh(length, smoothing, -1, 0, Math.min(window, length)), first: 0 };
    const first = Math.max(0, length - window);
    this.behind = { weights: weigh(length, smoothing, length, first, length), first };
  }

  /** `out` has two places more than `y`. */
  smooth(y: Float64Array, out: Float64Array): void {
    const last = y.length + 1;
    out[0] = valueAt(y, this.before);
    this.within.smooth(y, out.subarray(1, last));
    out[last] = valueAt(y, this.behind);
  }
}

function valueAt(y: Float64Array, { weights, first }: Knot): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] * y[first + j];
  return sum;
}

/** The weights of `first..last` at one place, which may lie one step outside. */
function weigh(length: number, { window, linear }: Smoothing, at: number, first: number, last: number): Float64Array {
  let h = Math.max(at - first, last - 1 - at);
  if (window > length) h += (window - length) >> 1;
  const weights = new Float64Array(last - first);
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    weights[j] = tricube(Math.abs(first + j - at), h);
    sum += weights[j];
  }
  for (let j = 0; j < weights.length; j++) weights[j] /= sum;
  if (linear && h > 0) tilt(weights, first, at, length);
  return weights;
}

function tricube(r: number, h: number): number {
  if (r <= 0.001 * h) return 1;
  if (r > 0.999 * h) return 0;
  const q = r / h;
  const rest = 1 - q * q * q;
  return rest * rest * rest;
}

/** Makes weights of a local mean those of a local line. */
function tilt(weights: Float64Array, first: number, at: number, length: number): void {
  let mean = 0;
  for (let j = 0; j < weights.length; j++) mean += weights[j] * (first + j);
  let spread = 0;
  for (let j = 0; j < weights.length; j++) {
    const off = first + j - mean;
    spread += weights[j] * (off * off);
  }
  if (Math.sqrt(spread) <= 0.001 * (length - 1)) return;
  const slope = (at - mean) / spread;
  for (let j = 0; j < weights.length; j++) weights[j] *= slope * (first + j - mean) + 1;
}
