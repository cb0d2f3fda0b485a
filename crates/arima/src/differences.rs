//! How often a series must be differenced: unit-root tests.

use crate::decomposition::{decompose, Decomposition};

/// The 5 % point of the KPSS statistic around a level.
const KPSS_5_PERCENT: f64 = 0.463;
/// Seasonal strength above which a season is differenced.
const STRONG_SEASON: f64 = 0.64;
/// Fewer values say nothing.
const FEWEST: usize = 8;
/// In fewer seasons everything repeats.
const FEWEST_SEASONS: usize = 3;

/// `y[t] - y[t - lag]`.
pub(crate) fn differenced(y: &[f64], lag: usize) -> Vec<f64> {
    y.iter().skip(lag).zip(y).map(|(value, past)| value - past).collect()
}

/// How far apart values may lie that are one but for rounding; each difference doubles it.
pub(crate) fn rounding(y: &[f64]) -> f64 {
    1e-14 * y.iter().fold(0.0, |most: f64, value| most.max(value.abs()))
}

fn is_constant(y: &[f64], rounding: f64) -> bool {
    y.iter().all(|value| (value - y[0]).abs() <= 2.0 * rounding)
}

/// The statistic of stationarity around a level, with trunc(3 sqrt(n) / 13) lags.
///
/// Source: Kwiatkowski, Phillips, Schmidt, Shin, "Testing the null hypothesis of stationarity", Journal of Econometrics 54, 1992.
fn kpss(y: &[f64]) -> f64 {
    let n = y.len();
    let mut mean = 0.0;
    for value in y {
        mean += value;
    }
    mean /= n as f64;
    let lags = (3.0 * (n as f64).sqrt() / 13.0).floor() as usize;
    let (mut sum, mut squares, mut variance) = (0.0, 0.0, 0.0);
    for value in y {
        let e = value - mean;
        sum += e;
        squares += sum * sum;
        variance += e * e;
    }
    for lag in 1..=lags {
        let mut product = 0.0;
        for t in lag..n {
            product += (y[t] - mean) * (y[t - lag] - mean);
        }
        variance += 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * product;
    }
    if variance > 0.0 {
        squares / (n as f64 * variance)
    } else {
        0.0
    }
}

/// Differences until the statistic is below its 5 % point, at most `most`; `rounding` is that of the values of `y`.
pub(crate) fn regular(y: &[f64], most: usize, mut rounding: f64) -> usize {
    let mut w = y.to_vec();
    for d in 0..most {
        if w.len() < FEWEST || is_constant(&w, rounding) || kpss(&w) < KPSS_5_PERCENT {
            return d;
        }
        w = differenced(&w, 1);
        rounding *= 2.0;
    }
    most
}

/// 1 where the season explains more than 64 % of what the trend leaves of the series, else 0; the season may change from cycle to cycle.
///
/// Source: Wang, Smith, Hyndman, "Characteristic-based clustering for time series data", Data Mining and Knowledge Discovery 13, 2006.
pub(crate) fn seasonal(y: &[f64], season: usize) -> usize {
    if season < 2 || y.len() < FEWEST_SEASONS * season {
        return 0;
    }
    let Decomposition { season, remainder } = decompose(y, season);
    let around: Vec<f64> = season.iter().zip(&remainder).map(|(season, rest)| season + rest).collect();
    let whole = variance(&around);
    let strength = if whole > 0.0 { 1.0 - variance(&remainder) / whole } else { 0.0 };
    usize::from(strength > STRONG_SEASON)
}

fn variance(values: &[f64]) -> f64 {
    let mut mean = 0.0;
    for value in values {
        mean += value;
    }
    mean /= values.len() as f64;
    let mut sum = 0.0;
    for value in values {
        sum += (value - mean) * (value - mean);
    }
    sum / values.len() as f64
}
