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

use isotherm_numeric::ln;

use crate::lanes::dot;
use crate::least_squares::solve;
use crate::order::{term_coefficients, term_gradient, terms, Order, Term};
use crate::stationary::{Polynomials, Stationary};
use crate::steady;
use crate::transform;

/// Steps between two kept pairs of `K` and `L`.
const BLOCK: usize = 32;
/// Square sum of `L` at which the filter is steady.
const STEADY: f64 = 1e-18;
/// So near a unit root a variance has four digits left when it is down at the innovation's.
pub(crate) const LARGEST_VARIANCE: f64 = 1e12;
/// No prediction is better than the innovation; one that seems so has lost its digits.
const LEAST_VARIANCE: f64 = 0.9999;

/// The expanded polynomials at a point.
#[derive(Clone)]
pub(crate) struct Expanded {
    order: Order,
    ar_terms: Vec<Term>,
    ma_terms: Vec<Term>,
    pub ar_lags: Vec<usize>,
    pub ma_lags: Vec<usize>,
    pub ar: Vec<f64>,
    pub ma: Vec<f64>,
    /// AR, MA, seasonal AR, seasonal MA.
    pub coefficients: Vec<f64>,
}

impl Expanded {
    pub fn new(order: Order) -> Self {
        let ar_terms = terms(order.p, order.seasonal_p, order.season);
        let ma_terms = terms(order.q, order.seasonal_q, order.season);
        Expanded {
            order,
            ar_lags: ar_terms.iter().map(|term| term.lag).collect(),
            ma_lags: ma_terms.iter().map(|term| term.lag).collect(),
            ar: vec![0.0; ar_terms.len()],
            ma: vec![0.0; ma_terms.len()],
            coefficients: vec![0.0; order.coefficients()],
            ar_terms,
            ma_terms,
        }
    }

    pub fn polynomials(&self) -> Polynomials<'_> {
        Polynomials { ar_lags: &self.ar_lags, ar: &self.ar, ma_lags: &self.ma_lags, ma: &self.ma }
    }

    /// Expands at the numbers `x` of the transform.
    pub fn at_numbers(&mut self, x: &[f64]) {
        transform::coefficients(&self.order, x, &mut self.coefficients);
        self.expand();
    }

    /// Expands at coefficients.
    pub fn at_coefficients(&mut self, coefficients: &[f64]) {
        self.coefficients.copy_from_slice(coefficients);
        self.expand();
    }

    fn expand(&mut self) {
        let [_, ma, seasonal_ar, seasonal_ma] = self.order.starts();
        let c = &self.coefficients;
        term_coefficients(&self.ar_terms, &c[..ma], &c[seasonal_ar..seasonal_ma], -1.0, &mut self.ar);
        term_coefficients(&self.ma_terms, &c[ma..seasonal_ar], &c[seasonal_ma..], 1.0, &mut self.ma);
    }

    /// Turns slopes in the lags' coefficients into slopes in `x`, added to `out`.
    fn gradient(&self, x: &[f64], ar: &[f64], ma: &[f64], out: &mut [f64]) {
        let [_, ma_at, seasonal_ar, seasonal_ma] = self.order.starts();
        let c = &self.coefficients;
        let mut slopes = [const { Vec::new() }; 4];
        for (slope, size) in slopes.iter_mut().zip(self.order.sizes()) {
            *slope = vec![0.0; size];
        }
        let [slope_ar, slope_ma, slope_sar, slope_sma] = &mut slopes;
        term_gradient(&self.ar_terms, ar, &c[..ma_at], &c[seasonal_ar..seasonal_ma], -1.0, slope_ar, slope_sar);
        term_gradient(&self.ma_terms, ma, &c[ma_at..seasonal_ar], &c[seasonal_ma..], 1.0, slope_ma, slope_sma);
        for ((start, slope), sign) in self.order.starts().into_iter().zip(&slopes).zip([1.0, -1.0, 1.0, -1.0]) {
            let size = slope.len();
            if size == 0 {
                continue;
            }
            let mut jacobian = vec![0.0; size * size];
            transform::jacobian(&x[start..start + size], sign, &mut jacobian);
            for j in 0..size {
                let mut sum = 0.0;
                for i in 0..size {
                    sum += slope[i] * jacobian[i * size + j];
                }
                out[start + j] += sum;
            }
        }
    }
}

