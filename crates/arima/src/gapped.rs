//! The exact likelihood of a series with gaps. Values among the first `d + s D` that are missing have a flat prior of density 1: they
//! are carried as further columns and integrated out.

use isotherm_numeric::ln;

use crate::exact::LARGEST_VARIANCE;
use crate::expanded::Expanded;
use crate::kalman::Kalman;
use crate::lanes::dot;
use crate::least_squares::solve;
use crate::order::Order;
use crate::stationary::Stationary;

/// A series with gaps, its regressors, and room for evaluations.
pub(crate) struct Gapped {
    /// The series (NaN: missing), then regressors, on the scale of the series: `[columns, n]`.
    data: Vec<f64>,
    n: usize,
    columns: usize,
    /// Positions among the first values that are missing.
    unknown: Vec<usize>,
    /// Values that are there beyond those that differencing takes.
    pub used: usize,
    pub expanded: Expanded,
    stationary: Stationary,
    pub kalman: Kalman,
    /// Columns: the series, unknowns, regressors.
    pub states: Vec<Vec<f64>>,
    filtered: Vec<Vec<f64>>,
    /// Effects of unknowns, then of regressors, and the factor of their normal equations.
    pub effects: Vec<f64>,
    pub gram: Vec<f64>,
    pub innovations: Vec<f64>,
    /// Sum of their squares; NaN where effects depend on one another.
    pub squares: f64,
    pub log_variance: f64,
}

impl Gapped {
    pub fn new(order: Order, data: Vec<f64>, columns: usize) -> Self {
        let n = data.len() / columns;
        let lost = order.lost();
        let unknown: Vec<usize> = (0..lost.min(n)).filter(|t| data[*t].is_nan()).collect();
        let seen = data[..n].iter().filter(|value| !value.is_nan()).count();
        let all = columns + unknown.len();
        let kalman = Kalman::new(&order);
        let expanded = Expanded::new(order);
        Gapped {
            n,
            used: seen.saturating_sub(lost),
            stationary: Stationary::new(order.state(), &expanded.ar_lags, &expanded.ma_lags),
            expanded,
            states: vec![vec![0.0; kalman.size()]; all],
            filtered: vec![Vec::with_capacity(n); all],
            kalman,
            effects: vec![0.0; all - 1],
            gram: vec![0.0; (all - 1) * (all - 1)],
            innovations: Vec::with_capacity(n),
            squares: 0.0,
            log_variance: 0.0,
            unknown,
            data,
            columns,
        }
    }

    pub fn unknowns(&self) -> usize {
        self.unknown.len()
    }

    /// Minus the log-likelihood at `x`, less what does not depend on it; infinite where there is none.
    pub fn value(&mut self, x: &[f64]) -> f64 {
        self.expanded.at_numbers(x);
        self.evaluate()
    }

    /// The same at coefficients.
    pub fn value_at(&mut self, coefficients: &[f64]) -> f64 {
        self.expanded.at_coefficients(coefficients);
        self.evaluate()
    }

    fn evaluate(&mut self) -> f64 {
        let (n, lost, unknowns) = (self.n, self.kalman.past.len(), self.unknown.len());
        let ready = self.kalman.start(&self.expanded.polynomials(), &mut self.stationary);
        if !ready || self.stationary.variance() > LARGEST_VARIANCE {
            return f64::INFINITY;
        }
        let r = self.kalman.r;
        for (c, state) in self.states.iter_mut().enumerate() {
            state.fill(0.0);
            self.filtered[c].clear();
            for k in 0..lost {
                let t = lost - 1 - k;
                state[r + k] = if c > 0 && c <= unknowns {
                    if self.unknown[c - 1] == t {
                        -1.0
                    } else {
                        0.0
                    }
                } else {
                    let column = if c == 0 { 0 } else { c - unknowns };
                    let value = self.data[column * n + t];
                    if value.is_nan() {
                        0.0
                    } else {
                        value
                    }
                };
            }
        }
        let (mut product, mut logs) = (1.0, 0.0);
        for t in lost..n {
            let observed = !self.data[t].is_nan();
            let f = self.kalman.variance();
            let scale = 1.0 / f.sqrt();
            if observed {
                product *= f;
                if product > 1e200 {
                    logs += ln(product);
                    product = 1.0;
                }
            }
            for (c, state) in self.states.iter_mut().enumerate() {
                let predicted = self.kalman.predict(state);
                if observed {
                    let value = if c == 0 {
                        self.data[t]
                    } else if c <= unknowns {
                        0.0
                    } else {
                        self.data[(c - unknowns) * n + t]
                    };
                    let v = value - predicted;
                    self.filtered[c].push(v * scale);
                    self.kalman.step(state, value, Some(v), f);
                } else {
                    self.kalman.step(state, predicted, None, f);
                }
            }
            self.kalman.advance(observed, f);
        }
        self.log_variance = logs + ln(product);
        self.concentrate()
    }

    fn concentrate(&mut self) -> f64 {
        let k = self.columns - 1 + self.unknown.len();
        self.innovations.clear();
        self.innovations.extend_from_slice(&self.filtered[0]);
        if k > 0 {
            for i in 0..k {
                self.effects[i] = dot(&self.filtered[i + 1], &self.filtered[0]);
                for j in 0..=i {
                    self.gram[i * k + j] = dot(&self.filtered[i + 1], &self.filtered[j + 1]);
                }
            }
            if !solve(&mut self.gram, &mut self.effects) {
                self.squares = f64::NAN;
                return f64::INFINITY;
            }
            for i in 0..k {
                let effect = self.effects[i];
                for (value, x) in self.innovations.iter_mut().zip(&self.filtered[i + 1]) {
                    *value -= effect * x;
                }
            }
            for i in 0..self.unknown.len() {
                self.log_variance += 2.0 * ln(self.gram[i * k + i]);
            }
        }
        self.squares = dot(&self.innovations, &self.innovations);
        let value = 0.5 * (self.used as f64 * ln(self.squares) + self.log_variance);
        if self.squares > 0.0 && value.is_finite() {
            value
        } else {
            f64::INFINITY
        }
    }
}
