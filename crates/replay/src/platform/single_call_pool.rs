//! Instances that take one call at a time: those in the same state are alike, so that counting them is enough.

use super::pool::{Counts, Pool};
use super::releases::Releases;
use crate::busy::NEVER;

pub struct SingleCallPool<R> {
    counts: Counts,
    releases: R,
    cold_start: i64,
}

impl<R: Releases> SingleCallPool<R> {
    pub fn new(releases: R, cold_start: i64, keep_alive: i64, horizon: i64) -> Self {
        SingleCallPool { counts: Counts::new(keep_alive, horizon), releases, cold_start }
    }
}

impl<R: Releases> Pool for SingleCallPool<R> {
    #[inline(always)]
    fn counts(&mut self) -> &mut Counts {
        &mut self.counts
    }

    #[inline(always)]
    fn next(&self) -> i64 {
        match self.releases.next() {
            NEVER => NEVER,
            key => key >> 1,
        }
    }

    #[inline(always)]
    fn release(&mut self) {
        let key = self.releases.next();
        self.releases.pop();
        let counts = &mut self.counts;
        if key & 1 == 1 {
            counts.busy_spill -= 1;
            counts.empty_spill.push(key >> 1);
        } else if counts.leaving > 0 {
            // Whichever are released next are those that leave.
            counts.leaving -= 1;
        } else {
            counts.ready_calls -= 1;
            counts.empty_ready.change(key >> 1, 1);
        }
    }

    #[inline(always)]
    fn serve_ready(&mut self, now: i64, duration: i64) -> bool {
        let counts = &mut self.counts;
        if counts.empty_ready.count == 0 {
            return false;
        }
        counts.empty_ready.change(now, -1);
        counts.ready_calls += 1;
        counts.ready_busy_ms += duration;
        self.releases.push(2 * (now + duration), false);
        true
    }

    #[inline(always)]
    fn serve_spill(&mut self, now: i64, duration: i64) -> bool {
        let counts = &mut self.counts;
        if !counts.empty_spill.take(now) {
            return false;
        }
        counts.busy_spill += 1;
        counts.spill_busy_ms += duration;
        self.releases.push(2 * (now + duration) + 1, false);
        true
    }

    #[inline(always)]
    fn serve_starting(&mut self, _now: i64, _duration: i64) -> Option<i64> {
        None
    }

    #[inline(always)]
    fn start(&mut self, now: i64, duration: i64) {
        self.counts.busy_spill += 1;
        self.counts.spill_busy_ms += self.cold_start + duration;
        self.releases.push(2 * (now + self.cold_start + duration) + 1, true);
    }

    fn dismiss(&mut self, now: i64, count: i64) {
        let counts = &mut self.counts;
        let empty = count.min(counts.empty_ready.count);
        counts.empty_ready.change(now, -empty);
        counts.leaving += count - empty;
        counts.ready_calls -= count - empty;
    }
}
