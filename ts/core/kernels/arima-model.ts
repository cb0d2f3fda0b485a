/** A fitted seasonal ARIMA model: what it says, forecasts, and how it goes on. */
import { type ArimaCaveat, NOT_CONVERGED } from './arima-caveats.js';
import { columns } from './arima-regressors.js';
import type { ArimaCandidate } from './arima-search.js';
import { kernels, translated } from './backend.js';
import { type ArimaHandle, type ArimaKernels, ARIMA_SUMMARY_HEAD as HEAD } from './contract.js';
import { IsothermError } from './error.js';
import { float64, type Numbers } from './keepalive.js';
import { normalQuantile } from './normal-quantile.js';
import { whole } from './pure/check.js';

/** What is known of the next values, `[horizon]` each. */
export interface ArimaForecast {
  mean: Float64Array;
  /** Exact for the coefficients as they were fitted; what is not known of them is not in it. */
  standardError: Float64Array;
  /** Per level: the value that lies in `lower[i][h]..upper[i][h]` with probability `levels[i]`. */
  levels: readonly number[];
  lower: Float64Array[];
  upper: Float64Array[];
  /** A row for each of the probabilities that were asked for: the value stays below it with that probability. */
  quantiles: Float64Array[];
}

export interface ArimaForecastOptions {
  /** Probabilities in (0, 1); 0.8 and 0.95 when left out. */
  levels?: readonly number[];
  /** Probabilities in (0, 1), in any order; none when left out. */
  quantiles?: readonly number[];
  /** The regressors' next values, each `[horizon]`. */
  xreg?: readonly Numbers[];
}

/** Estimates in the order of the model: standard errors beside them, NaN where the likelihood has no curvature. */
export interface ArimaErrors {
  ar: Float64Array;
  ma: Float64Array;
  sar: Float64Array;
  sma: Float64Array;
  /** NaN without a mean. */
  mean: number;
  xreg: Float64Array;
}

/** Of the search that found a model. */
export interface ArimaFound {
  candidates: readonly ArimaCandidate[];
  caveats: readonly ArimaCaveat[];
}

const NONE = new Float64Array(0);
const NOT_SEARCHED: ArimaFound = { candidates: [], caveats: [] };
const LEVELS = [0.8, 0.95] as const;
/** Values of one call: 400 MB. */
const MOST_SIMULATED = 50_000_000;
/** A saved model begins with its own version, then that of the kernels. */
const SAVED_SPEC = 8;

/** A fitted model at the end of its series. Close it, or let `using` do so. */
export class ArimaModel {
  /** `[p, d, q]` and `[P, D, Q, s]`. */
  readonly order: readonly [number, number, number];
  readonly seasonal: readonly [number, number, number, number];
  readonly hasMean: boolean;
  /** `(1 - ar1 B - ..)(1 - sar1 B^s - ..)(w - mean) = (1 + ma1 B + ..)(1 + sma1 B^s + ..) e`. */
  readonly ar: Float64Array;
  readonly ma: Float64Array;
  readonly sar: Float64Array;
  readonly sma: Float64Array;
  /** Of the differenced series; 0 without one. */
  readonly mean: number;
  /** Effects of the regressors. */
  readonly xreg: Float64Array;
  readonly standardErrors: ArimaErrors;
  /** Variance of the innovations, of maximum likelihood (not corrected for bias). */
  readonly sigma2: number;
  /** Exact, with all constants. */
  readonly logLik: number;
  readonly aic: number;
  /** Infinite where there are too few values for the correction. */
  readonly aicc: number;
  readonly bic: number;
  /** Values that the likelihood counts. */
  readonly used: number;
  /** Evaluations of the likelihood that the fit took. */
  readonly evaluations: number;
  /** Whether the search for the coefficients ended at an optimum: no step promised a gain in log-likelihood that counts. */
  readonly converged: boolean;
  /** Of `autoArima`: all models that were compared; else, and once loaded, empty. */
  readonly candidates: readonly ArimaCandidate[];
  /** What is not as was asked for, and why; those of a search are not saved. Empty as a rule. */
  readonly caveats: readonly ArimaCaveat[];
  #kernels: ArimaKernels;
  #handle: ArimaHandle;
  #residuals: Float64Array;

