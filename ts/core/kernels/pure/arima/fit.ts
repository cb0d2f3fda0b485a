/** Maximum likelihood: starts, searches, and the model that comes of the best. The pure twin of `fit.rs`. */
import { IsothermError } from '../../error.js';
import { ln } from '../numeric.js';
import { Filter } from './filter.js';
import { inverse } from './least-squares.js';
import { type Fitted, Model } from './model.js';
import { blocks, coefficientCount, coefficientsAt, jacobian, lostValues, type Order, stateSize } from './order.js';
import { effectCount, Problem, type Task } from './problem.js';
import { Search } from './search.js';
import { findStarts } from './starts.js';

/** ln(2 pi) + 1. */
const LN_2PI_PLUS_1 = 2.8378770664093453;
/** Below it numbers lose digits. */
const LEAST_NORMAL = 2 ** -1022;
const MOST_EVALUATIONS = 400;
/** A gain in log-likelihood that a search from a start, and the last one, count as none. */
const ROUGH = 1e-4;
const ROUGH_OF_LONG = 1e-2;
const FINE = 1e-10;
const QUICK = 0.05;
/** Values from which on a series is long: its optima lie further apart in value. */
const LONG = 500;
/** Optima closer than this in value are taken as one; how many are gone on from where there are gaps. */
const SAME = 1e-3;
const AGAIN = 4;
/** What one evaluation with gaps may take, in multiplications or so, for that many; beyond, one alone is gone on from. */
const CHEAP = 300_000;

/** What a fit has found, and where its searches ran. */
export interface Searched {
  task: Task;
  problem: Problem;
  best: Search;
  evaluations: number;
}

export function fitModel(task: Task): Model {
  const steps = searching(task);
  for (;;) {
    const step = steps.next();
    if (step.done) return searchedModel(step.value);
  }
}

/** The searches of a fit, one evaluation a step: how many are left, at most; at first all of them, before any evaluation. */
export function* searching(task: Task): Generator<number, Searched> {
  const problem = new Problem(task);
  const { order } = task;
  const scale = 1 / problem.used;
  const rough = task.quick ? QUICK : problem.used > LONG ? ROUGH_OF_LONG : ROUGH;
  const gradient = new Float64Array(coefficientCount(order));
  let evaluations = 0;
  function* run(searches: Search[], after: number, evaluate: typeof exact): Generator<number, void> {
    for (const [i, search] of searches.entries()) {
      while (!search.done && search.evaluations < MOST_EVALUATIONS) {
        evaluations++;
        search.tell(evaluate(search.trial, gradient), gradient);
        yield searches.length - i + after;
      }
    }
  }
  const exact = (x: Float64Array, slope: Float64Array) => problem.exact(x, false, slope);
  const roughly = (x: Float64Array, slope: Float64Array) => problem.exact(x, true, slope);
  const starts = findStarts(order, problem, task.quick).reverse();
  let found = starts.map((x) => new Search(x, scale, rough));
  const later = problem.gapped === undefined ? 1 : AGAIN + 2;
  yield found.length + later;
  yield* run(found, later, (at, slope) => problem.whole.valueGradient(at, slope));
  if (problem.gapped !== undefined) {
    const size = stateSize(order) + lostValues(order);
    const most = problem.used * size * size > CHEAP ? 1 : AGAIN;
    const white = new Search(new Float64Array(gradient.length), scale, rough);
    found = [white, ...againWithGaps(found, rough, most)];
    yield* run(found, 1, roughly);
  }
  const best = bestOf(found);
  // A quick fit is content with a rough optimum.
  if (!task.quick) {
    best.resume(FINE);
    yield* run([best], 0, exact);
  }
  return { task, problem, best, evaluations };
}

/** The model at the best point. Errors: `INFEASIBLE`. */
export function searchedModel({ task, problem, best, evaluations }: Searched): Model {
  const { order } = task;
  if (!Number.isFinite(best.value)) {
    throw new IsothermError('INFEASIBLE', 'the likelihood of this model is not finite at any start');
  }
  const coefficients = new Float64Array(best.x.length);
  coefficientsAt(blocks(order), best.x, coefficients);
  const errors = task.quick ? coefficients.map(() => Number.NaN) : standardErrors(order, problem, best.x);
  return modelAt(task, problem, coefficients, errors, { evaluations, converged: best.converged });
}

