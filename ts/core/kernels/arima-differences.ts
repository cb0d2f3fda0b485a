/** How often a series must be differenced: unit-root tests. */
import { decompose } from './arima-decomposition.js';
import { bridge } from './pure/arima/bridge.js';

/** The 5 % point of the KPSS statistic around a level. */
const KPSS_5_PERCENT = 0.463;
/** Seasonal strength above which a season is differenced. */
const STRONG_SEASON = 0.64;
/** Seasons that a seasonal model wants to see: in fewer everything repeats. */
export const FEWEST_SEASONS = 3;

/** Gaps as straight lines, level at both ends. */
export function bridged(y: Float64Array): Float64Array {
  const out = y.slice();
  bridge(out);
  return out;
}

/** `y[t] - y[t - lag]`. */
export function differenced(y: Float64Array, lag: number): Float64Array {
  return Float64Array.from({ length: Math.max(0, y.length - lag) }, (_, t) => y[t + lag] - y[t]);
}

function isConstant(y: Float64Array, rounding: number): boolean {
  return y.every((value) => Math.abs(value - y[0]) <= 2 * rounding);
}

/**
 * The statistic of stationarity around a level, with trunc(3 sqrt(n) / 13) lags.
 *
 * Source: Kwiatkowski, Phillips, Schmidt, Shin, "Testing the null hypothesis of stationarity", Journal of Econometrics 54, 1992.
 */
export function kpss(y: Float64Array): number {
  const n = y.length;
  let mean = 0;
  for (const value of y) mean += value;
  mean /= n;
  const lags = Math.floor((3 * Math.sqrt(n)) / 13);
  let sum = 0;
  let squares = 0;
  let variance = 0;
  for (let t = 0; t < n; t++) {
    const e = y[t] - mean;
    sum += e;
    squares += sum * sum;
    variance += e * e;
  }
  for (let lag = 1; lag <= lags; lag++) {
    let product = 0;
    for (let t = lag; t < n; t++) product += (y[t] - mean) * (y[t - lag] - mean);
    variance += 2 * (1 - lag / (lags + 1)) * product;
  }
  return variance > 0 ? squares / (n * variance) : 0;
}

/** Differences until the statistic is below its 5 % point, at most `most`; `rounding` is that of the values of `y`. */
export function regularDifferences(y: Float64Array, most: number, rounding: number): number {
  let w = y;
  let left = rounding;
  for (let d = 0; d < most; d++) {
    if (w.length < 8 || isConstant(w, left) || kpss(w) < KPSS_5_PERCENT) return d;
    w = differenced(w, 1);
    left *= 2;
  }
  return most;
}

/**
 * 1 where the season explains more than 64 % of what the trend leaves of the series, else 0; the season may change from cycle to cycle.
 *
 * Source: Wang, Smith, Hyndman, "Characteristic-based clustering for time series data", Data Mining and Knowledge Discovery 13, 2006.
 */
export function seasonalDifferences(y: Float64Array, season: number): number {
  if (season < 2 || y.length < FEWEST_SEASONS * season) return 0;
  const parts = decompose(y, season);
  const whole = variance(parts.season.map((value, t) => value + parts.remainder[t]));
  const strength = whole > 0 ? 1 - variance(parts.remainder) / whole : 0;
  return strength > STRONG_SEASON ? 1 : 0;
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
}
