//! Where searches begin: white noise, a regression on the innovations of a long autoregression, the best of many points
//! drawn over the whole region, most of them near its edge, where optima hide that one start misses, and cycles. Which points are drawn
//! depends on the order alone.
//!
//! Source: Hannan, Rissanen, "Recursive estimation of mixed autoregressive-moving average order", Biometrika 69(1), 1982.

use std::f64::consts::FRAC_1_SQRT_2;

use isotherm_numeric::SplitMix64;

use crate::exact::Exact;
use crate::lanes::dot;
use crate::least_squares::solve;
use crate::model::signed_unit;
use crate::order::Order;
use crate::problem::Problem;
use crate::search::Search;
use crate::transform::numbers;

/// Partial autocorrelations of a regression are drawn in to this.
const EDGE: f64 = 0.97;
/// Up to so many values: values times points drawn, and points drawn, at most; values times searches, and searches, at most.
const SHORT: usize = 500;
const DRAWN_VALUES: usize = 20_000;
const MOST_DRAWN: usize = 200;
const SEARCHED_VALUES: usize = 2_000;
const MOST_SEARCHES: usize = 16;
/// Up to so many: that many points, and one search. Beyond, the likelihood has few optima and the regression finds the best.
const MIDDLING: usize = 2_000;
const FEW_DRAWN: usize = 8;

/// Cosines of the frequencies of the two pairs, by eighths of half a turn.
const CYCLES: [[f64; 2]; 11] = [
    [1.0, 1.0],
    [0.923_879_532_511_286_7, 0.923_879_532_511_286_7],
    [0.923_879_532_511_286_7, 0.980_785_280_403_230_4],
    [FRAC_1_SQRT_2, FRAC_1_SQRT_2],
    [FRAC_1_SQRT_2, 0.923_879_532_511_286_7],
    [0.382_683_432_365_089_8, 0.382_683_432_365_089_8],
    [0.0, 0.0],
    [-0.382_683_432_365_089_8, -0.382_683_432_365_089_8],
    [-FRAC_1_SQRT_2, -FRAC_1_SQRT_2],
    [-0.923_879_532_511_286_7, -0.923_879_532_511_286_7],
    [-1.0, -1.0],
];
/// Their distances from the origin, as roots of the reversed polynomials.
const CYCLE_RADIUS: f64 = 0.95;
const LEVEL_RADIUS: f64 = 0.999;
/// Evaluations from each, a gain that counts as none, and how many are gone on from.
const CYCLE_STEPS: usize = 16;
const CYCLE_GAIN: f64 = 1e-2;
const CYCLE_SEARCHES: usize = 3;

/// Points of the transform, the most promising last.
pub(crate) fn starts(order: &Order, problem: &mut Problem, quick: bool) -> Vec<Vec<f64>> {
    let k = order.coefficients();
    let mut starts = Vec::new();
    let [ar, ma, seasonal_ar, seasonal_ma] = order.sizes();
    let whole = problem.whole();
    let n = whole.rest.len();
    if let Some(x) = regression(order, whole.series()) {
        starts.push(x);
    }
    // A pure autoregression, or one coefficient, has one hill to climb.
    if k > 1 && ma + seasonal_ma > 0 && !quick || starts.is_empty() {
        starts.push(vec![0.0; k]);
    }
    let mixed = ar > 0 && ma > 0 || seasonal_ar > 0 && seasonal_ma > 0;
    if mixed && !quick {
        let (draws, searches) = if n <= SHORT {
            ((DRAWN_VALUES / n).min(MOST_DRAWN), (SEARCHED_VALUES / n).min(MOST_SEARCHES))
        } else if n <= MIDDLING {
            (FEW_DRAWN, 1)
        } else {
            (0, 0)
        };
        let mut random = SplitMix64::new(k as u64);
        let mut drawn: Vec<(f64, Vec<f64>)> = Vec::with_capacity(draws);
        for _ in 0..draws {
            let x: Vec<f64> = (0..k)
                .map(|_| {
                    // Uniform in (-1, 1), then out towards the edge.
                    let u = signed_unit(&mut random);
                    2.0 * u / (1.0001 - u * u)
                })
                .collect();
            let value = whole.value(&x);
            if value.is_finite() {
                drawn.push((value, x));
            }
        }
        if ar >= 2 && ma >= 2 && n <= SHORT {
            starts.extend(cycles(k, ar, whole));
        }
        drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
        starts.extend(drawn.into_iter().take(searches).map(|(_, x)| x));
    }
    starts.reverse();
    starts
}

