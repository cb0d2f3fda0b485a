//! L-BFGS as a state machine: it asks for a point, and is told the value and slope there. It never calls the function, so that
//! one search alone and many side by side take the same steps. Source: Nocedal, Wright, "Numerical Optimization", 2nd ed.,
//! 2006, algorithms 3.5 and 7.4.

use crate::lanes::dot;

/// Pairs of steps kept.
const MEMORY: usize = 12;
/// A gain in the objective below which a search is done, by what the slope promises.
const PROMISED: f64 = 1e-11;

/// Of the gain that the edge would promise, what counts; and from which number on there is one.
const EDGE_SHARE: f64 = 0.01;
const EDGE: f64 = 2.0;
/// What rounding leaves of a value.
const NOISE: f64 = 4e-15;
/// What a direction may promise that leads nowhere, where rounding alone may have stopped it.
const SETTLED: f64 = 1e-6;

/// How a number's inverse curvature grows towards the edge.
fn width(x: f64) -> f64 {
    let square = 1.0 + x * x;
    square * square
}

/// One search for a minimum.
pub(crate) struct Search {
    /// The best point, its value and slope.
    pub x: Vec<f64>,
    pub value: f64,
    gradient: Vec<f64>,
    direction: Vec<f64>,
    slope: f64,
    step: f64,
    /// The longest step known to be good, and the shortest known to be too long.
    low: f64,
    high: f64,
    /// The point to be evaluated next.
    pub trial: Vec<f64>,
    steps: Vec<Vec<f64>>,
    changes: Vec<Vec<f64>>,
    products: Vec<f64>,
    scale: f64,
    small: usize,
    tolerance: f64,
    pub evaluations: usize,
    trials: usize,
    started: bool,
    pub done: bool,
    /// Of one that is done: whether it ended as there is no gain left that counts, and not because it got nowhere.
    pub converged: bool,
}

impl Search {
    /// From `x`; `scale` is a first guess of the inverse curvature, `tolerance` the gain that no longer counts.
    pub fn new(x: Vec<f64>, scale: f64, tolerance: f64) -> Self {
        Search {
            trial: x.clone(),
            value: f64::INFINITY,
            gradient: vec![0.0; x.len()],
            direction: vec![0.0; x.len()],
            slope: 0.0,
            step: 1.0,
            low: 0.0,
            high: f64::INFINITY,
            steps: Vec::new(),
            changes: Vec::new(),
            products: Vec::new(),
            scale,
            small: 0,
            tolerance,
            evaluations: 0,
            trials: 0,
            started: false,
            done: false,
            converged: false,
            x,
        }
    }

    /// Goes on from the best point to a finer `tolerance`, of this function or one that bends alike: the pairs of steps are kept.
    pub fn resume(&mut self, tolerance: f64) {
        self.trial.copy_from_slice(&self.x);
        self.tolerance = tolerance;
        self.small = 0;
        self.started = false;
        self.done = false;
        self.converged = false;
    }

    /// Takes value and slope at `trial`.
    pub fn tell(&mut self, value: f64, gradient: &[f64]) {
        self.evaluations += 1;
        if !self.started {
            self.started = true;
            self.value = value;
            self.gradient.copy_from_slice(gradient);
            self.done = !value.is_finite();
            if !self.done {
                self.aim();
            }
            return;
        }
        self.trials += 1;
        let reached = dot(gradient, &self.direction);
        let enough = value <= self.value + 1e-4 * self.step * self.slope;
        if !(value.is_finite() && enough) {
            self.high = self.step;
            if self.trials >= 25 {
                self.stuck();
                return;
            }
            // The parabola through value and slope here and the value there.
            let bend = 2.0 * (value - self.value - self.step * self.slope);
            let vertex = if bend.is_finite() { -self.slope * self.step * self.step / bend } else { 0.0 };
            let (from, to) = (self.low + 0.1 * (self.step - self.low), self.low + 0.6 * (self.step - self.low));
            self.step = if vertex > from { vertex.min(to) } else { from };
            self.place();
            return;
        }
        if reached < 0.9 * self.slope && self.trials < 25 {
            self.low = self.step;
            self.step = if self.high.is_finite() { 0.5 * (self.low + self.high) } else { 2.0 * self.step };
            self.place();
            return;
        }
        self.accept(value, gradient);
    }

