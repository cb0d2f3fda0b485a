/** The Kalman filter with the state's whole variance, for series with gaps: the pure twin of `kalman.rs`. */
import { differenceWeights, type Order, type Polynomials, stateSize } from './order.js';
import type { Stationary } from './stationary.js';

/** Distance from the steady variance below which it is taken as reached. */
const STEADY = 1e-13;
/** Counts go no further: what they are for is long decided. */
export const MOST_COUNTED = 1e9;

/** One more. */
export const counted = (count: number): number => Math.min(count + 1, MOST_COUNTED);

/**
 * Variance and gain, the same for every column. The state is Harvey's, then the last values of the series. Of these only those that are missing
 * vary: rows and columns of the others are zero and passed over, as are lags without a weight.
 */
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
  /** Which weights of the last values, of the AR lags and of the innovation are not zero. */
  #weighted: number[] = [];
  #turned: number[] = [];
  #loaded: number[] = [];
  /** Which of the last values are missing, the newest first; rows of the covariance that are not zero. */
  #open: number[] = [];
  #live: number[] = [];
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
    this.#weighted = nonZero(this.past);
    this.#setOpen([]);
  }

  #setOpen(open: number[]): void {
    this.#open = open;
    this.#live = [...Array(this.r).keys(), ...open.map((k) => this.r + k)];
  }

  /** A filter of its own in the same place. */
  copied(order: Order, of: Polynomials): Kalman {
    const copy = new Kalman(order);
    copy.set(of);
    copy.setCovariance(this.covariance);
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
    this.#setOpen([]);
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
    this.#turned = nonZero(this.#phi);
    this.#loaded = nonZero(this.#load);
  }

  /** The covariance from outside. */
  setCovariance(covariance: Float64Array): void {
    this.covariance.set(covariance);
    this.#findOpen();
  }

  #findOpen(): void {
    const { r, size, covariance } = this;
    const open: number[] = [];
    for (let k = 0; k < this.past.length; k++) if (covariance[(r + k) * (size + 1)] !== 0) open.push(k);
    this.#setOpen(open);
  }

  #settle(): void {
    const { r, size } = this;
    this.covariance.fill(0);
    this.#setOpen([]);
    for (let i = 0; i < r; i++) {
      for (let j = 0; j < r; j++) this.covariance[i * size + j] = this.#load[i] * this.#load[j];
    }
    this.steady = true;
  }

  /** What the state says of the next value. */
  predict(state: Float64Array): number {
    let value = state[0];
    for (const k of this.#weighted) value += this.past[k] * state[this.r + k];
    return value;
  }

  /** The variance of the next value; makes the gain. */
  variance(): number {
    if (this.steady) return 1;
    const { r, size, past, covariance } = this;
    const open = this.#open;
    this.#gain.fill(0, r);
    for (const i of this.#live) {
      const row = i * size;
      let value = covariance[row];
      for (const k of open) value += past[k] * covariance[row + r + k];
      this.#gain[i] = value;
    }
    let value = this.#gain[0];
    for (const k of open) value += past[k] * this.#gain[r + k];
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
      for (const i of this.#live) {
        const c = gain[i] / f;
        const row = i * size;
        for (let j = 0; j < r; j++) covariance[row + j] -= c * gain[j];
        for (const k of this.#open) covariance[row + r + k] -= c * gain[r + k];
      }
    }
    this.#turnRows(observed);
    const row = this.#row;
    row.set(covariance.subarray(0, size));
    covariance.copyWithin(0, size, r * size);
    covariance.fill(0, (r - 1) * size, r * size);
    for (const i of this.#turned) {
      const phi = this.#phi[i];
      for (let j = 0; j < size; j++) covariance[i * size + j] += phi * row[j];
    }
    // Columns likewise, and the new innovation.
    const before = this.#open;
    const gap = m > 0 && !observed;
    this.#setOpen([...(gap ? [0] : []), ...before.map((k) => k + 1).filter((k) => k < m)]);
    for (const i of this.#live) {
      const at = i * size;
      let value = covariance[at];
      for (const k of before) value += past[k] * covariance[at + r + k];
      for (let o = before.length - 1; o >= 0; o--) {
        const k = at + r + before[o];
        if (before[o] + 1 < m) covariance[k + 1] = covariance[k];
        covariance[k] = 0;
      }
      if (gap) covariance[at + r] = value;
      const head = covariance[at];
      for (let j = 1; j < r; j++) covariance[at + j - 1] = covariance[at + j];
      covariance[at + r - 1] = 0;
      for (const j of this.#turned) covariance[at + j] += head * this.#phi[j];
      const load = i < r ? this.#load[i] : 0;
      if (load !== 0) for (const j of this.#loaded) covariance[at + j] += load * this.#load[j];
    }
    if (this.run >= m && observed && this.#nearSteady()) this.#settle();
  }

  /** Rows of the last values move down; the newest is that of the value, all known where it was observed. */
  #turnRows(observed: boolean): void {
    const { r, size, past, covariance } = this;
    const m = past.length;
    const row = this.#row;
    row.set(covariance.subarray(0, size));
    for (const k of this.#open) {
      for (let j = 0; j < size; j++) row[j] += past[k] * covariance[(r + k) * size + j];
    }
    for (let o = this.#open.length - 1; o >= 0; o--) {
      const from = (r + this.#open[o]) * size;
      if (this.#open[o] + 1 < m) covariance.copyWithin(from + size, from, from + size);
      covariance.fill(0, from, from + size);
    }
    if (m > 0 && !observed) covariance.set(row, r * size);
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
    this.#findOpen();
    this.steady = false;
  }
}

function nonZero(values: Float64Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) found.push(i);
  return found;
}
