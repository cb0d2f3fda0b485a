/** The exact Gaussian likelihood of a series without gaps, and its gradient in one pass back: the pure twin of `exact`. */
import { ln } from '../numeric.js';
import { backStep, rotate, stepState } from './chain.js';
import { dot } from './lanes.js';
import { solve } from './least-squares.js';
import { Expanded, type Order, stateSize } from './order.js';
import { Stationary } from './stationary.js';
import { adjoint, innovations } from './steady.js';

/** Steps between two kept pairs of gain and direction. */
const BLOCK = 32;
/** Square sum of the direction at which the filter is steady. */
export const STEADY = 1e-18;
/** So near a unit root a variance has four digits left when it is down at the innovation's. */
export const LARGEST_VARIANCE = 1e12;
/** No prediction is better than the innovation; one that seems so has lost its digits. */
const LEAST_VARIANCE = 0.9999;

/** One series with its regressors, and room for evaluations. */
export class Exact {
  readonly expanded: Expanded;
  /** Effects of unknowns, then of regressors, and the factor of their normal equations. */
  readonly effects: Float64Array;
  readonly gram: Float64Array;
  /** Over the root of their variance, and the sum of their squares: NaN where effects depend on one another. */
  readonly innovations: Float64Array;
  squares = 0;
  readonly n: number;
  /** The series, then what is unknown, then regressors: `[columns, n]`. */
  readonly data: Float64Array;
  #unknowns: number;
  /** Where each column begins, being zero before. */
  #begins: Int32Array;
  #r: number;
  #columns: number;
  #stationary: Stationary;
  /** Columns over the root of their variance: views `[n]`. */
  #filtered: Float64Array[];
  #variance: Float64Array;
  #steadyFrom = 0;
  #logVariance = 0;
  #states: Float64Array;
  #gain: Float64Array;
  #direction: Float64Array;
  #kept: number[] = [];
  #block: Float64Array;
  #rest: Float64Array;
  #back: Float64Array;

  /**
   * The first columns after the series are zero before `unknown` each; their effects have a flat prior of density 1 and are integrated
   * out. There is no slope then.
   */
  constructor(order: Order, data: Float64Array, columns: number, unknown: readonly number[] = []) {
    const n = data.length / columns;
    const r = stateSize(order);
    this.#unknowns = unknown.length;
    this.#begins = new Int32Array(columns);
    this.#begins.set(unknown, 1);
    this.n = n;
    this.data = data;
    this.#r = r;
    this.#columns = columns;
    this.expanded = new Expanded(order);
    this.#stationary = new Stationary(r, this.expanded);
    this.#filtered = Array.from({ length: columns }, () => new Float64Array(n));
    this.#variance = new Float64Array(n);
    this.#states = new Float64Array(columns * (r + 1));
    this.#gain = new Float64Array(r + 1);
    this.#direction = new Float64Array(r + 1);
    this.#block = new Float64Array(BLOCK * 2 * (r + 1));
    this.#rest = new Float64Array(n);
    this.innovations = new Float64Array(n);
    this.#back = new Float64Array(n);
    this.effects = new Float64Array(columns - 1);
    this.gram = new Float64Array((columns - 1) * (columns - 1));
  }

  /** Minus the log-likelihood at `x`, less what does not depend on it; infinite where there is none. */
  value(x: Float64Array): number {
    this.expanded.atNumbers(x);
    return this.#evaluate(false);
  }

  /** The same at coefficients. */
  valueAt(coefficients: Float64Array): number {
    this.expanded.atCoefficients(coefficients);
    return this.#evaluate(false);
  }

  /** The value and its slope in `x`. */
  valueGradient(x: Float64Array, gradient: Float64Array): number {
    this.expanded.atNumbers(x);
    const value = this.#evaluate(true);
    gradient.fill(0);
    if (Number.isFinite(value)) this.#backwards(x, gradient);
    return value;
  }

