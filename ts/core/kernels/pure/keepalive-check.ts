/** What the arguments must be. The sentences are those of `crates/keepalive`, word for word. */
import { IsothermError } from '../error.js';

/** Sums above this could overflow further on. */
const LARGEST_SUM = 1e300;

/** A finite number of at least 0; `position` is written after the name where there is one. */
export function checkAmount(value: number, name: string, position?: number): void {
  if (value >= 0 && value < Number.POSITIVE_INFINITY) return;
  const place = position === undefined ? name : `${name}[${position}]`;
  const [code, flaw] = Number.isFinite(value)
    ? (['OUT_OF_RANGE', 'negative'] as const)
    : (['NOT_FINITE', 'not finite'] as const);
  throw new IsothermError(code, `${place} is ${flaw}, expected a finite number of at least 0`);
}

export function checkGaps(gapsMs: Float64Array, weights: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) checkAmount(gapsMs[i], 'gapsMs', i);
  if (weights.length > 0) for (let i = from; i < to; i++) checkAmount(weights[i], 'weights', i);
}

/** One weight a gap, or none at all. */
export function checkWeightsLength(weights: Float64Array, gapsMs: Float64Array): void {
  checkLength(weights.length === 0 || weights.length === gapsMs.length, 'weights', weights.length, gapsMs.length);
}

export function checkLength(holds: boolean, name: string, given: number, expected: number): void {
  if (!holds) throw new IsothermError('BAD_LENGTH', `${name} has length ${given}, expected ${expected}`);
}

/** Every sum that the optimiser forms is at most one of these. */
export function checkSums(weight: number, idleMs: number, cost: number): void {
  if (weight <= LARGEST_SUM && idleMs <= LARGEST_SUM && cost <= LARGEST_SUM) return;
  throw new IsothermError('OUT_OF_RANGE', 'gapsMs, weights and prices are too large together: a sum exceeds 1e300');
}

/** Offsets are whole, ascending, from 0 to the number of gaps; everything per function has one entry a function. */
export function checkBatch(
  offsets: Float64Array,
  gapsMs: Float64Array,
  weights: Float64Array,
  perFunction: Record<string, Float64Array>,
  outLength: number,
): number {
  checkWeightsLength(weights, gapsMs);
  if (offsets.length === 0) throw new IsothermError('BAD_LENGTH', 'offsets has length 0, expected at least 1');
  const functions = offsets.length - 1;
  for (const [name, column] of Object.entries(perFunction)) {
    checkLength(column.length === functions, name, column.length, functions);
  }
  checkLength(outLength === 3 * functions, 'out', outLength, 3 * functions);
  return checkOffsets(offsets, gapsMs.length);
}

/** How many functions offsets are for: whole, ascending, from 0 to `end`. */
export function checkOffsets(offsets: Float64Array, end: number): number {
  if (offsets.length === 0) throw new IsothermError('BAD_LENGTH', 'offsets has length 0, expected at least 1');
  const functions = offsets.length - 1;
  const misplaced = (f: number): never => {
    throw new IsothermError(
      'OUT_OF_RANGE',
      `offsets[${f}] is out of place, expected whole numbers ascending from 0 to ${end}`,
    );
  };
  let last = 0;
  for (let f = 0; f <= functions; f++) {
    const offset = offsets[f];
    // NaN fails each of these.
    const fits = offset >= last && offset <= end && offset === Math.trunc(offset) && (f > 0 || offset === 0);
    if (!fits) misplaced(f);
    last = offset;
  }
  if (last !== end) misplaced(functions);
  return functions;
}
