/** What is maximised: a series, checked, with its regressors, without gaps or with them. The pure twin of `problem.rs`. */
import { IsothermError } from '../../error.js';
import { ensure } from '../check.js';
import { augmented, bridged } from './augmented.js';
import { Design } from './design.js';
import { Exact } from './exact.js';
import { LARGEST_GAPPED_STATE, tooLarge } from './filter.js';
import { Gapped } from './gapped.js';
import { dot } from './lanes.js';
import {
  coefficientCount,
  difference,
  differenceWeights,
  lostValues,
  type Order,
  reachInRange,
  stateSize,
} from './order.js';

/** Values lie within this, and not all of them within its inverse: their squares are numbers. */
const LARGEST = 1e150;
/** Of the series divided by its scale, what rounding may leave where nothing is. */
const LEAST_LEFT = 1e-13;
const NONE = new Float64Array(0);
const NO_SQUARES = 'where squares are no longer numbers';

/** A model and the series that it is to fit. */
export interface Task {
  order: Order;
  mean: boolean;
  /** NaN is missing. */
  y: Float64Array;
  /** `[k, n]`. */
  regressors: Float64Array;
  /** From one start, roughly, without standard errors and residuals, and at the beginning of its series: to compare models by. */
  quick: boolean;
}

export const regressorCount = ({ y, regressors }: Task): number => (y.length === 0 ? 0 : regressors.length / y.length);
/** Mean and regressors. */
export const effectCount = (task: Task): number => Number(task.mean) + regressorCount(task);

/** A checked task. */
export class Problem {
  readonly design: Design;
  /** Values that the likelihood counts. */
  readonly used: number;
  /** The series that starts are found on: without gaps the one itself, else with its gaps bridged. */
  readonly whole: Exact;
  readonly gapped: Gapped | undefined;
  /** With gaps, where it is the faster way to the same likelihood: bridged, and a column for each missing value. */
  #augmented: Exact | undefined;

  constructor(task: Task) {
    check(task);
    const { order, mean, y, regressors } = task;
    const n = y.length;
    const k = regressorCount(task);
    const lost = lostValues(order);
    const columns = 1 + effectCount(task);
    const name = (i: number) => (mean && i === 0 ? 'the mean' : `xreg[${i - Number(mean)}]`);
    if (!y.some(Number.isNaN)) {
      const left = n - lost;
      const data = new Float64Array(columns * left);
      data.set(difference(order, y));
      if (mean) data.fill(1, left, 2 * left);
      for (let i = 0; i < k; i++) {
        data.set(difference(order, regressors.subarray(i * n, (i + 1) * n)), (1 + Number(mean) + i) * left);
      }
      this.design = new Design(data, columns, 0, name);
      varied(task, this.design, () => besideConstant(this.design));
      this.whole = new Exact(order, this.design.data, columns);
      this.gapped = undefined;
      this.used = left;
      return;
    }
    const size = stateSize(order) + lost;
    if (size > LARGEST_GAPPED_STATE) throw tooLarge(size);
    const data = new Float64Array(columns * n);
    data.set(y);
    if (mean) data.set(trend(order, n), n);
    data.set(regressors, (1 + Number(mean)) * n);
    this.design = new Design(data, columns, lost, name);
    varied(task, this.design, () => whiteInnovations(task, this.design));
    this.gapped = new Gapped(order, this.design.data, columns);
    this.whole = bridged(order, this.design);
    this.#augmented = augmented(order, this.design);
    this.used = this.gapped.used;
  }

  /**
   * The exact likelihood (minus, less constants) and its slope; with gaps that is taken by central differences, or roughly by those
   * to one side.
   */
  exact(x: Float64Array, rough: boolean, gradient: Float64Array): number {
    if (this.gapped === undefined) return this.whole.valueGradient(x, gradient);
    const likelihood = this.#augmented ?? this.gapped;
    const point = x.slice();
    const here = likelihood.value(x);
    for (let j = 0; j < x.length; j++) {
      if (rough) {
        const step = 1e-6 * (1 + Math.abs(x[j]));
        point[j] = x[j] + step;
        gradient[j] = (likelihood.value(point) - here) / step;
        point[j] = x[j];
        continue;
      }
      const step = 1e-5 * (1 + Math.abs(x[j]));
      point[j] = x[j] + step;
      const up = likelihood.value(point);
      point[j] = x[j] - step;
      const down = likelihood.value(point);
      point[j] = x[j];
      gradient[j] = (up - down) / (2 * step);
    }
    return here;
  }

  /** The exact likelihood at coefficients; leaves its effects and innovations behind. */
  atCoefficients(coefficients: Float64Array): number {
    return (this.gapped ?? this.whole).valueAt(coefficients);
  }
}

