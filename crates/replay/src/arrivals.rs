//! A function's arrivals in blocks, so that a year of a busy function needs no more memory than an hour.

use crate::cells::Cells;
use crate::spread::{even, Poisson};
use crate::trace::{Activity, Trace};
use isotherm_numeric::SplitMix64;

/// Enough to amortise a block's dispatch, little enough to stay in the first-level cache.
const BLOCK: usize = 2048;

/// Buffers that one thread reuses for all its functions.
#[derive(Default)]
pub struct Scratch {
    starts: Vec<i64>,
    poisson: Poisson,
}

/// Durations of the calls of a block.
#[derive(Clone, Copy)]
pub enum Durations<'a> {
    /// All alike.
    Constant,
    /// One each.
    Each(&'a [u32]),
}

/// Calls `visit(starts, durations)` block by block, ascending, until it answers false; false when it did.
pub fn each_block(
    trace: &Trace,
    function: usize,
    seed: u32,
    scratch: &mut Scratch,
    mut visit: impl FnMut(&[i64], Durations<'_>) -> bool,
) -> bool {
    match trace.activity() {
        Activity::Calls { start_ms, duration_ms } => {
            let range = trace.range(function);
            let durations = duration_ms[range.clone()].chunks(BLOCK);
            start_ms[range].chunks(BLOCK).zip(durations).all(|(starts, each)| visit(starts, Durations::Each(each)))
        }
        Activity::Counts { cells, poisson, index, .. } => {
            let mut random = SplitMix64::new(u64::from(seed) << 32 | u64::from(index[function]));
            let Scratch { starts, poisson: at_random } = scratch;
            starts.clear();
            let mut flush = |starts: &mut Vec<i64>| {
                let go_on = starts.len() < BLOCK || visit(starts, Durations::Constant);
                if starts.len() >= BLOCK {
                    starts.clear();
                }
                go_on
            };
            for (minute, count) in Cells::new(&cells[trace.range(function)]) {
                let start = minute * 60_000;
                let went_on = if poisson[function] {
                    at_random.minute(&mut random, start, count, starts, &mut flush)
                } else {
                    (0..count).step_by(BLOCK).all(|from| {
                        even(start, count, from..count.min(from + BLOCK as u64), starts);
                        flush(starts)
                    })
                };
                if !went_on {
                    return false;
                }
            }
            starts.is_empty() || visit(starts, Durations::Constant)
        }
    }
}
