//! The Kalman filter with the state's whole variance, for series with gaps. The state is Harvey's ARMA state and, where the model
//! differences, the last values of the series itself.

use crate::order::Order;
use crate::stationary::{Polynomials, Stationary};

/// Distance from the steady variance below which it is taken as reached.
const STEADY: f64 = 1e-13;
/// Counts go no further: what they are for is long decided.
pub(crate) const MOST_COUNTED: f64 = 1e9;

/// One more.
pub(crate) fn counted(count: usize) -> usize {
    (count + 1).min(MOST_COUNTED as usize)
}

/// Variance and gain, the same for every column. Of the last values only those that are missing vary: rows and columns of the others are zero
/// and passed over, as are lags without a weight.
#[derive(Clone)]
pub(crate) struct Kalman {
    pub r: usize,
    /// Weights of the last values in the next; which are not zero.
    pub past: Vec<f64>,
    weighted: Vec<usize>,
    /// AR weights by lag, dense; loads of the innovation; which are not zero.
    phi: Vec<f64>,
    load: Vec<f64>,
    turned: Vec<usize>,
    loaded: Vec<usize>,
    /// Of the state, over the innovation variance: `[size, size]`.
    pub covariance: Vec<f64>,
    /// Which of the last values are missing, the newest first.
    open: Vec<usize>,
    /// Observed without a gap until now.
    pub run: usize,
    pub steady: bool,
    /// `covariance` times the observation's weights.
    gain: Vec<f64>,
    row: Vec<f64>,
}

impl Kalman {
    pub fn new(order: &Order) -> Self {
        let (r, past) = (order.state(), order.difference_weights());
        let size = r + past.len();
        Kalman {
            r,
            weighted: (0..past.len()).filter(|k| past[*k] != 0.0).collect(),
            past,
            phi: vec![0.0; r],
            load: vec![0.0; r],
            turned: Vec::new(),
            loaded: Vec::new(),
            covariance: vec![0.0; size * size],
            open: Vec::new(),
            run: 0,
            steady: false,
            gain: vec![0.0; size],
            row: vec![0.0; size],
        }
    }

    pub fn size(&self) -> usize {
        self.r + self.past.len()
    }

    /// To the stationary start; false where there is none.
    pub fn start(&mut self, of: &Polynomials, stationary: &mut Stationary) -> bool {
        self.set(of);
        if !stationary.fill(of) {
            return false;
        }
        let mut block = vec![0.0; self.r * self.r];
        stationary.covariance(of, &mut block);
        self.place(&block);
        self.run = self.past.len();
        self.steady = false;
        true
    }

    /// To the steady state.
    pub fn start_steady(&mut self, of: &Polynomials) {
        self.set(of);
        self.run = self.past.len();
        self.settle();
    }

    pub fn set(&mut self, of: &Polynomials) {
        self.phi.fill(0.0);
        self.load.fill(0.0);
        self.load[0] = 1.0;
        for (lag, value) in of.ar_lags.iter().zip(of.ar) {
            self.phi[lag - 1] += value;
        }
        for (lag, value) in of.ma_lags.iter().zip(of.ma) {
            self.load[*lag] += value;
        }
        self.turned = (0..self.r).filter(|i| self.phi[*i] != 0.0).collect();
        self.loaded = (0..self.r).filter(|i| self.load[*i] != 0.0).collect();
    }

    /// The covariance from outside.
    pub fn set_covariance(&mut self, covariance: &[f64]) {
        self.covariance.copy_from_slice(covariance);
        self.find_open();
    }

    fn find_open(&mut self) {
        let (r, size) = (self.r, self.size());
        self.open = (0..self.past.len()).filter(|k| self.covariance[(r + k) * (size + 1)] != 0.0).collect();
    }

    fn place(&mut self, block: &[f64]) {
        let (r, size) = (self.r, self.size());
        self.covariance.fill(0.0);
        self.open.clear();
        for i in 0..r {
            self.covariance[i * size..i * size + r].copy_from_slice(&block[i * r..(i + 1) * r]);
        }
    }

    fn settle(&mut self) {
        let (r, size) = (self.r, self.size());
        self.covariance.fill(0.0);
        self.open.clear();
        for i in 0..r {
            for j in 0..r {
                self.covariance[i * size + j] = self.load[i] * self.load[j];
            }
        }
        self.steady = true;
    }

    /// What the state says of the next value.
    pub fn predict(&self, state: &[f64]) -> f64 {
        let mut value = state[0];
        for k in &self.weighted {
            value += self.past[*k] * state[self.r + k];
        }
        value
    }

    /// The variance of the next value; makes the gain.
    pub fn variance(&mut self) -> f64 {
        let (r, size) = (self.r, self.size());
        if self.steady {
            return 1.0;
        }
        self.gain[r..].fill(0.0);
        for i in (0..r).chain(self.open.iter().map(|k| r + k)) {
            let row = &self.covariance[i * size..(i + 1) * size];
            let mut value = row[0];
            for k in &self.open {
                value += self.past[*k] * row[r + k];
            }
            self.gain[i] = value;
        }
        let mut value = self.gain[0];
        for k in &self.open {
            value += self.past[*k] * self.gain[r + k];
        }
        // No prediction is better than the innovation: what is less is rounding.
        value.max(1.0)
    }

