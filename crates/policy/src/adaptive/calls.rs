//! Which calls run, and which of them were cold: a cold call would have been over earlier, had it been warm.

use super::ideal::MOST_IDLE;
use super::Adaptive;

/// A release is taken for a cold call's when it comes this much of the mean duration too early for it.
const DURATION_SLACK: f64 = 0.1;
/// A mean duration beyond this is taken for it, ms: sums of times stay exact.
const LONGEST_MEAN_MS: f64 = (1_u64 << 50) as f64;

impl<const PREWARM: bool> Adaptive<PREWARM> {
    pub(super) fn mean_ms(&self) -> f64 {
        if self.done > 0.0 {
            (self.busy_ms / self.done).min(LONGEST_MEAN_MS)
        } else {
            0.0
        }
    }

    /// Counts busy time until `now`, while no call is cold, and releases the cold calls that would be over had they been warm.
    #[inline(always)]
    pub(super) fn settle(&mut self, now: i64) {
        if self.cold_calls.is_empty() {
            self.busy_ms += f64::from(self.busy) * (now - self.last_at) as f64;
            self.last_at = now;
            return;
        }
        self.last_at = now;
        self.settle_cold(now);
    }

    #[inline(never)]
    fn settle_cold(&mut self, now: i64) {
        let mean = self.mean_ms() as i64;
        while self.ahead < self.cold_calls.len() {
            let over = self.cold_calls[self.ahead] + mean;
            if over > now {
                break;
            }
            self.ahead += 1;
            self.ideal_release(over);
        }
    }

    /// Takes over how many are busy where what was told does not add up to it, as a report was lost.
    #[inline(always)]
    pub(super) fn agree(&mut self, now: i64, busy: u32) {
        if u64::from(self.ideal.busy()) + self.ahead as u64 != u64::from(busy) {
            self.correct(now, busy);
        }
    }

    /// Calls of which only the begin was told are over now.
    #[cold]
    #[inline(never)]
    fn correct(&mut self, now: i64, busy: u32) {
        while self.cold_calls.len() as u64 > u64::from(busy) {
            self.cold_calls.pop_front();
            self.ahead = self.ahead.saturating_sub(1);
        }
        // At most as many as there are cold calls.
        let busy = busy - self.ahead as u32;
        let most = busy.saturating_add(MOST_IDLE as u32);
        if self.ideal.busy() < busy || self.ideal.busy() > most {
            self.ideal.correct(self.ideal.busy().clamp(busy, most));
        }
        while self.ideal.busy() > busy {
            self.ideal_release(now);
        }
    }

    #[inline(always)]
    pub(super) fn ideal_release(&mut self, at: i64) {
        self.ideal.release(at);
    }

    /// A call is over: counts it, and says whether it was a cold one.
    #[inline(always)]
    pub(super) fn end_call(&mut self, at: i64) -> bool {
        match self.cold_calls.front().copied() {
            None => {
                self.done += 1.0;
                false
            }
            Some(first) => self.end_cold_call(first, at),
        }
    }

    #[inline(never)]
    fn end_cold_call(&mut self, first: i64, at: i64) -> bool {
        let due = first + self.cold_ms;
        // Until a call was warm, the first cold one tells the duration.
        if self.done == 0.0 && due <= at {
            self.done = 1.0;
            self.busy_ms = (at - due) as f64;
        }
        let mean = self.mean_ms();
        let slack = 1 + (mean * DURATION_SLACK) as i64;
        if due + mean as i64 > at + slack && self.cold_calls.len() <= self.busy as usize {
            return false;
        }
        self.cold_calls.pop_front();
        true
    }
}
