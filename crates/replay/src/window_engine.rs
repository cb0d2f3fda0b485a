//! A fixed window on a function whose calls all last alike: the engine for the common case.
//!
//! Warm calls are released in the order of arrival, and so are cold ones, so that two queues replace a heap. Idle instances
//! are a stack, latest release on top, in which, once the top has ended, all have.

use crate::arrivals::Durations;
use crate::busy::Ring;
use crate::engine::Feed;
use crate::Outcome;

/// A fixed window with its instances.
pub struct WindowEngine {
    window: i64,
    duration: i64,
    wait: i64,
    horizon: i64,
    warm: Ring,
    cold: Ring,
    idle: Vec<i64>,
    cold_starts: u64,
    idle_ms: i64,
}

impl WindowEngine {
    pub fn new(window: i64, duration: i64, wait: i64, horizon: i64) -> Self {
        WindowEngine {
            window,
            duration,
            wait,
            horizon,
            warm: Ring::new(),
            cold: Ring::new(),
            idle: Vec::new(),
            cold_starts: 0,
            idle_ms: 0,
        }
    }

    /// Moves releases up to `now` onto the stack; the next one after them. At one instant all releases are alike here.
    #[inline(always)]
    fn release_until(&mut self, now: i64, mut warm_next: i64, mut cold_next: i64) -> (i64, i64) {
        while warm_next.min(cold_next) <= now {
            if cold_next <= warm_next {
                self.idle.push(cold_next);
                self.cold.pop();
                cold_next = self.cold.front();
            } else {
                self.idle.push(warm_next);
                self.warm.pop();
                warm_next = self.warm.front();
            }
        }
        (warm_next, cold_next)
    }

    /// Serves arrivals as long as exactly one warm call ends between two that begin, and in time: its instance serves the next
    /// one, and the stack rests. Returns how many, and the next release.
    #[inline(always)]
    fn serve_steady(&mut self, starts: &[i64], mut warm_next: i64, cold_next: i64) -> (usize, i64) {
        let (window, duration) = (self.window, self.duration);
        let mut warm = self.warm.hand();
        let mut idle_ms = 0;
        let mut served = starts.len();
        for (i, &at) in starts.iter().enumerate() {
            if warm_next > at || cold_next <= at || at - warm_next > window {
                served = i;
                break;
            }
            let second = warm.second();
            if second <= at {
                served = i;
                break;
            }
            idle_ms += at - warm_next;
            warm.pop();
            warm.push(at + duration);
            warm_next = second.min(at + duration);
        }
        let positions = (warm.head, warm.tail);
        self.warm.put(positions);
        self.idle_ms += idle_ms;
        (served, warm_next)
    }

    /// A call that the stack serves, or nobody.
    #[inline(always)]
    fn serve_from_stack(&mut self, at: i64) -> bool {
        match self.idle.pop() {
            Some(release) if release + self.window >= at => {
                self.idle_ms += at - release;
                true
            }
            Some(_) => {
                // The top has ended, and so have all below it.
                self.idle_ms += (self.idle.len() as i64 + 1) * self.window;
                self.idle.clear();
                false
            }
            None => false,
        }
    }
}

impl Feed for WindowEngine {
    fn feed(&mut self, starts: &[i64], _durations: Durations<'_>) {
        self.warm.reserve(starts.len());
        let mut warm_next = self.warm.front();
        let mut cold_next = self.cold.front();
        let mut left = starts;
        loop {
            let steady;
            (steady, warm_next) = self.serve_steady(left, warm_next, cold_next);
            let Some((&at, rest)) = left[steady..].split_first() else {
                return;
            };
            left = rest;
            (warm_next, cold_next) = self.release_until(at, warm_next, cold_next);
            let release = at + self.duration;
            let warm = self.serve_from_stack(at);
            // Without a wait cold and warm calls are alike.
            if warm || self.wait == 0 {
                warm_next = warm_next.min(release);
                self.warm.push(release);
            } else {
                self.cold.reserve(1);
                self.cold.push(release + self.wait);
                cold_next = self.cold.front();
            }
            self.cold_starts += u64::from(!warm);
        }
    }

    fn finish(&mut self) -> Outcome {
        let (warm_next, cold_next) = (self.warm.front(), self.cold.front());
        self.release_until(self.horizon - 1, warm_next, cold_next);
        let (window, horizon) = (self.window, self.horizon);
        let left: i64 = self.idle.iter().map(|release| window.min(horizon - release)).sum();
        Outcome { cold_starts: self.cold_starts, pre_warms: 0, idle_ms: self.idle_ms + left, window_ms: f64::NAN }
    }
}
