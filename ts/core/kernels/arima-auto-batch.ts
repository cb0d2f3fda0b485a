/** The models of many series at once, each found by its own search. */
import { type AutoArimaOptions, searchOf } from './arima-auto.js';
import {
  type ArimaBatchArrays,
  allRows,
  type BatchThreads,
  checkOneEach,
  joined,
  modelsOf,
  optionsOf,
  seriesOf,
} from './arima-batch.js';
import { searchCaveats } from './arima-caveats.js';
import { type ArimaModel, restored } from './arima-model.js';
import { readCandidates } from './arima-search.js';
import type { IsothermError } from './error.js';
import type { Numbers } from './keepalive.js';

/** What is searched of every series, the same or one each; without regressors. */
export type AutoArimaBatchOptions = Omit<AutoArimaOptions, 'xreg'> | readonly Omit<AutoArimaOptions, 'xreg'>[];

/** Differences that tests are to find. */
const UNKNOWN = -1;

/**
 * Finds the models of many series: `autoArima` for each, bit for bit, in one call that spreads over threads in native code.
 *
 * The models keep no residuals. A series that cannot be fitted has its error in place of a model, and stops no other.
 *
 * @param series `[n]` each; NaN is missing.
 * @param options one search for all, or one each.
 * @param batch `threads`: as of `fitArimaBatch`.
 * @returns as many models or errors as series.
 * @throws IsothermError `BAD_LENGTH` where options and series differ in number; `OUT_OF_RANGE` (threads); of the options, as `autoArima`.
 *
 * Complexity: as `autoArima`, over the threads.
 *
 * Source: as `autoArima`.
 *
 * @example
 * const wave = Array.from({ length: 40 }, (_, t) => (t * t) % 11);
 * const found = autoArimaBatch([wave, [1]], { maxP: 2, maxQ: 1 });
 * found.map((one) => one instanceof IsothermError ? one.code : one.candidates.length > 3); // [true, 'BAD_LENGTH']
 */
export function autoArimaBatch(
  series: readonly Numbers[],
  options: AutoArimaBatchOptions = {},
  batch: BatchThreads = {},
): (ArimaModel | IsothermError)[] {
  const arrays = autoBatchArrays(series, options, batch);
  return foundModels(arrays, allRows(arrays));
}

/** Series one after the other, with their searches. Errors: `BAD_LENGTH`, and those of the options. */
export function autoBatchArrays(
  series: readonly Numbers[],
  options: AutoArimaBatchOptions,
  batch: BatchThreads,
): ArimaBatchArrays {
  checkOneEach(series, options);
  return joined('arimaAutoBatch', series, batch, (y, i) => {
    const { season, d = UNKNOWN, D = UNKNOWN, ...search } = searchOf(y, optionsOf(options, i));
    const { maxP, maxQ, maxSeasonalP, maxSeasonalQ, mean } = search;
    return Float64Array.of(season, d, D, maxP, maxQ, maxSeasonalP, maxSeasonalQ, Number(mean));
  });
}

/** Models of rows `[length, compared, ...of each nine numbers, ...saved]`, errors of rows `[-length, ...bytes]`. */
export const foundModels = (arrays: ArimaBatchArrays, rows: Float64Array): (ArimaModel | IsothermError)[] =>
  modelsOf(rows, (numbers, i) => {
    const { candidates, end } = readCandidates(numbers);
    const { y, spec } = seriesOf(arrays, i);
    const caveats = searchCaveats({ y, season: spec[0] }, candidates);
    return restored(numbers.slice(end), new Float64Array(0), { candidates, caveats });
  });
