//! One function under one setting: releases, instances that come up, steps of the scaler and arrivals in order.

use super::knative_scaler::KnativeScaler;
use super::latency_sketch::LatencySketch;
use super::pool::{Counts, Pool};
use super::ready_account::ReadyAccount;
use super::settings::{Ready, Schedule, Settings};
use super::target_tracking::TargetTracking;
use super::COLUMNS;
use crate::arrivals::Durations;
use crate::busy::NEVER;
use std::collections::VecDeque;

/// Something that arrivals are fed to.
pub trait Replay {
    /// The next arrivals, ascending; all last `duration` unless each has its own.
    fn feed(&mut self, starts: &[i64], durations: Durations<'_>, duration: i64);
    /// No arrival is left.
    fn finish(&mut self) -> [f64; COLUMNS];
}

enum Scaler {
    Schedule(Schedule),
    Tracking(TargetTracking),
    Knative(KnativeScaler),
}

/// Sums over calls.
#[derive(Default)]
struct Served {
    cold_starts: i64,
    spill_cold_starts: i64,
    on_ready: i64,
    on_spill: i64,
    wait_ms: i64,
    ready_call_ms: i64,
    spill_call_ms: i64,
    within_target: i64,
}

pub struct Engine<'a, P> {
    settings: Settings,
    pool: P,
    horizon: i64,
    scaler: Scaler,
    next_step: i64,
    /// No step changes anything before the next call, but for one that a schedule brings.
    resting: bool,
    ready: ReadyAccount<'a>,
    /// Ready instances that are up and asked for.
    up: i64,
    /// When ready instances come up, and how many.
    coming: VecDeque<(i64, i64)>,
    /// Arrival and duration of the calls that wait.
    queue: VecDeque<(i64, i64)>,
    sketch: LatencySketch,
    served: Served,
    calls: i64,
    timed_out: i64,
    queued: i64,
    ready_starts: i64,
    spill_starts: i64,
    peak: i64,
}

impl<'a, P: Pool> Engine<'a, P> {
    /// `begin` is the earlier of the first arrival and 0.
    pub fn new(settings: Settings, mut pool: P, begin: i64, horizon: i64, mut ready: ReadyAccount<'a>) -> Self {
        let (scaler, first, step) = match settings.ready.clone() {
            Ready::Schedule(own) => {
                let (first, next) = (own.at(0), own.next(0));
                (Scaler::Schedule(own), first, next)
            }
            Ready::Tracking(own) => (Scaler::Tracking(TargetTracking::new(own)), own.min, own.period_ms),
            Ready::Knative(own) => {
                let (first, tick_ms) = (own.initial_scale.max(own.min_scale.at(0)), own.tick_ms);
                (Scaler::Knative(KnativeScaler::new(own, settings.concurrency, begin)), first, tick_ms)
            }
        };
        let up = first.min(settings.max_instances);
        ready.asked = up;
        pool.counts().empty_ready.count = up;
        Engine {
            settings,
            pool,
            horizon,
            scaler,
            next_step: within(step, horizon),
            resting: false,
            ready,
            up,
            coming: VecDeque::new(),
            queue: VecDeque::new(),
            sketch: LatencySketch::new(),
            served: Served::default(),
            calls: 0,
            timed_out: 0,
            queued: 0,
            ready_starts: 0,
            spill_starts: 0,
            peak: up,
        }
    }

    /// All that happens up to `now`.
    #[inline(always)]
    fn advance(&mut self, now: i64) {
        loop {
            let release = self.pool.next();
            let next = release.min(self.next_step).min(self.coming.front().map_or(NEVER, |&(at, _)| at));
            if !self.queue.is_empty() {
                self.time_out_before(next.min(now));
            }
            if next > now || next == NEVER {
                return;
            }
            if release == next {
                self.pool.release();
                if let Scaler::Knative(knative) = &mut self.scaler {
                    knative.windows.change(next, -1);
                }
                if !self.queue.is_empty() {
                    self.serve_queue(next, false);
                }
            } else {
                self.come_up_or_step(next);
            }
        }
    }

