/** Climbs the Lagrangian dual: prices at which the bound is high. */
import type { Pieces } from './pieces.js';
import type { SmoothDual } from './smooth-dual.js';

export interface Climb {
  bound: number;
  prices: Float64Array;
  /** What functions choose at these prices. */
  choice: Int32Array;
}

export interface ClimbOptions {
  /** Begin with these; nothing where left out. What cannot be a price counts as 0: from 0 up any prices give a bound, and these may come from anywhere. */
  prices?: Float64Array;
  /** How many times the dual is looked at, at most. */
  looks: number;
  /** Softness per function to begin and to end with, in the unit of costs. */
  softness: readonly [first: number, last: number];
  /** The climb ends when the bound is above this. */
  enough?: number;
  /** A step that gains less than this share reached the top: 1e-6 where left out. */
  flat?: number;
}

/** No price of anything: sums with it stay finite. */
const MOST_PRICE = 1e15;
/** From one softness to the next. */
const COOLING = 0.35;
const STEPS_EACH = 4;
const CONJUGATES = 30;
/** A direction is good enough when this share of the slope is left of it, squared. */
const CLOSE = 1e-3;
/** By so much of itself the bound may be below what near nodes alone say, and this many times in a row it is climbed again if it is not. */
const BLIND = 1e-4;
const AGAIN = 2;
/** A step that gains less than this share of the bound reached the top. */
const FLAT = 1e-6;

/**
 * Newton's method on the smooth dual, ever less soft: directions by conjugate gradients over prices that may change, steps cut at 0.
 *
 * Source: Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM Journal on Control and Optimization 20, 1982.
 */
export function* climb(dual: SmoothDual, options: ClimbOptions): Pieces<Climb> {
  const { looks, softness, enough = Number.POSITIVE_INFINITY, flat = FLAT } = options;
  let prices = options.prices?.map((one) => (one > 0 && one < MOST_PRICE ? one : 0)) ?? new Float64Array(dual.size);
  const [first, last] = softness;
  const best: Climb = { bound: Number.NEGATIVE_INFINITY, prices, choice: dual.choice };
  let looked = 0;
  const look = (at: Float64Array, soft: number): void => {
    dual.look(at, soft);
    if (dual.bound > best.bound) Object.assign(best, { bound: dual.bound, prices: at, choice: dual.choice.slice() });
  };
  // The highest that near nodes alone promised.
  let peak: { bound: number; prices: Float64Array } = { bound: Number.NEGATIVE_INFINITY, prices };
  const near = (at: Float64Array, soft: number): number => {
    looked++;
    dual.at(at, soft);
    if (dual.nearBound > peak.bound) peak = { bound: dual.nearBound, prices: at };
    return dual.value;
  };
  look(prices, first);
  for (let [soft, again] = [first, 0]; looked < looks && Number.isFinite(dual.bound) && !(best.bound > enough); ) {
    let value = near(prices, soft);
    let hoped = dual.nearBound;
    yield looked / looks;
    for (let step = 0; step < STEPS_EACH && looked < looks; step++) {
      const direction = newton(dual, prices);
      const slope = dual.slope.slice();
      // What a whole step would gain, were the dual as curved all along.
      if (dot(slope, direction) / 2 < flat * Math.abs(value)) break;
      let [length, reached, at] = [1, Number.NEGATIVE_INFINITY, prices];
      for (; looked < looks; length *= 0.3) {
        at = prices.map((price, i) => Math.max(0, price + length * direction[i]));
        reached = near(at, soft);
        yield looked / looks;
        let rise = 0;
        for (let i = 0; i < at.length; i++) rise += slope[i] * (at[i] - prices[i]);
        if (reached >= value + 1e-4 * rise || length < 1e-3) break;
      }
      if (!(reached > value)) break;
      const gained = reached - value;
      [prices, value, hoped] = [at, reached, dual.nearBound];
      if (gained < flat * Math.abs(value)) break;
    }
    const next = soft * COOLING;
    if (peak.bound > Math.max(best.bound, hoped)) look(peak.prices, soft);
    look(prices, soft <= last ? soft : next);
    peak.bound = best.bound;
    // Far nodes have come near: the prices are too high for what is known of them.
    const isBlind = hoped - dual.bound > BLIND * Math.abs(hoped);
    again = isBlind ? again + 1 : 0;
    if (isBlind && again <= AGAIN) continue;
    if (soft <= last) break;
    soft = next;
  }
  return best;
}

/** The step to the top of what the smooth dual looks like here, over prices that are not held at 0. */
function newton(dual: SmoothDual, prices: Float64Array): Float64Array {
  const { size, slope } = dual;
  const diagonal = new Float64Array(size);
  dual.diagonal(diagonal);
  const isFree = Uint8Array.from(slope, (one, i) => (prices[i] > 0 || one > 0 ? 1 : 0));
  // Flat directions are held back, or the step would go on for ever along them.
  const steepest = diagonal.reduce((most, one) => Math.max(most, one), 0);
  const damping = Math.max(steepest * 1e-4, Number.MIN_VALUE);
  const scale = diagonal.map((one) => 1 / (one + damping));
  const step = new Float64Array(size);
  const left = slope.map((one, i) => (isFree[i] ? one : 0));
  let toward = left.map((one, i) => one * scale[i]);
  const bent = new Float64Array(size);
  let energy = dot(left, toward);
  const start = energy;
  for (let i = 0; i < CONJUGATES && energy > CLOSE * start; i++) {
    dual.curvature(toward, bent);
    for (let k = 0; k < size; k++) bent[k] = isFree[k] ? bent[k] + damping * toward[k] : 0;
    const length = energy / dot(toward, bent);
    if (!Number.isFinite(length)) break;
    for (let k = 0; k < size; k++) {
      step[k] += length * toward[k];
      left[k] -= length * bent[k];
    }
    const scaled = left.map((one, k) => one * scale[k]);
    const next = dot(left, scaled);
    const keep = next / energy;
    toward = toward.map((one, k) => scaled[k] + keep * one);
    energy = next;
  }
  return step;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
