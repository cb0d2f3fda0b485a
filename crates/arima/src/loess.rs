//! Smoothing of values at even distances by local regression.

use std::ops::Range;

/// What one smoothed value is made of: consecutive values, each by its weight.
#[derive(Clone)]
struct Knot {
    weights: Range<usize>,
    first: usize,
}

/// A smoother for series of one length. Its weights do not depend on the values, so it is made once.
///
/// Source: Cleveland, Cleveland, McRae, Terpenning, "STL: a seasonal-trend decomposition procedure based on loess", Journal of
/// Official Statistics 6, 1990; neighbourhoods as in their program.
pub(crate) struct Loess {
    length: usize,
    /// Smoothed values between two that are computed lie on a line between them.
    jump: usize,
    weights: Vec<f64>,
    knots: Vec<Knot>,
}

/// How wide a smoother looks, the degree (0 or 1) of its local polynomials, and which positions it computes.
#[derive(Clone, Copy)]
pub(crate) struct Smoothing {
    /// Odd.
    pub window: usize,
    pub linear: bool,
    pub jump: usize,
}

impl Loess {
    pub(crate) fn new(length: usize, smoothing: Smoothing) -> Self {
        let Smoothing { window, linear, jump } = smoothing;
        let mut loess = Loess { length, jump: jump.min(length.max(2) - 1), weights: Vec::new(), knots: Vec::new() };
        let mut at = 0;
        let half = window / 2;
        // Away from the ends all neighbourhoods look alike.
        let mut inner: Option<Range<usize>> = None;
        while at < length {
            let symmetric = at >= half && at + half < length;
            let first = at.saturating_sub(half).min(length.saturating_sub(window));
            let weights = match &inner {
                Some(known) if symmetric => known.clone(),
                _ => loess.weigh(at as f64, first..(first + window).min(length), window, linear),
            };
            if symmetric {
                inner = Some(weights.clone());
            }
            loess.knots.push(Knot { weights, first });
            let last = at + 1 == length;
            at = if last { length } else { (at + loess.jump).min(length - 1) };
        }
        loess
    }

    /// The weights at one place, which may lie one step outside.
    fn weigh(&mut self, at: f64, near: Range<usize>, window: usize, linear: bool) -> Range<usize> {
        let begin = self.weights.len();
        let mut h = (at - near.start as f64).max((near.end - 1) as f64 - at);
        if window > self.length {
            h += ((window - self.length) / 2) as f64;
        }
        let mut sum = 0.0;
        for place in near.clone() {
            let r = (place as f64 - at).abs();
            let weight = if r <= 0.001 * h {
                1.0
            } else if r > 0.999 * h {
                0.0
            } else {
                let q = r / h;
                let rest = 1.0 - q * q * q;
                rest * rest * rest
            };
            sum += weight;
            self.weights.push(weight);
        }
        for weight in &mut self.weights[begin..] {
            *weight /= sum;
        }
        if linear && h > 0.0 {
            self.tilt(at, begin, near.start);
        }
        begin..self.weights.len()
    }

    /// Makes weights of a local mean those of a local line.
    fn tilt(&mut self, at: f64, begin: usize, first: usize) {
        let weights = &mut self.weights[begin..];
        let mut mean = 0.0;
        for (j, weight) in weights.iter().enumerate() {
            mean += weight * (first + j) as f64;
        }
        let mut spread = 0.0;
        for (j, weight) in weights.iter().enumerate() {
            let off = (first + j) as f64 - mean;
            spread += weight * (off * off);
        }
        if spread.sqrt() > 0.001 * (self.length as f64 - 1.0) {
            let slope = (at - mean) / spread;
            for (j, weight) in weights.iter_mut().enumerate() {
                *weight *= slope * ((first + j) as f64 - mean) + 1.0;
            }
        }
    }

    fn at(&self, y: &[f64], knot: &Knot) -> f64 {
        let weights = &self.weights[knot.weights.clone()];
        let mut sum = 0.0;
        for (weight, value) in weights.iter().zip(&y[knot.first..]) {
            sum += weight * value;
        }
        sum
    }

    /// The smoothed series.
    pub(crate) fn smooth(&self, y: &[f64], out: &mut [f64]) {
        let mut from = 0;
        for (k, knot) in self.knots.iter().enumerate() {
            let to = (k * self.jump).min(self.length - 1);
            out[to] = self.at(y, knot);
            let step = (out[to] - out[from]) / (to - from).max(1) as f64;
            for t in from + 1..to {
                out[t] = out[from] + step * (t - from) as f64;
            }
            from = to;
        }
    }
}

/// Smooths a series and, beside it, the values one step before and behind: what a season needs.
pub(crate) struct Extended {
    within: Loess,
    before: Knot,
    behind: Knot,
}

impl Extended {
    pub(crate) fn new(length: usize, smoothing: Smoothing) -> Self {
        let Smoothing { window, linear, .. } = smoothing;
        let mut within = Loess::new(length, smoothing);
        let before = 0..window.min(length);
        let behind = length.saturating_sub(window)..length;
        let weights = within.weigh(-1.0, before, window, linear);
        let before = Knot { weights, first: 0 };
        let first = behind.start;
        let weights = within.weigh(length as f64, behind, window, linear);
        Extended { within, before, behind: Knot { weights, first } }
    }

    /// `out` has two places more than `y`.
    pub(crate) fn smooth(&self, y: &[f64], out: &mut [f64]) {
        let last = y.len() + 1;
        out[0] = self.within.at(y, &self.before);
        self.within.smooth(y, &mut out[1..last]);
        out[last] = self.within.at(y, &self.behind);
    }
}
