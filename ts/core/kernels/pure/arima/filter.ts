/** A fitted model going along its series: forecasts, and one more value at a time. The pure twin of `filter.rs`. */
import { IsothermError } from '../../error.js';
import { rotate, stepState } from './chain.js';
import { STEADY } from './exact.js';
import { counted, Kalman } from './kalman.js';
import { dot } from './lanes.js';
import { differenceWeights, Expanded, type Order, stateSize } from './order.js';
import { Stationary } from './stationary.js';

/** The largest state that is carried with its whole variance, as gaps need. */
export const LARGEST_GAPPED_STATE = 512;
/** Multiplications or so that making a variance again may take. One of fewer values is the larger, so forecasts are never too narrow. */
const MOST_WORK = 2e9;
/** What a step takes besides. */
const STEP_WORK = 2000;

/** No gap so far: gain and direction of Chandrasekhar's recursion. */
export interface Chain {
  gain: Float64Array;
  direction: Float64Array;
  f: number;
  steady: boolean;
}

/** The state of a model after the values it has seen; regressors are taken off by the caller. */
export class Filter {
  readonly expanded: Expanded;
  readonly order: Order;
  readonly mean: number;
  /** ARMA state, `[r + 1]` with a zero at its end. */
  readonly state: Float64Array;
  /** The last values, newest first. */
  readonly past: Float64Array;
  form: Chain | Kalman;
  /** Values filtered. */
  seen = 0;
  #weights: Float64Array;
  #joined: Float64Array;

  /** Before the first value after those that differencing takes, `past` (newest first). */
  constructor(order: Order, coefficients: Float64Array, mean: number, past: Float64Array) {
    this.order = order;
    this.expanded = new Expanded(order);
    this.expanded.atCoefficients(coefficients);
    const r = stateSize(order);
    const stationary = new Stationary(r, this.expanded);
    if (!stationary.fill(this.expanded)) {
      throw new IsothermError('BAD_ARGUMENT', 'the autoregressive part is not stationary');
    }
    const gain = new Float64Array(r + 1);
    stationary.firstGain(this.expanded, gain);
    this.form = { gain, direction: gain.slice(), f: stationary.variance, steady: false };
    this.mean = mean;
    this.past = past;
    this.state = new Float64Array(r + 1);
    this.#weights = differenceWeights(order);
    this.#joined = new Float64Array(r + past.length);
  }

  /** The same state, to go on by itself. */
  copied(): Filter {
    const copy = new Filter(this.order, this.expanded.coefficients, this.mean, this.past.slice());
    copy.state.set(this.state);
    copy.seen = this.seen;
    copy.form =
      this.form instanceof Kalman
        ? this.form.copied(this.order, this.expanded)
        : { ...this.form, gain: this.form.gain.slice(), direction: this.form.direction.slice() };
    return copy;
  }

