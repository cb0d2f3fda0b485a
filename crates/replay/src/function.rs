//! One function under many plans: its arrivals are made once and fed to all of them.

use crate::arrivals::{each_block, Durations, Scratch};
use crate::bounds::{best_fixed_window, clairvoyant, provisioned_peak, Bound};
use crate::busy::{Busy, ConstantBusy, EachBusy};
use crate::engine::{Engine, Feed};
use crate::fleet::{Plan, Progress, Settings};
use crate::matching::{Matched, Matching};
use crate::trace::{Activity, Trace};
use crate::window_engine::WindowEngine;
use crate::Outcome;
use isotherm_policy::{
    BreakEvenRandomised, Constant, DrawSeed, HybridHistogram, Policy, PolicySpec, RecentPeak, Schedule, Spes,
    StaticTwice,
};

/// The outcome of each plan, or none when cancelled.
pub fn replay_function(
    trace: &Trace,
    f: usize,
    plans: &[Plan],
    settings: &Settings,
    scratch: &mut Scratch,
    progress: &Progress,
) -> Option<Vec<Outcome>> {
    let horizon = trace.horizon_ms();
    let wait = settings.cold_start_ms;
    let mut replay = FunctionReplay { trace, f, settings, scratch, progress };
    match trace.activity() {
        Activity::Counts { duration_ms, .. } => {
            let duration = duration_ms[f];
            let matching = Matching::new(ConstantBusy::new(duration, 0), horizon, trace.calls(f));
            replay.run(plans, matching, |spec| match spec {
                PolicySpec::Window(keep_alive) => Box::new(WindowEngine::new(*keep_alive, duration, wait, horizon)),
                _ => engine(spec, ConstantBusy::new(duration, wait), settings, horizon),
            })
        }
        Activity::Calls { .. } => {
            let matching = Matching::new(EachBusy::new(0), horizon, trace.calls(f));
            replay.run(plans, matching, |spec| engine(spec, EachBusy::new(wait), settings, horizon))
        }
    }
}

/// `spec` is of one function: [`FunctionReplay::run`] sees to that.
fn engine<B: Busy + 'static>(spec: &PolicySpec, busy: B, settings: &Settings, horizon: i64) -> Box<dyn Feed> {
    fn boxed<P: Policy + 'static, B: Busy + 'static>(policy: P, busy: B, horizon: i64, tick_ms: i64) -> Box<dyn Feed> {
        Box::new(Engine::new(policy, busy, horizon, tick_ms))
    }
    let tick_ms = settings.tick_ms;
    match spec {
        PolicySpec::Window(keep_alive) => boxed(Constant::window(*keep_alive), busy, horizon, tick_ms),
        PolicySpec::Interval(interval) => {
            boxed(Constant::interval(interval.prewarm_ms, interval.keep_alive_ms), busy, horizon, tick_ms)
        }
        PolicySpec::HybridHistogram => boxed(HybridHistogram::default(), busy, horizon, tick_ms),
        PolicySpec::RecentPeak(prewarm) => boxed(RecentPeak::new(*prewarm), busy, horizon, tick_ms),
        PolicySpec::Schedule(interval, starts) => {
            boxed(Schedule::new(*interval, starts.clone()), busy, horizon, tick_ms)
        }
        PolicySpec::BreakEvenRandomised(Some((prices, draws))) => {
            boxed(BreakEvenRandomised::new(prices, *draws), busy, horizon, tick_ms)
        }
        PolicySpec::Spes(prewarm) => boxed(Spes::new(*prewarm), busy, horizon, tick_ms),
        PolicySpec::StaticTwice(prewarm) => boxed(StaticTwice::new(*prewarm), busy, horizon, tick_ms),
        PolicySpec::BreakEven | PolicySpec::BreakEvenRandomised(None) => unreachable!("a spec without its function"),
    }
}

struct FunctionReplay<'a> {
    trace: &'a Trace,
    f: usize,
    settings: &'a Settings,
    scratch: &'a mut Scratch,
    progress: &'a Progress,
}

impl FunctionReplay<'_> {
    fn run<B: Busy>(
        &mut self,
        plans: &[Plan],
        mut matching: Matching<B>,
        engine_of: impl Fn(&PolicySpec) -> Box<dyn Feed>,
    ) -> Option<Vec<Outcome>> {
        let prices = self.settings.prices.of_function(self.trace.memory_mib(self.f));
        let draws = DrawSeed { seed: self.settings.seed, stream: self.trace.stream(self.f) };
        let wait = self.settings.cold_start_ms;
        let mut engines: Vec<Option<Box<dyn Feed>>> = plans
            .iter()
            .map(|plan| match plan {
                Plan::Policy(spec) => Some(engine_of(spec.for_function(&prices, draws, wait).as_ref().unwrap_or(spec))),
                Plan::Bound(_) => None,
            })
            .collect();
        let has_bounds = engines.iter().any(Option::is_none);
        let progress = self.progress;
        self.each_block(|starts, durations| {
            for engine in engines.iter_mut().flatten() {
                engine.feed(starts, durations);
            }
            if has_bounds {
                matching.feed(starts, durations);
            }
            progress.advance(starts.len())
        })?;
        let matched = matching.finish();
        let outcome = |(plan, engine): (&Plan, Option<Box<dyn Feed>>)| match (plan, engine) {
            (Plan::Bound(bound), _) => self.bound(*bound, &matched, &engine_of),
            (_, engine) => engine.map(|mut engine| engine.finish()),
        };
        plans.iter().zip(engines).map(outcome).collect()
    }

    fn bound(
        &mut self,
        bound: Bound,
        matched: &Matched,
        engine_of: &impl Fn(&PolicySpec) -> Box<dyn Feed>,
    ) -> Option<Outcome> {
        let prices = &self.settings.prices;
        let memory = self.trace.memory_mib(self.f);
        Some(match bound {
            Bound::ProvisionedPeak => provisioned_peak(matched, self.trace.horizon_ms()),
            Bound::Clairvoyant => clairvoyant(matched, prices, memory, false),
            Bound::ClairvoyantPrewarm => clairvoyant(matched, prices, memory, true),
            Bound::BestFixedHindsight => {
                let window = best_fixed_window(matched, prices, memory);
                let mut engine = engine_of(&PolicySpec::Window(window));
                let progress = self.progress;
                self.each_block(|starts, durations| {
                    engine.feed(starts, durations);
                    progress.advance(0)
                })?;
                Outcome { window_ms: window as f64, ..engine.finish() }
            }
        })
    }

    /// None when `visit` asked to stop.
    fn each_block(&mut self, visit: impl FnMut(&[i64], Durations<'_>) -> bool) -> Option<()> {
        each_block(self.trace, self.f, self.settings.seed, self.scratch, visit).then_some(())
    }
}
