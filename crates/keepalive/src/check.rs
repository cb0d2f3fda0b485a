//! What the arguments must be. The sentences are the pure backend's, word for word.

use isotherm_numeric::{ensure, Code, Error, Result};

/// Sums above this could overflow further on.
const LARGEST_SUM: f64 = 1e300;

/// A finite number of at least 0; `name` is only called for the sentence.
pub fn amount(value: f64, name: impl Fn() -> String) -> Result<()> {
    if (0.0..f64::INFINITY).contains(&value) {
        return Ok(());
    }
    let (code, flaw) = if value.is_finite() { (Code::OutOfRange, "negative") } else { (Code::NotFinite, "not finite") };
    Err(Error::new(code, format!("{} is {flaw}, expected a finite number of at least 0", name())))
}

/// Gaps and weights by position in the caller's arrays, whose part given here begins at `base`.
pub fn gaps(gaps_ms: &[f64], weights: &[f64], base: usize) -> Result<()> {
    for (i, &gap) in gaps_ms.iter().enumerate() {
        amount(gap, || format!("gapsMs[{}]", base + i))?;
    }
    for (i, &weight) in weights.iter().enumerate() {
        amount(weight, || format!("weights[{}]", base + i))?;
    }
    Ok(())
}

/// One weight a gap, or none at all.
pub fn weights_length(weights: &[f64], gaps_ms: &[f64]) -> Result<()> {
    length(weights.is_empty() || weights.len() == gaps_ms.len(), "weights", weights.len(), gaps_ms.len())
}

/// `given == expected`, as `holds` says.
pub fn length(holds: bool, name: &str, given: usize, expected: usize) -> Result<()> {
    ensure(holds, Code::BadLength, || format!("{name} has length {given}, expected {expected}"))
}

/// Every sum that the optimiser forms is at most one of these.
pub fn sums(weight: f64, idle_ms: f64, cost: f64) -> Result<()> {
    ensure(weight <= LARGEST_SUM && idle_ms <= LARGEST_SUM && cost <= LARGEST_SUM, Code::OutOfRange, || {
        "gapsMs, weights and prices are too large together: a sum exceeds 1e300".to_string()
    })
}

/// How many functions offsets are for: whole, ascending, from 0 to `end`. Errors: `BAD_LENGTH`, `OUT_OF_RANGE`.
pub fn offsets(offsets: &[f64], end: usize) -> Result<usize> {
    ensure(!offsets.is_empty(), Code::BadLength, || "offsets has length 0, expected at least 1".to_string())?;
    let mut last = 0.0;
    let out_of_place =
        |f: usize| format!("offsets[{f}] is out of place, expected whole numbers ascending from 0 to {end}");
    for (f, &offset) in offsets.iter().enumerate() {
        // NaN fails each of these.
        let fits = offset >= last && offset <= end as f64 && offset == offset.trunc() && (f > 0 || offset == 0.0);
        ensure(fits, Code::OutOfRange, || out_of_place(f))?;
        last = offset;
    }
    ensure(last == end as f64, Code::OutOfRange, || out_of_place(offsets.len() - 1))?;
    Ok(offsets.len() - 1)
}
