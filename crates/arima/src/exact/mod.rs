//! The exact Gaussian likelihood of a series without gaps, and its gradient in one pass back.
//!
//! Harvey's state space in Chandrasekhar's form: the gain `K` and the one direction `L` along which the state's variance still
//! shrinks are rotated hyperbolically by `d = L[0] / F`, O(r) a step:
//!
//! `F' = F (1 - d^2)`, `K' = K - d T L`, `L' = T L - d K`.
//!
//! Once `L` is below 1e-9 its square no longer moves a bit of the result and the filter is steady: from there innovations cost
//! one multiplication a lag. Regressors (the mean is one) are filtered alongside and concentrated out, as the innovation variance
//! is; by the envelope theorem the slope in the coefficients holds them fixed. The slope goes backwards through both recursions,
//! `K` and `L` being made again block by block from what was kept; that of the stationary start is taken by central
//! differences, which do not see the series.
//!
//! Source: Morf, Sidhu, Kailath, "Some new algorithms for recursive estimation in constant, linear, discrete-time systems", IEEE
//! TAC 19(4), 1974; Mélard, "Algorithm AS 197", Applied Statistics 33(1), 1984.

mod slope;

use isotherm_numeric::ln;

use crate::chain::{rotate, step_state};
use crate::expanded::Expanded;
use crate::lanes::dot;
use crate::least_squares::solve;
use crate::order::Order;
use crate::stationary::Stationary;
use crate::steady;

/// Steps between two kept pairs of `K` and `L`.
const BLOCK: usize = 32;
/// Square sum of `L` at which the filter is steady.
const STEADY: f64 = 1e-18;
/// So near a unit root a variance has four digits left when it is down at the innovation's.
pub(crate) const LARGEST_VARIANCE: f64 = 1e12;
/// No prediction is better than the innovation; one that seems so has lost its digits.
const LEAST_VARIANCE: f64 = 0.9999;

/// One series with its regressors, and room for evaluations.
pub(crate) struct Exact {
    n: usize,
    r: usize,
    /// The series, then what is unknown, then regressors: `[columns, n]`.
    data: Vec<f64>,
    columns: usize,
    /// How many columns are effects with a flat prior, integrated out; where each column begins, being zero before.
    unknowns: usize,
    begins: Vec<usize>,
    pub expanded: Expanded,
    stationary: Stationary,
    /// Filtered columns, divided by the root of their variance.
    filtered: Vec<f64>,
    /// Variance of each innovation before the filter is steady.
    variance: Vec<f64>,
    /// When it is.
    pub steady_from: usize,
    states: Vec<f64>,
    gain: Vec<f64>,
    direction: Vec<f64>,
    kept: Vec<f64>,
    block: Vec<f64>,
    /// The series less its regressors, and its innovations over the root of their variance.
    pub rest: Vec<f64>,
    pub innovations: Vec<f64>,
    adjoint: Vec<f64>,
    /// Effects of unknowns, then of regressors.
    pub effects: Vec<f64>,
    /// The factor of their normal equations.
    pub gram: Vec<f64>,
    /// Sum of squares of the innovations, NaN where effects depend on one another; and of the logarithms of their variances.
    pub squares: f64,
    pub log_variance: f64,
    /// Start by central differences: gain, and its slope.
    start: [Vec<f64>; 2],
}

impl Exact {
    /// `data: [columns, n]`, the series first.
    pub fn new(order: Order, data: Vec<f64>, columns: usize) -> Self {
        Self::with_unknowns(order, data, columns, &[])
    }

    /// The first columns after the series are zero before `unknown` each; their effects have a flat prior of density 1 and are integrated
    /// out. There is no slope then.
    pub fn with_unknowns(order: Order, data: Vec<f64>, columns: usize, unknown: &[usize]) -> Self {
        let n = data.len() / columns;
        let mut begins = vec![0; columns];
        begins[1..=unknown.len()].copy_from_slice(unknown);
        let r = order.state();
        let expanded = Expanded::new(order);
        let stationary = Stationary::new(r, &expanded.ar_lags, &expanded.ma_lags);
        Exact {
            n,
            r,
            stationary,
            expanded,
            filtered: vec![0.0; columns * n],
            variance: Vec::with_capacity(n),
            steady_from: 0,
            states: vec![0.0; columns * (r + 1)],
            gain: vec![0.0; r + 1],
            direction: vec![0.0; r + 1],
            kept: Vec::new(),
            block: vec![0.0; BLOCK * 2 * (r + 1)],
            rest: vec![0.0; n],
            innovations: vec![0.0; n],
            adjoint: vec![0.0; n],
            effects: vec![0.0; columns - 1],
            gram: vec![0.0; (columns - 1) * (columns - 1)],
            squares: 0.0,
            log_variance: 0.0,
            start: [vec![0.0; r + 1], vec![0.0; r + 1]],
            data,
            columns,
            unknowns: unknown.len(),
            begins,
        }
    }

    /// The series, its projection on the regressors taken off.
    pub fn series(&self) -> &[f64] {
        &self.data[..self.n]
    }

    /// Minus the log-likelihood at `x`, less what does not depend on it; infinite where there is none.
    pub fn value(&mut self, x: &[f64]) -> f64 {
        self.expanded.at_numbers(x);
        self.evaluate(false)
    }

    /// The same at coefficients.
    pub fn value_at(&mut self, coefficients: &[f64]) -> f64 {
        self.expanded.at_coefficients(coefficients);
        self.evaluate(false)
    }

