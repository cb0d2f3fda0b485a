/** Seasonal ARIMA by exact maximum likelihood. */
import { ArimaModel } from './arima-model.js';
import { columns } from './arima-regressors.js';
import { kernels, translated } from './backend.js';
import { float64, type Numbers } from './keepalive.js';

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

const ZEROS = [0, 0, 0, 0] as const;

/** The arguments of a fit as the kernels take them. */
export interface ArimaArrays {
  y: Float64Array;
  xreg: Float64Array;
  spec: Float64Array;
}

/**
 * Fits a seasonal ARIMA model by exact Gaussian maximum likelihood.
 *
 * `w = (1 - B)^d (1 - B^s)^D (y - X b)` is a stationary and invertible ARMA around its mean, with AR coefficients `ar` and seasonal
 * `sar`, MA coefficients `ma` and `sma`, and innovations of variance `sigma2`. Missing values are gaps, not zeros; where the model
 * differences too, the first `d + s D` values have a flat prior. The likelihood is exact, near unit roots too; mean, effects and
 * variance are concentrated out. Searches start from a regression, from white noise, from points drawn over the whole region (always
 * the same ones) and from cycles, so that a poor local optimum is rare. Where the last one gets nowhere, or takes 400 evaluations, `converged` is
 * false, and `caveats` say so. All backends give the same bits.
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
