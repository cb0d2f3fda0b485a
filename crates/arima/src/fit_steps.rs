//! A fit some evaluations at a time, so that it can be watched and given up.

use isotherm_numeric::{whole, Result};

use crate::fit::Fitting;
use crate::model::Model;
use crate::problem::Task;
use crate::spec::parse_task;

/// A fit under way that owns its series.
pub struct FitSteps {
    y: Vec<f64>,
    regressors: Vec<f64>,
    spec: Vec<f64>,
    fitting: Fitting,
}

impl FitSteps {
    /// A fit of the task that [`parse_task`] makes of this; nothing is searched yet.
    ///
    /// # Errors
    /// As of [`crate::fit`].
    pub fn new(y: &[f64], regressors: &[f64], spec: &[f64]) -> Result<Self> {
        let fitting = Fitting::new(&parse_task(y, regressors, spec)?)?;
        Ok(FitSteps { y: y.to_vec(), regressors: regressors.to_vec(), spec: spec.to_vec(), fitting })
    }

    /// At most so many evaluations more; how many searches are left, at most.
    ///
    /// # Errors
    /// `OUT_OF_RANGE`: `most` is whole, at most 1,000,000.
    pub fn advance(&mut self, most: f64) -> Result<usize> {
        let until = self.fitting.evaluations + whole("most", most, 0.0, 1e6)? as usize;
        while self.fitting.evaluations < until && !self.fitting.step() {}
        Ok(self.fitting.searches_left())
    }

    /// The rest of the fit, and its model.
    ///
    /// # Errors
    /// As of [`crate::fit`].
    pub fn finish(&mut self) -> Result<Model> {
        let task: Task = parse_task(&self.y, &self.regressors, &self.spec)?;
        self.fitting.finish(&task)
    }
}