/// One series with its regressors, and room for evaluations.
pub(crate) struct Exact {
    n: usize,
    r: usize,
    /// The series, then regressors: `[columns, n]`.
    data: Vec<f64>,
    columns: usize,
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
    /// Effects of the regressors.
    pub effects: Vec<f64>,
    /// The factor of the regressors' normal equations.
    pub gram: Vec<f64>,
    /// Sum of squares of the innovations, and of the logarithms of their variances.
    pub squares: f64,
    pub log_variance: f64,
    /// Start by central differences: gain, and its slope.
    start: [Vec<f64>; 2],
}

impl Exact {
    /// `data: [columns, n]`, the series first.
    pub fn new(order: Order, data: Vec<f64>, columns: usize) -> Self {
        let n = data.len() / columns;
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
            steady::innovations(
                &of,
                &self.data[c * n + m..(c + 1) * n],
                state,
                &mut self.filtered[c * n + m..(c + 1) * n],
            );
        }
        if !self.concentrate() {
            return f64::INFINITY;
        }
        let value = 0.5 * (n as f64 * ln(self.squares) + self.log_variance);
        if value.is_finite() {
            value
        } else {
            f64::INFINITY
        }
    }

    /// Steps until the filter is steady or the series ends; false where rounding takes over.
    fn unsteady(&mut self, keep: bool) -> bool {
        let (n, r, columns) = (self.n, self.r, self.columns);
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

    /// Regressors out: effects, the rest of the series, its innovations and their sum of squares.
    fn concentrate(&mut self) -> bool {
        let (n, k) = (self.n, self.columns - 1);
        self.innovations.copy_from_slice(&self.filtered[..n]);
        if k > 0 {
            for i in 0..k {
                let column = &self.filtered[(i + 1) * n..(i + 2) * n];
                self.effects[i] = dot(column, &self.filtered[..n]);
                for j in 0..=i {
                    self.gram[i * k + j] = dot(column, &self.filtered[(j + 1) * n..(j + 2) * n]);
                }
            }
            if !solve(&mut self.gram, &mut self.effects) {
                return false;
            }
            for i in 0..k {
                let effect = self.effects[i];
                for (value, x) in self.innovations.iter_mut().zip(&self.filtered[(i + 1) * n..(i + 2) * n]) {
                    *value -= effect * x;
                }
            }
        }
        self.squares = dot(&self.innovations, &self.innovations);
        self.squares > 0.0
    }

    /// The slope in `x` of the value just made.
    fn backwards(&mut self, x: &[f64], gradient: &mut [f64]) {
        let (n, r, m) = (self.n, self.r, self.steady_from);
        self.rest.copy_from_slice(&self.data[..n]);
        for (i, effect) in self.effects.iter().enumerate() {
            for (value, x) in self.rest.iter_mut().zip(&self.data[(i + 1) * n..(i + 2) * n]) {
                *value -= effect * x;
            }
        }
        let weight = n as f64 / self.squares;
        let of = self.expanded.polynomials();
        let mut slope_ar = vec![0.0; of.ar.len()];
        let mut slope_ma = vec![0.0; of.ma.len()];
        for (value, e) in self.adjoint.iter_mut().zip(&self.innovations) {
            *value = weight * e;
        }
        let (rest, e) = (&self.rest[m..], &self.innovations[m..]);
        steady::adjoint(&of, rest, e, &mut self.adjoint[m..], &mut slope_ar, &mut slope_ma);
        let (gain_slope, variance_slope) = self.backwards_unsteady(weight, &mut slope_ar);
        self.start_slope(x, &gain_slope[..r], variance_slope, gradient);
        self.expanded.gradient(x, &slope_ar, &slope_ma, gradient);
    }

    /// Back through the unsteady steps: the slopes in the first gain and in the first variance.
    fn backwards_unsteady(&mut self, weight: f64, slope_ar: &mut [f64]) -> (Vec<f64>, f64) {
        let (n, r, m) = (self.n, self.r, self.steady_from);
        let width = r + 1;
        let of = self.expanded.polynomials();
        let mut state = vec![0.0; width];
        for (slope, later) in state[..r].iter_mut().zip(&self.adjoint[m..n]) {
            *slope = -later;
        }
        let (mut gain, mut direction) = (vec![0.0; width], vec![0.0; width]);
        let mut variance = 0.0;
        let mut block_from = m.next_multiple_of(BLOCK);
        for t in (0..m).rev() {
            if t < block_from {
                block_from -= BLOCK;
                let kept = &self.kept[block_from / BLOCK * 2 * width..][..2 * width];
                fill_block(&mut self.block, kept, &self.variance[block_from..=t], &of);
            }
            let at = (t - block_from) * 2 * width;
            let (k, l) = self.block[at..at + 2 * width].split_at(width);
            let f = self.variance[t];
            let v = self.innovations[t] * f.sqrt();
            let predicted = self.rest[t] - v;
            let (c, head) = (v / f, l[0]);
            let d = head / f;
            // `T L` is `l` shifted, and the AR lags times its head.
            let mut turned = dot(&l[1..], &gain[..r]) + dot(&k[..r], &direction[..r]);
            let update = dot(&k[..r], &state[..r]);
            let (mut head_slope, mut predicted_slope) = (0.0, 0.0);
            for ((lag, weight), slope) in of.ar_lags.iter().zip(of.ar).zip(slope_ar.iter_mut()) {
                let i = lag - 1;
                let moved = direction[i] - d * gain[i];
                turned += weight * (head * gain[i]);
                head_slope += weight * moved;
                predicted_slope += weight * state[i];
                *slope += head * moved + predicted * state[i];
            }
            let d_slope = -turned - head * variance;
            head_slope += d_slope / f - d * variance;
            back_step(&mut gain, &mut direction, &mut state, d, c);
            direction[0] = head_slope;
            variance =
                variance - (d_slope * head + update * v) / (f * f) + 0.5 * (1.0 / f - weight * (v * v) / (f * f));
            state[0] = predicted_slope - (weight * v + update) / f;
        }
        for (a, b) in gain.iter_mut().zip(&direction) {
            *a += b;
        }
        (gain, variance)
    }

    /// Adds the part of the slope that comes through the stationary start, by central differences.
    fn start_slope(&mut self, x: &[f64], gain_slope: &[f64], variance_slope: f64, gradient: &mut [f64]) {
        let mut point = x.to_vec();
        let here = self.expanded.coefficients.clone();
        let (ar, ma) = (self.expanded.ar.clone(), self.expanded.ma.clone());
        for (j, slope) in gradient.iter_mut().enumerate() {
            let step = 1e-5 * (1.0 + x[j].abs());
            let mut gamma = [0.0; 2];
            for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
                point[j] = x[j] + sign * step;
                self.expanded.at_numbers(&point);
                let of = self.expanded.polynomials();
                if !self.stationary.fill(&of) {
                    // On the edge of stationarity: the point itself stands for the side that has no start.
                    self.expanded.at_numbers(x);
                    self.stationary.fill(&self.expanded.polynomials());
                }
                self.stationary.first_gain(&self.expanded.polynomials(), &mut self.start[side]);
                gamma[side] = self.stationary.variance();
            }
            point[j] = x[j];
            let mut sum = variance_slope * (gamma[0] - gamma[1]);
            for i in 0..gain_slope.len() {
                sum += gain_slope[i] * (self.start[0][i] - self.start[1][i]);
            }
            *slope += sum / (2.0 * step);
        }
        self.expanded.coefficients = here;
        self.expanded.ar = ar;
        self.expanded.ma = ma;
    }
}

