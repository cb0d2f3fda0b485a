//! All functions on one memory: what idle instances cost when they go only to make room.
//!
//! Calls of all functions in the order of time, those of one instant in the order of the trace. Instances are as in a replay, but
//! each holds its function's memory from its cold start on, busy or idle, and all together hold at most the cap. A call that
//! cannot get memory even from all idle instances is dropped and counted, and evicts nothing.

mod arrivals;
mod engine;
mod evictable;

use crate::fleet::FleetSettings;
use crate::trace::Trace;
use arrivals::FleetArrivals;
use engine::Engine;
use isotherm_numeric::{ensure, non_negative, whole, Code, Error, Result, MAX_EXACT};
use isotherm_policy::FOREVER;
use std::sync::Arc;

/// Which idle instance makes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// The one that has been idle longest.
    Lru,
    /// The one of the least priority: the fleet's clock at its release + calls x start time / memory of its function.
    ///
    /// Source: Fuerst, Sharma, "FaasCache: Keeping Serverless Computing Alive with Greedy-Dual Caching", ASPLOS 2021, after
    /// Cherkasova, "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy", 1998.
    GreedyDual,
}

/// A policy under a cap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapPlan {
    pub(crate) eviction: Eviction,
    /// How long an idle instance stays where nobody needs its memory.
    pub(crate) keep_alive_ms: i64,
    /// Bytes, in a float so that every backend sums alike.
    pub(crate) cap_bytes: f64,
}

const BYTES_PER_MIB: f64 = 1_048_576.0;

/// Whole bytes, so that sums of them are exact; more than any machine has are 2^53.
fn bytes(mib: f64) -> f64 {
    (mib * BYTES_PER_MIB + 0.5).floor().min(MAX_EXACT)
}

/// Reads rows of `[eviction, keepAliveMs, memoryCapMiB]`: eviction 0 takes the least recently used, 1 greedy dual, which knows no
/// keep-alive time. Errors: `BAD_ARGUMENT`, `BAD_LENGTH`, `NOT_FINITE`, `OUT_OF_RANGE`.
pub fn parse_cap_plans(rows: &[f64]) -> Result<Vec<CapPlan>> {
    let rows = rows.chunks_exact(3);
    let left = rows.remainder().len();
    ensure(left == 0, Code::BadLength, || format!("plans end within a row of 3, with {left} left"))?;
    rows.map(|row| {
        let (eviction, keep_alive, cap) = (row[0], row[1], row[2]);
        let keep_alive_ms = if keep_alive == f64::INFINITY {
            FOREVER
        } else {
            whole("keepAliveMs", keep_alive, 0.0, MAX_EXACT)? as i64
        };
        let eviction = match eviction {
            0.0 => Eviction::Lru,
            1.0 if keep_alive_ms == FOREVER => Eviction::GreedyDual,
            _ => {
                let sentence = format!("eviction {eviction} with keepAliveMs {keep_alive} is not known");
                return Err(Error::new(Code::BadArgument, sentence));
            }
        };
        Ok(CapPlan { eviction, keep_alive_ms, cap_bytes: bytes(non_negative("memoryCapMiB", cap)?) })
    })
    .collect()
}

/// What one plan cost on one function.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CapOutcome {
    /// Calls that waited for a new instance.
    pub cold_starts: u64,
    /// Calls that got no memory.
    pub dropped: u64,
    /// Idle instances that made room.
    pub evictions: u64,
    /// Warm and idle time within the horizon.
    pub idle_ms: i64,
    /// Durations of the dropped calls.
    pub dropped_ms: i64,
}

/// Outcomes as numbers, five each, in the order of the fields.
pub fn cap_outcome_numbers(outcomes: &[CapOutcome]) -> Vec<f64> {
    let numbers = |outcome: &CapOutcome| {
        let CapOutcome { cold_starts, dropped, evictions, idle_ms, dropped_ms } = *outcome;
        [cold_starts as f64, dropped as f64, evictions as f64, idle_ms as f64, dropped_ms as f64]
    };
    outcomes.iter().flat_map(numbers).collect()
}

/// Calls that are made before the plans get them: much more than a minute of them only where a minute has more.
const BATCH: usize = 1 << 16;

/// A replay under memory caps, batch by batch.
pub struct MemoryCapReplay {
    trace: Arc<Trace>,
    arrivals: FleetArrivals,
    engines: Vec<Engine>,
}

impl MemoryCapReplay {
    /// Nothing is replayed yet. Errors: `BAD_LENGTH` for start times of other functions.
    pub fn new(trace: Arc<Trace>, plans: &[CapPlan], settings: &FleetSettings) -> Result<Self> {
        settings.check_functions(trace.functions())?;
        let arrivals = FleetArrivals::new(&trace, settings.all.seed);
        let wait_of = |f: usize| settings.of_function(f).cold_start_ms;
        let engines = plans.iter().map(|plan| Engine::new(&trace, plan, wait_of)).collect();
        Ok(MemoryCapReplay { trace, arrivals, engines })
    }

    /// Replays the next calls under all plans, over `threads` threads; how many, 0 once none is left. The same bits for any
    /// number of threads. Time: O(log(busy instances) + log(functions)) per call and plan.
    pub fn advance(&mut self, threads: usize) -> usize {
        let calls = self.arrivals.next(&self.trace, BATCH);
        let feed = |engines: &mut [Engine]| {
            for engine in engines {
                engine.feed(calls);
            }
        };
        let share = self.engines.len().div_ceil(threads.max(1)).max(1);
        if share >= self.engines.len() {
            feed(&mut self.engines);
        } else {
            std::thread::scope(|scope| {
                for engines in self.engines.chunks_mut(share) {
                    scope.spawn(move || feed(engines));
                }
            });
        }
        calls.len()
    }

    /// What each plan cost, in the order `[plan][function]`. Time: O(instances).
    pub fn finish(&mut self) -> Vec<CapOutcome> {
        let horizon = self.trace.horizon_ms();
        self.engines.iter_mut().flat_map(|engine| engine.finish(horizon)).collect()
    }
}