  #level(): number {
    let level = this.mean;
    for (let k = 0; k < this.past.length; k++) level += this.#weights[k] * this.past[k];
    return level;
  }

  /** One more value, regressors taken off; NaN is a gap. Returns the innovation over the root of its variance. */
  observe(value: number): number {
    if (Number.isNaN(value)) this.#carryVariance();
    const level = this.#level();
    const predicted = this.state[0];
    const given = Number.isNaN(value) ? level + predicted : value;
    this.seen = counted(this.seen);
    const { form } = this;
    if (form instanceof Kalman) return this.#observeFully(form, value, given, level);
    if (!form.steady && dot(form.direction, 0, form.direction, 0, form.direction.length) < STEADY) this.#settle(form);
    const v = value - level - predicted;
    const residual = v / Math.sqrt(form.f);
    stepState(this.state, 0, form.gain, predicted, v / form.f, this.expanded);
    if (!form.steady) {
      const next = rotate(form.gain, form.direction, 0, 0, form.gain.length - 1, form.f, this.expanded);
      form.f = next > 1 ? next : 1;
    }
    push(this.past, given);
    return residual;
  }

  /** To the gain of the steady state. */
  #settle(form: Chain): void {
    const { arLags, ar, maLags, ma } = this.expanded;
    form.steady = true;
    form.f = 1;
    form.gain.fill(0);
    for (let j = 0; j < arLags.length; j++) form.gain[arLags[j] - 1] += ar[j];
    for (let j = 0; j < maLags.length; j++) form.gain[maLags[j] - 1] += ma[j];
  }

  #observeFully(kalman: Kalman, value: number, given: number, level: number): number {
    const { r } = kalman;
    const predicted = this.state[0];
    const f = kalman.variance();
    const joined = this.#joined;
    joined.set(this.state.subarray(0, r));
    joined.set(this.past, r);
    const v = Number.isNaN(value) ? Number.NaN : value - level - predicted;
    kalman.step(joined, given, v, f);
    kalman.advance(!Number.isNaN(v), f);
    this.state.set(joined.subarray(0, r));
    this.past.set(joined.subarray(r));
    return v / Math.sqrt(f);
  }

  /** From here on with the whole variance: at the steady one, or made again from the start (it depends on no value). */
  #carryVariance(): void {
    const { form } = this;
    if (form instanceof Kalman) return;
    const kalman = new Kalman(this.order);
    if (kalman.size > LARGEST_GAPPED_STATE) throw tooLarge(kalman.size);
    if (form.steady) {
      kalman.startSteady(this.expanded);
    } else {
      kalman.start(this.expanded, new Stationary(kalman.r, this.expanded));
      const most = Math.min(this.seen, Math.floor(MOST_WORK / (kalman.size * kalman.size + STEP_WORK)));
      for (let t = 0; t < most && !kalman.steady; t++) kalman.advance(true, kalman.variance());
    }
    this.form = kalman;
  }

  /** Means and variances (over the innovations') of the next values. */
  forecast(mean: Float64Array, variance: Float64Array): void {
    const state = this.state.slice();
    const past = this.past.slice();
    const nothing = new Float64Array(state.length);
    for (let h = 0; h < mean.length; h++) {
      let next = this.mean + state[0];
      for (let k = 0; k < past.length; k++) next += this.#weights[k] * past[k];
      mean[h] = next;
      stepState(state, 0, nothing, state[0], 0, this.expanded);
      push(past, next);
    }
    if (!(this.form instanceof Kalman)) {
      this.#chainVariance(this.form, variance);
      return;
    }
    const ahead = this.form.copied(this.order, this.expanded);
    for (let h = 0; h < variance.length; h++) {
      const f = ahead.variance();
      variance[h] = f;
      ahead.advance(false, f);
    }
  }

  /** Each innovation to come moves the values after it by the gain it has when its turn comes. */
  #chainVariance(form: Chain, variance: Float64Array): void {
    const of = this.expanded;
    const gain = form.gain.slice();
    const direction = form.direction.slice();
    let f = form.f;
    const horizon = variance.length;
    const effects = new Float64Array(horizon);
    const nothing = new Float64Array(gain.length);
    variance.fill(0);
    for (let from = 0; from < horizon; from++) {
      const divisor = f;
      const state = gain.map((value) => value / divisor);
      const past = new Float64Array(this.#weights.length);
      for (let k = 0; k < horizon - from; k++) {
        let next = k === 0 ? 1 : state[0];
        for (let i = 0; i < past.length; i++) next += this.#weights[i] * past[i];
        effects[k] = next;
        if (k > 0) stepState(state, 0, nothing, state[0], 0, of);
        push(past, next);
      }
      if (form.steady || dot(direction, 0, direction, 0, direction.length) < STEADY) {
        // All that follow have these effects.
        let sum = 0;
        for (let k = 0; k < horizon - from; k++) {
          sum += f * (effects[k] * effects[k]);
          variance[from + k] += sum;
        }
        return;
      }
      for (let k = 0; k < horizon - from; k++) variance[from + k] += f * (effects[k] * effects[k]);
      const next = rotate(gain, direction, 0, 0, gain.length - 1, f, of);
      f = next > 1 ? next : 1;
    }
  }
}

/** The newest value to the front. */
function push(past: Float64Array, value: number): void {
  if (past.length === 0) return;
  past.copyWithin(1, 0, past.length - 1);
  past[0] = value;
}

/** What a gap in a model of many lags answers. */
export function tooLarge(size: number): IsothermError {
  return new IsothermError(
    'OUT_OF_RANGE',
    `a gap needs the variance of a state of ${size} values, expected at most ${LARGEST_GAPPED_STATE}`,
  );
}
