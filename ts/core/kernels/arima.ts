/** Seasonal ARIMA by exact maximum likelihood. */
import type { ArimaCandidate } from './arima-search.js';
import { kernels, translated } from './backend.js';
import type { ArimaHandle, ArimaKernels } from './contract.js';
import { IsothermError } from './error.js';
import { float64, type Numbers } from './keepalive.js';
import { normalQuantile } from './normal-quantile.js';

/** Which model. */
export interface ArimaOptions {
  /** `[p, d, q]`: autoregressive coefficients, differences, moving-average coefficients. */
  order: readonly [p: number, d: number, q: number];
  /** `[P, D, Q, s]`: the same at multiples of the season of `s` values, at least 2. */
  seasonal?: readonly [P: number, D: number, Q: number, s: number];
  /** With a mean of the differenced series, which is a drift per step where `d + D = 1`. Left out: where nothing is differenced. */
  mean?: boolean;
  /** Regressors, each `[n]`, finite where the series is missing too. Their effects are on the series, not on its differences. */
  xreg?: readonly Numbers[];
}

/** What is known of the next values, `[horizon]` each. */
export interface ArimaForecast {
  mean: Float64Array;
  /** Exact for the coefficients as they were fitted; what is not known of them is not in it. */
  standardError: Float64Array;
  /** Per level: the value that lies in `lower[i][h]..upper[i][h]` with probability `levels[i]`. */
  levels: readonly number[];
  lower: Float64Array[];
  upper: Float64Array[];
}

export interface ArimaForecastOptions {
  /** Probabilities in (0, 1); 0.8 and 0.95 when left out. */
  levels?: readonly number[];
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

const NONE = new Float64Array(0);
const LEVELS = [0.8, 0.95] as const;
/** Values of one call: 400 MB. */
const MOST_SIMULATED = 50_000_000;
const ZEROS = [0, 0, 0, 0] as const;
/** Numbers in a summary before the coefficients. */
const HEAD = 4;
/** A saved model begins with its own version, then that of the kernels. */
const SAVED_SPEC = 8;

/** The arguments of a fit as the kernels take them. */
export interface ArimaArrays {
  y: Float64Array;
  xreg: Float64Array;
  spec: Float64Array;
}

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
  /** Of `autoArima`: all models that were compared; else empty. */
  readonly candidates: readonly ArimaCandidate[];
  #kernels: ArimaKernels;
  #handle: ArimaHandle;
  #residuals: Float64Array;

