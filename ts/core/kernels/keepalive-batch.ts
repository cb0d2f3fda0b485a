/** The keep-alive optimiser for many functions at once. */
import { kernels, translated } from './backend.js';
import type { KeepaliveKernels } from './contract.js';
import { float64, type Numbers, weightsOf } from './keepalive.js';
import { checkAmount, checkBatch, checkGaps } from './pure/keepalive-check.js';

/** Gaps and prices of many functions. A price is one number for all, or `[functions]`. */
export interface KeepAliveBatch {
  /** Function `f` has the gaps `offsets[f]..offsets[f + 1]`: `[functions + 1]`, whole, ascending, from 0 to `gapsMs.length`. */
  offsets: Numbers;
  /** Gaps of all functions, ms. */
  gapsMs: Numbers;
  /** How often each gap occurs; all 1 when left out. */
  weights?: Numbers;
  idleUsdPerMs: number | Numbers;
  coldStartUsd: number | Numbers;
  /** Left out, or NaN in the entry of a function: instances stay. */
  preWarmUsd?: number | Numbers;
}

/** One warm interval per function, as columns `[functions]`. */
export interface WarmWindows {
  preWarmMs: Float64Array;
  keepAliveMs: Float64Array;
  objectiveUsd: Float64Array;
}

/** A batch as the kernels take it, checked as a whole. */
export interface KeepAliveArrays {
  offsets: Float64Array;
  gapsMs: Float64Array;
  weights: Float64Array;
  idleUsdPerMs: Float64Array;
  coldStartUsd: Float64Array;
  preWarmUsd: Float64Array;
}

/**
 * Finds the cheapest warm interval of each of many functions: `keepAliveWindow` for all, bit for bit, in one call that spreads
 * over the machine's threads in native code.
 *
 * @param batch `offsets: [functions + 1]`, gaps in ms, prices in USD; every number finite and at least 0.
 * @returns columns `[functions]` of ms, ms and USD.
 * @throws IsothermError `BAD_LENGTH` (weights, prices, offsets), `NOT_FINITE`, `OUT_OF_RANGE` (offsets out of order, negative
 * numbers, sums above 1e300), each naming the argument and the position.
 *
 * Complexity: O(n log n) per function of n gaps.
 *
 * Source: as `keepAliveWindow`.
 *
 * @example
 * keepAliveWindowBatch({ offsets: [0, 2, 3], gapsMs: [1000, 60000, 500], idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
 * // { preWarmMs: [0, 0], keepAliveMs: [1000, 500], objectiveUsd: [0.00012, 0.000005] }
 */
export function keepAliveWindowBatch(batch: KeepAliveBatch): WarmWindows {
  const arrays = keepAliveArrays(batch);
  const functions = arrays.offsets.length - 1;
  const rows = new Float64Array(functions * 3);
  keepAliveRows(kernels(), arrays, 0, functions, rows);
  return warmWindows(rows);
}

/** Takes a batch apart and checks all of it, so that an error names a position in what the caller gave. */
export function keepAliveArrays(batch: KeepAliveBatch): KeepAliveArrays {
  const offsets = float64(batch.offsets);
  const gapsMs = float64(batch.gapsMs);
  const functions = Math.max(0, offsets.length - 1);
  const arrays = {
    offsets,
    gapsMs,
    weights: weightsOf(batch.weights, gapsMs.length),
    idleUsdPerMs: perFunction(batch.idleUsdPerMs, functions),
    coldStartUsd: perFunction(batch.coldStartUsd, functions),
    preWarmUsd: perFunction(batch.preWarmUsd ?? Number.NaN, functions),
  };
  if (typeof batch.preWarmUsd === 'number') checkAmount(batch.preWarmUsd, 'preWarmUsd');
  const { weights, idleUsdPerMs, coldStartUsd, preWarmUsd } = arrays;
  checkBatch(offsets, gapsMs, weights, { idleUsdPerMs, coldStartUsd, preWarmUsd }, 3 * functions);
  for (let f = 0; f < functions; f++) {
    checkAmount(idleUsdPerMs[f], 'idleUsdPerMs', f);
    checkAmount(coldStartUsd[f], 'coldStartUsd', f);
    if (!Number.isNaN(preWarmUsd[f])) checkAmount(preWarmUsd[f], 'preWarmUsd', f);
  }
  checkGaps(gapsMs, weights, 0, gapsMs.length);
  return arrays;
}

/** Writes the rows of the functions `from..to` of a checked batch to `rows: [to - from, 3]`; `threads` 0: all there are. */
export function keepAliveRows(
  backend: KeepaliveKernels,
  arrays: KeepAliveArrays,
  from: number,
  to: number,
  rows: Float64Array,
  threads = 0,
): void {
  const { offsets, gapsMs, weights } = arrays;
  const first = offsets[from];
  const last = offsets[to];
  // Only the part's gaps cross to a backend that copies.
  const partOffsets = from === 0 ? offsets.subarray(0, to + 1) : offsets.slice(from, to + 1).map((at) => at - first);
  translated(() =>
    backend.keepAliveWindowBatch(
      partOffsets,
      gapsMs.subarray(first, last),
      weights.subarray(first, last),
      arrays.idleUsdPerMs.subarray(from, to),
      arrays.coldStartUsd.subarray(from, to),
      arrays.preWarmUsd.subarray(from, to),
      threads,
      rows,
    ),
  );
}

/** Rows `[functions, 3]` as columns. */
export function warmWindows(rows: Float64Array): WarmWindows {
  const functions = rows.length / 3;
  const column = (at: number) => Float64Array.from({ length: functions }, (_, f) => rows[f * 3 + at]);
  return { preWarmMs: column(0), keepAliveMs: column(1), objectiveUsd: column(2) };
}

function perFunction(price: number | Numbers, functions: number): Float64Array {
  return typeof price === 'number' ? new Float64Array(functions).fill(price) : float64(price);
}