/// `K` and `L` at each step from a kept pair on, made again.
fn fill_block(block: &mut [f64], kept: &[f64], variance: &[f64], of: &Polynomials) {
    let pair = kept.len();
    block[..pair].copy_from_slice(kept);
    for step in 1..variance.len() {
        let (before, after) = block.split_at_mut(step * pair);
        let after = &mut after[..pair];
        after.copy_from_slice(&before[(step - 1) * pair..]);
        let (gain, direction) = after.split_at_mut(pair / 2);
        rotate(gain, direction, variance[step - 1], of);
    }
}

/// `state' = T state + c K`.
#[inline]
pub(crate) fn step_state(state: &mut [f64], gain: &[f64], predicted: f64, c: f64, of: &Polynomials) {
    let r = gain.len() - 1;
    for i in 0..r {
        state[i] = state[i + 1] + c * gain[i];
    }
    for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
        state[lag - 1] += weight * predicted;
    }
}

/// One hyperbolic rotation of `K` and `L`; the next variance.
#[inline]
pub(crate) fn rotate(gain: &mut [f64], direction: &mut [f64], f: f64, of: &Polynomials) -> f64 {
    let r = gain.len() - 1;
    let head = direction[0];
    let d = head / f;
    for i in 0..r {
        let (k, moved) = (gain[i], direction[i + 1]);
        gain[i] = k - d * moved;
        direction[i] = moved - d * k;
    }
    for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
        let more = weight * head;
        gain[lag - 1] -= d * more;
        direction[lag - 1] += more;
    }
    (f - head) * (f + head) / f
}

