//! A function's instances: kept ready, or started by a call that found no other. Times never go back.

use super::empty_instances::{EmptyReady, EmptySpill};

/// What an engine reads and sets of a pool.
pub struct Counts {
    pub empty_ready: EmptyReady,
    pub empty_spill: EmptySpill,
    /// Calls on ready instances that are to stay.
    pub ready_calls: i64,
    /// Ready instances that leave when their last call ends.
    pub leaving: i64,
    /// Instances started by calls that serve or start.
    pub busy_spill: i64,
    /// Time in which a ready instance serves.
    pub ready_busy_ms: i64,
    /// Time in which another serves or starts.
    pub spill_busy_ms: i64,
}

impl Counts {
    pub fn new(keep_alive: i64, horizon: i64) -> Self {
        Counts {
            empty_ready: EmptyReady::new(horizon),
            empty_spill: EmptySpill::new(keep_alive),
            ready_calls: 0,
            leaving: 0,
            busy_spill: 0,
            ready_busy_ms: 0,
            spill_busy_ms: 0,
        }
    }
}

/// Instances, ready and other.
pub trait Pool {
    /// What it counts.
    fn counts(&mut self) -> &mut Counts;
    /// When the next release is, or `NEVER`.
    fn next(&self) -> i64;
    /// The next release happens.
    fn release(&mut self);
    /// A ready instance with room serves a call of `duration`; false where there is none. Among several the busiest.
    fn serve_ready(&mut self, now: i64, duration: i64) -> bool;
    /// Another instance with room does, the busiest, else the one emptied last.
    fn serve_spill(&mut self, now: i64, duration: i64) -> bool;
    /// The instance started last does once it is up; answers with the wait, none where it is up or full.
    fn serve_starting(&mut self, now: i64, duration: i64) -> Option<i64>;
    /// A new instance does.
    fn start(&mut self, now: i64, duration: i64);
    /// `count` ready instances that are up are no longer asked for: empty ones go, then the least busy take no further calls.
    fn dismiss(&mut self, now: i64, count: i64);
}
