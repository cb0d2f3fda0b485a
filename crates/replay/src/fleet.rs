//! Many functions under many policies, over threads.

use crate::arrivals::{each_block, Durations, Scratch};
use crate::bounds::{best_fixed_window, clairvoyant, provisioned_peak, Bound, Prices};
use crate::busy::{Busy, ConstantBusy, EachBusy};
use crate::engine::{Engine, Feed};
use crate::matching::{Matched, Matching};
use crate::trace::{Activity, Trace};
use crate::Outcome;
use isotherm_numeric::{ensure, non_negative, whole, Code, Error, Result};
use isotherm_policy::{Constant, HybridHistogram, Policy, PolicySpec, RecentPeak, Schedule};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::Mutex;

/// What is replayed: a policy, or a reference that sees the future.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Sees the past only.
    Policy(PolicySpec),
    /// Sees all.
    Bound(Bound),
}

/// Kinds from here on are references: 10 provisioned-peak, 11 best-fixed-hindsight, 12 clairvoyant, 13 clairvoyant-prewarm.
const FIRST_BOUND: f64 = 10.0;

impl Plan {
    fn parse(spec: &[f64]) -> Result<Self> {
        match spec {
            [kind] if *kind >= FIRST_BOUND => match *kind as u32 {
                10 => Ok(Plan::Bound(Bound::ProvisionedPeak)),
                11 => Ok(Plan::Bound(Bound::BestFixedHindsight)),
                12 => Ok(Plan::Bound(Bound::Clairvoyant)),
                13 => Ok(Plan::Bound(Bound::ClairvoyantPrewarm)),
                _ => Err(Error::new(Code::BadArgument, format!("policy kind {kind} is not known"))),
            },
            _ => PolicySpec::parse(spec).map(Plan::Policy),
        }
    }
}

/// Reads rows of `[length, kind, ...parameters]`. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`.
pub fn parse_policies(mut rows: &[f64]) -> Result<Vec<Plan>> {
    let mut plans = Vec::new();
    while let Some((&length, rest)) = rows.split_first() {
        let fits = length >= 1.0 && length <= rest.len() as f64 && length.floor() == length;
        ensure(fits, Code::BadArgument, || format!("policies: a row of length {length}, with {} left", rest.len()))?;
        let (spec, left) = rest.split_at(length as usize);
        plans.push(Plan::parse(spec)?);
        rows = left;
    }
    Ok(plans)
}

/// What a replay depends on beside trace and policies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    cold_start_ms: i64,
    tick_ms: i64,
    seed: u32,
    prices: Prices,
}

impl Settings {
    /// From `[coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare]`. Errors: `BAD_LENGTH`, `NOT_FINITE`, `OUT_OF_RANGE`.
    pub fn parse(values: &[f64]) -> Result<Self> {
        let &[cold_start_ms, tick_ms, seed, idle_usd_per_gb_s, cold_start_usd_per_s, pre_warm_share] = values else {
            return Err(Error::new(Code::BadLength, format!("settings has {} entries, expected 6", values.len())));
        };
        const MAX: f64 = u32::MAX as f64;
        whole("coldStartMs", cold_start_ms, 0.0, MAX)?;
        whole("tickMs", tick_ms, 1.0, MAX)?;
        whole("seed", seed, 0.0, MAX)?;
        non_negative("idleUsdPerGbS", idle_usd_per_gb_s)?;
        non_negative("coldStartUsdPerS", cold_start_usd_per_s)?;
        non_negative("preWarmShare", pre_warm_share)?;
        Ok(Settings {
            cold_start_ms: cold_start_ms as i64,
            tick_ms: tick_ms as i64,
            seed: seed as u32,
            prices: Prices { idle_usd_per_gb_s, cold_start_usd_per_s, pre_warm_share, cold_start_ms },
        })
    }
}

/// Where a replay is; shared with who waits for it.
#[derive(Debug, Default)]
pub struct Progress {
    calls: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Calls replayed so far, each once however many policies there are.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Asks the replay to stop; it then fails with `ABORTED`.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Counts a block; whether to go on.
    fn advance(&self, calls: usize) -> bool {
        self.calls.fetch_add(calls as u64, Ordering::Relaxed);
        !self.cancelled.load(Ordering::Relaxed)
    }
}

