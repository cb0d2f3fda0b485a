//! A fitted model going along its series: forecasts, and one more value at a time.

use isotherm_numeric::{Code, Error, Result};

use crate::chain::{rotate, step_state};
use crate::expanded::Expanded;
use crate::kalman::{counted, Kalman};
use crate::lanes::dot;
use crate::order::Order;
use crate::stationary::Stationary;

/// The largest state that is carried with its whole variance, as gaps need.
pub const LARGEST_GAPPED_STATE: usize = 512;
/// Square sum of the direction at which the filter is steady, as in the likelihood.
const STEADY: f64 = 1e-18;
/// Multiplications or so that making a variance again may take. One of fewer values is the larger, so forecasts are never too narrow.
const MOST_WORK: usize = 2_000_000_000;
/// What a step takes besides.
const STEP_WORK: usize = 2_000;

/// How much is known of the state.
#[derive(Clone)]
pub(crate) enum Form {
    /// No gap so far: gain and direction of Chandrasekhar's recursion.
    Chain { gain: Vec<f64>, direction: Vec<f64>, f: f64, steady: bool },
    /// The whole variance.
    Full(Box<Kalman>),
}

/// The state of a model after the values it has seen; regressors are taken off by the caller.
#[derive(Clone)]
pub(crate) struct Filter {
    pub expanded: Expanded,
    order: Order,
    pub mean: f64,
    /// ARMA state, `[r + 1]` with a zero at its end.
    pub state: Vec<f64>,
    /// The last values, newest first, and their weights.
    pub past: Vec<f64>,
    pub weights: Vec<f64>,
    pub form: Form,
    /// Values filtered.
    pub seen: usize,
}

impl Filter {
    /// Before the first value after those that differencing takes, `past` (newest first).
    pub fn new(order: Order, coefficients: &[f64], mean: f64, past: Vec<f64>) -> Result<Self> {
        let mut expanded = Expanded::new(order);
        expanded.at_coefficients(coefficients);
        let r = order.state();
        let mut stationary = Stationary::new(r, &expanded.ar_lags, &expanded.ma_lags);
        if !stationary.fill(&expanded.polynomials()) {
            return Err(Error::new(Code::BadArgument, "the autoregressive part is not stationary"));
        }
        let mut gain = vec![0.0; r + 1];
        stationary.first_gain(&expanded.polynomials(), &mut gain);
        let form = Form::Chain { direction: gain.clone(), gain, f: stationary.variance(), steady: false };
        let weights = order.difference_weights();
        Ok(Filter { expanded, order, mean, state: vec![0.0; r + 1], past, weights, form, seen: 0 })
    }

    fn level(&self) -> f64 {
        let mut level = self.mean;
        for (weight, past) in self.weights.iter().zip(&self.past) {
            level += weight * past;
        }
        level
    }

