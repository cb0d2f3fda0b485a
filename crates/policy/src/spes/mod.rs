//! Categories from a function's own past, then a rule per category: after SPES, re-derived online.
//!
//! Time is cut into minutes. A waiting time is a number of whole minutes without activity between two that have some. Source: Lee,
//! Zhu, Yang, Huo, Su, He, Lyu, "SPES: Towards Optimizing Performance-Resource Trade-Off for Serverless Functions", ICDE 2024, and the
//! thresholds of its authors' published code. What differs is in `docs/rivals.md`.

mod category;
mod runs;

use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval, FOREVER};
use category::{Category, Rule};
use isotherm_numeric::Result;
use runs::Runs;

const SLOT_MS: i64 = 60_000;

/// Warm while the rule of the function's category expects a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Spes {
    prewarm_ms: i64,
    runs: Runs,
    /// Follows from `runs`; derived anew where they have changed.
    rule: Rule,
    stale: bool,
}

impl Spes {
    /// Instances started ahead of an expected call are warm after `prewarm_ms`, the start time.
    pub fn new(prewarm_ms: i64) -> Self {
        Spes { prewarm_ms, runs: Runs::default(), rule: Rule::default(), stale: false }
    }

    /// `[category, waiting times known, first minute of those in which a call is expected, last]`; minutes of waiting, -1 for none.
    pub fn seen(&self) -> [f64; 4] {
        let rule = Rule::derive(&self.runs);
        let first = rule.expected().first().map_or(-1.0, |&(first, _)| first as f64);
        let last = rule.expected().iter().map(|&(_, last)| last).max().map_or(-1.0, |last| last as f64);
        [f64::from(rule.category() as u8), self.runs.known() as f64, first, last]
    }

    fn settle(&mut self) {
        if self.stale {
            self.rule = Rule::derive(&self.runs);
            self.stale = false;
        }
    }

    /// From `at_ms`, in the minute `slot`, to the end of the minutes that the rule keeps warm from the waiting minute `from` on.
    fn keep_alive_ms(&self, at_ms: i64, slot: i64, active: i64, from: i64) -> i64 {
        if self.rule.category() == Category::AlwaysWarm {
            return FOREVER;
        }
        let end = active + 1 + self.rule.end_of_warm(from);
        (end - slot) * SLOT_MS - 1 - at_ms.rem_euclid(SLOT_MS)
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.i64(self.prewarm_ms);
        self.runs.save(out);
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        Ok(Spes { prewarm_ms: from.span()?, runs: Runs::load(from)?, rule: Rule::default(), stale: true })
    }
}

impl Policy for Spes {
    const TICKS: bool = true;
    const IMMEDIATE: bool = false;
    const ARRIVALS: bool = true;

    #[inline]
    fn on_arrival(&mut self, at_ms: i64, busy: u32) {
        self.stale |= self.runs.arrival(at_ms.div_euclid(SLOT_MS), busy);
    }

    #[inline]
    fn on_release(&mut self, at_ms: i64) -> WarmInterval {
        let slot = at_ms.div_euclid(SLOT_MS);
        self.stale |= self.runs.release(slot);
        self.settle();
        WarmInterval { prewarm_ms: 0, keep_alive_ms: self.keep_alive_ms(at_ms, slot, slot, 0) }
    }

    fn on_tick(&mut self, now_ms: i64, counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        let slot = now_ms.div_euclid(SLOT_MS);
        let Some(active) = self.runs.last_active() else {
            return;
        };
        // One instance stands for the function, as in the paper.
        let waiting = slot - 1 - active;
        if waiting < 0 || counts.busy > 0 || counts.warm_idle > 0 || counts.pending > 0 {
            return;
        }
        self.settle();
        if !self.rule.is_warm(waiting) {
            return;
        }
        let keep_alive_ms = match self.keep_alive_ms(now_ms, slot, active, waiting) {
            FOREVER => FOREVER,
            finite => finite - self.prewarm_ms,
        };
        if keep_alive_ms >= 0 {
            let interval = WarmInterval { prewarm_ms: self.prewarm_ms, keep_alive_ms };
            starts.push(Start { count: 1, interval });
        }
    }
}