  #evaluate(keep: boolean): number {
    this.#kept.length = 0;
    this.#steadyFrom = 0;
    this.#logVariance = 0;
    this.#states.fill(0);
    if (!this.#stationary.fill(this.expanded)) return Number.POSITIVE_INFINITY;
    if (this.#stationary.variance > LARGEST_VARIANCE) return Number.POSITIVE_INFINITY;
    this.#stationary.firstGain(this.expanded, this.#gain);
    if (!this.#unsteady(keep)) return Number.POSITIVE_INFINITY;
    const n = this.n;
    for (let c = 0; c < this.#columns; c++) {
      const column = this.data.subarray(c * n, (c + 1) * n);
      const at = c * (this.#r + 1);
      // Before it begins a column has no state either.
      const from = Math.max(this.#steadyFrom, this.#begins[c]);
      innovations(this.expanded, column, from, n, this.#states, at, this.#r, this.#filtered[c]);
    }
    if (!this.#concentrate()) return Number.POSITIVE_INFINITY;
    const value = 0.5 * ((n - this.#unknowns) * ln(this.squares) + this.#logVariance);
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
  }

  /** Steps until the filter is steady or the series ends; false where rounding takes over. */
  #unsteady(keep: boolean): boolean {
    const n = this.n;
    const width = this.#r + 1;
    const gain = this.#gain;
    const direction = this.#direction;
    const states = this.#states;
    direction.set(gain);
    let f = this.#stationary.variance;
    let product = 1;
    let t = 0;
    for (; t < n; t++) {
      if (keep && t % BLOCK === 0) this.#keep();
      if (t % 4 === 0 && dot(direction, 0, direction, 0, width) < STEADY) break;
      if (!(f > LEAST_VARIANCE)) return false;
      this.#variance[t] = f;
      product *= f;
      if (product > 1e200) {
        this.#logVariance += ln(product);
        product = 1;
      }
      const scale = 1 / Math.sqrt(f);
      for (let c = 0; c < this.#columns; c++) {
        if (t < this.#begins[c]) continue;
        const at = c * width;
        const predicted = states[at];
        const v = this.data[c * n + t] - predicted;
        this.#filtered[c][t] = v * scale;
        stepState(states, at, gain, predicted, v / f, this.expanded);
      }
      f = rotate(gain, direction, 0, 0, this.#r, f, this.expanded);
    }
    this.#logVariance += ln(product);
    this.#steadyFrom = t;
    return true;
  }

  #keep(): void {
    for (let i = 0; i <= this.#r; i++) this.#kept.push(this.#gain[i]);
    for (let i = 0; i <= this.#r; i++) this.#kept.push(this.#direction[i]);
  }

  /** Unknowns and regressors out: effects, innovations of the rest and their sum of squares. */
  #concentrate(): boolean {
    const n = this.n;
    const k = this.#columns - 1;
    const [first, ...others] = this.#filtered;
    const e = this.innovations;
    e.set(first);
    if (k > 0) {
      for (let i = 0; i < k; i++) {
        const begin = this.#begins[i + 1];
        this.effects[i] = dot(others[i], begin, first, begin, n - begin);
        for (let j = 0; j <= i; j++) {
          const later = Math.max(begin, this.#begins[j + 1]);
          this.gram[i * k + j] = dot(others[i], later, others[j], later, n - later);
        }
      }
      if (!solve(this.gram, this.effects)) {
        this.squares = Number.NaN;
        return false;
      }
      for (let i = 0; i < k; i++) {
        const effect = this.effects[i];
        const column = others[i];
        for (let t = this.#begins[i + 1]; t < n; t++) e[t] -= effect * column[t];
      }
      for (let i = 0; i < this.#unknowns; i++) this.#logVariance += 2 * ln(this.gram[i * k + i]);
    }
    this.squares = dot(e, 0, e, 0, n);
    return this.squares > 0;
  }

  /** The slope in `x` of the value just made. */
  #backwards(x: Float64Array, gradient: Float64Array): void {
    const n = this.n;
    const rest = this.#rest;
    rest.set(this.data.subarray(0, n));
    for (let i = 0; i < this.effects.length; i++) {
      const effect = this.effects[i];
      const column = this.data.subarray((i + 1) * n, (i + 2) * n);
      for (let t = 0; t < n; t++) rest[t] -= effect * column[t];
    }
    const weight = n / this.squares;
    const slopeAr = new Float64Array(this.expanded.ar.length);
    const slopeMa = new Float64Array(this.expanded.ma.length);
    const e = this.innovations;
    adjoint(this.expanded, weight, rest, e, this.#back, this.#steadyFrom, n, slopeAr, slopeMa);
    const { gain, variance } = this.#backwardsUnsteady(weight, slopeAr);
    this.#startSlope(x, gain, variance, gradient);
    this.expanded.gradient(x, slopeAr, slopeMa, gradient);
  }

  /** Back through the unsteady steps: the slopes in the first gain and in the first variance. */
  #backwardsUnsteady(weight: number, slopeAr: Float64Array): { gain: Float64Array; variance: number } {
    const n = this.n;
    const r = this.#r;
    const m = this.#steadyFrom;
    const width = r + 1;
    const { arLags, ar } = this.expanded;
    const block = this.#block;
    const state = new Float64Array(width);
    for (let i = 0; i < r && m + i < n; i++) state[i] = -this.#back[m + i];
    const gain = new Float64Array(width);
    const direction = new Float64Array(width);
    let variance = 0;
    let blockFrom = Math.ceil(m / BLOCK) * BLOCK;
    for (let t = m - 1; t >= 0; t--) {
      if (t < blockFrom) {
        blockFrom -= BLOCK;
        this.#fillBlock(blockFrom, t);
      }
      const k = (t - blockFrom) * 2 * width;
      const l = k + width;
      const f = this.#variance[t];
      const v = this.innovations[t] * Math.sqrt(f);
      const predicted = this.#rest[t] - v;
      const c = v / f;
      const head = block[l];
      const d = head / f;
      let turned = dot(block, l + 1, gain, 0, r) + dot(block, k, direction, 0, r);
      const update = dot(block, k, state, 0, r);
      let headSlope = 0;
      let predictedSlope = 0;
      for (let j = 0; j < arLags.length; j++) {
        const i = arLags[j] - 1;
        const moved = direction[i] - d * gain[i];
        turned += ar[j] * (head * gain[i]);
        headSlope += ar[j] * moved;
        predictedSlope += ar[j] * state[i];
        slopeAr[j] += head * moved + predicted * state[i];
      }
      const dSlope = -turned - head * variance;
      headSlope += dSlope / f - d * variance;
      backStep(gain, direction, state, d, c);
      direction[0] = headSlope;
      variance = variance - (dSlope * head + update * v) / (f * f) + 0.5 * (1 / f - (weight * (v * v)) / (f * f));
      state[0] = predictedSlope - (weight * v + update) / f;
    }
    for (let i = 0; i < width; i++) gain[i] += direction[i];
    return { gain, variance };
  }

  /** Gain and direction at each step from `from` to `last`, made again from a kept pair. */
  #fillBlock(from: number, last: number): void {
    const pair = 2 * (this.#r + 1);
    const block = this.#block;
    const kept = (from / BLOCK) * pair;
    for (let i = 0; i < pair; i++) block[i] = this.#kept[kept + i];
    for (let t = from; t < last; t++) {
      const at = (t + 1 - from) * pair;
      block.copyWithin(at, at - pair, at);
      rotate(block, block, at, at + this.#r + 1, this.#r, this.#variance[t], this.expanded);
    }
  }

  /** Adds the part of the slope that comes through the stationary start, by central differences. */
  #startSlope(x: Float64Array, gainSlope: Float64Array, varianceSlope: number, gradient: Float64Array): void {
    const point = x.slice();
    const r = this.#r;
    const starts = [new Float64Array(r + 1), new Float64Array(r + 1)];
    for (let j = 0; j < gradient.length; j++) {
      const step = 1e-5 * (1 + Math.abs(x[j]));
      const variances = [0, 0];
      for (let side = 0; side < 2; side++) {
        point[j] = x[j] + (side === 0 ? step : -step);
        this.expanded.atNumbers(point);
        if (!this.#stationary.fill(this.expanded)) {
          // On the edge of stationarity: the point itself stands for the side that has no start.
          this.expanded.atNumbers(x);
          this.#stationary.fill(this.expanded);
        }
        this.#stationary.firstGain(this.expanded, starts[side]);
        variances[side] = this.#stationary.variance;
      }
      point[j] = x[j];
      let sum = varianceSlope * (variances[0] - variances[1]);
      for (let i = 0; i < r; i++) sum += gainSlope[i] * (starts[0][i] - starts[1][i]);
      gradient[j] += sum / (2 * step);
    }
    this.expanded.atNumbers(x);
  }
}