  /** Of a handle whose spec is known. */
  constructor(
    inUse: ArimaKernels,
    handle: ArimaHandle,
    spec: Float64Array,
    residuals: Float64Array,
    candidates: readonly ArimaCandidate[] = [],
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
   * What is known of the next `horizon` values.
   *
   * Errors: `OUT_OF_RANGE` (a horizon that is no whole number of at least 1, a level outside (0, 1)), `BAD_LENGTH` and
   * `NOT_FINITE` (regressors), `CLOSED_HANDLE`. O(horizon) once the filter is steady, O(horizon^2) before.
   *
   * @example
   * using model = fitArima([3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11], { order: [0, 0, 0] });
   * Math.round(model.forecast(2, { levels: [0.9] }).mean[1]); // 9
   */
  forecast(horizon: number, options: ArimaForecastOptions = {}): ArimaForecast {
    checkHorizon(horizon);
    const levels = options.levels ?? LEVELS;
    for (const level of levels) {
      if (!(level > 0 && level < 1)) {
        throw new IsothermError('OUT_OF_RANGE', `levels has ${level}, expected numbers between 0 and 1`);
      }
    }
    const mean = new Float64Array(horizon);
    const standardError = new Float64Array(horizon);
    const xreg = columns(options.xreg, horizon, 'xreg');
    translated(() => this.#kernels.arimaForecast(this.#handle, xreg, mean, standardError));
    const widths = levels.map((level) => normalQuantile((1 + level) / 2));
    return {
      mean,
      standardError,
      levels,
      lower: widths.map((width) => mean.map((value, h) => value - width * standardError[h])),
      upper: widths.map((width) => mean.map((value, h) => value + width * standardError[h])),
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

  /** `[n]`: innovations over the root of their variance, in the series' unit; NaN where differencing or a gap leaves none. */
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
    checkWhole('paths', paths, 1, 1e6);
    checkWhole('seed', seed, 0, 4294967295);
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

  /** The model that was saved. Errors: `BAD_STATE`. */
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

/**
 * Fits a seasonal ARIMA model by exact Gaussian maximum likelihood.
 *
 * `w = (1 - B)^d (1 - B^s)^D (y - X b)` is a stationary and invertible ARMA around its mean, with AR coefficients `ar` and seasonal
 * `sar`, MA coefficients `ma` and `sma`, and innovations of variance `sigma2`. Missing values are gaps, not zeros; where the model
 * differences too, the first `d + s D` values have a flat prior. The likelihood is exact, near unit roots too; mean, effects and
 * variance are concentrated out. Searches start from a regression, from white noise, from points drawn over the whole region (always
 * the same ones) and from cycles, so that a poor local optimum is rare. All backends give the same bits.
 *
 * @param y `[n]`, in any unit; NaN is missing.
 * @throws IsothermError `OUT_OF_RANGE` (p, q, P, Q up to 32, d and D up to 3, coefficients up to lag 3,000, 20,000 differenced values;
 * with gaps a state of up to 512; values, effects or a variance too large or too small for numbers), `BAD_LENGTH` (fewer values than the model needs, regressors), `NOT_FINITE` (infinities), `INFEASIBLE` (a
 * series that is constant but for rounding once differences and regressors are taken off, whether the model has a mean or not; regressors
 * that depend on one another).
 *
 * Complexity: O(n r) an evaluation with its gradient until the filter is steady, then O(n) for each coefficient's lag (r: the
 * highest lag); with gaps O(n r^2). Memory O(n).
 *
 * Source: Morf, Sidhu, Kailath, "Some new algorithms for recursive estimation in constant, linear, discrete-time systems", IEEE TAC
 * 19(4), 1974; Jones, Technometrics 22(3), 1980; Hannan, Rissanen, Biometrika 69(1), 1982; Nocedal, Wright, "Numerical
 * Optimization", 2006, chapter 7.
 *
 * @example
 * // Deaths by horse kick in fourteen Prussian corps, 1875 to 1894 (Bortkiewicz, 1898).
 * const deaths = [3, 5, 7, 9, 10, 18, 6, 14, 11, 9, 5, 11, 15, 6, 11, 17, 12, 15, 8, 4];
 * using model = fitArima(deaths, { order: [1, 0, 0] });
 * const { mean, lower, upper } = model.forecast(1, { levels: [0.9] });
 * [model.mean, mean[0], lower[0][0], upper[0][0]].map(Math.round); // [10, 9, 2, 16]
 */
export function fitArima(y: Numbers, options: ArimaOptions): ArimaModel {
  const arrays = arimaArrays(y, options);
  const inUse = kernels();
  return translated(() => {
    const handle = inUse.arimaFit(arrays.y, arrays.xreg, arrays.spec);
    return new ArimaModel(inUse, handle, arrays.spec, inUse.arimaResiduals(handle));
  });
}

/** A series and its model as the kernels take them. */
export function arimaArrays(y: Numbers, options: ArimaOptions): ArimaArrays {
  const series = float64(y);
  const [p, d, q] = options.order;
  const [P, D, Q, s] = options.seasonal ?? ZEROS;
  const mean = options.mean ?? d + D === 0;
  return {
    y: series,
    xreg: columns(options.xreg, series.length, 'xreg'),
    spec: Float64Array.of(p, d, q, P, D, Q, s, Number(mean), 0),
  };
}

/** A model of numbers that a kernel saved. */
export function restored(
  saved: Float64Array,
  residuals: Float64Array,
  candidates: readonly ArimaCandidate[] = [],
): ArimaModel {
  const inUse = kernels();
  return translated(() => {
    const handle = inUse.arimaLoad(saved);
    return new ArimaModel(inUse, handle, saved.slice(1, 1 + SAVED_SPEC), residuals, candidates);
  });
}

/** Columns of one length, one after the other. Errors: `BAD_LENGTH`. */
function columns(given: readonly Numbers[] | undefined, length: number, name: string): Float64Array {
  if (given === undefined || given.length === 0) return NONE;
  const out = new Float64Array(given.length * length);
  given.forEach((column, i) => {
    if (column.length !== length) {
      throw new IsothermError('BAD_LENGTH', `${name}[${i}] has length ${column.length}, expected ${length}`);
    }
    out.set(column, i * length);
  });
  return out;
}

function checkHorizon(horizon: number): void {
  checkWhole('horizon', horizon, 1, 1e6);
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number in ${least}..=${most}`);
}