    /// The value and its slope in `x`.
    pub fn value_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.expanded.at_numbers(x);
        let value = self.evaluate(true);
        gradient.fill(0.0);
        if value.is_finite() {
            self.backwards(x, gradient);
        }
        value
    }

    fn evaluate(&mut self, keep: bool) -> f64 {
        self.kept.clear();
        self.variance.clear();
        self.steady_from = 0;
        self.log_variance = 0.0;
        self.states.fill(0.0);
        let of = self.expanded.polynomials();
        if !self.stationary.fill(&of) {
            return f64::INFINITY;
        }
        if self.stationary.variance() > LARGEST_VARIANCE {
            return f64::INFINITY;
        }
        self.stationary.first_gain(&of, &mut self.gain);
        if !self.unsteady(keep) {
            return f64::INFINITY;
        }
        let (n, m, r) = (self.n, self.steady_from, self.r);
        let of = self.expanded.polynomials();
        for c in 0..self.columns {
            let state = &self.states[c * (r + 1)..c * (r + 1) + r];
            // Before it begins a column has no state either.
            let from = c * n + m.max(self.begins[c]);
            let to = (c + 1) * n;
            steady::innovations(&of, &self.data[from..to], state, &mut self.filtered[from..to]);
        }
        if !self.concentrate() {
            return f64::INFINITY;
        }
        let used = (n - self.unknowns) as f64;
        let value = 0.5 * (used * ln(self.squares) + self.log_variance);
        if value.is_finite() {
            value
        } else {
            f64::INFINITY
        }
    }

    /// Steps until the filter is steady or the series ends; false where rounding takes over.
    fn unsteady(&mut self, keep: bool) -> bool {
        // Small states, as most are, are unrolled.
        match self.r {
            1 => self.unsteady_of::<1>(keep),
            2 => self.unsteady_of::<2>(keep),
            3 => self.unsteady_of::<3>(keep),
            4 => self.unsteady_of::<4>(keep),
            5 => self.unsteady_of::<5>(keep),
            6 => self.unsteady_of::<6>(keep),
            _ => self.unsteady_of::<0>(keep),
        }
    }

    /// The same, the state's size being `R`, or any where that is 0.
    fn unsteady_of<const R: usize>(&mut self, keep: bool) -> bool {
        let (n, r, columns) = (self.n, if R > 0 { R } else { self.r }, self.columns);
        let of = self.expanded.polynomials();
        let (gain, direction) = (&mut self.gain[..=r], &mut self.direction[..=r]);
        direction.copy_from_slice(gain);
        let mut f = self.stationary.variance();
        let mut product = 1.0;
        let mut t = 0;
        while t < n {
            if t % BLOCK == 0 && keep {
                self.kept.extend_from_slice(gain);
                self.kept.extend_from_slice(direction);
            }
            if t % 4 == 0 && dot(direction, direction) < STEADY {
                break;
            }
            if !(f > LEAST_VARIANCE) {
                return false;
            }
            self.variance.push(f);
            product *= f;
            if product > 1e200 {
                self.log_variance += ln(product);
                product = 1.0;
            }
            let scale = 1.0 / f.sqrt();
            for c in 0..columns {
                if t < self.begins[c] {
                    continue;
                }
                let state = &mut self.states[c * (r + 1)..(c + 1) * (r + 1)];
                let predicted = state[0];
                let v = self.data[c * n + t] - predicted;
                self.filtered[c * n + t] = v * scale;
                step_state(state, gain, predicted, v / f, &of);
            }
            f = rotate(gain, direction, f, &of);
            t += 1;
        }
        self.log_variance += ln(product);
        self.steady_from = t;
        true
    }

    /// Unknowns and regressors out: effects, the rest of the series, its innovations and their sum of squares.
    fn concentrate(&mut self) -> bool {
        let (n, k) = (self.n, self.columns - 1);
        if k > 0 {
            for i in 0..k {
                let begin = self.begins[i + 1];
                let column = &self.filtered[(i + 1) * n + begin..(i + 2) * n];
                self.effects[i] = dot(column, &self.filtered[begin..n]);
                for j in 0..=i {
                    let later = begin.max(self.begins[j + 1]);
                    let other = &self.filtered[(j + 1) * n + later..(j + 2) * n];
                    self.gram[i * k + j] = dot(&column[later - begin..], other);
                }
            }
            if !solve(&mut self.gram, &mut self.effects) {
                self.squares = f64::NAN;
                return false;
            }
            for i in 0..self.unknowns {
                self.log_variance += 2.0 * ln(self.gram[i * k + i]);
            }
        }
        less_effects(&mut self.innovations, &self.filtered, &self.effects, |i| self.begins[i + 1]);
        self.squares = dot(&self.innovations, &self.innovations);
        self.squares > 0.0
    }
}

/// The first of `columns: [1 + k, n]` less the effects of the others, each from where it begins; by blocks that stay in the cache.
fn less_effects(out: &mut [f64], columns: &[f64], effects: &[f64], begin: impl Fn(usize) -> usize) {
    const CACHED: usize = 512;
    let n = out.len();
    for from in (0..n).step_by(CACHED) {
        let to = n.min(from + CACHED);
        let block = &mut out[from..to];
        block.copy_from_slice(&columns[from..to]);
        for (i, effect) in effects.iter().enumerate() {
            let from = from.max(begin(i));
            if from >= to {
                continue;
            }
            let column = &columns[(i + 1) * n..][from..to];
            let later = block.len() - column.len();
            for (value, x) in block[later..].iter_mut().zip(column) {
                *value -= effect * x;
            }
        }
    }
}
