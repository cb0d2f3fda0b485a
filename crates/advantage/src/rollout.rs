//! What a rollout consists of, and what makes one.

use crate::real::Real;
use isotherm_numeric::{ensure, whole, Code, Error, Result};

/// Most steps, and most environments.
const MOST: f64 = 2_147_483_647.0;

/// A rollout, time-major `[steps, envs]`.
pub struct Rollout<'a, R> {
    /// Empty where a kernel finds them in what it writes to.
    pub rewards: &'a [R],
    /// Empty where a kernel has `values` with a row more, and nothing is truncated.
    pub next_values: &'a [R],
    /// Not 0: the episode ended after this step, and nothing is to come.
    pub terminated: &'a [u8],
    /// Not 0: the episode was cut off after this step. Empty for nowhere.
    pub truncated: &'a [u8],
    /// Rows.
    pub steps: f64,
    /// Columns.
    pub envs: f64,
}

/// Rows and columns of checked arrays.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub steps: usize,
    pub envs: usize,
}

impl Shape {
    pub fn cells(self) -> usize {
        self.steps * self.envs
    }
}

impl<R> Rollout<'_, R> {
    /// Errors: `OUT_OF_RANGE`, `BAD_LENGTH`. Rewards and next values are the kernels' to check.
    pub(crate) fn shape(&self) -> Result<Shape> {
        let steps = whole("steps", self.steps, 0.0, MOST)? as usize;
        let envs = whole("envs", self.envs, 0.0, MOST)? as usize;
        let cells = steps.checked_mul(envs).filter(|&cells| cells <= MOST as usize);
        let Some(cells) = cells else {
            return Err(Error::new(Code::OutOfRange, format!("steps x envs is {steps} x {envs}, more than {MOST}")));
        };
        length("terminated", self.terminated.len(), cells)?;
        if !self.truncated.is_empty() {
            length("truncated", self.truncated.len(), cells)?;
        }
        Ok(Shape { steps, envs })
    }

    /// The flags of truncation; where there are none those of termination, which end an episode anyhow.
    pub(crate) fn ends(&self) -> *const u8 {
        if self.truncated.is_empty() {
            self.terminated.as_ptr()
        } else {
            self.truncated.as_ptr()
        }
    }
}

/// Errors: `BAD_LENGTH`.
pub(crate) fn length(name: &str, found: usize, expected: usize) -> Result<()> {
    ensure(found == expected, Code::BadLength, || format!("{name} has length {found}, expected {expected}"))
}

/// How much what comes later counts.
pub struct Discounts {
    /// Per step, 0 to 1.
    pub gamma: f64,
    /// Of the mean over horizons, 0 to 1.
    pub lambda: f64,
}

impl Discounts {
    pub(crate) fn check(&self) -> Result<()> {
        share("gamma", self.gamma)?;
        share("lambda", self.lambda)
    }

    /// `gamma * lambda`, rounded once.
    pub(crate) fn factor<R: Real>(&self) -> R {
        R::of(self.gamma * self.lambda)
    }
}

/// Errors: `OUT_OF_RANGE`, which NaN is too.
pub(crate) fn share(name: &str, value: f64) -> Result<()> {
    ensure((0.0..=1.0).contains(&value), Code::OutOfRange, || format!("{name} is {value}, expected 0 to 1"))
}

/// Names the last result that is not finite; it is where the others come from. Errors: `NOT_FINITE`.
pub(crate) fn finite<R: Real>(name: &str, results: &[R], envs: usize) -> Result<()> {
    match results.iter().rposition(|result| !result.to_f64().is_finite()) {
        None => Ok(()),
        Some(at) => {
            let (step, env) = (at / envs, at % envs);
            let sentence = format!(
                "{name} of step {step} in environment {env} cannot be computed: an input there is not finite, or too large"
            );
            Err(Error::new(Code::NotFinite, sentence))
        }
    }
}
