//! A fitted model.

use isotherm_numeric::{ensure, ln, Code, Result, SplitMix64};

use crate::filter::Filter;
use crate::order::Order;

/// A model at its maximum likelihood, standing at the end of its series.
pub struct Model {
    /// The order.
    pub order: Order,
    /// Whether it has a mean of the differenced series.
    pub has_mean: bool,
    /// AR, MA, seasonal AR, seasonal MA.
    pub coefficients: Vec<f64>,
    /// Their standard errors.
    pub coefficient_errors: Vec<f64>,
    /// The mean, where there is one, and the regressors' effects.
    pub effects: Vec<f64>,
    /// Their standard errors.
    pub effect_errors: Vec<f64>,
    pub(crate) slopes: Vec<f64>,
    /// Variance of the innovations, of maximum likelihood.
    pub sigma2: f64,
    /// Exact, with all constants.
    pub log_likelihood: f64,
    /// Values that the likelihood counts.
    pub used: usize,
    /// Evaluations of the likelihood that the fit took.
    pub evaluations: usize,
    /// Whether the search for the coefficients ended at an optimum; false where they were given.
    pub converged: bool,
    /// Innovations over the root of their variance (that of the series' unit), NaN where there is none.
    pub residuals: Vec<f64>,
    pub(crate) filter: Filter,
}

impl Model {
    /// `[sigma2, logLikelihood, used, evaluations, converged]`, coefficients, their errors, effects, their errors.
    pub fn summary(&self) -> Vec<f64> {
        let mut out = vec![self.sigma2, self.log_likelihood, self.used as f64, self.evaluations as f64];
        out.push(f64::from(u8::from(self.converged)));
        for part in [&self.coefficients, &self.coefficient_errors, &self.effects, &self.effect_errors] {
            out.extend_from_slice(part);
        }
        out
    }

    /// Means and standard errors of the next values; `regressors: [k, horizon]`.
    ///
    /// # Errors
    /// `BAD_LENGTH`, `NOT_FINITE` (regressors).
    pub fn forecast(&self, regressors: &[f64], mean: &mut [f64], error: &mut [f64]) -> Result<()> {
        let horizon = mean.len();
        ensure(horizon == error.len(), Code::BadLength, || {
            format!("out has {} entries, expected {horizon}", error.len())
        })?;
        self.check(regressors, horizon)?;
        self.filter.forecast(mean, error);
        for (i, slope) in self.slopes.iter().enumerate() {
            for (value, x) in mean.iter_mut().zip(&regressors[i * horizon..(i + 1) * horizon]) {
                *value += slope * x;
            }
        }
        for value in error.iter_mut() {
            *value = (*value * self.sigma2).sqrt();
        }
        Ok(())
    }

    fn check(&self, regressors: &[f64], horizon: usize) -> Result<()> {
        let expected = self.slopes.len() * horizon;
        ensure(regressors.len() == expected, Code::BadLength, || {
            format!("xreg has {} entries, expected {expected}", regressors.len())
        })?;
        ensure(regressors.iter().all(|value| value.is_finite()), Code::NotFinite, || {
            "xreg has an entry that is not finite".to_string()
        })
    }

    /// One more value, NaN for a gap, and its regressors. Returns the innovation over the root of its variance.
    ///
    /// # Errors
    /// `NOT_FINITE` (infinity, regressors), `BAD_LENGTH`; `OUT_OF_RANGE` where a gap needs the variance of a state that is too large.
    pub fn update(&mut self, value: f64, regressors: &[f64]) -> Result<f64> {
        ensure(!value.is_infinite(), Code::NotFinite, || {
            "the value is infinite, expected a number or NaN".to_string()
        })?;
        self.check(regressors, 1)?;
        let mut rest = value;
        for (slope, x) in self.slopes.iter().zip(regressors) {
            rest -= slope * x;
        }
        self.filter.observe(rest)
    }

    /// Paths that the next values may take, `out: [paths, horizon]`, drawn with normal innovations; `regressors: [k, horizon]`.
    ///
    /// # Errors
    /// `BAD_LENGTH`, `NOT_FINITE` (regressors).
    pub fn simulate(&self, regressors: &[f64], seed: u64, horizon: usize, out: &mut [f64]) -> Result<()> {
        ensure(horizon > 0 && out.len().is_multiple_of(horizon), Code::BadLength, || {
            format!("out has {} entries, expected a multiple of {horizon}", out.len())
        })?;
        self.check(regressors, horizon)?;
        let mut normal = Normal { random: SplitMix64::new(seed), second: None };
        let (mut next, mut variance) = ([0.0], [0.0]);
        for path in out.chunks_exact_mut(horizon) {
            let mut filter = self.filter.clone();
            for (t, value) in path.iter_mut().enumerate() {
                filter.forecast(&mut next, &mut variance);
                let drawn = next[0] + (variance[0] * self.sigma2).sqrt() * normal.draw();
                filter.observe(drawn)?;
                *value = drawn;
                for (i, slope) in self.slopes.iter().enumerate() {
                    *value += slope * regressors[i * horizon + t];
                }
            }
        }
        Ok(())
    }
}

/// Standard normal numbers. Source: Marsaglia, Bray, "A convenient method for generating normal variables", SIAM Review 6(3), 1964.
struct Normal {
    random: SplitMix64,
    second: Option<f64>,
}

impl Normal {
    fn draw(&mut self) -> f64 {
        if let Some(value) = self.second.take() {
            return value;
        }
        loop {
            let (u, v) = (signed_unit(&mut self.random), signed_unit(&mut self.random));
            let square = u * u + v * v;
            if square < 1.0 && square > 0.0 {
                let factor = (-2.0 * ln(square) / square).sqrt();
                self.second = Some(v * factor);
                return u * factor;
            }
        }
    }
}

/// Uniform in [-1, 1).
pub(crate) fn signed_unit(random: &mut SplitMix64) -> f64 {
    (random.next_u64() >> 11) as f64 * (2.0 / 9_007_199_254_740_992.0) - 1.0
}
