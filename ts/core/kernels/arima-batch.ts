/** ARIMA models of many series at once. */
import { type ArimaOptions, arimaArrays } from './arima.js';
import { type ArimaModel, restored } from './arima-model.js';
import { kernels, translated } from './backend.js';
import type { ArimaKernels } from './contract.js';
import { fromBackend, IsothermError } from './error.js';
import { float64, type Numbers } from './keepalive.js';
import { checkThreads } from './replay-source.js';

/** A model for every series, the same or one each; without regressors. */
export type ArimaBatchOptions = Omit<ArimaOptions, 'xreg'> | readonly Omit<ArimaOptions, 'xreg'>[];

/** How a batch is done. */
export interface BatchThreads {
  /** At most so many threads, where the backend has them, up to 1024; 0, as left out: as many as the machine has. */
  threads?: number;
}

/** Many series and their models, or searches for them, as the kernels take them. */
export interface ArimaBatchArrays {
  kernel: 'arimaFitBatch' | 'arimaAutoBatch';
  offsets: Float64Array;
  y: Float64Array;
  specs: Float64Array;
  threads: number;
}

/**
 * Fits many series: `fitArima` for each, bit for bit, in one call that spreads over threads in native code.
 *
 * The models keep no residuals. A series that cannot be fitted has its error in place of a model, and stops no other.
 *
 * @param series `[n]` each; NaN is missing.
 * @param options one model for all, or one each; without regressors.
 * @param batch `threads`: at most so many, where the backend has them; any number gives the same bits.
 * @returns as many models or errors as series.
 * @throws IsothermError `BAD_LENGTH` where models and series differ in number, `OUT_OF_RANGE` (threads).
 *
 * Complexity: as `fitArima`, over the threads.
 *
 * Source: as `fitArima`.
 *
 * @example
 * const wave = Array.from({ length: 40 }, (_, t) => (t * t) % 11);
 * const found = fitArimaBatch([wave, [1, 1, 1]], { order: [1, 0, 0] });
 * found.map((one) => one instanceof IsothermError ? one.code : one.order); // [[1, 0, 0], 'BAD_LENGTH']
 */
export function fitArimaBatch(
  series: readonly Numbers[],
  options: ArimaBatchOptions,
  batch: BatchThreads = {},
): (ArimaModel | IsothermError)[] {
  return fittedModels(allRows(arimaBatchArrays(series, options, batch)));
}

/** Rows of all series. */
export function allRows({ kernel, offsets, y, specs, threads }: ArimaBatchArrays): Float64Array {
  return translated(() => kernels()[kernel](offsets, y, specs, threads));
}

/** Rows of the series `from..to`. */
export function batchRows(
  inUse: ArimaKernels,
  { kernel, offsets, y, specs, threads }: ArimaBatchArrays,
  from: number,
  to: number,
): Float64Array {
  const first = offsets[from];
  const width = specs.length / (offsets.length - 1);
  const part = offsets.slice(from, to + 1).map((at) => at - first);
  return inUse[kernel](part, y.slice(first, offsets[to]), specs.slice(from * width, to * width), threads);
}

/** A series and its numbers. */
export function seriesOf({ offsets, y, specs }: ArimaBatchArrays, i: number): { y: Float64Array; spec: Float64Array } {
  const width = specs.length / (offsets.length - 1);
  return { y: y.subarray(offsets[i], offsets[i + 1]), spec: specs.subarray(i * width, (i + 1) * width) };
}

/** Series one after the other, with their models. Errors: `BAD_LENGTH`, `OUT_OF_RANGE`. */
export function arimaBatchArrays(
  series: readonly Numbers[],
  options: ArimaBatchOptions,
  batch: BatchThreads,
): ArimaBatchArrays {
  checkOneEach(series, options);
  return joined('arimaFitBatch', series, batch, (_, i) => arimaArrays([], optionsOf(options, i)).spec);
}

/** Errors: `BAD_LENGTH`. */
export function checkOneEach(series: readonly Numbers[], options: object): void {
  if (!Array.isArray(options) || options.length === series.length) return;
  throw new IsothermError(
    'BAD_LENGTH',
    `options has length ${options.length}, expected ${series.length}, one a series`,
  );
}

/** What is the same for all, or is given one each. */
export const optionsOf = <Options extends object>(options: Options | readonly Options[], i: number): Options =>
  Array.isArray(options) ? options[i] : (options as Options);

/** Series one after the other, each with its numbers, which are as many of each. */
export function joined(
  kernel: ArimaBatchArrays['kernel'],
  series: readonly Numbers[],
  { threads = 0 }: BatchThreads,
  specOf: (y: Numbers, i: number) => Float64Array,
): ArimaBatchArrays {
  if (threads !== 0) checkThreads(threads);
  const offsets = new Float64Array(series.length + 1);
  series.forEach((one, i) => {
    offsets[i + 1] = offsets[i] + one.length;
  });
  const y = new Float64Array(offsets[series.length]);
  const parts = series.map((one, i) => {
    y.set(float64(one), offsets[i]);
    return specOf(one, i);
  });
  const width = parts[0]?.length ?? 0;
  const specs = new Float64Array(width * parts.length);
  parts.forEach((part, i) => {
    specs.set(part, i * width);
  });
  return { kernel, offsets, y, specs, threads };
}

/** Models of rows `[length, ...saved]`, errors of rows `[-length, ...bytes]`. */
export const fittedModels = (rows: Float64Array): (ArimaModel | IsothermError)[] =>
  modelsOf(rows, (saved) => restored(saved, new Float64Array(0)));

/** What `make` makes of rows `[length, ...numbers]`, errors of rows `[-length, ...bytes]`. */
export function modelsOf(
  rows: Float64Array,
  make: (numbers: Float64Array, series: number) => ArimaModel,
): (ArimaModel | IsothermError)[] {
  const text = new TextDecoder();
  const models: (ArimaModel | IsothermError)[] = [];
  let from = 0;
  while (from < rows.length) {
    const length = rows[from];
    const to = from + 1 + Math.abs(length);
    const row = rows.slice(from + 1, to);
    const series = models.length;
    models.push(
      length > 0 ? modelOrError(() => make(row, series)) : fromBackend(new Error(text.decode(Uint8Array.from(row)))),
    );
    from = to;
  }
  return models;
}

/** One series must not stop the others. */
function modelOrError(make: () => ArimaModel): ArimaModel | IsothermError {
  try {
    return make();
  } catch (thrown) {
    return fromBackend(thrown);
  }
}