  /** Of a handle whose spec is known. */
  constructor(
    inUse: ArimaKernels,
    handle: ArimaHandle,
    spec: Float64Array,
    residuals: Float64Array,
    { candidates, caveats }: ArimaFound = NOT_SEARCHED,
  ) {
    this.candidates = candidates;
    const [p, d, q, P, D, Q, s, mean] = spec;
    this.order = [p, d, q];
    this.seasonal = [P, D, Q, s];
    this.hasMean = mean === 1;
    this.#kernels = inUse;
    this.#handle = handle;
    this.#residuals = residuals;
    const summary = translated(() => inUse.arimaSummary(handle));
    const count = p + q + P + Q;
    const effects = (summary.length - HEAD) / 2 - count;
    [this.sigma2, this.logLik, this.used, this.evaluations] = summary;
    this.converged = summary[HEAD - 1] === 1;
    this.caveats = this.converged ? caveats : [NOT_CONVERGED, ...caveats];
    const errorsAt = HEAD + count;
    const effectsAt = errorsAt + count;
    const block = (from: number) => ({
      ar: summary.slice(from, from + p),
      ma: summary.slice(from + p, from + p + q),
      sar: summary.slice(from + p + q, from + p + q + P),
      sma: summary.slice(from + p + q + P, from + count),
    });
    ({ ar: this.ar, ma: this.ma, sar: this.sar, sma: this.sma } = block(HEAD));
    this.mean = this.hasMean ? summary[effectsAt] : 0;
    this.xreg = summary.slice(effectsAt + mean, effectsAt + effects);
    this.standardErrors = {
      ...block(errorsAt),
      mean: this.hasMean ? summary[effectsAt + effects] : Number.NaN,
      xreg: summary.slice(effectsAt + effects + mean),
    };
    const k = count + effects + 1;
    const left = this.used - k - 1;
    this.aic = -2 * this.logLik + 2 * k;
    this.aicc = left > 0 ? this.aic + (2 * k * (k + 1)) / left : Number.POSITIVE_INFINITY;
    // The logarithm is Math.log's: criteria are compared, not computed with.
    this.bic = -2 * this.logLik + k * Math.log(this.used);
  }

