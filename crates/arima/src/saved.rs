//! A model as numbers, and back: `[version, p, d, q, P, D, Q, s, mean, regressors, used, evaluations, converged, sigma2,
//! logLikelihood, coefficients, their errors, effects, their errors, values seen, form, state, past, ...form]`; residuals stay behind.

use isotherm_numeric::{Code, Error, Result};

use crate::filter::{Filter, Form, LARGEST_GAPPED_STATE};
use crate::kalman::{Kalman, MOST_COUNTED};
use crate::model::Model;
use crate::problem::reach_in_range;
use crate::spec::parse_order;

const VERSION: f64 = 2.0;
/// Forms of the filter.
const CHAIN: f64 = 0.0;
const STEADY_CHAIN: f64 = 1.0;
const FULL: f64 = 2.0;
const STEADY_FULL: f64 = 3.0;

impl Model {
    /// The model and its state.
    pub fn save(&self) -> Vec<f64> {
        let order = &self.order;
        let mut out = vec![VERSION];
        let whole = [order.p, order.d, order.q, order.seasonal_p, order.seasonal_d, order.seasonal_q, order.season];
        out.extend(whole.map(|value| value as f64));
        out.push(f64::from(u8::from(self.has_mean)));
        out.push(self.slopes.len() as f64);
        out.extend([self.used as f64, self.evaluations as f64, f64::from(u8::from(self.converged))]);
        out.extend([self.sigma2, self.log_likelihood]);
        for part in [&self.coefficients, &self.coefficient_errors, &self.effects, &self.effect_errors] {
            out.extend_from_slice(part);
        }
        let filter = &self.filter;
        let r = filter.state.len() - 1;
        out.push(filter.seen as f64);
        out.push(match &filter.form {
            Form::Chain { steady, .. } => {
                if *steady {
                    STEADY_CHAIN
                } else {
                    CHAIN
                }
            }
            Form::Full(kalman) => {
                if kalman.steady {
                    STEADY_FULL
                } else {
                    FULL
                }
            }
        });
        out.extend_from_slice(&filter.state[..r]);
        out.extend_from_slice(&filter.past);
        match &filter.form {
            Form::Chain { gain, direction, f, .. } => {
                out.push(*f);
                out.extend_from_slice(&gain[..r]);
                out.extend_from_slice(&direction[..r]);
            }
            Form::Full(kalman) => {
                out.push(kalman.run as f64);
                out.extend_from_slice(&kalman.covariance);
            }
        }
        out
    }

    /// The model that was saved, without residuals.
    ///
    /// # Errors
    /// `BAD_STATE` for numbers that [`Model::save`] did not write.
    pub fn load(saved: &[f64]) -> Result<Model> {
        let mut rest = saved;
        if take(&mut rest, 1)?[0] != VERSION {
            return Err(bad());
        }
        let order = take(&mut rest, 7)?.try_into().map_err(|_| bad())?;
        let order = parse_order(order).map_err(|_| bad())?;
        reach_in_range(&order).map_err(|_| bad())?;
        let counts = take(&mut rest, 2)?;
        let (mean, regressors) = (count(counts[0], 1.0)?, count(counts[1], saved.len() as f64)?);
        let head = take(&mut rest, 5)?;
        let (used, evaluations) = (count(head[0], MOST_COUNTED)?, count(head[1], MOST_COUNTED)?);
        let converged = count(head[2], 1.0)? == 1;
        let k = order.coefficients();
        let has_mean = mean == 1;
        let effects_count = regressors + mean;
        let coefficients = take(&mut rest, k)?.to_vec();
        let coefficient_errors = take(&mut rest, k)?.to_vec();
        let effects = take(&mut rest, effects_count)?.to_vec();
        let effect_errors = take(&mut rest, effects_count)?.to_vec();
        let seen_form = take(&mut rest, 2)?;
        let (r, lost) = (order.state(), order.lost());
        let state = take(&mut rest, r)?;
        let past = take(&mut rest, lost)?;
        let known = coefficients.iter().chain(&effects).chain(state).chain(past).chain(&head[3..]);
        if !(head[3] > 0.0) || known.into_iter().any(|value| !value.is_finite()) {
            return Err(bad());
        }
        let level = if has_mean { effects[0] } else { 0.0 };
        let mut filter = Filter::new(order, &coefficients, level, past.to_vec()).map_err(|_| bad())?;
        filter.state[..r].copy_from_slice(state);
        filter.seen = count(seen_form[0], MOST_COUNTED)?;
        let first = take(&mut rest, 1)?[0];
        let form = seen_form[1];
        if form == CHAIN || form == STEADY_CHAIN {
            if !(first > 0.0 && first.is_finite()) {
                return Err(bad());
            }
            let (mut gain, mut direction) = (finite(take(&mut rest, r)?)?, finite(take(&mut rest, r)?)?);
            gain.push(0.0);
            direction.push(0.0);
            filter.form = Form::Chain { gain, direction, f: first, steady: form == STEADY_CHAIN };
        } else if (form == FULL || form == STEADY_FULL) && r + lost <= LARGEST_GAPPED_STATE {
            let mut kalman = Kalman::new(&order);
            kalman.set(&filter.expanded.polynomials());
            kalman.run = count(first, MOST_COUNTED)?;
            kalman.steady = form == STEADY_FULL;
            let size = kalman.covariance.len();
            kalman.set_covariance(&finite(take(&mut rest, size)?)?);
            filter.form = Form::Full(Box::new(kalman));
        } else {
            return Err(bad());
        }
        if !rest.is_empty() {
            return Err(bad());
        }
        Ok(Model {
            order,
            has_mean,
            slopes: effects[mean..].to_vec(),
            coefficients,
            coefficient_errors,
            effects,
            effect_errors,
            sigma2: head[3],
            log_likelihood: head[4],
            used,
            evaluations,
            converged,
            residuals: Vec::new(),
            filter,
        })
    }
}

fn bad() -> Error {
    Error::new(Code::BadState, "this is not a saved ARIMA model of this version")
}

fn take<'a>(rest: &mut &'a [f64], count: usize) -> Result<&'a [f64]> {
    if count > rest.len() {
        return Err(bad());
    }
    let (first, after) = rest.split_at(count);
    *rest = after;
    Ok(first)
}

fn finite(numbers: &[f64]) -> Result<Vec<f64>> {
    if numbers.iter().all(|value| value.is_finite()) {
        Ok(numbers.to_vec())
    } else {
        Err(bad())
    }
}

/// A whole number of at most `most`.
fn count(value: f64, most: f64) -> Result<usize> {
    if (0.0..=most).contains(&value) && value.floor() == value {
        Ok(value as usize)
    } else {
        Err(bad())
    }
}
