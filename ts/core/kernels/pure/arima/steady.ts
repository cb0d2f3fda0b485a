/** The filter in its steady state: innovations are `u - φ u - θ e`, lag by lag, and their adjoint runs backwards. */
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
  const count = maLags.length;
  if (count === 0) return;
  if (count === 1 && maLags[0] === 1) {
    const a = ma[0];
    let last = 0;
    for (let t = from; t < to; t++) {
      last = e[t] - a * last;
      e[t] = last;
    }
    return;
  }
  const inner = from + Math.min(maLags[0], n);
  for (let t = from; t < inner; t++) {
    let value = e[t];
    for (let j = 0; j < count; j++) if (maLags[j] <= t - from) value -= ma[j] * e[t - maLags[j]];
    e[t] = value;
  }
  for (let t = inner; t < to; t++) {
    let value = e[t];
    for (let j = 0; j < count; j++) value -= ma[j] * e[t - maLags[j]];
    e[t] = value;
  }
}

/**
 * The adjoint of `innovations`: `back[from..to]` comes in as the slopes in each innovation and leaves as those in each value of
 * `u` less what is known; slopes in the coefficients are added to `slopeAr` and `slopeMa`.
 */
export function adjoint(
  of: Polynomials,
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
  const count = maLags.length;
  if (count === 1 && maLags[0] === 1) {
    const a = ma[0];
    let next = 0;
    for (let t = to - 1; t >= from; t--) {
      next = back[t] - a * next;
      back[t] = next;
    }
  } else if (count > 0) {
    const inner = to - Math.min(maLags[0], n);
    for (let t = to - 1; t >= inner; t--) {
      let value = back[t];
      for (let j = 0; j < count; j++) if (t + maLags[j] < to) value -= ma[j] * back[t + maLags[j]];
      back[t] = value;
    }
    for (let t = inner - 1; t >= from; t--) {
      let value = back[t];
      for (let j = 0; j < count; j++) value -= ma[j] * back[t + maLags[j]];
      back[t] = value;
    }
  }
  for (let j = 0; j < arLags.length; j++) {
    const lag = arLags[j];
    if (lag < n) slopeAr[j] -= dot(back, from + lag, u, from, n - lag);
  }
  for (let j = 0; j < count; j++) {
    const lag = maLags[j];
    if (lag < n) slopeMa[j] -= dot(back, from + lag, e, from, n - lag);
  }
}
