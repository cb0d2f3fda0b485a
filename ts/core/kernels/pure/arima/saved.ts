/** A model as numbers, and back: the pure twin of `saved.rs`. */
import { IsothermError } from '../../error.js';
import { Filter, LARGEST_GAPPED_STATE } from './filter.js';
import { Kalman, MOST_COUNTED } from './kalman.js';
import { Model } from './model.js';
import { coefficientCount, lostValues, reachInRange, stateSize } from './order.js';
import { parseOrder } from './spec.js';

const VERSION = 2;
const CHAIN = 0;
const STEADY_CHAIN = 1;
const FULL = 2;
const STEADY_FULL = 3;

export function saveModel(model: Model): Float64Array {
  const { order, filter, ...fitted } = model.fitted;
  const r = stateSize(order);
  const { form } = filter;
  const whole = form instanceof Kalman;
  const out = [
    VERSION,
    ...[order.p, order.d, order.q, order.seasonalP, order.seasonalD, order.seasonalQ, order.season],
    Number(fitted.hasMean),
    model.slopes.length,
    ...[fitted.used, fitted.evaluations, Number(fitted.converged), fitted.sigma2, fitted.logLikelihood],
    ...fitted.coefficients,
    ...fitted.coefficientErrors,
    ...fitted.effects,
    ...fitted.effectErrors,
    filter.seen,
    (whole ? FULL : CHAIN) + Number(form.steady),
  ];
  const parts = [Float64Array.from(out), filter.state.subarray(0, r), filter.past];
  if (whole) parts.push(Float64Array.of(form.run), form.covariance);
  else parts.push(Float64Array.of(form.f), form.gain.subarray(0, r), form.direction.subarray(0, r));
  const saved = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    saved.set(part, at);
    at += part.length;
  }
  return saved;
}

/** Errors: `BAD_STATE` for numbers that `saveModel` did not write. */
export function loadModel(saved: Float64Array): Model {
  let at = 0;
  const take = (count: number): Float64Array => {
    if (at + count > saved.length) throw bad();
    at += count;
    return saved.slice(at - count, at);
  };
  if (take(1)[0] !== VERSION) throw bad();
  const numbers = take(7);
  const order = orBad(() => parseOrder(numbers));
  orBad(() => reachInRange(order));
  const counts = take(2);
  const mean = count(counts[0], 1);
  const regressors = count(counts[1], saved.length);
  const head = take(5);
  const used = count(head[0], MOST_COUNTED);
  const evaluations = count(head[1], MOST_COUNTED);
  const converged = count(head[2], 1) === 1;
  const k = coefficientCount(order);
  const coefficients = take(k);
  const coefficientErrors = take(k);
  const effects = take(regressors + mean);
  const effectErrors = take(regressors + mean);
  const [seen, kind] = take(2);
  const r = stateSize(order);
  const lost = lostValues(order);
  const state = take(r);
  const past = take(lost);
  for (const known of [coefficients, effects, state, past, head.subarray(3)]) finite(known);
  if (!(head[3] > 0)) throw bad();
  const filter = orBad(() => new Filter(order, coefficients, mean === 1 ? effects[0] : 0, past));
  filter.state.set(state);
  filter.seen = count(seen, MOST_COUNTED);
  const first = take(1)[0];
  if (kind === CHAIN || kind === STEADY_CHAIN) {
    if (!(first > 0 && Number.isFinite(first))) throw bad();
    const gain = new Float64Array(r + 1);
    const direction = new Float64Array(r + 1);
    gain.set(finite(take(r)));
    direction.set(finite(take(r)));
    filter.form = { gain, direction, f: first, steady: kind === STEADY_CHAIN };
  } else if ((kind === FULL || kind === STEADY_FULL) && r + lost <= LARGEST_GAPPED_STATE) {
    const kalman = new Kalman(order);
    kalman.set(filter.expanded);
    kalman.run = count(first, MOST_COUNTED);
    kalman.steady = kind === STEADY_FULL;
    kalman.setCovariance(finite(take(kalman.covariance.length)));
    filter.form = kalman;
  } else {
    throw bad();
  }
  if (at !== saved.length) throw bad();
  return new Model({
    order,
    hasMean: mean === 1,
    coefficients,
    coefficientErrors,
    effects,
    effectErrors,
    sigma2: head[3],
    logLikelihood: head[4],
    used,
    evaluations,
    converged,
    residuals: new Float64Array(0),
    filter,
  });
}

const bad = (): IsothermError => new IsothermError('BAD_STATE', 'this is not a saved ARIMA model of this version');

function orBad<T>(run: () => T): T {
  try {
    return run();
  } catch {
    throw bad();
  }
}

function finite(numbers: Float64Array): Float64Array {
  if (numbers.every(Number.isFinite)) return numbers;
  throw bad();
}

/** A whole number of at most `most`. */
function count(value: number, most: number): number {
  if (value >= 0 && value <= most && Math.floor(value) === value) return value;
  throw bad();
}