    /// One step of a column's state, before [`Kalman::advance`]; `surprise` is none at a gap, and `value` what the column then has
    /// or, at a gap, what was predicted.
    pub fn step(&self, state: &mut [f64], value: f64, surprise: Option<f64>, f: f64) {
        let r = self.r;
        if let Some(v) = surprise {
            if self.steady {
                for i in 0..r {
                    state[i] += self.load[i] * v;
                }
            } else {
                let c = v / f;
                for (entry, gain) in state.iter_mut().zip(&self.gain) {
                    *entry += c * gain;
                }
            }
        }
        let head = state[0];
        for i in 0..r {
            state[i] = if i + 1 < r { state[i + 1] } else { 0.0 } + self.phi[i] * head;
        }
        if !self.past.is_empty() {
            let size = state.len();
            state.copy_within(r..size - 1, r + 1);
            state[r] = value;
        }
    }

    /// The variance one step on.
    pub fn advance(&mut self, observed: bool, f: f64) {
        let (r, size) = (self.r, self.size());
        self.run = if observed { counted(self.run) } else { 0 };
        if self.steady && observed {
            return;
        }
        self.steady = false;
        let m = self.past.len();
        if observed {
            for i in (0..r).chain(self.open.iter().map(|k| r + k)) {
                let times = -(self.gain[i] / f);
                let row = &mut self.covariance[i * size..(i + 1) * size];
                add_times(&mut row[..r], times, &self.gain[..r]);
                for k in &self.open {
                    row[r + k] += times * self.gain[r + k];
                }
            }
        }
        self.turn_rows(observed);
        self.row.copy_from_slice(&self.covariance[..size]);
        self.covariance.copy_within(size..r * size, 0);
        self.covariance[(r - 1) * size..r * size].fill(0.0);
        for i in &self.turned {
            add_times(&mut self.covariance[i * size..(i + 1) * size], self.phi[*i], &self.row);
        }
        // Columns likewise, and the new innovation.
        let before = std::mem::take(&mut self.open);
        let newest = (m > 0 && !observed).then_some(0);
        self.open = newest.into_iter().chain(before.iter().map(|k| k + 1).filter(|k| *k < m)).collect();
        for i in (0..r).chain(self.open.iter().map(|k| r + k)) {
            let row = &mut self.covariance[i * size..(i + 1) * size];
            let mut value = row[0];
            for k in &before {
                value += self.past[*k] * row[r + k];
            }
            for k in before.iter().rev() {
                if k + 1 < m {
                    row[r + k + 1] = row[r + k];
                }
                row[r + k] = 0.0;
            }
            if newest.is_some() {
                row[r] = value;
            }
            let head = row[0];
            row.copy_within(1..r, 0);
            row[r - 1] = 0.0;
            for j in &self.turned {
                row[*j] += head * self.phi[*j];
            }
            let load = if i < r { self.load[i] } else { 0.0 };
            if load != 0.0 {
                for j in &self.loaded {
                    row[*j] += load * self.load[*j];
                }
            }
        }
        if self.run >= m && observed && self.near_steady() {
            self.settle();
        }
    }

    /// Rows of the last values move down; the newest is that of the value, all known where it was observed.
    fn turn_rows(&mut self, observed: bool) {
        let (r, size, m) = (self.r, self.size(), self.past.len());
        self.row.copy_from_slice(&self.covariance[..size]);
        for k in &self.open {
            let from = (r + k) * size;
            add_times(&mut self.row, self.past[*k], &self.covariance[from..from + size]);
        }
        for k in self.open.iter().rev() {
            let from = (r + k) * size;
            if k + 1 < m {
                self.covariance.copy_within(from..from + size, from + size);
            }
            self.covariance[from..from + size].fill(0.0);
        }
        if m > 0 && !observed {
            self.covariance[r * size..(r + 1) * size].copy_from_slice(&self.row);
        }
    }

    fn near_steady(&self) -> bool {
        let (r, size) = (self.r, self.size());
        if (self.covariance[0] - 1.0).abs() > STEADY {
            return false;
        }
        for i in 0..r {
            for j in 0..=i {
                let distance = self.covariance[i * size + j] - self.load[i] * self.load[j];
                if distance.abs() > STEADY {
                    return false;
                }
            }
        }
        true
    }

    /// Adds `columns' weights columns` to the covariance: what is not known of effects.
    pub fn add_uncertainty(&mut self, columns: &[Vec<f64>], weights: &[f64]) {
        let (size, k) = (self.size(), columns.len());
        if k == 0 {
            return;
        }
        for i in 0..size {
            for j in 0..size {
                let mut sum = 0.0;
                for a in 0..k {
                    for b in 0..k {
                        sum += columns[a][i] * weights[a * k + b] * columns[b][j];
                    }
                }
                self.covariance[i * size + j] += sum;
            }
        }
        self.find_open();
        self.steady = false;
    }
}

/// `row += times * other`; slices that cannot overlap, so that lanes are used.
fn add_times(row: &mut [f64], times: f64, other: &[f64]) {
    for (value, x) in row.iter_mut().zip(other) {
        *value += times * x;
    }
}
