//! The platform replay: what settings that a real platform takes cost, and how long calls wait under them.

mod concurrency_windows;
mod duration_draws;
mod empty_instances;
mod engine;
mod fleet;
mod knative_scaler;
mod latency_sketch;
mod loads;
mod pool;
mod ready_account;
mod releases;
mod settings;
mod shared_pool;
mod single_call_pool;
mod target_tracking;

pub use duration_draws::Quantiles;
pub use fleet::{replay_platform, Outcomes};
pub use settings::{parse_runs, parse_seed, parse_step, Run};

/// Figures per run: calls, timed out, cold starts, those on spill-over, calls on ready, on spill-over, queued, starts of ready, of
/// spill-over, wait ms, call ms on ready, on spill-over, busy ms of ready, of spill-over, idle ms of ready, of spill-over, ready ms,
/// peak instances, calls within the target, latency percentiles 50, 95, 99.
pub const COLUMNS: usize = 22;