    #[inline(never)]
    fn come_up_or_step(&mut self, now: i64) {
        if let Some(&(_, count)) = self.coming.front().filter(|coming| coming.0 == now) {
            self.coming.pop_front();
            if let (0, Scaler::Knative(knative)) = (self.up, &mut self.scaler) {
                knative.activated(now);
            }
            self.up += count;
            self.pool.counts().empty_ready.change(now, count);
            self.serve_queue(now, true);
        } else {
            self.step(now);
        }
    }

    #[inline(always)]
    fn arrive(&mut self, at: i64, duration: i64) {
        self.calls += 1;
        if matches!(self.scaler, Scaler::Knative(_)) {
            self.measure_arrival(at);
        }
        if !self.serve(at, duration, 0, false) {
            self.queued += 1;
            self.queue.push_back((at, duration));
        }
    }

    fn measure_arrival(&mut self, at: i64) {
        let Scaler::Knative(knative) = &mut self.scaler else {
            return;
        };
        if self.resting {
            self.resting = false;
            knative.windows.resume(at);
            let tick_ms = knative.settings.tick_ms;
            self.next_step = within((at.div_euclid(tick_ms) + 1) * tick_ms, self.horizon);
        }
        knative.windows.change(at, 1);
        if self.ready.asked == 0 {
            let wanted = knative.poke(at);
            self.ask(at, wanted);
        }
    }

    /// Whether some instance takes the call. `fresh`: a ready one would be one that has just come up.
    #[inline(always)]
    fn serve(&mut self, now: i64, duration: i64, waited: i64, fresh: bool) -> bool {
        if self.pool.serve_ready(now, duration) {
            self.served.cold_starts += i64::from(fresh);
            self.served.on_ready += 1;
            self.served.ready_call_ms += duration;
            self.record(waited, duration);
            return true;
        }
        if matches!(self.scaler, Scaler::Knative(_)) {
            return false;
        }
        let mut wait = 0;
        if !self.pool.serve_spill(now, duration) {
            match self.serve_cold(now, duration) {
                Some(cold) => wait = cold,
                None => return false,
            }
        }
        self.served.on_spill += 1;
        self.served.spill_call_ms += duration;
        self.record(waited + wait, duration);
        true
    }

    /// An instance that starts takes the call, or a new one; answers with the wait, none at the cap.
    fn serve_cold(&mut self, now: i64, duration: i64) -> Option<i64> {
        let wait = match self.pool.serve_starting(now, duration) {
            Some(wait) => wait,
            None => {
                let counts = self.pool.counts();
                let instances = self.ready.asked + counts.leaving + counts.busy_spill;
                if instances >= self.settings.max_instances {
                    return None;
                }
                self.pool.start(now, duration);
                self.spill_starts += 1;
                self.peak = self.peak.max(instances + 1);
                self.settings.cold_start_ms
            }
        };
        self.served.cold_starts += 1;
        self.served.spill_cold_starts += 1;
        Some(wait)
    }

    #[inline(always)]
    fn record(&mut self, wait: i64, duration: i64) {
        self.served.wait_ms += wait;
        self.sketch.add(wait + duration);
        self.served.within_target += i64::from(wait + duration <= self.settings.latency_target_ms);
        if let Scaler::Tracking(tracking) = &mut self.scaler {
            let places = self.up * i64::from(self.settings.concurrency);
            tracking.observe(self.pool.counts().ready_calls, places);
        }
    }

    #[inline(never)]
    fn serve_queue(&mut self, now: i64, fresh: bool) {
        while let Some(&(arrival, duration)) = self.queue.front() {
            if !self.serve(now, duration, now - arrival, fresh) {
                return;
            }
            self.queue.pop_front();
        }
    }

    /// Calls that may not wait until `now` leave the queue.
    #[inline(never)]
    fn time_out_before(&mut self, now: i64) {
        let timeout = self.settings.queue_timeout_ms;
        while let Some(&(arrival, _)) = self.queue.front().filter(|call| call.0 + timeout < now) {
            self.queue.pop_front();
            if let Scaler::Knative(knative) = &mut self.scaler {
                knative.windows.change(arrival + timeout, -1);
            }
            self.timed_out += 1;
        }
    }

