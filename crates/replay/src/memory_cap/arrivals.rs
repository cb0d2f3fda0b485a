//! Calls of all functions in the order of time: minute after minute, as counts per minute have no finer order before they are laid out.

use crate::cells::Cells;
use crate::spread::{even, Poisson};
use crate::trace::{Activity, Trace};
use isotherm_numeric::SplitMix64;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const MINUTE_MS: i64 = 60_000;

/// A call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub at: i64,
    pub function: u32,
    pub duration: u32,
}

/// Where a function's activity is: bytes of cells, or calls.
struct Cursor {
    next: usize,
    end: usize,
    /// The minute of the last cell, and its calls, which are not laid out yet.
    minute: i64,
    count: u64,
    random: SplitMix64,
}

/// Makes calls in order.
pub struct FleetArrivals {
    cursors: Vec<Cursor>,
    /// The next minute with calls of each function that has some left.
    due: BinaryHeap<Reverse<(i64, u32)>>,
    poisson: Poisson,
    starts: Vec<i64>,
    calls: Vec<Call>,
}

impl FleetArrivals {
    pub fn new(trace: &Trace, seed: u32) -> Self {
        let cursor = |f: usize| {
            let range = trace.range(f);
            let random = SplitMix64::new(u64::from(seed) << 32 | u64::from(trace.stream(f)));
            Cursor { next: range.start, end: range.end, minute: -1, count: 0, random }
        };
        let mut arrivals = FleetArrivals {
            cursors: (0..trace.functions()).map(cursor).collect(),
            due: BinaryHeap::new(),
            poisson: Poisson::default(),
            starts: Vec::new(),
            calls: Vec::new(),
        };
        for f in 0..trace.functions() {
            arrivals.schedule(trace, f);
        }
        arrivals
    }

    /// Finds the next minute in which function `f` is called.
    fn schedule(&mut self, trace: &Trace, f: usize) {
        let cursor = &mut self.cursors[f];
        match trace.activity() {
            Activity::Counts { cells, .. } => {
                let mut left = Cells::after(&cells[cursor.next..cursor.end], cursor.minute);
                if let Some((minute, count)) = left.next() {
                    cursor.next = cursor.end - left.left();
                    (cursor.minute, cursor.count) = (minute, count);
                    self.due.push(Reverse((minute, f as u32)));
                }
            }
            Activity::Calls { start_ms, .. } => {
                if cursor.next < cursor.end {
                    cursor.minute = start_ms[cursor.next].div_euclid(MINUTE_MS);
                    self.due.push(Reverse((cursor.minute, f as u32)));
                }
            }
        }
    }

    /// Adds the calls of function `f` in the minute that is due.
    fn lay_out(&mut self, trace: &Trace, f: usize) {
        let cursor = &mut self.cursors[f];
        match trace.activity() {
            Activity::Counts { duration_ms, poisson, .. } => {
                let start = cursor.minute * MINUTE_MS;
                self.starts.clear();
                if poisson[f] {
                    self.poisson.minute(&mut cursor.random, start, cursor.count, &mut self.starts, &mut |_| true);
                } else {
                    even(start, cursor.count, 0..cursor.count, &mut self.starts);
                }
                let call = |&at: &i64| Call { at, function: f as u32, duration: duration_ms[f] as u32 };
                self.calls.extend(self.starts.iter().map(call));
            }
            Activity::Calls { start_ms, duration_ms } => {
                let end = (cursor.minute + 1) * MINUTE_MS;
                while cursor.next < cursor.end && start_ms[cursor.next] < end {
                    let (at, duration) = (start_ms[cursor.next], duration_ms[cursor.next]);
                    self.calls.push(Call { at, function: f as u32, duration });
                    cursor.next += 1;
                }
            }
        }
    }

    /// The calls of the next minutes, at least `enough` where so many are left; none once none is.
    pub fn next(&mut self, trace: &Trace, enough: usize) -> &[Call] {
        self.calls.clear();
        while self.calls.len() < enough {
            let Some(&Reverse((minute, _))) = self.due.peek() else {
                break;
            };
            let from = self.calls.len();
            while let Some(&Reverse((due, f))) = self.due.peek() {
                if due > minute {
                    break;
                }
                self.due.pop();
                self.lay_out(trace, f as usize);
                self.schedule(trace, f as usize);
            }
            // Stable: at one instant functions stay in the order of the trace.
            self.calls[from..].sort_by_key(|call| call.at);
        }
        &self.calls
    }
}