  /**
   * What is known of the next `horizon` values: normal around their mean, with intervals of `levels` and rows of `quantiles`.
   *
   * Errors: `OUT_OF_RANGE` (a horizon that is no whole number of at least 1, a level or a quantile outside (0, 1)), `BAD_LENGTH` and
   * `NOT_FINITE` (regressors), `CLOSED_HANDLE`. O(horizon) once the filter is steady, O(horizon^2) before.
   *
   * @example
   * using model = fitArima([3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11], { order: [0, 0, 0] });
   * const { mean, quantiles } = model.forecast(2, { quantiles: [0.1, 0.9] });
   * [quantiles[0][1], mean[1], quantiles[1][1]].map(Math.round); // [4, 9, 14]
   */
  forecast(horizon: number, options: ArimaForecastOptions = {}): ArimaForecast {
    checkHorizon(horizon);
    const { levels = LEVELS, quantiles = [] } = options;
    checkProbabilities('levels', levels);
    checkProbabilities('quantiles', quantiles);
    const mean = new Float64Array(horizon);
    const standardError = new Float64Array(horizon);
    const xreg = columns(options.xreg, horizon, 'xreg');
    translated(() => this.#kernels.arimaForecast(this.#handle, xreg, mean, standardError));
    const at = (width: number): Float64Array => mean.map((value, h) => value + width * standardError[h]);
    const widths = levels.map((level) => normalQuantile((1 + level) / 2));
    return {
      mean,
      standardError,
      levels,
      lower: widths.map((width) => at(-width)),
      upper: widths.map(at),
      quantiles: quantiles.map((probability) => at(normalQuantile(probability))),
    };
  }

  /**
   * Filters one more value, NaN for a gap, without fitting again; forecasts then start after it. Returns its innovation over the
   * root of its variance, in the series' unit.
   *
   * Errors: `NOT_FINITE` (infinity, regressors), `BAD_LENGTH`, `CLOSED_HANDLE`; `OUT_OF_RANGE` where a gap needs the variance of a
   * state of more than 512 values. O(r) for lags up to r, O(r^2) for a time after a gap; the first gap of a filter that is not
   * steady makes its variance again, O(r^2) for each value seen, of which no more are counted than some 2e9 multiplications allow.
   *
   * @example
   * using model = fitArima([3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11], { order: [0, 0, 0] });
   * Math.round(model.update(12)); // 3
   */
  update(value: number, xreg: Numbers = NONE): number {
    return translated(() => this.#kernels.arimaUpdate(this.#handle, value, float64(xreg)));
  }

  /**
   * `[n]`: innovations over the root of their variance, in the series' unit; NaN where differencing or a gap leaves none. Empty of a loaded model and of
   * one of a batch. O(n): a copy.
   *
   * @example
   * using model = fitArima([3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11], { order: [0, 0, 0] });
   * Math.round(model.residuals()[0]); // -6
   */
  residuals(): Float64Array {
    return this.#residuals.slice();
  }

  /**
   * Paths that the next values may take, drawn with normal innovations, `[horizon]` each: the same ones for a seed on every backend.
   *
   * Errors: `OUT_OF_RANGE` (more than 50,000,000 values too), `BAD_LENGTH`, `NOT_FINITE`, `CLOSED_HANDLE`. O(paths horizon r).
   *
   * @example
   * using model = fitArima([3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11], { order: [0, 0, 0] });
   * model.simulate(3, { paths: 2 }).map((path) => path.length); // [3, 3]
   */
  simulate(
    horizon: number,
    options: { paths?: number; seed?: number; xreg?: readonly Numbers[] } = {},
  ): Float64Array[] {
    checkHorizon(horizon);
    const { paths = 1, seed = 1 } = options;
    whole('paths', paths, 1, 1e6);
    whole('seed', seed, 0, 4294967295);
    if (paths * horizon > MOST_SIMULATED) {
      const sentence = `paths * horizon is ${paths * horizon}, expected at most ${MOST_SIMULATED}`;
      throw new IsothermError('OUT_OF_RANGE', sentence);
    }
    const out = new Float64Array(paths * horizon);
    const xreg = columns(options.xreg, horizon, 'xreg');
    translated(() => this.#kernels.arimaSimulate(this.#handle, xreg, seed, horizon, out));
    return Array.from({ length: paths }, (_, path) => out.slice(path * horizon, (path + 1) * horizon));
  }

  /**
   * The model and its state, without residuals, as bytes that every backend loads; their number does not grow with the series.
   *
   * Errors: `CLOSED_HANDLE`. O(r), O(r^2) after a gap.
   *
   * @example
   * using model = fitArima([3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11], { order: [0, 0, 0] });
   * ArimaModel.load(model.save()).sigma2 === model.sigma2; // true
   */
  save(): Uint8Array<ArrayBuffer> {
    const saved = translated(() => this.#kernels.arimaSave(this.#handle));
    const bytes = new Uint8Array(saved.length * 8);
    const view = new DataView(bytes.buffer);
    saved.forEach((value, i) => {
      view.setFloat64(i * 8, value, true);
    });
    return bytes;
  }

  /** The model that was saved, on this or another backend, without residuals and candidates. Errors: `BAD_STATE`. O(r), O(r^2) after a gap. */
  static load(bytes: Uint8Array): ArimaModel {
    if (bytes.length % 8 !== 0) {
      throw new IsothermError('BAD_STATE', `a saved ARIMA model has ${bytes.length} bytes, expected a multiple of 8`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const saved = Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
    return restored(saved, NONE);
  }

  /** Frees the model; every later call but `residuals` fails with `CLOSED_HANDLE`. */
  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A model of numbers that a kernel saved. */
export function restored(saved: Float64Array, residuals: Float64Array, found?: ArimaFound): ArimaModel {
  const inUse = kernels();
  return translated(() => {
    const handle = inUse.arimaLoad(saved);
    return new ArimaModel(inUse, handle, saved.slice(1, 1 + SAVED_SPEC), residuals, found);
  });
}

function checkHorizon(horizon: number): void {
  whole('horizon', horizon, 1, 1e6);
}

/** Errors: `OUT_OF_RANGE`. */
function checkProbabilities(name: string, given: readonly number[]): void {
  for (const one of given) {
    if (!(one > 0 && one < 1)) {
      throw new IsothermError('OUT_OF_RANGE', `${name} has ${one}, expected numbers between 0 and 1`);
    }
  }
}