/// A cycle beside noise: the autoregression has a pair of roots near the unit circle, and the moving average one next to it, at the same
/// frequency or, of slow ones, at half of it. Such optima are narrow, and no better than others from afar: so each is searched from for a
/// few steps, and those that came furthest are gone on from.
fn cycles(k: usize, ar: usize, whole: &mut Exact) -> Vec<Vec<f64>> {
    let mut found: Vec<(f64, Vec<f64>)> = Vec::with_capacity(CYCLES.len());
    let mut gradient = vec![0.0; k];
    for [cycle, level] in CYCLES {
        let mut x = vec![0.0; k];
        x[..2].copy_from_slice(&pair(CYCLE_RADIUS, cycle));
        x[ar..ar + 2].copy_from_slice(&pair(LEVEL_RADIUS, level));
        let mut search = Search::new(x, 1.0 / whole.rest.len() as f64, CYCLE_GAIN);
        while !search.done && search.evaluations < CYCLE_STEPS {
            let value = whole.value_gradient(&search.trial, &mut gradient);
            search.tell(value, &gradient);
        }
        found.push((search.value, search.x));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().take(CYCLE_SEARCHES).map(|(_, x)| x).collect()
}

/// Numbers of a polynomial with a pair of roots.
fn pair(radius: f64, cosine: f64) -> [f64; 2] {
    let square = radius * radius;
    [2.0 * radius * cosine / (1.0 + square), -square].map(|partial| partial / (1.0 - partial * partial).sqrt())
}

/// The regression on the past and on a long autoregression's innovations, one lag a coefficient.
fn regression(order: &Order, w: &[f64]) -> Option<Vec<f64>> {
    let n = w.len();
    let [ar, ma, seasonal_ar, seasonal_ma] = order.sizes();
    let lags: Vec<(bool, usize)> = (1..=ar)
        .map(|lag| (true, lag))
        .chain((1..=ma).map(|lag| (false, lag)))
        .chain((1..=seasonal_ar).map(|lag| (true, lag * order.season)))
        .chain((1..=seasonal_ma).map(|lag| (false, lag * order.season)))
        .collect();
    let k = lags.len();
    let furthest = order.ar_lag().max(order.ma_lag());
    let mut from = furthest;
    let mut innovations = Vec::new();
    if ma + seasonal_ma > 0 {
        let long = (furthest + 10).min(n / 3);
        innovations = long_residuals(w, long)?;
        from += long;
    }
    if n < from + 2 * k + 2 {
        return None;
    }
    let column = |(of_past, lag): (bool, usize)| {
        if of_past {
            &w[from - lag..n - lag]
        } else {
            &innovations[from - lag..n - lag]
        }
    };
    let (mut gram, mut right) = (vec![0.0; k * k], vec![0.0; k]);
    for i in 0..k {
        right[i] = dot(column(lags[i]), &w[from..]);
        for j in 0..=i {
            gram[i * k + j] = dot(column(lags[i]), column(lags[j]));
        }
        gram[i * k + i] *= 1.0 + 1e-6;
    }
    if !solve(&mut gram, &mut right) {
        return None;
    }
    let mut x = vec![0.0; k];
    for ((start, size), sign) in order.starts().into_iter().zip(order.sizes()).zip([1.0, -1.0, 1.0, -1.0]) {
        numbers(&right[start..start + size], sign, EDGE, &mut x[start..start + size]);
    }
    x.iter().all(|value| value.is_finite()).then_some(x)
}

/// Residuals of an autoregression of `long` lags by Levinson's recursion; 0 for the first `long`.
fn long_residuals(w: &[f64], long: usize) -> Option<Vec<f64>> {
    let n = w.len();
    let gamma: Vec<f64> = (0..=long).map(|lag| dot(&w[lag..], &w[..n - lag])).collect();
    let mut weights = vec![0.0; long];
    let mut before = vec![0.0; long];
    let mut variance = gamma[0];
    for k in 0..long {
        if !(variance > 1e-12 * gamma[0]) {
            break;
        }
        let mut sum = gamma[k + 1];
        for i in 0..k {
            sum -= weights[i] * gamma[k - i];
        }
        let partial = sum / variance;
        before[..k].copy_from_slice(&weights[..k]);
        for i in 0..k {
            weights[i] = before[i] - partial * before[k - 1 - i];
        }
        weights[k] = partial;
        variance *= (1.0 - partial) * (1.0 + partial);
    }
    if !(gamma[0] > 0.0) {
        return None;
    }
    let mut residuals = vec![0.0; n];
    residuals[long..].copy_from_slice(&w[long..]);
    for (i, weight) in weights.iter().enumerate() {
        for (value, past) in residuals[long..].iter_mut().zip(&w[long - 1 - i..]) {
            *value -= weight * past;
        }
    }
    Some(residuals)
}
