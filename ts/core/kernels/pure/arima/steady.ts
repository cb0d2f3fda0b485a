/**
 * The filter in its steady state: innovations are `u - φ u - θ e`, lag by lag, and their adjoint runs backwards. Four values are made at
 * once, so that few operations wait for the last one: the pure twin of `steady.rs`.
 */
import { dot } from './lanes.js';
import type { Polynomials } from './order.js';

/**
 * Innovations of `u[from..to]` into `e[from..to]`, nothing known of the time before but `state[0..r]`, what it adds to the first
 * values.
 */
export function innovations(
  of: Polynomials,
  u: Float64Array,
  from: number,
  to: number,
  state: Float64Array,
  stateAt: number,
  r: number,
  e: Float64Array,
): void {
  const n = to - from;
  for (let t = from; t < to; t++) e[t] = u[t];
  for (let i = 0; i < r && i < n; i++) e[from + i] -= state[stateAt + i];
  const { arLags, ar, maLags, ma } = of;
  for (let j = 0; j < arLags.length; j++) {
    const lag = arLags[j];
    const weight = ar[j];
    for (let t = from + lag; t < to; t++) e[t] -= weight * u[t - lag];
  }
  recursion(maLags, ma, e, from, n, 1, Math.min(r, n));
}

/**
 * The adjoint of `innovations`, where the slope in each innovation is `weight` times itself: `back[from..to]` becomes the slopes in each
 * value of `u` less what is known; those in the coefficients are added to `slopeAr` and `slopeMa`.
 */
export function adjoint(
  of: Polynomials,
  weight: number,
  u: Float64Array,
  e: Float64Array,
  back: Float64Array,
  from: number,
  to: number,
  slopeAr: Float64Array,
  slopeMa: Float64Array,
): void {
  const n = to - from;
  const { arLags, maLags, ma } = of;
  for (let t = from; t < to; t++) back[t] = weight * e[t];
  recursion(maLags, ma, back, to - 1, n, -1, maLags.length === 0 ? 0 : Math.min(maLags[0], n));
  for (let j = 0; j < arLags.length; j++) {
    const lag = arLags[j];
    if (lag < n) slopeAr[j] -= dot(back, from + lag, u, from, n - lag);
  }
  for (let j = 0; j < maLags.length; j++) {
    const lag = maLags[j];
    if (lag < n) slopeMa[j] -= dot(back, from + lag, e, from, n - lag);
  }
}

/**
 * `e[t] -= weight * e[t - lag]` of `n` values for each lag, `t` counted from `base` on, backwards where `step` is -1. The first `begin`, no
 * fewer than the longest lag, are made one by one.
 */
function recursion(
  lags: Int32Array,
  weights: Float64Array,
  e: Float64Array,
  base: number,
  n: number,
  step: 1 | -1,
  begin: number,
): void {
  const count = lags.length;
  if (count === 0) return;
  let far = 0;
  while (far < count && lags[far] >= 4) far++;
  oneByOne(lags, weights, e, base, step, 0, begin);
  const only = count - far === 1 && lags[far] === 1;
  const fours = far === count ? farFours : only ? lastFours : nearFours;
  const end = fours(lags, weights, far, e, base, n, step, begin);
  oneByOne(lags, weights, e, base, step, end, n);
}

function oneByOne(
  lags: Int32Array,
  weights: Float64Array,
  e: Float64Array,
  base: number,
  step: number,
  from: number,
  to: number,
): void {
  for (let t = from; t < to; t++) {
    const at = base + step * t;
    let value = e[at];
    for (let j = 0; j < lags.length; j++) if (lags[j] <= t) value -= weights[j] * e[at - step * lags[j]];
    e[at] = value;
  }
}

/** Takes what the first `far` lags, of 4 or more, make of four values from `at` on. */
function takeFar(
  lags: Int32Array,
  weights: Float64Array,
  far: number,
  e: Float64Array,
  at: number,
  step: number,
): void {
  for (let j = 0; j < far; j++) {
    const weight = weights[j];
    const past = at - step * lags[j];
    e[at] -= weight * e[past];
    e[at + step] -= weight * e[past + step];
    e[at + 2 * step] -= weight * e[past + 2 * step];
    e[at + 3 * step] -= weight * e[past + 3 * step];
  }
}