/** The last search is the one to beat; of equals it stays. */
function bestOf(found: Search[]): Search {
  let best = found[found.length - 1];
  for (const other of found.slice(0, -1)) if (other.value < best.value) best = other;
  return best;
}

/** The best of the searches without gaps, the worst of them first. */
function againWithGaps(found: Search[], rough: number, most: number): Search[] {
  const sorted = found.map((search) => search).sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  const distinct: Search[] = [];
  for (const search of sorted) {
    const last = distinct[distinct.length - 1];
    if (last === undefined || !(Math.abs(search.value - last.value) < SAME)) distinct.push(search);
  }
  const again = distinct.slice(0, most).reverse();
  for (const search of again) search.resume(rough);
  return again;
}

/** The inverse of the likelihood's curvature, taken where the transform is smooth and carried over; NaN where it is not definite. */
function standardErrors(order: Order, problem: Problem, x: Float64Array): Float64Array {
  const k = x.length;
  const curvature = new Float64Array(k * k);
  const point = x.slice();
  const up = new Float64Array(k);
  const down = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const step = 1e-4 * (1 + Math.abs(x[j]));
    point[j] = x[j] + step;
    problem.exact(point, false, up);
    point[j] = x[j] - step;
    problem.exact(point, false, down);
    point[j] = x[j];
    for (let i = 0; i < k; i++) curvature[i * k + j] = (up[i] - down[i]) / (2 * step);
  }
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      const value = 0.5 * (curvature[i * k + j] + curvature[j * k + i]);
      curvature[i * k + j] = value;
      curvature[j * k + i] = value;
    }
  }
  const errors = new Float64Array(k).fill(Number.NaN);
  const covariance = inverse(curvature, k);
  if (covariance === undefined) return errors;
  for (const { start, size, sign } of blocks(order)) {
    const slope = jacobian(x.subarray(start, start + size), sign);
    for (let i = 0; i < size; i++) {
      let variance = 0;
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) {
          variance += slope[i * size + a] * covariance[(start + a) * k + start + b] * slope[i * size + b];
        }
      }
      errors[start + i] = Math.sqrt(variance);
    }
  }
  return errors;
}

/** The model at coefficients, its regressors' effects by generalised least squares. */
export function modelAt(
  task: Task,
  problem: Problem,
  coefficients: Float64Array,
  coefficientErrors: Float64Array,
  searched: Pick<Fitted, 'evaluations' | 'converged'>,
): Model {
  const value = problem.atCoefficients(coefficients);
  if (!Number.isFinite(value)) {
    throw new IsothermError('INFEASIBLE', 'the likelihood is not finite at these coefficients');
  }
  const { design, used } = problem;
  const k = effectCount(task);
  const { squares, effects: rest, gram } = problem.gapped ?? problem.whole;
  const unknowns = problem.gapped?.unknown.length ?? 0;
  const sigma2 = (squares / used) * (design.scale * design.scale);
  const effects = design.effects(rest.subarray(unknowns));
  if (!(sigma2 >= LEAST_NORMAL && Number.isFinite(sigma2)) || !effects.every(Number.isFinite)) {
    throw new IsothermError(
      'OUT_OF_RANGE',
      'in these units the variance of the innovations, or an effect, is too large or too small for a number',
    );
  }
  const logLikelihood = -value + 0.5 * used * ln(used) - 0.5 * used * LN_2PI_PLUS_1 - used * ln(design.scale);
  const all = k + unknowns;
  const solved = inverseOfFactor(gram, all);
  const block = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) block[i * k + j] = solved[(unknowns + i) * all + unknowns + j];
  }
  const effectErrors = design.effectVariances(block).map((variance) => Math.sqrt(variance * sigma2));
  const mean = task.mean ? effects[0] : 0;
  const slopes = effects.subarray(Number(task.mean));
  const residuals = new Float64Array(task.y.length).fill(Number.NaN);
  const filter = task.quick
    ? atBegin(task, coefficients, mean, slopes)
    : problem.gapped === undefined
      ? alongWhole(task, coefficients, mean, slopes, residuals)
      : afterGaps(task, problem, coefficients, mean, slopes, solved, residuals);
  return new Model({
    order: task.order,
    hasMean: task.mean,
    coefficients,
    coefficientErrors,
    effects,
    effectErrors,
    sigma2,
    logLikelihood,
    used,
    ...searched,
    residuals,
    filter,
  });
}

