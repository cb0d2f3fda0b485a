//! Many series at once.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use isotherm_numeric::{ensure, Code, Result};

use crate::auto::{auto, parse_search, CANDIDATE, SEARCH};
use crate::spec::parse_task;
use crate::SPEC;

/// Fits many series, each by its own model: series `i` at `offsets[i]..offsets[i + 1]` of `y`, model at `specs[i]`, without
/// regressors. Gives `[length, ...saved model]` of each, one after the other, or, of a series that cannot be fitted,
/// `[-length, ...bytes]` of its error as [`isotherm_numeric::Error`] prints it: none stops another.
///
/// Spread over at most `threads` threads (0: as many as the machine has), with the bits of one series at a time.
///
/// # Errors
/// `BAD_LENGTH`, `OUT_OF_RANGE` (offsets).
pub fn fit_batch(offsets: &[f64], y: &[f64], specs: &[f64], threads: usize) -> Result<Vec<f64>> {
    let series = check(offsets, y.len(), "specs", specs.len(), SPEC)?;
    Ok(spread(series, threads, |i| {
        let spec = &specs[i * SPEC..(i + 1) * SPEC];
        let task = parse_task(values(offsets, y, i), &[], spec)?;
        Ok(crate::fit(task)?.save())
    }))
}

/// [`fit_batch`] with models found by a search each, `searches: [series, SEARCH]`: rows are `[length, models compared, ...of each
/// CANDIDATE numbers, ...saved model]`.
///
/// # Errors
/// As [`fit_batch`].
pub fn auto_batch(offsets: &[f64], y: &[f64], searches: &[f64], threads: usize) -> Result<Vec<f64>> {
    let series = check(offsets, y.len(), "searches", searches.len(), SEARCH)?;
    Ok(spread(series, threads, |i| {
        let search = parse_search(values(offsets, y, i), &searches[i * SEARCH..(i + 1) * SEARCH])?;
        let (model, candidates) = auto(&search)?;
        let count = (candidates.len() / CANDIDATE) as f64;
        Ok([vec![count], candidates, model.save()].concat())
    }))
}

fn values<'a>(offsets: &[f64], y: &'a [f64], i: usize) -> &'a [f64] {
    &y[offsets[i] as usize..offsets[i + 1] as usize]
}

/// Rows of all series, one after the other.
fn spread(series: usize, threads: usize, row: impl Fn(usize) -> Result<Vec<f64>> + Sync) -> Vec<f64> {
    let one = |i: usize| -> Vec<f64> {
        match row(i) {
            Ok(numbers) => [vec![numbers.len() as f64], numbers].concat(),
            Err(error) => {
                let bytes: Vec<f64> = error.to_string().bytes().map(f64::from).collect();
                [vec![-(bytes.len() as f64)], bytes].concat()
            }
        }
    };
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        given => given,
    };
    let threads = threads.min(series);
    if threads <= 1 {
        return (0..series).flat_map(one).collect();
    }
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Vec<f64>>> = (0..series).map(|_| Mutex::new(Vec::new())).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= series {
                    break;
                }
                let row = one(i);
                *slots[i].lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = row;
            });
        }
    });
    slots.into_iter().flat_map(|slot| slot.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())).collect()
}

/// How many series, when offsets and models fit.
fn check(offsets: &[f64], values: usize, name: &str, entries: usize, width: usize) -> Result<usize> {
    ensure(!offsets.is_empty(), Code::BadLength, || "offsets has length 0, expected at least 1".to_string())?;
    let series = offsets.len() - 1;
    ensure(entries == series * width, Code::BadLength, || {
        format!("{name} has {entries} entries, expected {}", series * width)
    })?;
    let ascending = offsets.windows(2).all(|pair| pair[0] <= pair[1] && pair[1].floor() == pair[1]);
    let ends = offsets[0] == 0.0 && offsets[series] == values as f64;
    ensure(ascending && ends, Code::OutOfRange, || {
        format!("offsets must be whole numbers that rise from 0 to {values}")
    })?;
    Ok(series)
}