/// Replays functions `from..to` under each plan over `threads` threads; outcomes in the order `[plan][function]`.
///
/// The same bits for any number of threads. Errors: `OUT_OF_RANGE` for a range that is not within the trace, `ABORTED`.
/// Time: O(calls) per plan, O(log pending) more per pre-warm. Memory: the outcomes, and per thread one block of arrivals and
/// the instances of one function.
pub fn replay(
    trace: &Trace,
    plans: &[Plan],
    settings: &Settings,
    from: usize,
    to: usize,
    threads: usize,
    progress: &Progress,
) -> Result<Vec<Outcome>> {
    ensure(from <= to && to <= trace.functions(), Code::OutOfRange, || {
        format!("functions {from}..{to} are not within 0..{}", trace.functions())
    })?;
    let count = to - from;
    let none = Outcome { cold_starts: 0, pre_warms: 0, idle_ms: 0, window_ms: f64::NAN };
    let outcomes = Mutex::new(vec![none; plans.len() * count]);
    // The busiest first, or the last one found would be waited for.
    let mut order: Vec<usize> = (from..to).collect();
    order.sort_by_key(|&f| std::cmp::Reverse(trace.calls(f)));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut scratch = Scratch::default();
        while let Some(&f) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(row) = replay_function(trace, f, plans, settings, &mut scratch, progress) else {
                return;
            };
            let mut all = outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for (plan, outcome) in row.into_iter().enumerate() {
                all[plan * count + f - from] = outcome;
            }
        }
    };
    if threads <= 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 1..threads.min(order.len()) {
                scope.spawn(work);
            }
            work();
        });
    }
    ensure(!progress.cancelled.load(Ordering::Relaxed), Code::Aborted, || "the replay was cancelled".into())?;
    Ok(outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn engine<P: Policy + 'static, B: Busy + 'static>(
    policy: P,
    busy: B,
    settings: &Settings,
    horizon: i64,
) -> Box<dyn Feed> {
    Box::new(Engine::new(policy, busy, horizon, settings.tick_ms))
}

fn policy_engine<B: Busy + 'static>(spec: &PolicySpec, busy: B, settings: &Settings, horizon: i64) -> Box<dyn Feed> {
    match spec {
        PolicySpec::Window(keep_alive) => engine(Constant::window(*keep_alive), busy, settings, horizon),
        PolicySpec::Interval(interval) => {
            engine(Constant::interval(interval.prewarm_ms, interval.keep_alive_ms), busy, settings, horizon)
        }
        PolicySpec::HybridHistogram => engine(HybridHistogram::default(), busy, settings, horizon),
        PolicySpec::RecentPeak(prewarm) => engine(RecentPeak::new(*prewarm), busy, settings, horizon),
        PolicySpec::Schedule(interval, starts) => {
            engine(Schedule::new(*interval, starts.clone()), busy, settings, horizon)
        }
    }
}

/// One function under each plan, or none when cancelled.
fn replay_function(
    trace: &Trace,
    f: usize,
    plans: &[Plan],
    settings: &Settings,
    scratch: &mut Scratch,
    progress: &Progress,
) -> Option<Vec<Outcome>> {
    match trace.activity() {
        Activity::Counts { duration_ms, .. } => {
            let duration = duration_ms[f];
            replay_with(trace, f, plans, settings, scratch, progress, |wait| ConstantBusy::new(duration, wait))
        }
        Activity::Calls { .. } => replay_with(trace, f, plans, settings, scratch, progress, EachBusy::new),
    }
}

fn replay_with<B: Busy + 'static>(
    trace: &Trace,
    f: usize,
    plans: &[Plan],
    settings: &Settings,
    scratch: &mut Scratch,
    progress: &Progress,
    busy: impl Fn(i64) -> B,
) -> Option<Vec<Outcome>> {
    let horizon = trace.horizon_ms();
    let memory = trace.memory_mib(f);
    let window_engine =
        |window: i64| policy_engine(&PolicySpec::Window(window), busy(settings.cold_start_ms), settings, horizon);
    let mut engines: Vec<Option<Box<dyn Feed>>> = plans
        .iter()
        .map(|plan| match plan {
            Plan::Policy(spec) => Some(policy_engine(spec, busy(settings.cold_start_ms), settings, horizon)),
            Plan::Bound(_) => None,
        })
        .collect();
    let has_bounds = engines.iter().any(Option::is_none);
    let mut matching = has_bounds.then(|| Matching::new(busy(0), horizon, trace.calls(f)));
    let went_on = each_block(trace, f, settings.seed, scratch, |starts, durations: Durations<'_>| {
        for engine in engines.iter_mut().flatten() {
            engine.feed(starts, durations);
        }
        if let Some(matching) = &mut matching {
            matching.feed(starts, durations);
        }
        progress.advance(starts.len())
    });
    if !went_on {
        return None;
    }
    let matched: Option<Matched> = matching.map(Matching::finish);
    let mut row = Vec::with_capacity(plans.len());
    for (plan, engine) in plans.iter().zip(&mut engines) {
        let outcome = match (plan, engine, &matched) {
            (Plan::Bound(bound), _, Some(matched)) => match bound {
                Bound::ProvisionedPeak => provisioned_peak(matched, horizon),
                Bound::Clairvoyant => clairvoyant(matched, &settings.prices, memory, false),
                Bound::ClairvoyantPrewarm => clairvoyant(matched, &settings.prices, memory, true),
                Bound::BestFixedHindsight => {
                    let window = best_fixed_window(matched, &settings.prices, memory);
                    let mut engine = window_engine(window);
                    each_block(trace, f, settings.seed, scratch, |starts, durations| {
                        engine.feed(starts, durations);
                        progress.advance(0)
                    });
                    Outcome { window_ms: window as f64, ..engine.finish() }
                }
            },
            (_, Some(engine), _) => engine.finish(),
            _ => return None,
        };
        row.push(outcome);
    }
    Some(row)
}
