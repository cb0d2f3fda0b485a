//! Seasonal ARIMA by exact Gaussian maximum likelihood.
//!
//! `w = (1 - B)^d (1 - B^s)^D (y - X b)`, `(1 - ar1 B - ..)(1 - sar1 B^s - ..)(w - mean) = (1 + ma1 B + ..)(1 + sma1 B^s + ..) e`.

// Loops go by index as the pure twin's do, and `!(x > 0.0)` is meant to take NaN for a refusal.
#![allow(clippy::needless_range_loop, clippy::neg_cmp_op_on_partial_ord)]

mod augmented;
mod auto;
mod batch;
mod chain;
mod decomposition;
mod design;
mod differences;
mod exact;
mod expanded;
mod filter;
mod fit;
mod fit_steps;
mod gapped;
mod kalman;
mod lanes;
mod least_squares;
mod loess;
mod model;
mod order;
mod problem;
mod saved;
mod search;
mod spec;
mod starts;
mod stationary;
mod steady;
mod transform;

pub use auto::{auto, parse_search, AutoSearch, CANDIDATE, SEARCH};
pub use batch::{auto_batch, fit_batch};
pub use filter::LARGEST_GAPPED_STATE;
pub use fit_steps::FitSteps;
pub use model::Model;
pub use order::Order;
pub use problem::Task;
pub use spec::parse_task;

use isotherm_numeric::Result;

/// Entries of a model as it crosses from outside: `[p, d, q, P, D, Q, s, mean, quick]`.
pub const SPEC: usize = 9;

/// Fits a model.
///
/// # Errors
/// `NOT_FINITE` (infinities), `BAD_LENGTH` (too few values), `OUT_OF_RANGE` (a season below 2, lags too far back), `INFEASIBLE` (a
/// series that is constant but for rounding once differences and regressors are taken off, regressors that depend on one another).
pub fn fit(task: Task) -> Result<Model> {
    fit::Fitting::new(&task)?.finish(&task)
}

/// The model at coefficients (AR, MA, seasonal AR, seasonal MA), its mean and effects by generalised least squares.
///
/// # Errors
/// As [`fit`]; `BAD_LENGTH`; `INFEASIBLE` where the coefficients are not stationary.
pub fn model_at(task: Task, coefficients: &[f64]) -> Result<Model> {
    let count = task.order.coefficients();
    isotherm_numeric::ensure(coefficients.len() == count, isotherm_numeric::Code::BadLength, || {
        format!("coefficients has {} entries, expected {count}", coefficients.len())
    })?;
    fit::model_at(&task, &mut problem::Problem::new(&task)?, coefficients)
}