    /// One more value, regressors taken off; NaN is a gap. Returns the innovation over the root of its variance.
    pub fn observe(&mut self, value: f64) -> Result<f64> {
        if value.is_nan() {
            self.carry_variance()?;
        }
        let level = self.level();
        let of = self.expanded.polynomials();
        let predicted = self.state[0];
        let given = if value.is_nan() { level + predicted } else { value };
        let residual = match &mut self.form {
            Form::Chain { gain, direction, f, steady } => {
                if !*steady && dot(direction, direction) < STEADY {
                    *steady = true;
                    *f = 1.0;
                    gain.fill(0.0);
                    for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
                        gain[lag - 1] += weight;
                    }
                    for (lag, weight) in of.ma_lags.iter().zip(of.ma) {
                        gain[lag - 1] += weight;
                    }
                }
                let v = value - level - predicted;
                let residual = v / f.sqrt();
                step_state(&mut self.state, gain, predicted, v / *f, &of);
                if !*steady {
                    *f = rotate(gain, direction, *f, &of).max(1.0);
                }
                if !self.past.is_empty() {
                    let last = self.past.len() - 1;
                    self.past.copy_within(..last, 1);
                    self.past[0] = given;
                }
                residual
            }
            Form::Full(kalman) => {
                let r = self.state.len() - 1;
                let f = kalman.variance();
                let mut joined = [&self.state[..r], &self.past].concat();
                let v = (!value.is_nan()).then_some(value - level - predicted);
                kalman.step(&mut joined, given, v, f);
                kalman.advance(v.is_some(), f);
                self.state[..r].copy_from_slice(&joined[..r]);
                self.past.copy_from_slice(&joined[r..]);
                v.map_or(f64::NAN, |v| v / f.sqrt())
            }
        };
        self.seen = counted(self.seen);
        Ok(residual)
    }

    /// From here on with the whole variance: at the steady one, or made again from the start (it depends on no value).
    fn carry_variance(&mut self) -> Result<()> {
        let Form::Chain { steady, .. } = self.form else { return Ok(()) };
        let mut kalman = Kalman::new(&self.order);
        if kalman.size() > LARGEST_GAPPED_STATE {
            return Err(too_large(kalman.size()));
        }
        let of = self.expanded.polynomials();
        if steady {
            kalman.start_steady(&of);
        } else {
            kalman.start(&of, &mut Stationary::new(kalman.r, of.ar_lags, of.ma_lags));
            let most = MOST_WORK / (kalman.size() * kalman.size() + STEP_WORK);
            for _ in 0..self.seen.min(most) {
                let f = kalman.variance();
                kalman.advance(true, f);
                if kalman.steady {
                    break;
                }
            }
        }
        self.form = Form::Full(Box::new(kalman));
        Ok(())
    }

    /// Means and variances (over the innovations') of the next values.
    pub fn forecast(&self, mean: &mut [f64], variance: &mut [f64]) {
        let of = self.expanded.polynomials();
        let (mut state, mut past) = (self.state.clone(), self.past.clone());
        let nothing = vec![0.0; state.len()];
        for value in mean.iter_mut() {
            let mut next = self.mean + state[0];
            for (weight, entry) in self.weights.iter().zip(&past) {
                next += weight * entry;
            }
            *value = next;
            let predicted = state[0];
            step_state(&mut state, &nothing, predicted, 0.0, &of);
            push(&mut past, next);
        }
        match &self.form {
            Form::Chain { gain, direction, f, steady } => self.chain_variance(gain, direction, *f, *steady, variance),
            Form::Full(kalman) => {
                let mut ahead = kalman.clone();
                for value in variance {
                    let f = ahead.variance();
                    *value = f;
                    ahead.advance(false, f);
                }
            }
        }
    }

    /// Each innovation to come moves the values after it by the gain it has when its turn comes.
    fn chain_variance(&self, gain: &[f64], direction: &[f64], f: f64, steady: bool, variance: &mut [f64]) {
        let of = self.expanded.polynomials();
        let (mut gain, mut direction, mut f) = (gain.to_vec(), direction.to_vec(), f);
        let horizon = variance.len();
        let mut effects = vec![0.0; horizon];
        let nothing = vec![0.0; gain.len()];
        variance.fill(0.0);
        for from in 0..horizon {
            let mut state: Vec<f64> = gain.iter().map(|value| value / f).collect();
            let mut past = vec![0.0; self.weights.len()];
            for (k, effect) in effects[..horizon - from].iter_mut().enumerate() {
                let mut next = if k == 0 { 1.0 } else { state[0] };
                for (weight, entry) in self.weights.iter().zip(&past) {
                    next += weight * entry;
                }
                *effect = next;
                if k > 0 {
                    let predicted = state[0];
                    step_state(&mut state, &nothing, predicted, 0.0, &of);
                }
                push(&mut past, next);
            }
            if steady || dot(&direction, &direction) < STEADY {
                // All that follow have these effects.
                let mut sum = 0.0;
                for (value, effect) in variance[from..].iter_mut().zip(&effects) {
                    sum += f * (effect * effect);
                    *value += sum;
                }
                return;
            }
            for (value, effect) in variance[from..].iter_mut().zip(&effects) {
                *value += f * (effect * effect);
            }
            f = rotate(&mut gain, &mut direction, f, &of).max(1.0);
        }
    }
}

/// The newest value to the front.
fn push(past: &mut [f64], value: f64) {
    if let Some(last) = past.len().checked_sub(1) {
        past.copy_within(..last, 1);
        past[0] = value;
    }
}

/// What a gap in a model of many lags answers.
pub(crate) fn too_large(size: usize) -> Error {
    let sentence =
        format!("a gap needs the variance of a state of {size} values, expected at most {LARGEST_GAPPED_STATE}");
    Error::new(Code::OutOfRange, sentence)
}
