/** The model as it crosses from outside: the pure twin of `spec.rs`. */
import { ensure, whole } from '../check.js';
import type { Order } from './order.js';
import type { Task } from './problem.js';

/** Entries of a spec. */
export const SPEC = 9;
const MOST_COEFFICIENTS = 32;
const MOST_DIFFERENCES = 3;
export const LONGEST_SEASON = 1e6;
const NAMES = ['order[0]', 'order[1]', 'order[2]', 'seasonal[0]', 'seasonal[1]', 'seasonal[2]', 'seasonal[3]'];

function most(i: number): number {
  if (i === 1 || i === 4) return MOST_DIFFERENCES;
  return i === 6 ? LONGEST_SEASON : MOST_COEFFICIENTS;
}

/** The order of `[p, d, q, P, D, Q, s]`. Errors: `OUT_OF_RANGE`. */
export function parseOrder(numbers: Float64Array): Order {
  numbers.forEach((value, i) => {
    whole(NAMES[i], value, 0, most(i));
  });
  const [p, d, q, seasonalP, seasonalD, seasonalQ, season] = numbers;
  return { p, d, q, seasonalP, seasonalD, seasonalQ, season };
}

/** A task whose model is `[p, d, q, P, D, Q, s, mean, quick]`. Errors: `BAD_LENGTH`, `OUT_OF_RANGE`. */
export function parseTask(y: Float64Array, regressors: Float64Array, spec: Float64Array): Task {
  ensure(spec.length === SPEC, 'BAD_LENGTH', () => `spec has ${spec.length} entries, expected ${SPEC}`);
  const order = parseOrder(spec.subarray(0, 7));
  const mean = whole('mean', spec[7], 0, 1) === 1;
  const quick = whole('quick', spec[8], 0, 1) === 1;
  return { order, mean, y, regressors, quick };
}
