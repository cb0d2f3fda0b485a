//! The nested matching behind the clairvoyant references: each arrival takes the latest release that is left, and cold
//! starts delay nothing.

use crate::arrivals::Durations;
use crate::busy::Busy;
use crate::gaps::Gaps;

/// Arrivals matched to releases, as they are fed.
pub struct Matching<B> {
    busy: B,
    horizon: i64,
    releases: Vec<i64>,
    gaps: Gaps,
    unmatched: u64,
    peak_busy: usize,
    busy_ms: i64,
}

/// What the matching found.
pub struct Matched {
    /// Distinct gaps ascending, with how often each occurs.
    pub gaps: Vec<(i64, u64)>,
    /// Arrivals that no release was left for.
    pub unmatched: u64,
    /// Time from each release never taken to the horizon, ascending.
    pub tails: Vec<i64>,
    /// The largest number of busy instances right after an arrival.
    pub peak_busy: u64,
    /// Busy time within the horizon.
    pub busy_ms: i64,
}

impl<B: Busy> Matching<B> {
    /// `busy` must know no wait.
    pub fn new(busy: B, horizon: i64, calls: u64) -> Self {
        Matching { busy, horizon, releases: Vec::new(), gaps: Gaps::new(calls), unmatched: 0, peak_busy: 0, busy_ms: 0 }
    }

    #[inline(always)]
    fn advance(&mut self, now: i64) {
        loop {
            let release = self.busy.next();
            if release > now {
                return;
            }
            self.busy.release();
            self.releases.push(release);
        }
    }

    /// The latest release up to `at` that is left. In steady traffic it is the only new one, and the stack rests.
    #[inline(always)]
    fn take(&mut self, at: i64) -> Option<i64> {
        let release = self.busy.next();
        if release <= at {
            self.busy.release();
            if self.busy.next() > at {
                return Some(release);
            }
            self.releases.push(release);
            self.advance(at);
        }
        self.releases.pop()
    }

    pub fn feed(&mut self, starts: &[i64], durations: Durations<'_>) {
        let each = match durations {
            Durations::Constant => &[],
            Durations::Each(each) => each,
        };
        self.busy.reserve(starts.len());
        for (i, &at) in starts.iter().enumerate() {
            match self.take(at) {
                Some(release) => self.gaps.add(at - release),
                None => self.unmatched += 1,
            }
            let duration = self.busy.duration(each, i);
            self.busy.serve(at, duration, false);
            self.peak_busy = self.peak_busy.max(self.busy.len());
            self.busy_ms += (at + duration).clamp(0, self.horizon) - at.max(0);
        }
    }

    pub fn finish(mut self) -> Matched {
        self.advance(self.horizon - 1);
        let mut tails: Vec<i64> = self.releases.iter().map(|release| self.horizon - release).collect();
        tails.sort_unstable();
        Matched {
            gaps: self.gaps.ascending(),
            unmatched: self.unmatched,
            tails,
            peak_busy: self.peak_busy as u64,
            busy_ms: self.busy_ms,
        }
    }
}
