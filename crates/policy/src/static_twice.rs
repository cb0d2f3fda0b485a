//! Twice the mean concurrency, held all day: static over-provisioning.
//!
//! The mean is that of the day before, and on the first day of what has been seen so far. Instances beyond the target go at
//! their release.

use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval};
use isotherm_numeric::{ensure, Code, Result};

const DAY_MS: i64 = 86_400_000;
const FACTOR: f64 = 2.0;
const MAX_COUNT: f64 = u32::MAX as f64;

/// Holds `ceil(2 x mean busy instances)`; the day's instances are replaced at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticTwice {
    prewarm_ms: i64,
    /// The day that is observed, and none before anything was seen.
    day: Option<i64>,
    /// From when on, and up to when it was observed: ms into the day.
    since_ms: i64,
    last_ms: i64,
    /// Busy instances now, and their time today, in floats so that every backend rounds alike.
    busy: f64,
    busy_ms: f64,
    /// The mean of the day before; -1 for none.
    before: f64,
    /// Idle and promised instances, as far as it knows.
    held: f64,
}

impl StaticTwice {
    /// Started instances are warm after `prewarm_ms`, the start time.
    pub fn new(prewarm_ms: i64) -> Self {
        StaticTwice { prewarm_ms, day: None, since_ms: 0, last_ms: 0, busy: 0.0, busy_ms: 0.0, before: -1.0, held: 0.0 }
    }

    /// `[mean busy instances, instances to hold]`.
    pub fn seen(&self) -> [f64; 2] {
        [self.mean(), self.target()]
    }

    fn mean(&self) -> f64 {
        if self.before >= 0.0 {
            self.before
        } else if self.last_ms > self.since_ms {
            self.busy_ms / (self.last_ms - self.since_ms) as f64
        } else {
            0.0
        }
    }

    fn target(&self) -> f64 {
        (FACTOR * self.mean()).ceil().min(MAX_COUNT)
    }

    /// The clock is at `at_ms`; how far that is into the day.
    fn advance(&mut self, at_ms: i64) -> i64 {
        let (day, into) = (at_ms.div_euclid(DAY_MS), at_ms.rem_euclid(DAY_MS));
        match self.day {
            None => {
                self.day = Some(day);
                self.since_ms = into;
            }
            Some(observed) if observed < day => {
                let whole = self.busy_ms + self.busy * (DAY_MS - self.last_ms) as f64;
                let mean = whole / (DAY_MS - self.since_ms) as f64;
                // After a whole day without a change its mean is what was busy.
                self.before = if observed + 1 < day { self.busy } else { mean };
                self.day = Some(day);
                self.since_ms = 0;
                self.busy_ms = self.busy * into as f64;
            }
            Some(_) => self.busy_ms += self.busy * (into - self.last_ms) as f64,
        }
        self.last_ms = into;
        into
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.i64(self.prewarm_ms);
        out.i64(self.day.unwrap_or(i64::MIN));
        out.i64(self.since_ms);
        out.i64(self.last_ms);
        for value in [self.busy, self.busy_ms, self.before, self.held] {
            out.f64(value);
        }
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut policy = StaticTwice::new(from.span()?);
        policy.day = from.instant()?;
        policy.since_ms = from.span()?;
        policy.last_ms = from.span()?;
        let [mut busy, mut busy_ms, mut before, mut held] = [0.0; 4];
        for value in [&mut busy, &mut busy_ms, &mut before, &mut held] {
            *value = from.f64()?;
        }
        let counts = busy >= 0.0 && busy_ms >= 0.0 && held >= 0.0 && (before >= 0.0 || before == -1.0);
        let finite = busy.is_finite() && busy_ms.is_finite() && held.is_finite() && before.is_finite();
        let within = policy.since_ms < DAY_MS && policy.last_ms < DAY_MS;
        ensure(counts && finite && within, Code::BadState, || "policy state has means out of range".into())?;
        Ok(StaticTwice { busy, busy_ms, before, held, ..policy })
    }
}

impl Policy for StaticTwice {
    const TICKS: bool = true;
    const IMMEDIATE: bool = false;
    const ARRIVALS: bool = true;

    #[inline]
    fn on_arrival(&mut self, at_ms: i64, busy: u32) {
        self.advance(at_ms);
        self.busy = f64::from(busy);
        // It takes an idle one, or cancels one that was promised.
        self.held = (self.held - 1.0).max(0.0);
    }

