//! Many functions under many policies, over threads.

use crate::arrivals::Scratch;
use crate::bounds::{Bound, Prices};
use crate::function::replay_function;
use crate::trace::Trace;
use crate::Outcome;
use isotherm_numeric::{ensure, non_negative, whole, Code, Error, Result};
use isotherm_policy::PolicySpec;
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

/// Kinds from here on that stand alone are references: 10 provisioned-peak, 11 best-fixed-hindsight, 12 clairvoyant, 13 clairvoyant-prewarm.
const FIRST_BOUND: f64 = 10.0;

impl Plan {
    fn parse(spec: &[f64]) -> Result<Self> {
        match spec {
            [kind] if *kind >= FIRST_BOUND => match kind {
                10.0 => Ok(Plan::Bound(Bound::ProvisionedPeak)),
                11.0 => Ok(Plan::Bound(Bound::BestFixedHindsight)),
                12.0 => Ok(Plan::Bound(Bound::Clairvoyant)),
                13.0 => Ok(Plan::Bound(Bound::ClairvoyantPrewarm)),
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
    pub(crate) cold_start_ms: i64,
    pub(crate) tick_ms: i64,
    pub(crate) seed: u32,
    pub(crate) prices: Prices,
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

impl Settings {
    /// Errors: `OUT_OF_RANGE` for ticks further apart than one of the policies can do with.
    fn check_ticks(&self, plans: &[Plan]) -> Result<()> {
        let longest = plans.iter().filter_map(|plan| match plan {
            Plan::Policy(spec) => spec.longest_tick_ms(),
            Plan::Bound(_) => None,
        });
        for most in longest {
            ensure(self.tick_ms <= most, Code::OutOfRange, || {
                format!("tickMs is {}, expected at most {most} with the policy adaptive", self.tick_ms)
            })?;
        }
        Ok(())
    }
}

/// Settings of many functions, whose start times may differ.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetSettings {
    pub(crate) all: Settings,
    /// Per function; none where all start alike.
    cold_start_ms: Vec<f64>,
}

impl FleetSettings {
    /// From what `Settings::parse` takes, and the `coldStartMs` of each function where they differ. Errors: as there.
    pub fn parse(values: &[f64]) -> Result<Self> {
        let (all, cold_start_ms) = values.split_at(values.len().min(6));
        for (i, &wait) in cold_start_ms.iter().enumerate() {
            whole(format_args!("coldStartMs[{i}]"), wait, 0.0, u32::MAX as f64)?;
        }
        Ok(FleetSettings { all: Settings::parse(all)?, cold_start_ms: cold_start_ms.to_vec() })
    }

    /// Errors: `BAD_LENGTH` for start times of other functions than `functions` of them.
    pub(crate) fn check_functions(&self, functions: usize) -> Result<()> {
        let own = self.cold_start_ms.len();
        ensure(own == 0 || own == functions, Code::BadLength, || {
            format!("coldStartMs has {own} entries, expected {functions}")
        })
    }

    /// Those of one function.
    pub(crate) fn of_function(&self, f: usize) -> Settings {
        let mut settings = self.all;
        if let Some(&wait) = self.cold_start_ms.get(f) {
            settings.cold_start_ms = wait as i64;
            settings.prices.cold_start_ms = wait;
        }
        settings
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

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Counts a block; whether to go on.
    pub(crate) fn advance(&self, calls: usize) -> bool {
        self.calls.fetch_add(calls as u64, Ordering::Relaxed);
        !self.is_cancelled()
    }
}

/// More threads than any machine has cores for one replay.
const MAX_THREADS: usize = 1024;

/// Replays functions `from..to` under each plan over `threads` threads; outcomes in the order `[plan][function]`.
///
/// The same bits for any number of threads. Errors: `OUT_OF_RANGE` for a range that is not within the trace and for ticks too far
/// apart for a policy, `BAD_LENGTH` for start times of other functions, `ABORTED`.
/// Time: O(calls) per plan, O(log pending) more per pre-warm. Memory: the outcomes, and per thread one block of arrivals and
/// the instances of one function.
pub fn replay(
    trace: &Trace,
    plans: &[Plan],
    settings: &FleetSettings,
    from: usize,
    to: usize,
    threads: usize,
    progress: &Progress,
) -> Result<Vec<Outcome>> {
    ensure(from <= to && to <= trace.functions(), Code::OutOfRange, || {
        format!("functions {from}..{to} are not within 0..{}", trace.functions())
    })?;
    settings.check_functions(trace.functions())?;
    settings.all.check_ticks(plans)?;
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
            let Some(row) = replay_function(trace, f, plans, &settings.of_function(f), &mut scratch, progress) else {
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
            for _ in 1..threads.min(order.len()).min(MAX_THREADS) {
                scope.spawn(work);
            }
            work();
        });
    }
    ensure(!progress.is_cancelled(), Code::Aborted, || "the replay was cancelled".into())?;
    Ok(outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}
