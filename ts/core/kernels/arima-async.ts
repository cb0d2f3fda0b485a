/** ARIMA off the calling thread. */
import { type ArimaOptions, arimaArrays } from './arima.js';
import { type AutoArimaOptions, searchOf } from './arima-auto.js';
import { type AutoArimaBatchOptions, autoBatchArrays, foundModels } from './arima-auto-batch.js';
import { type ArimaBatchOptions, arimaBatchArrays, type BatchThreads, fittedModels } from './arima-batch.js';
import { searchCaveats } from './arima-caveats.js';
import { type ArimaModel, restored } from './arima-model.js';
import { readCandidates } from './arima-search.js';
import type { AsyncOptions } from './async.js';
import type { IsothermError } from './error.js';
import type { Numbers } from './keepalive.js';
import { runInWorker } from './worker-host.js';

/**
 * `fitArima` in a worker: the same bits, the event loop free; progress in searches for the coefficients, at most as many as there are.
 *
 * Errors: as `fitArima`; `ABORTED` when the signal asks, and the worker ends after the evaluation that it is at.
 *
 * @example
 * const deaths = [3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11, 15, 6, 11, 17, 12, 15, 8, 4];
 * (await fitArimaAsync(deaths, { order: [1, 0, 0] }, { signal: AbortSignal.timeout(30_000) })).order; // [1, 0, 0]
 */
export async function fitArimaAsync(
  y: Numbers,
  options: ArimaOptions,
  asyncOptions: AsyncOptions = {},
): Promise<ArimaModel> {
  const arrays = arimaArrays(y, options);
  const out = await runInWorker({ kind: 'arima', arrays }, asyncOptions);
  const residualsAt = out.length - arrays.y.length;
  return restored(out.slice(0, residualsAt), out.slice(residualsAt));
}

/**
 * `autoArima` in a worker: the same bits, the event loop free; progress in models compared, of 94 at most.
 *
 * Errors: as `autoArima`; `ABORTED` when the signal asks.
 *
 * @example
 * const deaths = [3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11, 15, 6, 11, 17, 12, 15, 8, 4];
 * (await autoArimaAsync(deaths)).order[1]; // 0
 */
export async function autoArimaAsync(
  y: Numbers,
  options: AutoArimaOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<ArimaModel> {
  const search = searchOf(y, options);
  const out = await runInWorker({ kind: 'autoArima', search }, asyncOptions);
  const residualsAt = out.length - search.y.length;
  const { candidates, end } = readCandidates(out);
  const found = { candidates, caveats: searchCaveats(search, candidates) };
  return restored(out.slice(end, residualsAt), out.slice(residualsAt), found);
}

/**
 * `fitArimaBatch` in a worker: the same bits, the event loop free; progress in series.
 *
 * Errors: as `fitArimaBatch`; `ABORTED` when the signal asks.
 *
 * @example
 * const wave = Array.from({ length: 40 }, (_, t) => (t * t) % 11);
 * (await fitArimaBatchAsync([wave, wave], { order: [1, 0, 0] })).length; // 2
 */
export async function fitArimaBatchAsync(
  series: readonly Numbers[],
  options: ArimaBatchOptions,
  { threads = 0, ...asyncOptions }: AsyncOptions & BatchThreads = {},
): Promise<(ArimaModel | IsothermError)[]> {
  const arrays = arimaBatchArrays(series, options, { threads });
  return fittedModels(await runInWorker({ kind: 'arimaBatch', arrays }, asyncOptions));
}

/**
 * `autoArimaBatch` in a worker: the same bits, the event loop free; progress in series.
 *
 * Errors: as `autoArimaBatch`; `ABORTED` when the signal asks.
 *
 * @example
 * const wave = Array.from({ length: 40 }, (_, t) => (t * t) % 11);
 * (await autoArimaBatchAsync([wave, wave])).length; // 2
 */
export async function autoArimaBatchAsync(
  series: readonly Numbers[],
  options: AutoArimaBatchOptions = {},
  { threads = 0, ...asyncOptions }: AsyncOptions & BatchThreads = {},
): Promise<(ArimaModel | IsothermError)[]> {
  const arrays = autoBatchArrays(series, options, { threads });
  return foundModels(arrays, await runInWorker({ kind: 'arimaBatch', arrays }, asyncOptions));
}