    #[inline]
    fn on_release(&mut self, at_ms: i64) -> WarmInterval {
        let into = self.advance(at_ms);
        self.busy = (self.busy - 1.0).max(0.0);
        let stays = self.busy + self.held < self.target();
        self.held += if stays { 1.0 } else { 0.0 };
        WarmInterval { prewarm_ms: 0, keep_alive_ms: if stays { DAY_MS - into + self.prewarm_ms } else { 0 } }
    }

    fn on_tick(&mut self, now_ms: i64, counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        let into = self.advance(now_ms);
        // Just after midnight those of the day before are about to end.
        let idle = if into < self.prewarm_ms { 0.0 } else { f64::from(counts.warm_idle) };
        self.held = idle + f64::from(counts.pending);
        let lacking = self.target() - f64::from(counts.busy) - self.held;
        if lacking > 0.0 {
            self.held += lacking;
            let interval = WarmInterval { prewarm_ms: self.prewarm_ms, keep_alive_ms: DAY_MS - into };
            starts.push(Start { count: lacking as u32, interval });
        }
    }

    fn on_gap(&mut self, from_ms: i64, until_ms: i64) {
        let Some(observed) = self.day else { return };
        // What was told within is known up to there.
        let told_ms = observed * DAY_MS + self.last_ms;
        self.advance(from_ms.max(told_ms));
        let (day, into) = (until_ms.div_euclid(DAY_MS), until_ms.rem_euclid(DAY_MS));
        if self.day == Some(day) {
            self.since_ms += (into - self.last_ms).max(0);
            self.last_ms = self.last_ms.max(into);
            return;
        }
        // The day ends with what was observed of it.
        if self.last_ms > self.since_ms {
            self.before = self.busy_ms / (self.last_ms - self.since_ms) as f64;
        }
        self.day = Some(day);
        (self.since_ms, self.last_ms, self.busy_ms) = (into, into, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(policy: &mut StaticTwice, now_ms: i64, busy: u32, warm_idle: u32) -> Option<Start> {
        let mut starts = Vec::new();
        policy.on_tick(now_ms, Counts { busy, warm_idle, pending: 0 }, None, &mut starts);
        starts.pop()
    }

    #[test]
    fn holds_twice_the_mean_so_far_and_then_twice_that_of_the_day_before() {
        let mut policy = StaticTwice::new(1000);
        assert_eq!(tick(&mut policy, 0, 0, 0), None);
        policy.on_arrival(0, 1);
        policy.on_arrival(30_000, 2);
        // Busy: one for 30 s, two for 30 s: a mean of 1.5 over the minute, so three are held; two are busy.
        let interval = WarmInterval { prewarm_ms: 1000, keep_alive_ms: DAY_MS - 60_000 };
        assert_eq!(tick(&mut policy, 60_000, 2, 0), Some(Start { count: 1, interval }));
        assert_eq!(policy.seen(), [1.5, 3.0]);
        // With one busy and one promised there is room for a third, to midnight and until its successor is warm.
        assert_eq!(policy.on_release(60_000).keep_alive_ms, DAY_MS - 60_000 + 1000);
        // The last one makes three.
        assert_eq!(policy.on_release(60_000).keep_alive_ms, DAY_MS - 60_000 + 1000);
        // 90 busy seconds in the day: a mean of 1/960, one instance. Those of yesterday end, so it is started.
        let interval = WarmInterval { prewarm_ms: 1000, keep_alive_ms: DAY_MS };
        assert_eq!(tick(&mut policy, DAY_MS, 0, 3), Some(Start { count: 1, interval }));
        assert_eq!(policy.seen(), [90_000.0 / 86_400_000.0, 1.0]);
        assert_eq!(tick(&mut policy, DAY_MS + 60_000, 0, 1), None);
        // A second one at a time goes at its release.
        policy.on_arrival(DAY_MS + 70_000, 1);
        policy.on_arrival(DAY_MS + 70_000, 2);
        assert_eq!(policy.on_release(DAY_MS + 71_000).keep_alive_ms, 0);
        assert_eq!(policy.on_release(DAY_MS + 71_000).keep_alive_ms, DAY_MS - 71_000 + 1000);
    }
}
