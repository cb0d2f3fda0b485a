//! Keeps a little more than the recent peak of busy instances warm, renewed at every tick: reactive over-provisioning.

use crate::gap::stood;
use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval};
use isotherm_numeric::{ensure, Code, Result};
use std::collections::VecDeque;

const WINDOW_MS: i64 = 600_000;
const RELEASE_KEEP_ALIVE_MS: i64 = 60_000;
const STARTED_KEEP_ALIVE_MS: i64 = 600_000;

/// 1.2 times the largest number of busy instances of the last ten minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentPeak {
    prewarm_ms: i64,
    /// Arrivals that may still be the largest of a window, busy counts descending.
    peaks: VecDeque<(i64, u32)>,
}

impl RecentPeak {
    /// Started instances are warm after `prewarm_ms`, the start time.
    pub fn new(prewarm_ms: i64) -> Self {
        RecentPeak { prewarm_ms, peaks: VecDeque::new() }
    }

    /// `[peak of the arrivals it remembers]`.
    pub fn seen(&self) -> [f64; 1] {
        [self.peak()]
    }

    fn peak(&self) -> f64 {
        self.peaks.front().map_or(0.0, |&(_, busy)| f64::from(busy))
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.i64(self.prewarm_ms);
        out.u64(self.peaks.len() as u64);
        for &(at, busy) in &self.peaks {
            out.i64(at);
            out.u32(busy);
        }
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut policy = RecentPeak::new(from.span()?);
        for _ in 0..from.u64()? {
            let (at, busy) = (from.instant()?, from.u32()?);
            let fits = at.is_some() && policy.peaks.back().is_none_or(|&(last, more)| Some(last) <= at && more > busy);
            ensure(fits, Code::BadState, || "peaks are out of order".into())?;
            policy.peaks.extend(at.map(|at| (at, busy)));
        }
        Ok(policy)
    }
}

impl Policy for RecentPeak {
    const TICKS: bool = true;
    const IMMEDIATE: bool = false;
    const ARRIVALS: bool = true;

    #[inline]
    fn on_arrival(&mut self, at_ms: i64, busy: u32) {
        while self.peaks.back().is_some_and(|&(_, earlier)| earlier <= busy) {
            self.peaks.pop_back();
        }
        self.peaks.push_back((at_ms, busy));
    }

    #[inline]
    fn on_release(&mut self, _at_ms: i64) -> WarmInterval {
        WarmInterval { prewarm_ms: 0, keep_alive_ms: RELEASE_KEEP_ALIVE_MS }
    }

    fn on_tick(&mut self, now_ms: i64, counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        while self.peaks.front().is_some_and(|&(at, _)| at < now_ms - WINDOW_MS) {
            self.peaks.pop_front();
        }
        let peak = self.peaks.front().map_or(0, |&(_, busy)| u64::from(busy));
        let wanted = (peak * 6).div_ceil(5);
        let held = u64::from(counts.busy) + u64::from(counts.warm_idle) + u64::from(counts.pending);
        if wanted > held {
            starts.push(Start {
                count: u32::try_from(wanted - held).unwrap_or(u32::MAX),
                interval: WarmInterval { prewarm_ms: self.prewarm_ms, keep_alive_ms: STARTED_KEEP_ALIVE_MS },
            });
        }
    }

    fn on_gap(&mut self, from_ms: i64, until_ms: i64) {
        for (at, _) in &mut self.peaks {
            *at = stood(*at, from_ms, until_ms);
        }
    }
}
