//! The model as it crosses from outside.

use isotherm_numeric::{ensure, whole, Code, Result};

use crate::order::Order;
use crate::problem::Task;
use crate::SPEC;

/// Coefficients of one polynomial, and differences, at most.
const MOST_COEFFICIENTS: f64 = 32.0;
const MOST_DIFFERENCES: f64 = 3.0;
const LONGEST_SEASON: f64 = 1e6;

/// A task whose model is `[p, d, q, P, D, Q, s, mean, quick]`.
///
/// # Errors
/// `BAD_LENGTH`; `OUT_OF_RANGE`: p, q, P, Q up to 32, d and D up to 3, a season up to 1,000,000.
pub fn parse_task<'a>(y: &'a [f64], regressors: &'a [f64], spec: &[f64]) -> Result<Task<'a>> {
    ensure(spec.len() == SPEC, Code::BadLength, || format!("spec has {} entries, expected {SPEC}", spec.len()))?;
    let most = |i: usize| match i {
        1 | 4 => MOST_DIFFERENCES,
        6 => LONGEST_SEASON,
        7 | 8 => 1.0,
        _ => MOST_COEFFICIENTS,
    };
    let names = [
        "order[0]",
        "order[1]",
        "order[2]",
        "seasonal[0]",
        "seasonal[1]",
        "seasonal[2]",
        "seasonal[3]",
        "mean",
        "quick",
    ];
    let mut numbers = [0; SPEC];
    for (i, value) in spec.iter().enumerate() {
        numbers[i] = whole(names[i], *value, 0.0, most(i))? as usize;
    }
    let [p, d, q, seasonal_p, seasonal_d, seasonal_q, season, mean, quick] = numbers;
    let order = Order { p, d, q, seasonal_p, seasonal_d, seasonal_q, season };
    Ok(Task { order, mean: mean == 1, y, regressors, quick: quick == 1 })
}
