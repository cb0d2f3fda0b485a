/**
 * Conformal quantiles: a forecast with what it has been wrong by.
 *
 * Source: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005 (split conformal); the scale makes errors of quiet and busy times comparable.
 */

/** Errors are taken by the last so many origins. */
export const CONFORMAL_ORIGINS = 24;
/** From so many errors on, an interval from the least to the largest of them holds nine of ten outcomes. */
export const ERRORS_OF_AN_INTERVAL = 19;

/** What an error is measured in: as counts scatter, but at least as half of the square root of the past mean does. `pastMean`: calls per block. */
export const errorScale = (forecast: number, pastMean: number): number =>
  Math.sqrt(Math.max(forecast, pastMean / 4, 0.05));

/** Which of `n` errors, in ascending order from 0, is the `q`-quantile. */
export function conformalRank(n: number, q: number): number {
  const rank = q < 0.5 ? Math.max(1, Math.floor((n + 1) * q)) : Math.min(n, Math.ceil((n + 1) * q));
  return rank - 1;
}

/** The quantile of a forecast from its past errors in units of the scale, ascending; the forecast itself where there is none. */
export function conformalQuantile(
  forecast: number,
  pastMean: number,
  errors: Float64Array,
  count: number,
  q: number,
): number {
  if (count === 0) return forecast;
  return Math.max(0, forecast + errors[conformalRank(count, q)]! * errorScale(forecast, pastMean));
}
