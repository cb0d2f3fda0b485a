//! Knative's pod autoscaler: the mean number of calls in flight over a minute, and over six seconds in a panic, divided by the target.
//!
//! Source: knative/serving, pkg/autoscaler/scaling/autoscaler.go and pkg/reconciler/autoscaling/kpa/scaler.go (2026-08).

use super::concurrency_windows::ConcurrencyWindows;
use super::settings::Knative;
use crate::busy::NEVER;

/// Knative's least target.
const LEAST_TARGET: f64 = 0.01;

pub struct KnativeScaler {
    pub windows: ConcurrencyWindows,
    pub settings: Knative,
    target: f64,
    panic_at: Option<i64>,
    most_in_panic: i64,
    /// Since when an instance is up, and since when none is needed.
    active_since: i64,
    inactive_since: Option<i64>,
}

impl KnativeScaler {
    pub fn new(settings: Knative, concurrency: u32, begin: i64) -> Self {
        KnativeScaler {
            windows: ConcurrencyWindows::new(settings.stable_window_ms, settings.panic_window_ms, begin),
            target: (f64::from(concurrency) * settings.target_utilisation).max(LEAST_TARGET),
            settings,
            panic_at: None,
            most_in_panic: 0,
            active_since: begin,
            inactive_since: None,
        }
    }

    /// The first instance after none has come up.
    pub fn activated(&mut self, now: i64) {
        self.active_since = now;
    }

    /// A tick: how many to ask for, of `asked` of which `up` are up.
    pub fn tick(&mut self, now: i64, asked: i64, up: i64) -> i64 {
        self.windows.advance(now);
        let stable = self.windows.stable(now);
        if stable.is_nan() {
            return asked;
        }
        let wanted = self.decide(now, asked, up, stable, self.windows.panic(now));
        if wanted > 0 {
            self.windows.resume(now);
        }
        wanted
    }

    /// A call came while nothing was asked for: Knative does not wait for the tick.
    pub fn poke(&mut self, now: i64) -> i64 {
        let in_flight = self.windows.in_flight as f64;
        self.decide(now, 0, 0, in_flight, in_flight)
    }

    /// Whether ticks change nothing until the next call, or until `next_change`. Where nothing is asked for nothing is measured then.
    pub fn rests(&mut self, now: i64, asked: i64, up: i64) -> bool {
        let rests = self.windows.in_flight == 0
            && up == asked
            && asked == self.settings.min_scale.at(now)
            && self.panic_at.is_none()
            && self.windows.is_empty();
        if rests && asked == 0 {
            self.windows.pause(now);
        }
        rests
    }

    /// The first tick at which the least scale may be another.
    pub fn next_change(&self, now: i64) -> i64 {
        let tick_ms = self.settings.tick_ms;
        match self.settings.min_scale.next(now) {
            NEVER => NEVER,
            at => (at + tick_ms - 1) / tick_ms * tick_ms,
        }
    }

    fn decide(&mut self, now: i64, asked: i64, up: i64, stable: f64, panic: f64) -> i64 {
        let settings = &self.settings;
        let ready = up.max(1) as f64;
        let most = (settings.max_scale_up_rate * ready).ceil();
        let least = (ready / settings.max_scale_down_rate).floor();
        let for_stable = (stable / self.target).ceil();
        let for_panic = (panic / self.target).ceil();
        if for_panic / ready >= settings.panic_threshold {
            self.panic_at = Some(now);
        } else if self.panic_at.is_some_and(|at| at + settings.stable_window_ms < now) {
            self.panic_at = None;
            self.most_in_panic = 0;
        }
        let mut wanted = for_stable.max(least).min(most) as i64;
        if self.panic_at.is_some() {
            // In a panic nothing is taken away.
            wanted = wanted.max(for_panic.max(least).min(most) as i64).max(self.most_in_panic);
            self.most_in_panic = wanted;
        }
        wanted = wanted.max(settings.min_scale.at(now)).min(settings.max_scale);
        if wanted == 0 {
            return self.unneeded(now, asked, up);
        }
        if self.inactive_since.take().is_some() {
            self.active_since = now;
        }
        wanted
    }

    /// The last instance goes once the function was up for a stable window and then not needed for the grace period.
    fn unneeded(&mut self, now: i64, asked: i64, up: i64) -> i64 {
        if up == 0 {
            return asked;
        }
        let inactive_since = match self.inactive_since {
            Some(since) => since,
            None if now - self.active_since < self.settings.stable_window_ms => return 1,
            None => *self.inactive_since.insert(now),
        };
        if now - inactive_since >= self.settings.grace_ms {
            0
        } else {
            asked
        }
    }
}
