//! The cheapest warm interval.

use isotherm_numeric::Result;

use crate::check;
use crate::steps::Scratch;

/// Costs this close, relative to the cheapest, count as equal.
const TIE: f64 = 1e-12;

/// A warm interval and what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// From the release to the beginning of the interval, ms; 0: the instance stays.
    pub pre_warm_ms: f64,
    /// Length of the interval, ms.
    pub keep_alive_ms: f64,
    /// Idle time, cold starts and pre-warms over all gaps, USD.
    pub objective_usd: f64,
}

/// What idle time, a cold start and a pre-warm cost; `pre_warm` is NaN where pre-warming is not allowed.
#[derive(Clone, Copy)]
pub(crate) struct Prices {
    pub idle: f64,
    pub cold: f64,
    pub pre_warm: f64,
}

/// The warm interval that costs least over `gaps_ms: [n]` with `weights: [n]` (empty: all 1).
///
/// Of the intervals within 1e-12 relative of the cheapest the one with the smallest keep-alive is returned, then with the
/// smallest pre-warm. `pre_warm_usd` NaN: the instance stays, only the window is chosen. Gaps, weights and prices are finite
/// and at least 0.
///
/// # Errors
/// `BAD_LENGTH` (weights), `NOT_FINITE`, `OUT_OF_RANGE` (negative, or sums above 1e300).
///
/// O(n log n): one sort, then linear but for ties.
pub fn keep_alive_window(
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: f64,
    cold_start_usd: f64,
    pre_warm_usd: f64,
    scratch: &mut Scratch,
) -> Result<Window> {
    check::weights_length(weights, gaps_ms)?;
    check::amount(idle_usd_per_ms, || "idleUsdPerMs".to_string())?;
    check::amount(cold_start_usd, || "coldStartUsd".to_string())?;
    if !pre_warm_usd.is_nan() {
        check::amount(pre_warm_usd, || "preWarmUsd".to_string())?;
    }
    let prices = Prices { idle: idle_usd_per_ms, cold: cold_start_usd, pre_warm: pre_warm_usd };
    best(gaps_ms, weights, 0, prices, scratch)
}

/// `keep_alive_window` of the gaps that begin at `base` of the caller's arrays, with prices that have been checked.
pub(crate) fn best(
    gaps_ms: &[f64],
    weights: &[f64],
    base: usize,
    prices: Prices,
    scratch: &mut Scratch,
) -> Result<Window> {
    check::gaps(gaps_ms, weights, base)?;
    scratch.load(gaps_ms, weights);
    let pre_warms = !prices.pre_warm.is_nan();
    let (total, area) = (scratch.total(), scratch.area(0, scratch.gap.len() - 1));
    let per_gap = if pre_warms { prices.cold + prices.pre_warm } else { prices.cold };
    check::sums(total, area, prices.idle * area + per_gap * total)?;

    let mut cheapest = cheapest_window(scratch, prices);
    if pre_warms {
        cheapest = cheapest.min(cheapest_interval(scratch, prices));
    }
    let limit = cheapest + cheapest * TIE;
    let mut found = smallest_window(scratch, prices, limit);
    if pre_warms {
        found = smallest_interval(scratch, prices, limit, found);
    }
    let (start, end, keep_alive_ms) = found;
    Ok(Window { pre_warm_ms: scratch.gap[start], keep_alive_ms, objective_usd: cost(scratch, prices, start, end) })
}

/// What `[gap[start], gap[end]]` costs; `start` 0: the instance stays.
fn cost(steps: &Scratch, prices: Prices, start: usize, end: usize) -> f64 {
    let area = steps.area(start, end);
    if start == 0 {
        prices.idle * area + prices.cold * steps.above[end]
    } else {
        interval_cost(steps, prices, area, start, end)
    }
}

#[inline]
fn interval_cost(steps: &Scratch, prices: Prices, area: f64, start: usize, end: usize) -> f64 {
    prices.idle * area
        + prices.cold * (steps.below[start] + steps.above[end])
        + prices.pre_warm * steps.above[start - 1]
}

fn cheapest_window(steps: &Scratch, prices: Prices) -> f64 {
    let mut area = 0.0;
    let mut cheapest = prices.cold * steps.above[0];
    for end in 1..steps.gap.len() {
        area += steps.rise(end);
        cheapest = cheapest.min(prices.idle * area + prices.cold * steps.above[end]);
    }
    cheapest
}

/// The smallest window that costs at most `limit`, as (start, end, keep-alive); an end past the last says there is none.
fn smallest_window(steps: &Scratch, prices: Prices, limit: f64) -> (usize, usize, f64) {
    let n = steps.gap.len();
    let mut area = 0.0;
    for end in 0..n {
        if end > 0 {
            area += steps.rise(end);
        }
        if prices.idle * area + prices.cold * steps.above[end] <= limit {
            return (0, end, steps.gap[end]);
        }
    }
    (0, n, f64::INFINITY)
}

/// The best start for each end. What a later start saves or adds does not depend on the end, so that the best start stays
/// until a later one is at least as good.
struct BestStart {
    start: usize,
    /// Idle ms from the start to the current end, and weight from the start to below it.
    area: f64,
    weight: f64,
}

impl BestStart {
    fn new() -> Self {
        BestStart { start: 1, area: 0.0, weight: 0.0 }
    }

    /// Goes on from `end - 1` to `end`; returns how much more a start there costs, 0 when it is the best from now on.
    #[inline]
    fn step(&mut self, steps: &Scratch, prices: Prices, end: usize) -> f64 {
        if end == 1 {
            return 0.0;
        }
        self.area += steps.rise(end);
        self.weight += steps.weight[end - 1];
        let more = (prices.cold - prices.pre_warm) * self.weight - prices.idle * self.area;
        if more > 0.0 {
            return more;
        }
        *self = BestStart { start: end, area: 0.0, weight: 0.0 };
        0.0
    }
}

fn cheapest_interval(steps: &Scratch, prices: Prices) -> f64 {
    let mut cheapest = f64::INFINITY;
    let mut best = BestStart::new();
    for end in 1..steps.gap.len() {
        best.step(steps, prices, end);
        cheapest = cheapest.min(interval_cost(steps, prices, best.area, best.start, end));
    }
    cheapest
}

/// The shortest of `found` and the intervals that cost at most `limit`.
fn smallest_interval(
    steps: &mut Scratch,
    prices: Prices,
    limit: f64,
    mut found: (usize, usize, f64),
) -> (usize, usize, f64) {
    // Starts that may yet be the latest good enough one: later ones cost more than earlier ones.
    let mut starts = std::mem::take(&mut steps.starts);
    starts.clear();
    let mut best = BestStart::new();
    for end in 1..steps.gap.len() {
        let more = best.step(steps, prices, end);
        while starts.last().is_some_and(|&(_, last)| last >= more) {
            starts.pop();
        }
        starts.push((end, more));
        let cost = interval_cost(steps, prices, best.area, best.start, end);
        if cost <= limit {
            let good = starts.partition_point(|&(_, more)| cost + more <= limit);
            let start = starts[good - 1].0;
            let keep_alive = keep_alive(steps.gap[start], steps.gap[end]);
            if keep_alive < found.2 {
                found = (start, end, keep_alive);
            }
        }
    }
    steps.starts = starts;
    found
}

/// The length of `[start, end]`, such that `start` plus it is not below `end` in floats either.
fn keep_alive(start: f64, end: f64) -> f64 {
    let length = end - start;
    if start + length < end {
        length * (1.0 + f64::EPSILON)
    } else {
        length
    }
}
