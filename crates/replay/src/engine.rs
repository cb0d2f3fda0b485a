//! One policy on one function: releases, ticks and arrivals in order.

use crate::arrivals::Durations;
use crate::busy::{Busy, NEVER};
use crate::warm::Warm;
use crate::Outcome;
use isotherm_policy::{Counts, Policy, WarmInterval};

/// Something that arrivals are fed to.
pub trait Feed {
    /// The next arrivals, ascending.
    fn feed(&mut self, starts: &[i64], durations: Durations<'_>);
    /// No arrival is left.
    fn finish(&mut self) -> Outcome;
}

/// A policy with its instances.
pub struct Engine<P, B> {
    policy: P,
    busy: B,
    warm: Warm,
    horizon: i64,
    tick_ms: i64,
    next_tick: i64,
    cold_starts: u64,
}

impl<P: Policy, B: Busy> Engine<P, B> {
    pub fn new(policy: P, busy: B, horizon: i64, tick_ms: i64) -> Self {
        let next_tick = if P::TICKS && horizon > 0 { 0 } else { NEVER };
        Engine { policy, busy, warm: Warm::new(horizon), horizon, tick_ms, next_tick, cold_starts: 0 }
    }

    /// All releases and ticks up to `now`.
    #[inline(always)]
    fn advance(&mut self, now: i64) {
        loop {
            let release = self.busy.next();
            if P::TICKS && self.next_tick < release {
                if self.next_tick > now {
                    return;
                }
                self.tick();
            } else {
                if release > now {
                    return;
                }
                self.busy.release();
                let interval = self.policy.on_release(release);
                if P::IMMEDIATE || interval.prewarm_ms == 0 {
                    self.warm.stay(release, interval.keep_alive_ms);
                } else {
                    self.warm.promise(release, interval);
                }
            }
        }
    }

    /// In steady traffic one call ends between two that begin: when its instance stays it serves, and no stack is touched.
    #[inline(always)]
    fn pass(&mut self, at: i64, duration: i64) -> bool {
        let release = self.busy.next();
        if release > at || (P::TICKS && self.next_tick <= at) {
            return false;
        }
        self.busy.release();
        let interval = self.policy.on_release(release);
        let stays = P::IMMEDIATE || interval.prewarm_ms == 0;
        if stays && self.busy.next() > at && at - release <= interval.keep_alive_ms {
            self.warm.idle_ms += at - release;
            self.busy.serve(at, duration, false);
            if P::ARRIVALS {
                self.policy.on_arrival(at, self.busy.len() as u32);
            }
            return true;
        }
        if stays {
            self.warm.stay(release, interval.keep_alive_ms);
        } else {
            self.warm.promise(release, interval);
        }
        false
    }

    fn tick(&mut self) {
        let now = self.next_tick;
        let (warm_idle, pending) = self.warm.counts(now);
        let counts = Counts { busy: self.busy.len() as u32, warm_idle, pending };
        let mut starts = Vec::new();
        self.policy.on_tick(now, counts, None, &mut starts);
        for start in starts {
            // Nothing is warm before it has started: a policy for many functions may not know how long this one takes.
            let prewarm_ms = start.interval.prewarm_ms.max(self.busy.wait());
            let interval = WarmInterval { prewarm_ms, ..start.interval };
            for _ in 0..start.count {
                self.warm.promise(now, interval);
            }
        }
        let next = now + self.tick_ms;
        self.next_tick = if next < self.horizon { next } else { NEVER };
    }

    #[inline(always)]
    fn arrive(&mut self, at: i64, duration: i64) {
        let warm = if P::IMMEDIATE { self.warm.take_stayed(at) } else { self.warm.take(at) };
        if !warm {
            self.cold_starts += 1;
            if !P::IMMEDIATE {
                self.warm.cancel_latest();
            }
        }
        self.busy.serve(at, duration, !warm);
        if P::ARRIVALS {
            self.policy.on_arrival(at, self.busy.len() as u32);
        }
    }
}

impl<P: Policy, B: Busy> Feed for Engine<P, B> {
    fn feed(&mut self, starts: &[i64], durations: Durations<'_>) {
        let each = match durations {
            Durations::Constant => &[],
            Durations::Each(each) => each,
        };
        self.busy.reserve(starts.len());
        for (i, &at) in starts.iter().enumerate() {
            let duration = self.busy.duration(each, i);
            if !self.pass(at, duration) {
                self.advance(at);
                self.arrive(at, duration);
            }
        }
    }

    fn finish(&mut self) -> Outcome {
        self.advance(self.horizon - 1);
        self.warm.finish();
        Outcome {
            cold_starts: self.cold_starts,
            pre_warms: self.warm.pre_warms,
            idle_ms: self.warm.idle_ms,
            window_ms: f64::NAN,
        }
    }
}
