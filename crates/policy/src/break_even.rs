//! Ski rental: an idle instance is rented by the ms, and a cold start buys it back.
//!
//! Keeping it until the rent equals a cold start never costs more than twice the best in hindsight, and no deterministic rule
//! does better. Source: Karlin, Manasse, Rudolph, Sleator, "Competitive snoopy caching", Algorithmica 3, 1988. Drawing the time
//! from the density `e^(x/B) / (B (e - 1))` on `[0, B]` costs at most `e / (e - 1)` times the best on average. Source: Karlin, Manasse,
//! McGeoch, Owicki, "Competitive randomized algorithms for nonuniform problems", Algorithmica 11, 1994.

use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval, FOREVER};
use isotherm_numeric::{ensure, ln, Code, Result, SplitMix64, MAX_EXACT};

/// What one function's idle time and cold starts cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunctionPrices {
    /// USD per ms that an instance idles.
    pub idle_usd_per_ms: f64,
    /// USD per cold start.
    pub cold_start_usd: f64,
    /// USD per pre-warm.
    pub pre_warm_usd: f64,
    /// How long a cold start takes, ms.
    pub cold_start_ms: f64,
}

/// A function's own stream of random numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawSeed {
    /// The replay's.
    pub seed: u32,
    /// The function's.
    pub stream: u32,
}

impl FunctionPrices {
    /// The idle time that costs as much as a cold start, ms; infinite where idle time costs nothing.
    fn break_even(&self) -> f64 {
        if self.idle_usd_per_ms > 0.0 {
            self.cold_start_usd / self.idle_usd_per_ms
        } else {
            f64::INFINITY
        }
    }

    /// [`break_even`](Self::break_even) in whole ms, rounded down.
    pub fn break_even_ms(&self) -> i64 {
        whole_ms(self.break_even())
    }
}

fn whole_ms(ms: f64) -> i64 {
    if ms <= MAX_EXACT {
        ms.floor() as i64
    } else {
        FOREVER
    }
}

/// `e - 1`, rounded to the nearest float.
const E_MINUS_ONE: f64 = 1.718_281_828_459_045;

/// Stays for a time drawn anew at every release.
#[derive(Clone, Debug)]
pub struct BreakEvenRandomised {
    break_even: f64,
    random: SplitMix64,
}

impl PartialEq for BreakEvenRandomised {
    fn eq(&self, other: &Self) -> bool {
        self.break_even == other.break_even && self.random.state() == other.random.state()
    }
}

impl BreakEvenRandomised {
    /// Draws from a stream that is not the one that the function's arrivals are drawn from.
    pub fn new(prices: &FunctionPrices, of: DrawSeed) -> Self {
        let first = SplitMix64::new(u64::from(of.seed) << 32 | u64::from(of.stream)).next_u64();
        BreakEvenRandomised { break_even: prices.break_even(), random: SplitMix64::new(first) }
    }

    /// `[break-even time, ms]`.
    pub fn seen(&self) -> [f64; 1] {
        [self.break_even.min(MAX_EXACT)]
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.f64(self.break_even);
        out.u64(self.random.state());
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let break_even = from.f64()?;
        ensure(break_even >= 0.0, Code::BadState, || {
            format!("policy state has a break-even time of {break_even} ms, expected at least 0")
        })?;
        Ok(BreakEvenRandomised { break_even, random: SplitMix64::new(from.u64()?) })
    }
}

impl Policy for BreakEvenRandomised {
    const TICKS: bool = false;
    const IMMEDIATE: bool = true;
    const ARRIVALS: bool = false;

    fn on_arrival(&mut self, _at_ms: i64, _busy: u32) {}

    #[inline]
    fn on_release(&mut self, _at_ms: i64) -> WarmInterval {
        // Upper 53 bits: a number in [0, 1). The inverse of the distribution (e^(x/B) - 1) / (e - 1).
        let unit = (self.random.next_u64() >> 11) as f64 * 1.110_223_024_625_156_5e-16;
        let share = ln(1.0 + unit * E_MINUS_ONE);
        let keep_alive_ms = if self.break_even <= MAX_EXACT { whole_ms(self.break_even * share) } else { FOREVER };
        WarmInterval { prewarm_ms: 0, keep_alive_ms }
    }

    fn on_tick(&mut self, _now_ms: i64, _counts: Counts, _forecast: Option<&[f64]>, _starts: &mut Vec<Start>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 GiB at 4 USD a GiB-s, a cold start at 120 USD: 30 s.
    const PRICES: FunctionPrices =
        FunctionPrices { idle_usd_per_ms: 4.0 / 1000.0, cold_start_usd: 120.0, pre_warm_usd: 0.0, cold_start_ms: 0.0 };

    #[test]
    fn rent_equals_price_at_the_break_even() {
        assert_eq!(PRICES.break_even_ms(), 30_000);
        assert_eq!(FunctionPrices { idle_usd_per_ms: 0.0, ..PRICES }.break_even_ms(), FOREVER);
        assert_eq!(FunctionPrices { cold_start_usd: 0.0, ..PRICES }.break_even_ms(), 0);
        assert_eq!(FunctionPrices { idle_usd_per_ms: 1e-300, ..PRICES }.break_even_ms(), FOREVER);
    }

    #[test]
    fn draws_follow_the_density() {
        let mut policy = BreakEvenRandomised::new(&PRICES, DrawSeed { seed: 1, stream: 7 });
        let mut drawn: Vec<i64> = (0..20_001).map(|i| policy.on_release(i).keep_alive_ms).collect();
        drawn.sort_unstable();
        assert!(drawn[0] >= 0 && drawn[20_000] <= 30_000);
        // The median of the density: B ln((e + 1) / 2) = 0.62011 B; its mean: B / (e - 1) = 0.58198 B.
        assert!((drawn[10_000] - 18_603).abs() < 300, "median {}", drawn[10_000]);
        let mean = drawn.iter().sum::<i64>() / 20_001;
        assert!((mean - 17_459).abs() < 200, "mean {mean}");
    }

    #[test]
    fn the_mean_cost_is_within_e_over_e_minus_one_at_every_gap() {
        for gap in [1, 5_000, 15_000, 29_999, 60_000, 10_000_000] {
            let mut policy = BreakEvenRandomised::new(&PRICES, DrawSeed { seed: 3, stream: gap as u32 });
            let cost = |keep: i64| if keep >= gap { gap } else { keep + 30_000 };
            let mean = (0..20_000).map(|i| cost(policy.on_release(i).keep_alive_ms)).sum::<i64>() as f64 / 20_000.0;
            let best = gap.min(30_000) as f64;
            assert!(mean <= best * 1.582 * 1.02, "gap {gap}: {mean} against {best}");
        }
    }
}
