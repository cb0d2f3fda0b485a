/** The kernel contract: seasonal ARIMA. */

/** A fitted ARIMA model at the end of its series, owned by the backend that made it. */
export interface ArimaHandle {
  close(): void;
}

/** A fit under way that owns its series. */
export interface ArimaFitHandle {
  close(): void;
}

/** Numbers of a summary before the coefficients. */
export const ARIMA_SUMMARY_HEAD = 5;

/** Seasonal ARIMA by exact maximum likelihood. `spec` is `[p, d, q, P, D, Q, s, mean, quick]`; `xreg: [k, n]`, empty for none. */
export interface ArimaKernels {
  /** Fits; NaN in `y` is missing. `quick`: from one start, roughly, without standard errors and residuals, and at the beginning of its series, to compare models by. */
  arimaFit(y: Float64Array, xreg: Float64Array, spec: Float64Array): ArimaHandle;
  /** Copies what `arimaFit` takes; nothing is searched yet. */
  arimaOpen(y: Float64Array, xreg: Float64Array, spec: Float64Array): ArimaFitHandle;
  /** At most so many evaluations more, whole, up to 1,000,000; how many searches are left, at most: 0 once there is nothing left to do. */
  arimaAdvance(handle: ArimaFitHandle, most: number): number;
  /** The rest of the fit, and its model, with the bits of `arimaFit`. */
  arimaFinish(handle: ArimaFitHandle): ArimaHandle;
  /** The model at `coefficients` (AR, MA, seasonal AR, seasonal MA), mean and effects of regressors by generalised least squares. */
  arimaAt(y: Float64Array, xreg: Float64Array, spec: Float64Array, coefficients: Float64Array): ArimaHandle;
  /** `[sigma2, logLikelihood, used, evaluations, converged]`, coefficients, their errors, effects (the mean first), their errors. */
  arimaSummary(handle: ArimaHandle): Float64Array;
  /** `[n]`: innovations over the root of their variance; NaN where there is none. Empty of a loaded model. */
  arimaResiduals(handle: ArimaHandle): Float64Array;
  /** `xreg: [k, horizon]`; writes `[horizon]` each. */
  arimaForecast(handle: ArimaHandle, xreg: Float64Array, outMean: Float64Array, outError: Float64Array): void;
  /** Writes `[paths, horizon]`. */
  arimaSimulate(handle: ArimaHandle, xreg: Float64Array, seed: number, horizon: number, out: Float64Array): void;
  /** One more value (NaN: a gap) and its `xreg: [k]`; its innovation over the root of its variance. */
  arimaUpdate(handle: ArimaHandle, value: number, xreg: Float64Array): number;
  /** The model and its state, without residuals. */
  arimaSave(handle: ArimaHandle): Float64Array;
  arimaLoad(saved: Float64Array): ArimaHandle;
  /**
   * Many series, each by its own model: series `i` at `offsets[i]..offsets[i + 1]`, `specs: [series, 9]`, no regressors. Gives
   * `[length, ...saved]` of each, one after the other; where a series cannot be fitted `[-length, ...bytes]` of `CODE: sentence`.
   */
  arimaFitBatch(offsets: Float64Array, y: Float64Array, specs: Float64Array, threads: number): Float64Array;
  /**
   * `arimaFitBatch` with models found by a search each: `searches: [series, 8]` of `[season, d, D, maxP, maxQ, maxSeasonalP, maxSeasonalQ, mean]`,
   * season 0 for none, -1 for differences that tests are to find. Rows are `[length, compared, ...candidates, ...saved]`, candidates
   * `[p, d, q, P, D, Q, s, mean, aicc]` each.
   */
  arimaAutoBatch(offsets: Float64Array, y: Float64Array, searches: Float64Array, threads: number): Float64Array;
}