    fn step(&mut self, now: i64) {
        let asked = self.ready.asked;
        let (wanted, mut next) = match &mut self.scaler {
            Scaler::Schedule(schedule) => (schedule.at(now), schedule.next(now)),
            Scaler::Tracking(tracking) => (tracking.decide(asked, self.up), now + tracking.settings.period_ms),
            Scaler::Knative(knative) => (knative.tick(now, asked, self.up), now + knative.settings.tick_ms),
        };
        self.ask(now, wanted);
        if let Scaler::Knative(knative) = &mut self.scaler {
            self.resting = knative.rests(now, self.ready.asked, self.up);
            if self.resting {
                next = knative.next_change(now);
            }
        }
        self.next_step = within(next, self.horizon);
    }

    /// From now on so many ready instances are asked for.
    fn ask(&mut self, now: i64, wanted: i64) {
        let asked = self.ready.asked;
        let count = wanted.min(self.settings.max_instances);
        if count == asked {
            return;
        }
        self.ready.ask(now, count);
        if count > asked {
            self.coming.push_back((now + self.settings.ready_delay_ms, count - asked));
            self.ready_starts += count - asked;
            let counts = self.pool.counts();
            let instances = count + counts.leaving + counts.busy_spill + counts.empty_spill.count_at(now);
            self.peak = self.peak.max(instances);
            return;
        }
        let mut left = asked - count;
        while let Some(last) = self.coming.back_mut().filter(|_| left > 0) {
            let fewer = left.min(last.1);
            last.1 -= fewer;
            left -= fewer;
            if last.1 == 0 {
                self.coming.pop_back();
            }
        }
        self.up -= left;
        self.pool.dismiss(now, left);
        // What leaves makes room under the cap.
        self.serve_queue(now, false);
    }
}

/// A step at `at`, if that is before the horizon.
fn within(at: i64, horizon: i64) -> i64 {
    if at < horizon {
        at
    } else {
        NEVER
    }
}

impl<P: Pool> Replay for Engine<'_, P> {
    fn feed(&mut self, starts: &[i64], durations: Durations<'_>, duration: i64) {
        match durations {
            Durations::Constant => {
                for &at in starts {
                    self.advance(at);
                    self.arrive(at, duration);
                }
            }
            Durations::Each(each) => {
                for (&at, &duration) in starts.iter().zip(each) {
                    self.advance(at);
                    self.arrive(at, i64::from(duration));
                }
            }
        }
    }

    fn finish(&mut self) -> [f64; COLUMNS] {
        self.advance(self.horizon - 1);
        self.next_step = NEVER;
        self.ready.ask(self.horizon, self.ready.asked);
        self.advance(NEVER);
        self.timed_out += self.queue.len() as i64;
        let Counts { empty_ready, empty_spill, ready_busy_ms, spill_busy_ms, .. } = self.pool.counts();
        empty_ready.change(self.horizon, 0);
        empty_spill.finish(self.horizon);
        let served = &self.served;
        let [p50, p95, p99] = [50, 95, 99].map(|percent| self.sketch.quantile(percent));
        [
            self.calls as f64,
            self.timed_out as f64,
            served.cold_starts as f64,
            served.spill_cold_starts as f64,
            served.on_ready as f64,
            served.on_spill as f64,
            self.queued as f64,
            self.ready_starts as f64,
            self.spill_starts as f64,
            served.wait_ms as f64,
            served.ready_call_ms as f64,
            served.spill_call_ms as f64,
            *ready_busy_ms as f64,
            *spill_busy_ms as f64,
            empty_ready.idle_ms as f64,
            empty_spill.idle_ms as f64,
            self.ready.ready_ms as f64,
            self.peak as f64,
            served.within_target as f64,
            p50,
            p95,
            p99,
        ]
    }
}
