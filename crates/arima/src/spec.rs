//! The model as it crosses from outside.

use isotherm_numeric::{whole, Code, Error, Result};

use crate::order::Order;
use crate::problem::Task;
use crate::SPEC;

/// Coefficients of one polynomial, and differences, at most.
const MOST_COEFFICIENTS: f64 = 32.0;
const MOST_DIFFERENCES: f64 = 3.0;
pub(crate) const LONGEST_SEASON: f64 = 1e6;

/// The order of `[p, d, q, P, D, Q, s]`. Errors: `OUT_OF_RANGE`.
pub(crate) fn parse_order(numbers: &[f64; 7]) -> Result<Order> {
    let most = |i: usize| match i {
        1 | 4 => MOST_DIFFERENCES,
        6 => LONGEST_SEASON,
        _ => MOST_COEFFICIENTS,
    };
    let names = ["order[0]", "order[1]", "order[2]", "seasonal[0]", "seasonal[1]", "seasonal[2]", "seasonal[3]"];
    let mut parts = [0; 7];
    for (i, value) in numbers.iter().enumerate() {
        parts[i] = whole(names[i], *value, 0.0, most(i))? as usize;
    }
    let [p, d, q, seasonal_p, seasonal_d, seasonal_q, season] = parts;
    Ok(Order { p, d, q, seasonal_p, seasonal_d, seasonal_q, season })
}

/// A task whose model is `[p, d, q, P, D, Q, s, mean, quick]`.
///
/// # Errors
/// `BAD_LENGTH`; `OUT_OF_RANGE`: p, q, P, Q up to 32, d and D up to 3, a season up to 1,000,000.
pub fn parse_task<'a>(y: &'a [f64], regressors: &'a [f64], spec: &[f64]) -> Result<Task<'a>> {
    let &[p, d, q, seasonal_p, seasonal_d, seasonal_q, season, mean, quick] = spec else {
        return Err(Error::new(Code::BadLength, format!("spec has {} entries, expected {SPEC}", spec.len())));
    };
    let order = parse_order(&[p, d, q, seasonal_p, seasonal_d, seasonal_q, season])?;
    let mean = whole("mean", mean, 0.0, 1.0)? == 1.0;
    let quick = whole("quick", quick, 0.0, 1.0)? == 1.0;
    Ok(Task { order, mean, y, regressors, quick })
}
