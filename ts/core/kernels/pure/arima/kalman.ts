/** The Kalman filter with the state's whole variance, for series with gaps: the pure twin of `kalman.rs`. */
import { differenceWeights, type Order, type Polynomials, stateSize } from './order.js';
import type { Stationary } from './stationary.js';

/** Distance from the steady variance below which it is taken as reached. */
const STEADY = 1e-13;
/** Counts go no further: what they are for is long decided. */
export const MOST_COUNTED = 1e9;

/** One more. */
export const counted = (count: number): number => Math.min(count + 1, MOST_COUNTED);

/** Variance and gain, the same for every column. The state is Harvey's, then the last values of the series. */
export class Kalman {
  readonly r: number;
  /** Weights of the last values in the next. */
  readonly past: Float64Array;
  readonly size: number;
  /** Of the state, over the innovation variance: `[size, size]`. */
  readonly covariance: Float64Array;
  /** Observed without a gap until now. */
  run = 0;
  steady = false;
  #phi: Float64Array;
  #load: Float64Array;
  #gain: Float64Array;
  #row: Float64Array;

  constructor(order: Order) {
    this.r = stateSize(order);
    this.past = differenceWeights(order);
    this.size = this.r + this.past.length;
    this.covariance = new Float64Array(this.size * this.size);
    this.#phi = new Float64Array(this.r);
    this.#load = new Float64Array(this.r);
    this.#gain = new Float64Array(this.size);
    this.#row = new Float64Array(this.size);
  }

  /** A filter of its own in the same place. */
  copied(order: Order, of: Polynomials): Kalman {
    const copy = new Kalman(order);
    copy.set(of);
    copy.covariance.set(this.covariance);
    copy.run = this.run;
    copy.steady = this.steady;
    return copy;
  }

  /** To the stationary start; false where there is none. */
  start(of: Polynomials, stationary: Stationary): boolean {
    this.set(of);
    if (!stationary.fill(of)) return false;
    const { r, size } = this;
    const block = stationary.covariance(of);
    this.covariance.fill(0);
    for (let i = 0; i < r; i++) this.covariance.set(block.subarray(i * r, (i + 1) * r), i * size);
    this.run = this.past.length;
    this.steady = false;
    return true;
  }

  /** To the steady state. */
  startSteady(of: Polynomials): void {
    this.set(of);
    this.run = this.past.length;
    this.#settle();
  }

  set(of: Polynomials): void {
    this.#phi.fill(0);
    this.#load.fill(0);
    this.#load[0] = 1;
    for (let j = 0; j < of.arLags.length; j++) this.#phi[of.arLags[j] - 1] += of.ar[j];
    for (let j = 0; j < of.maLags.length; j++) this.#load[of.maLags[j]] += of.ma[j];
  }

  #settle(): void {
    const { r, size } = this;
    this.covariance.fill(0);
    for (let i = 0; i < r; i++) {
      for (let j = 0; j < r; j++) this.covariance[i * size + j] = this.#load[i] * this.#load[j];
    }
    this.steady = true;
  }

  /** What the state says of the next value. */
  predict(state: Float64Array): number {
    let value = state[0];
    for (let k = 0; k < this.past.length; k++) value += this.past[k] * state[this.r + k];
    return value;
  }

  /** The variance of the next value; makes the gain. */
  variance(): number {
    if (this.steady) return 1;
    const { r, size, past, covariance } = this;
    for (let i = 0; i < size; i++) {
      const row = i * size;
      let value = covariance[row];
      for (let k = 0; k < past.length; k++) value += past[k] * covariance[row + r + k];
      this.#gain[i] = value;
    }
    let value = this.#gain[0];
    for (let k = 0; k < past.length; k++) value += past[k] * this.#gain[r + k];
    // No prediction is better than the innovation: what is less is rounding.
    return value > 1 ? value : 1;
  }

  /** One step of a column's state, before `advance`; `surprise` is NaN at a gap, and `value` what the column then has. */
  step(state: Float64Array, value: number, surprise: number, f: number): void {
    const { r, size } = this;
    if (!Number.isNaN(surprise)) {
      if (this.steady) {
        for (let i = 0; i < r; i++) state[i] += this.#load[i] * surprise;
      } else {
        const c = surprise / f;
        for (let i = 0; i < size; i++) state[i] += c * this.#gain[i];
      }
    }
    const head = state[0];
    for (let i = 0; i < r; i++) state[i] = (i + 1 < r ? state[i + 1] : 0) + this.#phi[i] * head;
    if (this.past.length === 0) return;
    state.copyWithin(r + 1, r, size - 1);
    state[r] = value;
  }

  /** The variance one step on. */
  advance(observed: boolean, f: number): void {
    const { r, size, past, covariance } = this;
    this.run = observed ? counted(this.run) : 0;
    if (this.steady && observed) return;
    this.steady = false;
    const m = past.length;
    const gain = this.#gain;
    if (observed) {
      for (let i = 0; i < size; i++) {
        const c = gain[i] / f;
        for (let j = 0; j < size; j++) covariance[i * size + j] -= c * gain[j];
      }
    }
    // Rows: those of the state turn by its transition, those of the past move down, and the newest is the value's.
    const row = this.#row;
    if (m > 0) {
      for (let j = 0; j < size; j++) {
        let value = covariance[j];
        for (let k = 0; k < m; k++) value += past[k] * covariance[(r + k) * size + j];
        row[j] = observed ? 0 : value;
      }
      covariance.copyWithin((r + 1) * size, r * size, (size - 1) * size);
      covariance.set(row, r * size);
    }
    for (let j = 0; j < size; j++) row[j] = covariance[j];
    for (let i = 0; i < r; i++) {
      const phi = this.#phi[i];
      for (let j = 0; j < size; j++) {
        const below = i + 1 < r ? covariance[(i + 1) * size + j] : 0;
        covariance[i * size + j] = below + phi * row[j];
      }
    }
    // Columns likewise, and the new innovation.
    for (let i = 0; i < size; i++) {
      const at = i * size;
      if (m > 0) {
        let value = covariance[at];
        for (let k = 0; k < m; k++) value += past[k] * covariance[at + r + k];
        covariance.copyWithin(at + r + 1, at + r, at + size - 1);
        covariance[at + r] = observed ? 0 : value;
      }
      const head = covariance[at];
      const load = i < r ? this.#load[i] : 0;
      for (let j = 0; j < r; j++) {
        const right = j + 1 < r ? covariance[at + j + 1] : 0;
        covariance[at + j] = right + this.#phi[j] * head + load * this.#load[j];
      }
    }
    if (this.run >= m && observed && this.#nearSteady()) this.#settle();
  }

  #nearSteady(): boolean {
    const { r, size, covariance } = this;
    if (Math.abs(covariance[0] - 1) > STEADY) return false;
    for (let i = 0; i < r; i++) {
      for (let j = 0; j <= i; j++) {
        if (Math.abs(covariance[i * size + j] - this.#load[i] * this.#load[j]) > STEADY) return false;
      }
    }
    return true;
  }

  /** Adds `columns' weights columns` to the covariance: what is not known of effects. */
  addUncertainty(columns: Float64Array[], weights: Float64Array): void {
    const { size } = this;
    const k = columns.length;
    if (k === 0) return;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) sum += columns[a][i] * weights[a * k + b] * columns[b][j];
        }
        this.covariance[i * size + j] += sum;
      }
    }
    this.steady = false;
  }
}
