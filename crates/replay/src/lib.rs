//! The replay: what a keep-alive policy costs on a trace, and how far it is from the best possible.
//!
//! Functions share nothing, so the engine replays one function at a time: its arrivals are made in blocks and fed to every
//! policy asked for. Times are whole ms; sums are integers until the last step, so every backend gives the same bits.

mod arrivals;
mod bounds;
mod busy;
mod cells;
mod engine;
mod fleet;
mod function;
mod gaps;
mod matching;
mod memory_cap;
mod spread;
mod trace;
mod warm;
mod window_engine;

pub use bounds::Bound;
pub use fleet::{parse_policies, replay, FleetSettings, Plan, Progress, Settings};
pub use memory_cap::{cap_outcome_numbers, parse_cap_plans, CapOutcome, CapPlan, MemoryCapReplay};
pub use trace::{Activity, Trace};

/// What one policy cost on one function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Calls that waited for a new instance.
    pub cold_starts: u64,
    /// Pre-warms that began.
    pub pre_warms: u64,
    /// Warm and idle time within the horizon.
    pub idle_ms: i64,
    /// The window that was best in hindsight; NaN for anything else.
    pub window_ms: f64,
}

/// Outcomes as numbers, four each: cold starts, pre-warms, idle ms, window.
pub fn outcome_numbers(outcomes: &[Outcome]) -> Vec<f64> {
    let numbers = |outcome: &Outcome| {
        [outcome.cold_starts as f64, outcome.pre_warms as f64, outcome.idle_ms as f64, outcome.window_ms]
    };
    outcomes.iter().flat_map(numbers).collect()
}
