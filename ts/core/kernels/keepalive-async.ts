/** The keep-alive optimiser off the calling thread. */
import type { AsyncOptions } from './async.js';
import {
  float64,
  type KeepAliveCurve,
  type KeepAliveCurveOptions,
  type KeepAliveWindowOptions,
  type Numbers,
  type WarmWindow,
  weightsOf,
} from './keepalive.js';
import { type KeepAliveBatch, keepAliveArrays, type WarmWindows, warmWindows } from './keepalive-batch.js';
import { runInWorker } from './worker-host.js';

/**
 * `keepAliveWindowBatch` in a worker: the same bits, the event loop free; progress in functions.
 *
 * Errors: as `keepAliveWindowBatch`; `ABORTED` when the signal asks.
 *
 * @example
 * await keepAliveWindowBatchAsync({ offsets: [0, 1], gapsMs: [500], idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
 * // { preWarmMs: [0], keepAliveMs: [500], objectiveUsd: [0.000005] }
 */
export async function keepAliveWindowBatchAsync(
  batch: KeepAliveBatch,
  options: AsyncOptions = {},
): Promise<WarmWindows> {
  return warmWindows(await runInWorker({ kind: 'keepAlive', arrays: keepAliveArrays(batch) }, options));
}

/**
 * `keepAliveWindow` in a worker: the same bits, the event loop free.
 *
 * Errors: as `keepAliveWindow`; `ABORTED` when the signal asks.
 *
 * @example
 * await keepAliveWindowAsync([500], { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
 * // { preWarmMs: 0, keepAliveMs: 500, objectiveUsd: 0.000005 }
 */
export async function keepAliveWindowAsync(
  gapsMs: Numbers,
  options: KeepAliveWindowOptions,
  asyncOptions: AsyncOptions = {},
): Promise<WarmWindow> {
  const batch = { offsets: [0, gapsMs.length], gapsMs, ...options };
  const { preWarmMs, keepAliveMs, objectiveUsd } = await keepAliveWindowBatchAsync(batch, asyncOptions);
  return { preWarmMs: preWarmMs[0], keepAliveMs: keepAliveMs[0], objectiveUsd: objectiveUsd[0] };
}

/**
 * `keepAliveCurve` in a worker: the same bits, the event loop free.
 *
 * Errors: as `keepAliveCurve`; `ABORTED` when the signal asks.
 *
 * @example
 * await keepAliveCurveAsync([1000], { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
 * // { keepAliveMs: [0, 1000], objectiveUsd: [0.0001, 0.00001] }
 */
export async function keepAliveCurveAsync(
  gapsMs: Numbers,
  options: KeepAliveCurveOptions,
  asyncOptions: AsyncOptions = {},
): Promise<KeepAliveCurve> {
  const gaps = float64(gapsMs);
  const weights = weightsOf(options.weights, gaps.length);
  const { idleUsdPerMs, coldStartUsd } = options;
  const columns = await runInWorker(
    { kind: 'keepAliveCurve', gaps, weights, idleUsdPerMs, coldStartUsd },
    asyncOptions,
  );
  const points = columns.length / 2;
  return { keepAliveMs: columns.slice(0, points), objectiveUsd: columns.slice(points) };
}