    fn accept(&mut self, value: f64, gradient: &[f64]) {
        let step: Vec<f64> = self.trial.iter().zip(&self.x).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = gradient.iter().zip(&self.gradient).map(|(a, b)| a - b).collect();
        let product = dot(&step, &change);
        let size = dot(&change, &change);
        let mut wide = 0.0;
        for (entry, x) in change.iter().zip(&self.trial) {
            wide += width(*x) * (entry * entry);
        }
        if product > 1e-10 * size.sqrt() * dot(&step, &step).sqrt() {
            if self.steps.len() == MEMORY {
                self.steps.remove(0);
                self.changes.remove(0);
                self.products.remove(0);
            }
            self.scale = product / wide;
            self.steps.push(step);
            self.changes.push(change);
            self.products.push(product);
        }
        let gain = self.value - value;
        self.small = if gain < self.tolerance { self.small + 1 } else { 0 };
        self.x.copy_from_slice(&self.trial);
        self.value = value;
        self.gradient.copy_from_slice(gradient);
        if self.small >= 2 {
            self.end(true);
            return;
        }
        self.aim();
    }

    /// No step along the direction gains: once more along the slope, then no more.
    fn stuck(&mut self) {
        let settled = -self.slope < SETTLED;
        if self.steps.is_empty() {
            self.end(settled);
            return;
        }
        self.steps.clear();
        self.changes.clear();
        self.products.clear();
        self.small += 1;
        if self.small >= 2 {
            self.end(settled);
        } else {
            self.aim();
        }
    }

    fn end(&mut self, converged: bool) {
        self.done = true;
        self.converged = converged;
    }

    /// The next direction, by the two loops over the pairs kept.
    fn aim(&mut self) {
        let pairs = self.steps.len();
        let mut weights = [0.0; MEMORY];
        self.direction.copy_from_slice(&self.gradient);
        for i in (0..pairs).rev() {
            weights[i] = dot(&self.steps[i], &self.direction) / self.products[i];
            for (value, change) in self.direction.iter_mut().zip(&self.changes[i]) {
                *value -= weights[i] * change;
            }
        }
        for (value, x) in self.direction.iter_mut().zip(&self.x) {
            *value *= self.scale * width(*x);
        }
        for i in 0..pairs {
            let weight = weights[i] - dot(&self.changes[i], &self.direction) / self.products[i];
            for (value, step) in self.direction.iter_mut().zip(&self.steps[i]) {
                *value += weight * step;
            }
        }
        for value in &mut self.direction {
            *value = -*value;
        }
        self.slope = dot(&self.direction, &self.gradient);
        if !(self.slope < 0.0) {
            self.end(self.slope == 0.0);
            return;
        }
        // Near the edge values fall as 1 / x^2, whatever the pairs say of the curvature.
        let mut edge = 0.0;
        self.step = 1.0;
        for ((slope, x), direction) in self.gradient.iter().zip(&self.x).zip(&self.direction) {
            if x.abs() > EDGE {
                edge += (slope * x).abs();
            }
            let longest = 1.0 + x.abs();
            if direction.abs() * self.step > longest {
                self.step = longest / direction.abs();
            }
        }
        if pairs > 0
            && (-self.slope).max(0.5 * edge * EDGE_SHARE) < self.tolerance.max(PROMISED).max(NOISE * self.value.abs())
        {
            self.end(true);
            return;
        }
        self.low = 0.0;
        self.high = f64::INFINITY;
        self.trials = 0;
        self.place();
    }

    fn place(&mut self) {
        for i in 0..self.x.len() {
            self.trial[i] = self.x[i] + self.step * self.direction[i];
        }
    }
}
