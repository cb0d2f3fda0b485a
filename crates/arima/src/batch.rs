//! Many series at once.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use isotherm_numeric::{ensure, Code, Result};

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
    let series = check(offsets, y.len(), specs)?;
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        given => given,
    };
    let one = |i: usize| -> Vec<f64> {
        let values = &y[offsets[i] as usize..offsets[i + 1] as usize];
        let task = parse_task(values, &[], &specs[i * SPEC..(i + 1) * SPEC]);
        match task.and_then(crate::fit) {
            Ok(model) => {
                let saved = model.save();
                [vec![saved.len() as f64], saved].concat()
            }
            Err(error) => {
                let bytes: Vec<f64> = error.to_string().bytes().map(f64::from).collect();
                [vec![-(bytes.len() as f64)], bytes].concat()
            }
        }
    };
    let threads = threads.min(series);
    let mut found: Vec<Vec<f64>> = Vec::new();
    if threads <= 1 {
        found.extend((0..series).map(one));
    } else {
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
        found.extend(slots.into_iter().map(|slot| slot.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())));
    }
    Ok(found.concat())
}

/// How many series, when offsets and specs fit.
fn check(offsets: &[f64], values: usize, specs: &[f64]) -> Result<usize> {
    ensure(!offsets.is_empty(), Code::BadLength, || "offsets has length 0, expected at least 1".to_string())?;
    let series = offsets.len() - 1;
    ensure(specs.len() == series * SPEC, Code::BadLength, || {
        format!("specs has {} entries, expected {}", specs.len(), series * SPEC)
    })?;
    let ascending = offsets.windows(2).all(|pair| pair[0] <= pair[1] && pair[1].floor() == pair[1]);
    let ends = offsets[0] == 0.0 && offsets[series] == values as f64;
    ensure(ascending && ends, Code::OutOfRange, || {
        format!("offsets must be whole numbers that rise from 0 to {values}")
    })?;
    Ok(series)
}
