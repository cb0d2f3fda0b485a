//! Many assignments of one size at once.

use std::num::NonZeroUsize;
use std::sync::Mutex;

use crate::answer::Solution;
use crate::instance::{large, length, Instance, MOST};
use crate::little::Little;
use crate::solve::solve_with;
use isotherm_numeric::{whole, Error, Result};

/// Assignments that a thread takes at a time.
const CHUNK: usize = 16;

/// Assignments that one call may solve.
const MOST_IN_A_BATCH: f64 = (1_u32 << 24) as f64;

/// Costs `[count, rows, cols]`.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    costs: &'a [f64],
    count: usize,
    rows: usize,
    cols: usize,
}

impl<'a> Batch<'a> {
    /// Errors: `OUT_OF_RANGE` (sizes), `BAD_LENGTH`.
    pub fn new(costs: &'a [f64], count: f64, rows: f64, cols: f64) -> Result<Self> {
        whole("count", count, 0.0, MOST_IN_A_BATCH)?;
        whole("rows", rows, 0.0, MOST)?;
        whole("cols", cols, 0.0, MOST)?;
        length("costs", costs.len(), count * rows * cols)?;
        Ok(Batch { costs, count: count as usize, rows: rows as usize, cols: cols as usize })
    }
}

/// Some assignments, from the first on, and where their results go.
struct Job<'a> {
    first: usize,
    out: Solution<'a>,
}

/// The first assignment that has no solution, or the first error, and of which it is.
type Outcome = std::result::Result<Option<usize>, (usize, Error)>;

/// Solves all, each as [`solve`] does, over at most so many threads (0: as many as the machine has); `out` has room for all, one behind the
/// other. The first without a solution, whose Hall violator is marked, as that of others is. Errors: `NOT_FINITE` (NaN, negative infinity), or else of the first
/// that has one.
pub fn solve_batch(batch: &Batch, threads: usize, out: Solution) -> Result<Option<usize>> {
    out.fits(batch.count * batch.rows, batch.count * batch.cols)?;
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        given => given,
    };
    let threads = threads.min(batch.count.div_ceil(CHUNK)).max(1);
    let jobs = Mutex::new(jobs(batch, out).into_iter());
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        let mut little = Little::default();
        loop {
            // Bound first: a guard in the scrutinee would be held while the job is worked on.
            let next = jobs.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).next();
            let Some(job) = next else { break };
            let outcome = run(batch, job, &mut little);
            if !matches!(outcome, Ok(None)) {
                outcomes.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(outcome);
            }
        }
    };
    if threads == 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
    }
    let outcomes = outcomes.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let (mut without, mut failed): (Option<usize>, Option<(usize, Error)>) = (None, None);
    for outcome in outcomes {
        match outcome {
            Ok(Some(k)) => without = Some(without.map_or(k, |first| first.min(k))),
            Ok(None) => {}
            Err(own) if failed.as_ref().is_none_or(|(k, _)| own.0 < *k) => failed = Some(own),
            Err(_) => {}
        }
    }
    let Some((_, error)) = failed else { return Ok(without) };
    // A job ends with its first error; that of a cost that is no number comes first.
    large("costs", batch.costs)?;
    Err(error)
}

fn jobs<'a>(batch: &Batch, out: Solution<'a>) -> Vec<Job<'a>> {
    let Solution { mut row_to_col, mut col_to_row, mut row_duals, mut col_duals } = out;
    let mut jobs = Vec::new();
    for first in (0..batch.count).step_by(CHUNK) {
        let count = CHUNK.min(batch.count - first);
        let (own_row_to_col, rest) = row_to_col.split_at_mut(count * batch.rows);
        row_to_col = rest;
        let (own_col_to_row, rest) = col_to_row.split_at_mut(count * batch.cols);
        col_to_row = rest;
        let (own_row_duals, rest) = row_duals.split_at_mut(count * batch.rows);
        row_duals = rest;
        let (own_col_duals, rest) = col_duals.split_at_mut(count * batch.cols);
        col_duals = rest;
        let out = Solution {
            row_to_col: own_row_to_col,
            col_to_row: own_col_to_row,
            row_duals: own_row_duals,
            col_duals: own_col_duals,
        };
        jobs.push(Job { first, out });
    }
    jobs
}

fn run(batch: &Batch, job: Job, little: &mut Little) -> Outcome {
    let (rows, cols) = (batch.rows, batch.cols);
    let size = rows * cols;
    let mut without = None;
    for k in 0..CHUNK.min(batch.count - job.first) {
        let which = job.first + k;
        let mut out = Solution {
            row_to_col: &mut job.out.row_to_col[k * rows..(k + 1) * rows],
            col_to_row: &mut job.out.col_to_row[k * cols..(k + 1) * cols],
            row_duals: &mut job.out.row_duals[k * rows..(k + 1) * rows],
            col_duals: &mut job.out.col_duals[k * cols..(k + 1) * cols],
        };
        let costs = &batch.costs[which * size..(which + 1) * size];
        let met = Instance::of_batch(costs, rows, cols).and_then(|own| solve_with(little, &own, &mut out));
        if !met.map_err(|error| (which, error))? {
            without = without.or(Some(which));
        }
    }
    Ok(without)
}