/** Four at once from `begin` on, as long as there are four, the first `far` lags of 4 or more alone; returns where it ends. */
function farFours(
  lags: Int32Array,
  weights: Float64Array,
  far: number,
  e: Float64Array,
  base: number,
  n: number,
  step: number,
  begin: number,
): number {
  let t = begin;
  for (; t + 4 <= n; t += 4) {
    takeFar(lags, weights, far, e, base + step * t, step);
  }
  return t;
}

/** The same with a lag of 1 besides. */
function lastFours(
  lags: Int32Array,
  weights: Float64Array,
  far: number,
  e: Float64Array,
  base: number,
  n: number,
  step: number,
  begin: number,
): number {
  const a = weights[far];
  // Impulse response: what a value makes of those after it.
  const h1 = -a;
  const h2 = -a * h1;
  const h3 = -a * h2;
  const h4 = -a * h3;
  let last = begin > 0 ? e[base + step * (begin - 1)] : 0;
  let t = begin;
  for (; t + 4 <= n; t += 4) {
    const at = base + step * t;
    takeFar(lags, weights, far, e, at, step);
    const x0 = e[at];
    const x1 = e[at + step];
    const x2 = e[at + 2 * step];
    const x3 = e[at + 3 * step];
    e[at] = x0 + h1 * last;
    e[at + step] = x1 + h1 * x0 + h2 * last;
    e[at + 2 * step] = x2 + h1 * x1 + h2 * x0 + h3 * last;
    last = x3 + h1 * x2 + h2 * x1 + h3 * x0 + h4 * last;
    e[at + 3 * step] = last;
  }
  return t;
}

/** The same with lags of 1 to 3 besides. */
function nearFours(
  lags: Int32Array,
  weights: Float64Array,
  far: number,
  e: Float64Array,
  base: number,
  n: number,
  step: number,
  begin: number,
): number {
  const near = new Float64Array(3);
  for (let j = far; j < lags.length; j++) near[lags[j] - 1] += weights[j];
  const [a, b, c] = near;
  const h1 = -a;
  const h2 = -a * h1 - b;
  const h3 = -a * h2 - b * h1 - c;
  const h4 = -a * h3 - b * h2 - c * h1;
  // What the value before the last makes of the four, and the one before that.
  const s0 = -b;
  const s1 = -b * h1 - c;
  const s2 = -b * h2 - c * h1;
  const s3 = -b * h3 - c * h2;
  const t0 = -c;
  const t1 = -c * h1;
  const t2 = -c * h2;
  const t3 = -c * h3;
  let first = begin > 0 ? e[base + step * (begin - 1)] : 0;
  let second = begin > 1 ? e[base + step * (begin - 2)] : 0;
  let third = begin > 2 ? e[base + step * (begin - 3)] : 0;
  let t = begin;
  for (; t + 4 <= n; t += 4) {
    const at = base + step * t;
    takeFar(lags, weights, far, e, at, step);
    const x0 = e[at];
    const x1 = e[at + step];
    const x2 = e[at + 2 * step];
    const x3 = e[at + 3 * step];
    const y1 = x1 + h1 * x0;
    const y2 = x2 + h1 * x1 + h2 * x0;
    const y3 = x3 + h1 * x2 + h2 * x1 + h3 * x0;
    const e0 = x0 + t0 * third + s0 * second + h1 * first;
    const e1 = y1 + t1 * third + s1 * second + h2 * first;
    const e2 = y2 + t2 * third + s2 * second + h3 * first;
    const e3 = y3 + t3 * third + s3 * second + h4 * first;
    e[at] = e0;
    e[at + step] = e1;
    e[at + 2 * step] = e2;
    e[at + 3 * step] = e3;
    first = e3;
    second = e2;
    third = e1;
  }
  return t;
}