function check(task: Task): void {
  const { order, y, regressors } = task;
  const n = y.length;
  reachInRange(order);
  ensure(
    n === 0 || regressors.length % n === 0,
    'BAD_LENGTH',
    () => `xreg has ${regressors.length} entries, expected a multiple of ${n}`,
  );
  y.forEach((value, t) => {
    const infinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    ensure(!infinite, 'NOT_FINITE', () => `y[${t}] is ${value > 0 ? 'inf' : '-inf'}, expected a number or NaN`);
    ensure(!(Math.abs(value) > LARGEST), 'OUT_OF_RANGE', () => `y[${t}] is beyond 1e150, ${NO_SQUARES}`);
  });
  regressors.forEach((value, i) => {
    const place = () => `xreg[${Math.floor(i / n)}][${i % n}] is not finite, expected a finite number`;
    ensure(Number.isFinite(value), 'NOT_FINITE', place);
    const beyond = () => `xreg[${Math.floor(i / n)}][${i % n}] is beyond 1e150, ${NO_SQUARES}`;
    ensure(Math.abs(value) <= LARGEST, 'OUT_OF_RANGE', beyond);
  });
  let seen = 0;
  for (const value of y) if (!Number.isNaN(value)) seen++;
  const needed = lostValues(order) + coefficientCount(order) + effectCount(task) + 2;
  ensure(
    seen >= needed,
    'BAD_LENGTH',
    () => `y has ${seen} values that are not missing, this model needs at least ${needed}`,
  );
  // A season must have gone by once before a lag of it can be seen.
  const reach = lostValues(order) + order.season * Math.max(order.seasonalP, order.seasonalQ);
  ensure(n > reach, 'BAD_LENGTH', () => `y has ${n} values, this model reaches back ${reach}`);
}

/** How far apart values may lie that are one but for rounding; each difference doubles it. */
export function roundingOf(y: Float64Array): number {
  let most = 0;
  for (const value of y) if (Math.abs(value) > most) most = Math.abs(value);
  return 1e-14 * most;
}

/**
 * Errors: `INFEASIBLE` where nothing but a constant is left to explain, whether the model has a mean or not: the likelihood then has no
 * maximum, or one that says nothing.
 */
function varied({ order, y }: Task, { scale }: Design, rest: () => Float64Array | undefined): void {
  ensure(scale > 1 / LARGEST, 'OUT_OF_RANGE', () => `y lies within 1e-150, ${NO_SQUARES}`);
  const left = Math.max((roundingOf(y) / scale) * 2 ** (order.d + order.seasonalD), LEAST_LEFT);
  const sentence = 'y is constant once differences, mean and regressors are taken off: its likelihood has no maximum';
  const varies = rest()?.some((value) => Math.abs(value) > left) ?? true;
  ensure(varies, 'INFEASIBLE', () => sentence);
}

/** Without gaps: the series less its projection on a constant and the regressors. */
function besideConstant({ data, columns }: Design): Float64Array {
  const n = data.length / columns;
  const ones = new Float64Array(n).fill(1);
  for (let c = 1; c < columns; c++) take(ones, data.subarray(c * n, (c + 1) * n), 1);
  const rest = data.slice(0, n);
  // Of a constant among the regressors rounding alone is left.
  const length = dot(ones, 0, ones, 0, n);
  if (length > 1e-9 * n) {
    // Twice: the second pass takes what rounding left in the first.
    for (let pass = 0; pass < 2; pass++) take(rest, ones, length);
  }
  return rest;
}

/** `values` less their projection on `column`, whose square sum is `length`. */
function take(values: Float64Array, column: Float64Array, length: number): void {
  const share = dot(values, 0, column, 0, values.length) / length;
  for (let t = 0; t < values.length; t++) values[t] -= share * column[t];
}

/**
 * With gaps: what white noise with these differences and a mean would have as innovations; none where mean and regressors depend on one
 * another, which is for the search to say.
 */
function whiteInnovations(task: Task, given: Design): Float64Array | undefined {
  const order = { ...task.order, p: 0, q: 0, seasonalP: 0, seasonalQ: 0 };
  const beside = (design: Design): Float64Array | undefined => {
    const white = augmented(order, design) ?? new Gapped(order, design.data, design.columns);
    white.value(NONE);
    return Number.isNaN(white.squares) ? undefined : white.innovations;
  };
  // Where the regressors, or what differences leave of them, hold the mean already, they are enough.
  const own = task.mean ? undefined : designWithMean(order, task);
  return (own && beside(own)) ?? beside(given);
}

/** None where the regressors hold the mean already. */
function designWithMean(order: Order, { y, regressors }: Task): Design | undefined {
  const n = y.length;
  const data = new Float64Array(2 * n + regressors.length);
  data.set(y);
  data.set(trend(order, n), n);
  data.set(regressors, 2 * n);
  try {
    return new Design(data, data.length / n, lostValues(order), () => '');
  } catch (error) {
    if (error instanceof IsothermError) return undefined;
    throw error;
  }
}

/** The column whose differences are all 1. */
function trend(order: Order, n: number): Float64Array {
  const weights = differenceWeights(order);
  const column = new Float64Array(n);
  for (let t = weights.length; t < n; t++) {
    let value = 1;
    for (let k = 0; k < weights.length; k++) value += weights[k] * column[t - 1 - k];
    column[t] = value;
  }
  return column;
}
