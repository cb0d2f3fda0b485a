//! The cheapest warm interval of many functions at once.

use std::num::NonZeroUsize;
use std::sync::Mutex;

use isotherm_numeric::{ensure, Code, Error, Result};

use crate::check;
use crate::steps::Scratch;
use crate::window::{best, Prices};

/// Functions that a thread takes at a time.
const CHUNK: usize = 64;

/// Gaps and prices of many functions; weights and prices as in [`crate::keep_alive_window`], prices one a function.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Function `f` has the gaps `offsets[f]..offsets[f + 1]`: whole, ascending, from 0 to the number of gaps.
    pub offsets: &'a [f64],
    /// Gaps of all functions, ms.
    pub gaps_ms: &'a [f64],
    /// Weights of all gaps; empty: all 1.
    pub weights: &'a [f64],
    /// Price of idle time by function.
    pub idle_usd_per_ms: &'a [f64],
    /// Price of a cold start by function.
    pub cold_start_usd: &'a [f64],
    /// Price of a pre-warm by function; NaN: not allowed.
    pub pre_warm_usd: &'a [f64],
}

/// Writes pre-warm (ms), keep-alive (ms) and cost (USD) of each function to `out: [functions, 3]`.
///
/// Spread over at most `threads` threads (0: as many as the machine has, 1 at least), with the bits of one function at a time.
///
/// # Errors
/// Those of [`crate::keep_alive_window`], of the first function that has one; `BAD_LENGTH` and `OUT_OF_RANGE` of offsets.
///
/// O(n log n) for n gaps of one function.
pub fn keep_alive_window_batch(batch: &Batch, threads: usize, out: &mut [f64]) -> Result<()> {
    let functions = lengths(batch, out.len())?;
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        given => given,
    };
    let threads = threads.min(functions.div_ceil(CHUNK));
    if threads <= 1 {
        return run(batch, 0, out, &mut Scratch::default()).map_err(|(_, error)| error);
    }
    let chunks = Mutex::new(out.chunks_mut(CHUNK * 3).enumerate());
    let first: Mutex<Option<(usize, Error)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut scratch = Scratch::default();
                loop {
                    // Bound first: a guard in the scrutinee would be held while the chunk is worked on.
                    let next = chunks.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).next();
                    let Some((chunk, rows)) = next else { break };
                    if let Err(failed) = run(batch, chunk * CHUNK, rows, &mut scratch) {
                        let mut first = first.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                        if first.as_ref().is_none_or(|(function, _)| failed.0 < *function) {
                            *first = Some(failed);
                        }
                        // Chunks are taken in order: what is left lies behind this function.
                        break;
                    }
                }
            });
        }
    });
    match first.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

/// The functions from `from` that `rows` has room for; an error comes with its function.
fn run(batch: &Batch, from: usize, rows: &mut [f64], scratch: &mut Scratch) -> std::result::Result<(), (usize, Error)> {
    for (i, row) in rows.chunks_exact_mut(3).enumerate() {
        let window = one(batch, from + i, scratch).map_err(|error| (from + i, error))?;
        row.copy_from_slice(&[window.pre_warm_ms, window.keep_alive_ms, window.objective_usd]);
    }
    Ok(())
}

fn one(batch: &Batch, f: usize, scratch: &mut Scratch) -> Result<crate::Window> {
    let (from, to) = (batch.offsets[f] as usize, batch.offsets[f + 1] as usize);
    let weights = if batch.weights.is_empty() { batch.weights } else { &batch.weights[from..to] };
    let prices =
        Prices { idle: batch.idle_usd_per_ms[f], cold: batch.cold_start_usd[f], pre_warm: batch.pre_warm_usd[f] };
    check::amount(prices.idle, || format!("idleUsdPerMs[{f}]"))?;
    check::amount(prices.cold, || format!("coldStartUsd[{f}]"))?;
    if !prices.pre_warm.is_nan() {
        check::amount(prices.pre_warm, || format!("preWarmUsd[{f}]"))?;
    }
    best(&batch.gaps_ms[from..to], weights, from, prices, scratch)
}

/// How many functions, when all lengths and offsets fit.
fn lengths(batch: &Batch, out: usize) -> Result<usize> {
    check::weights_length(batch.weights, batch.gaps_ms)?;
    ensure(!batch.offsets.is_empty(), Code::BadLength, || "offsets has length 0, expected at least 1".to_string())?;
    let functions = batch.offsets.len() - 1;
    for (name, length) in [
        ("idleUsdPerMs", batch.idle_usd_per_ms.len()),
        ("coldStartUsd", batch.cold_start_usd.len()),
        ("preWarmUsd", batch.pre_warm_usd.len()),
    ] {
        check::length(length == functions, name, length, functions)?;
    }
    check::length(out == 3 * functions, "out", out, 3 * functions)?;
    check::offsets(batch.offsets, batch.gaps_ms.len())
}