/// The adjoint of a step's dense part; heads are set by the caller.
#[inline]
fn back_step(gain: &mut [f64], direction: &mut [f64], state: &mut [f64], d: f64, c: f64) {
    let r = gain.len() - 1;
    let mut carried = 0.0;
    let mut carried_state = 0.0;
    for i in 0..r {
        let (k, l, a) = (gain[i], direction[i], state[i]);
        gain[i] = k - d * l + c * a;
        direction[i] = carried;
        carried = l - d * k;
        state[i] = carried_state;
        carried_state = a;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isotherm_numeric::SplitMix64;

    #[test]
    fn the_slope_is_that_of_the_value() {
        let mut random = SplitMix64::new(11);
        let mut unit = || (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5;
        let orders = [
            Order { p: 2, d: 0, q: 2, seasonal_p: 0, seasonal_d: 0, seasonal_q: 0, season: 0 },
            Order { p: 1, d: 0, q: 1, seasonal_p: 1, seasonal_d: 0, seasonal_q: 1, season: 5 },
            Order { p: 0, d: 0, q: 3, seasonal_p: 0, seasonal_d: 0, seasonal_q: 2, season: 2 },
            Order { p: 4, d: 0, q: 0, seasonal_p: 2, seasonal_d: 0, seasonal_q: 0, season: 3 },
        ];
        for order in orders {
            for (n, columns) in [(40, 1), (130, 3)] {
                let data: Vec<f64> = (0..n * columns).map(|_| unit()).collect();
                let mut exact = Exact::new(order, data, columns);
                let k = order.coefficients();
                let x: Vec<f64> = (0..k).map(|_| 3.0 * unit()).collect();
                let mut gradient = vec![0.0; k];
                exact.value_gradient(&x, &mut gradient);
                for j in 0..k {
                    let (mut up, mut down) = (x.clone(), x.clone());
                    up[j] += 1e-5;
                    down[j] -= 1e-5;
                    let slope = (exact.value(&up) - exact.value(&down)) / 2e-5;
                    assert!((slope - gradient[j]).abs() < 1e-5 * (1.0 + slope.abs()), "{slope} {}", gradient[j]);
                }
            }
        }
    }
}