/** A value of the series, its regressors taken off. */
function restAt({ y, regressors }: Task, slopes: Float64Array, t: number): number {
  let value = y[t];
  for (let i = 0; i < slopes.length; i++) value -= slopes[i] * regressors[i * y.length + t];
  return value;
}

function atBegin(task: Task, coefficients: Float64Array, mean: number, slopes: Float64Array): Filter {
  const lost = lostValues(task.order);
  const past = Float64Array.from({ length: lost }, (_, k) => restAt(task, slopes, lost - 1 - k));
  return new Filter(task.order, coefficients, mean, past);
}

function alongWhole(
  task: Task,
  coefficients: Float64Array,
  mean: number,
  slopes: Float64Array,
  residuals: Float64Array,
): Filter {
  const filter = atBegin(task, coefficients, mean, slopes);
  for (let t = lostValues(task.order); t < task.y.length; t++) residuals[t] = filter.observe(restAt(task, slopes, t));
  return filter;
}

function afterGaps(
  task: Task,
  problem: Problem,
  coefficients: Float64Array,
  mean: number,
  slopes: Float64Array,
  solved: Float64Array,
  residuals: Float64Array,
): Filter {
  const { y, regressors, order } = task;
  const n = y.length;
  const { design } = problem;
  const gapped = problem.gapped!;
  const lost = lostValues(order);
  const unknowns = gapped.unknown.length;
  let count = 0;
  for (let t = lost; t < n; t++) {
    if (!Number.isNaN(y[t])) residuals[t] = gapped.innovations[count++] * design.scale;
  }
  const filter = new Filter(order, coefficients, mean, new Float64Array(lost));
  const r = stateSize(order);
  // The state is linear in the effects; what is not known of the first values stays in the variance.
  const state = gapped.states[0].slice();
  for (let c = 0; c < gapped.effects.length; c++) {
    const effect = gapped.effects[c];
    const column = gapped.states[c + 1];
    for (let i = 0; i < state.length; i++) state[i] -= effect * column[i];
  }
  for (let i = 0; i < r; i++) filter.state[i] = state[i] * design.scale;
  for (let k = 0; k < lost; k++) {
    const t = n - 1 - k;
    if (!Number.isNaN(y[t])) {
      filter.past[k] = restAt(task, slopes, t);
      continue;
    }
    // A gap's value is the state's; the column of a drift was taken off it with the projection.
    let level = state[r + k] * design.scale;
    for (let c = 0; c < design.projection.length; c++) {
      level += design.projection[c] * design.data[(c + 1) * n + t] * design.scale;
    }
    for (let c = 0; c < design.projection.length; c++) {
      level += gapped.effects[unknowns + c] * design.data[(c + 1) * n + t] * design.scale;
    }
    for (let i = 0; i < slopes.length; i++) level -= slopes[i] * regressors[i * n + t];
    filter.past[k] = level;
  }
  const kalman = gapped.kalman.copied(order, gapped.expanded);
  const all = gapped.effects.length;
  const weights = new Float64Array(unknowns * unknowns);
  for (let i = 0; i < unknowns; i++) {
    for (let j = 0; j < unknowns; j++) weights[i * unknowns + j] = solved[i * all + j];
  }
  kalman.addUncertainty(gapped.states.slice(1, 1 + unknowns), weights);
  filter.form = kalman;
  filter.seen = n - lost;
  return filter;
}

/** The inverse of the matrix whose Cholesky factor this is. */
function inverseOfFactor(factor: Float64Array, k: number): Float64Array {
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let l = 0; l <= Math.min(i, j); l++) sum += factor[i * k + l] * factor[j * k + l];
      matrix[i * k + j] = sum;
    }
  }
  return inverse(matrix, k) ?? new Float64Array(k * k).fill(Number.NaN);
}
