/** The exact likelihood of a series with gaps: the pure twin of `gapped.rs`. */
import { ln } from '../numeric.js';
import { LARGEST_VARIANCE } from './exact.js';
import { Kalman } from './kalman.js';
import { dot } from './lanes.js';
import { solve } from './least-squares.js';
import { Expanded, lostValues, type Order } from './order.js';
import { Stationary } from './stationary.js';

/** A series with gaps, its regressors, and room for evaluations. Columns: the series, unknown first values, regressors. */
export class Gapped {
  readonly expanded: Expanded;
  readonly kalman: Kalman;
  readonly states: Float64Array[];
  readonly effects: Float64Array;
  readonly gram: Float64Array;
  readonly innovations: Float64Array;
  /** Values that are there beyond those that differencing takes. */
  readonly used: number;
  /** Positions among the first values that are missing. */
  readonly unknown: number[];
  /** Sum of squares of the innovations; NaN where effects depend on one another. */
  squares = 0;
  #logVariance = 0;
  #n: number;
  #data: Float64Array;
  #stationary: Stationary;
  #filtered: Float64Array[];

  constructor(order: Order, data: Float64Array, columns: number) {
    const n = data.length / columns;
    const lost = lostValues(order);
    this.#n = n;
    this.#data = data;
    this.unknown = [];
    for (let t = 0; t < Math.min(lost, n); t++) if (Number.isNaN(data[t])) this.unknown.push(t);
    let seen = 0;
    let later = 0;
    for (let t = 0; t < n; t++) {
      if (Number.isNaN(data[t])) continue;
      seen++;
      if (t >= lost) later++;
    }
    this.used = Math.max(0, seen - lost);
    const all = columns + this.unknown.length;
    this.kalman = new Kalman(order);
    this.expanded = new Expanded(order);
    this.#stationary = new Stationary(this.kalman.r, this.expanded);
    this.states = Array.from({ length: all }, () => new Float64Array(this.kalman.size));
    this.#filtered = Array.from({ length: all }, () => new Float64Array(later));
    this.effects = new Float64Array(all - 1);
    this.gram = new Float64Array((all - 1) * (all - 1));
    this.innovations = new Float64Array(later);
  }

  /** Minus the log-likelihood at `x`, less what does not depend on it; infinite where there is none. */
  value(x: Float64Array): number {
    this.expanded.atNumbers(x);
    return this.#evaluate();
  }

  /** The same at coefficients. */
  valueAt(coefficients: Float64Array): number {
    this.expanded.atCoefficients(coefficients);
    return this.#evaluate();
  }

  #evaluate(): number {
    const { kalman, states, unknown } = this;
    const n = this.#n;
    const data = this.#data;
    const lost = kalman.past.length;
    const ready = kalman.start(this.expanded, this.#stationary);
    if (!ready || this.#stationary.variance > LARGEST_VARIANCE) return Number.POSITIVE_INFINITY;
    for (let c = 0; c < states.length; c++) this.#begin(c, lost);
    let product = 1;
    let logs = 0;
    let count = 0;
    for (let t = lost; t < n; t++) {
      const observed = !Number.isNaN(data[t]);
      const f = kalman.variance();
      const scale = 1 / Math.sqrt(f);
      if (observed) {
        product *= f;
        if (product > 1e200) {
          logs += ln(product);
          product = 1;
        }
      }
      for (let c = 0; c < states.length; c++) {
        const predicted = kalman.predict(states[c]);
        if (observed) {
          const value = c === 0 ? data[t] : c <= unknown.length ? 0 : data[(c - unknown.length) * n + t];
          const v = value - predicted;
          this.#filtered[c][count] = v * scale;
          kalman.step(states[c], value, v, f);
        } else {
          kalman.step(states[c], predicted, Number.NaN, f);
        }
      }
      if (observed) count++;
      kalman.advance(observed, f);
    }
    this.#logVariance = logs + ln(product);
    return this.#concentrate();
  }

  /** A column's state before the first value that is filtered. */
  #begin(c: number, lost: number): void {
    const state = this.states[c];
    const unknowns = this.unknown.length;
    state.fill(0);
    for (let k = 0; k < lost; k++) {
      const t = lost - 1 - k;
      if (c > 0 && c <= unknowns) {
        state[this.kalman.r + k] = this.unknown[c - 1] === t ? -1 : 0;
      } else {
        const value = this.#data[(c === 0 ? 0 : c - unknowns) * this.#n + t];
        state[this.kalman.r + k] = Number.isNaN(value) ? 0 : value;
      }
    }
  }

  #concentrate(): number {
    const k = this.effects.length;
    const [first, ...others] = this.#filtered;
    const e = this.innovations;
    const n = e.length;
    e.set(first);
    if (k > 0) {
      for (let i = 0; i < k; i++) {
        this.effects[i] = dot(others[i], 0, first, 0, n);
        for (let j = 0; j <= i; j++) this.gram[i * k + j] = dot(others[i], 0, others[j], 0, n);
      }
      if (!solve(this.gram, this.effects)) {
        this.squares = Number.NaN;
        return Number.POSITIVE_INFINITY;
      }
      for (let i = 0; i < k; i++) {
        const effect = this.effects[i];
        const column = others[i];
        for (let t = 0; t < n; t++) e[t] -= effect * column[t];
      }
      for (let i = 0; i < this.unknown.length; i++) this.#logVariance += 2 * ln(this.gram[i * k + i]);
    }
    this.squares = dot(e, 0, e, 0, n);
    const value = 0.5 * (this.used * ln(this.squares) + this.#logVariance);
    return this.squares > 0 && Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
  }
}
