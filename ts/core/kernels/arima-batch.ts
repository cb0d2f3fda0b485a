/** ARIMA models of many series at once. */
import { type ArimaModel, type ArimaOptions, arimaArrays, restored } from './arima.js';
import { kernels, translated } from './backend.js';
import type { ArimaKernels } from './contract.js';
import { fromBackend, IsothermError } from './error.js';
import { float64, type Numbers } from './keepalive.js';

/** A model for every series, the same or one each; without regressors. */
export type ArimaBatchOptions = Omit<ArimaOptions, 'xreg'> | readonly Omit<ArimaOptions, 'xreg'>[];

/** Many series and their models, or searches for them, as the kernels take them. */
export interface ArimaBatchArrays {
  kernel: 'arimaFitBatch' | 'arimaAutoBatch';
  offsets: Float64Array;
  y: Float64Array;
  specs: Float64Array;
}

/**
 * Fits many series: `fitArima` for each, bit for bit, in one call that spreads over the machine's threads in native code.
 *
 * The models keep no residuals. A series that cannot be fitted has its error in place of a model, and stops no other.
 *
 * @param series `[n]` each; NaN is missing.
 * @param options one model for all, or one each.
 * @returns as many models or errors as series.
 * @throws IsothermError `BAD_LENGTH` where models and series differ in number.
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
export function fitArimaBatch(series: readonly Numbers[], options: ArimaBatchOptions): (ArimaModel | IsothermError)[] {
  return fittedModels(allRows(arimaBatchArrays(series, options)));
}

/** Rows of all series, on all threads. */
export function allRows({ kernel, offsets, y, specs }: ArimaBatchArrays): Float64Array {
  return translated(() => kernels()[kernel](offsets, y, specs, 0));
}

/** Rows of the series `from..to`. */
export function batchRows(
  inUse: ArimaKernels,
  { kernel, offsets, y, specs }: ArimaBatchArrays,
  from: number,
  to: number,
): Float64Array {
  const first = offsets[from];
  const width = specs.length / (offsets.length - 1);
  const part = offsets.slice(from, to + 1).map((at) => at - first);
  return inUse[kernel](part, y.slice(first, offsets[to]), specs.slice(from * width, to * width), 0);
}

/** Series one after the other, with their models. Errors: `BAD_LENGTH`. */
export function arimaBatchArrays(series: readonly Numbers[], options: ArimaBatchOptions): ArimaBatchArrays {
  checkOneEach(series, options);
  return joined('arimaFitBatch', series, (_, i) => arimaArrays([], optionsOf(options, i)).spec);
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
  specOf: (y: Numbers, i: number) => Float64Array,
): ArimaBatchArrays {
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
  return { kernel, offsets, y, specs };
}

/** Models of rows `[length, ...saved]`, errors of rows `[-length, ...bytes]`. */
export const fittedModels = (rows: Float64Array): (ArimaModel | IsothermError)[] =>
  modelsOf(rows, (saved) => restored(saved, new Float64Array(0)));

/** What `make` makes of rows `[length, ...numbers]`, errors of rows `[-length, ...bytes]`. */
export function modelsOf(
  rows: Float64Array,
  make: (numbers: Float64Array) => ArimaModel,
): (ArimaModel | IsothermError)[] {
  const text = new TextDecoder();
  const models: (ArimaModel | IsothermError)[] = [];
  let from = 0;
  while (from < rows.length) {
    const length = rows[from];
    const to = from + 1 + Math.abs(length);
    const row = rows.slice(from + 1, to);
    models.push(length > 0 ? modelOrError(row, make) : fromBackend(new Error(text.decode(Uint8Array.from(row)))));
    from = to;
  }
  return models;
}

/** One series must not stop the others. */
function modelOrError(row: Float64Array, make: (numbers: Float64Array) => ArimaModel): ArimaModel | IsothermError {
  try {
    return make(row);
  } catch (thrown) {
    return fromBackend(thrown);
  }
}
