//! Instances started at set times beside a constant interval, as scheduled provisioned concurrency does.

use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval};
use isotherm_numeric::{ensure, Code, Result};

/// The most instances that one entry may start: far above what platforms allow, far below what fills a memory.
pub const MOST_STARTS: u32 = 100_000;

/// Instances to start at the tick at `at_ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledStart {
    /// The instant of a tick.
    pub at_ms: i64,
    /// What to start then.
    pub start: Start,
}

/// Starts what the schedule says; ticks before the first entry that is left start nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    interval: WarmInterval,
    /// Ascending by time; entries of one instant in the order of their start.
    starts: Vec<ScheduledStart>,
    next: usize,
}

impl Schedule {
    /// `interval` after every release; `starts` ascending by time.
    pub fn new(interval: WarmInterval, starts: Vec<ScheduledStart>) -> Self {
        Schedule { interval, starts, next: 0 }
    }

    /// `[entries that are left]`.
    pub fn seen(&self) -> [f64; 1] {
        [(self.starts.len() - self.next) as f64]
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.interval(self.interval);
        let left = &self.starts[self.next..];
        out.u64(left.len() as u64);
        for entry in left {
            out.i64(entry.at_ms);
            out.u32(entry.start.count);
            out.interval(entry.start.interval);
        }
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let interval = from.interval()?;
        let mut starts = Vec::new();
        for _ in 0..from.u64()? {
            let at_ms = from.span()?;
            let in_order = starts.last().is_none_or(|last: &ScheduledStart| last.at_ms <= at_ms);
            ensure(in_order, Code::BadState, || "scheduled starts are out of order".into())?;
            let start = Start { count: from.u32()?, interval: from.interval()? };
            ensure(start.count <= MOST_STARTS, Code::BadState, || {
                format!("a scheduled start is of {} instances, expected at most {MOST_STARTS}", start.count)
            })?;
            starts.push(ScheduledStart { at_ms, start });
        }
        Ok(Schedule::new(interval, starts))
    }
}

impl Policy for Schedule {
    const TICKS: bool = true;
    const IMMEDIATE: bool = false;
    const ARRIVALS: bool = false;

    fn on_arrival(&mut self, _at_ms: i64, _busy: u32) {}

    fn on_release(&mut self, _at_ms: i64) -> WarmInterval {
        self.interval
    }

    fn on_tick(&mut self, now_ms: i64, _counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        while let Some(entry) = self.starts.get(self.next).filter(|entry| entry.at_ms <= now_ms) {
            if entry.at_ms == now_ms {
                starts.push(entry.start);
            }
            self.next += 1;
        }
    }
}
