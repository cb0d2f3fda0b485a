//! The same interval after every release: fixed windows, no window at all, and for ever.

use crate::{Counts, Policy, Start, WarmInterval};

/// A constant warm interval. `PREWARM` tells at compile time whether it may begin after the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant<const PREWARM: bool> {
    interval: WarmInterval,
}

impl Constant<false> {
    /// Stays warm for `keep_alive_ms`.
    pub fn window(keep_alive_ms: i64) -> Self {
        Constant { interval: WarmInterval { prewarm_ms: 0, keep_alive_ms } }
    }
}

impl Constant<true> {
    /// Goes, and is warm again from `prewarm_ms` for `keep_alive_ms`.
    pub fn interval(prewarm_ms: i64, keep_alive_ms: i64) -> Self {
        Constant { interval: WarmInterval { prewarm_ms, keep_alive_ms } }
    }
}

impl<const PREWARM: bool> Constant<PREWARM> {
    /// The interval it always answers with.
    pub fn answer(&self) -> WarmInterval {
        self.interval
    }
}

impl<const PREWARM: bool> Policy for Constant<PREWARM> {
    const TICKS: bool = false;
    const IMMEDIATE: bool = !PREWARM;
    const ARRIVALS: bool = false;

    #[inline(always)]
    fn on_arrival(&mut self, _at_ms: i64, _busy: u32) {}

    #[inline(always)]
    fn on_release(&mut self, _at_ms: i64) -> WarmInterval {
        self.interval
    }

    fn on_tick(&mut self, _now_ms: i64, _counts: Counts, _forecast: Option<&[f64]>, _starts: &mut Vec<Start>) {}
}
