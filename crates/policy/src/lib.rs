//! Keep-alive policies: explicit, serialisable state that is told what happens and answers with warm intervals.
//!
//! The same code is inlined by the replay and stepped by handle in a control plane. A policy sees the past only: times
//! are whole ms on a clock that never goes backwards.

mod adaptive;
mod any;
mod break_even;
mod fixed;
mod gap;
mod hybrid_histogram;
mod recent_peak;
mod schedule;
mod spec;
mod spes;
mod state;
mod static_twice;

pub use adaptive::{Adaptive, AdaptiveTerms, Prior, PRIOR_LENGTH};
pub use any::AnyPolicy;
pub use break_even::{BreakEvenRandomised, DrawSeed, FunctionPrices};
pub use fixed::Constant;
pub use hybrid_histogram::HybridHistogram;
pub use recent_peak::RecentPeak;
pub use schedule::{Schedule, ScheduledStart};
pub use spec::PolicySpec;
pub use spes::Spes;
pub use static_twice::StaticTwice;

/// A keep-alive time without end; small enough to add to any instant.
pub const FOREVER: i64 = i64::MAX / 4;

/// When an instance is warm: from `prewarm_ms` after now, for `keep_alive_ms`, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmInterval {
    /// 0: the instance stays. Above: it goes, and a fresh one is warm from then.
    pub prewarm_ms: i64,
    /// How long it is warm.
    pub keep_alive_ms: i64,
}

impl WarmInterval {
    /// `[prewarmMs, keepAliveMs]`, infinity for ever.
    pub fn to_numbers(self) -> [f64; 2] {
        let keep_alive = if self.keep_alive_ms == FOREVER { f64::INFINITY } else { self.keep_alive_ms as f64 };
        [self.prewarm_ms as f64, keep_alive]
    }
}

/// A function's instances at a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Serving a call.
    pub busy: u32,
    /// Warm and free.
    pub warm_idle: u32,
    /// Promised, their interval not begun.
    pub pending: u32,
}

/// Instances to start at a tick, all with one interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// How many.
    pub count: u32,
    /// When they are warm.
    pub interval: WarmInterval,
}

/// What a policy is asked, for one function.
pub trait Policy {
    /// Whether `on_tick` may start instances; the replay makes no ticks for a policy that never does.
    const TICKS: bool;
    /// Whether every interval begins at its release; the replay then keeps no account of pending instances.
    const IMMEDIATE: bool;
    /// Whether `on_arrival` wants to be told.
    const ARRIVALS: bool;

    /// A call arrives; `busy` instances are serving right after it, its own included.
    fn on_arrival(&mut self, at_ms: i64, busy: u32);

    /// An instance is released: when shall it (or one in its place) be warm?
    fn on_release(&mut self, at_ms: i64) -> WarmInterval;

    /// The clock ticks: which instances to start? `forecast` is the calls expected per tick from now on, where there is one.
    fn on_tick(&mut self, now_ms: i64, counts: Counts, forecast: Option<&[f64]>, starts: &mut Vec<Start>);

    /// Nothing is known of the time from `from_ms` to `until_ms`, which is now, but the calls that were told: no idle time is learnt over it, and
    /// what follows from the recent past follows from that of before. A gap in pieces is the same as in one where nothing happens in it.
    fn on_gap(&mut self, _from_ms: i64, _until_ms: i64) {}
}
