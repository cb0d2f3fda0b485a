//! References that no policy can be: they see the future.

use crate::matching::Matched;
use crate::Outcome;
use isotherm_policy::FunctionPrices;

/// Which reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// As many instances always warm as were ever busy at once.
    ProvisionedPeak,
    /// The cheapest fixed window of each function, replayed.
    BestFixedHindsight,
    /// Keep-alive only, every gap known.
    Clairvoyant,
    /// Keep-alive or pre-warm, every gap known.
    ClairvoyantPrewarm,
}

/// Prices as a replay uses them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prices {
    /// USD per GiB-second of idle memory.
    pub idle_usd_per_gb_s: f64,
    /// USD per second of a cold start's wait.
    pub cold_start_usd_per_s: f64,
    /// A pre-warm's price as a share of a cold start's.
    pub pre_warm_share: f64,
    /// A cold start's wait.
    pub cold_start_ms: f64,
}

impl Prices {
    /// Idle memory and starts in USD; the one expression of it, for all backends.
    #[inline]
    pub fn objective_usd(&self, idle_ms: f64, memory_mib: f64, cold_starts: f64, pre_warms: f64) -> f64 {
        self.idle_usd(idle_ms, memory_mib)
            + (cold_starts + pre_warms * self.pre_warm_share) * self.cold_start_usd_per_s * self.cold_start_ms / 1000.0
    }

    /// What a function of this memory pays; the one expression of it, for all backends.
    pub fn of_function(&self, memory_mib: f64) -> FunctionPrices {
        FunctionPrices {
            idle_usd_per_ms: (memory_mib / 1024.0 / 1000.0 * self.idle_usd_per_gb_s).min(f64::MAX),
            cold_start_usd: (self.cold_start_usd_per_s * self.cold_start_ms / 1000.0).min(f64::MAX),
            pre_warm_usd: (self.pre_warm_share * self.cold_start_usd_per_s * self.cold_start_ms / 1000.0).min(f64::MAX),
            cold_start_ms: self.cold_start_ms,
        }
    }

    #[inline]
    fn idle_usd(&self, idle_ms: f64, memory_mib: f64) -> f64 {
        idle_ms * memory_mib / 1024.0 / 1000.0 * self.idle_usd_per_gb_s
    }
}

/// Provisioned for the peak: `horizon` for every instance, less the time it served.
pub fn provisioned_peak(matched: &Matched, horizon: i64) -> Outcome {
    let idle_ms = matched.peak_busy as i64 * horizon - matched.busy_ms;
    Outcome { cold_starts: 0, pre_warms: 0, idle_ms, window_ms: f64::NAN }
}

/// Warm over a gap where that is no dearer than what a gap costs otherwise: a cold start, or with `prewarm` a pre-warm.
pub fn clairvoyant(matched: &Matched, prices: &Prices, memory_mib: f64, prewarm: bool) -> Outcome {
    let (cold, warm) = if prewarm { (0.0, 1.0) } else { (1.0, 0.0) };
    let otherwise = prices.objective_usd(0.0, memory_mib, cold, warm);
    let mut kept_ms = 0;
    let mut given_up = 0;
    for &(gap, times) in &matched.gaps {
        if prices.idle_usd(gap as f64, memory_mib) <= otherwise {
            kept_ms += gap * times as i64;
        } else {
            given_up += times;
        }
    }
    Outcome {
        cold_starts: matched.unmatched + if prewarm { 0 } else { given_up },
        pre_warms: if prewarm { given_up } else { 0 },
        idle_ms: kept_ms,
        window_ms: f64::NAN,
    }
}

/// The smallest window whose cost in the matching is within 1e-12 of the cheapest.
pub fn best_fixed_window(matched: &Matched, prices: &Prices, memory_mib: f64) -> i64 {
    let mut cheapest = f64::INFINITY;
    each_window(matched, prices, memory_mib, |_, cost| {
        cheapest = cheapest.min(cost);
        true
    });
    let mut best = 0;
    each_window(matched, prices, memory_mib, |window, cost| {
        best = window;
        cost > cheapest + cheapest * 1e-12
    });
    best
}

/// Calls `visit(window, cost)` for 0 and each gap ascending, until it answers false.
fn each_window(matched: &Matched, prices: &Prices, memory_mib: f64, mut visit: impl FnMut(i64, f64) -> bool) {
    let mut longer: u64 = matched.gaps.iter().map(|&(_, times)| times).sum();
    let mut covered_ms = 0.0;
    let mut ended_ms = 0.0;
    let mut ended = 0;
    let mut at = |window: i64, longer: u64, covered_ms: f64| {
        while matched.tails.get(ended).is_some_and(|&tail| tail <= window) {
            ended_ms += matched.tails[ended] as f64;
            ended += 1;
        }
        let cut = longer + (matched.tails.len() - ended) as u64;
        let idle_ms = covered_ms + ended_ms + window as f64 * cut as f64;
        prices.objective_usd(idle_ms, memory_mib, (matched.unmatched + longer) as f64, 0.0)
    };
    if matched.gaps.first().is_none_or(|&(gap, _)| gap > 0) && !visit(0, at(0, longer, 0.0)) {
        return;
    }
    for &(gap, times) in &matched.gaps {
        longer -= times;
        covered_ms += gap as f64 * times as f64;
        if !visit(gap, at(gap, longer, covered_ms)) {
            return;
        }
    }
}
