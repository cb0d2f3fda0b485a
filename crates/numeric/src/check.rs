//! Checks that every kernel makes of its arguments.

use crate::{Code, Error, Result};
use std::fmt::Display;

/// Fails with `code` and the sentence that `message` makes unless `condition` holds.
pub fn ensure(condition: bool, code: Code, message: impl FnOnce() -> String) -> Result<()> {
    if condition {
        Ok(())
    } else {
        Err(Error::new(code, message()))
    }
}

/// A whole number in `least..=most`. Errors: `OUT_OF_RANGE`, which NaN is too.
pub fn whole(name: impl Display, value: f64, least: f64, most: f64) -> Result<f64> {
    ensure((least..=most).contains(&value) && value.floor() == value, Code::OutOfRange, || {
        format!("{name} is {value}, expected a whole number in {least}..={most}")
    })?;
    Ok(value)
}

/// A price, a weight or a size: finite and at least 0. Errors: `NOT_FINITE`, `OUT_OF_RANGE`.
pub fn non_negative(name: impl Display, value: f64) -> Result<f64> {
    ensure(value.is_finite(), Code::NotFinite, || format!("{name} is {value}, expected a finite number"))?;
    ensure(value >= 0.0, Code::OutOfRange, || format!("{name} is {value}, expected at least 0"))?;
    Ok(value)
}
