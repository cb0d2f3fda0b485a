//! Maximum likelihood: starts, searches, and the model that comes of the best.

use isotherm_numeric::{ln, Code, Error, Result};

use crate::filter::{Filter, Form};
use crate::least_squares::inverse;
use crate::model::Model;
use crate::order::Order;
use crate::problem::{Likelihood, Problem, Task};
use crate::search::Search;
use crate::starts::starts;
use crate::transform;

/// ln(2 pi) + 1.
const LN_2PI_PLUS_1: f64 = 2.837_877_066_409_345_3;
/// Evaluations of one search.
const MOST_EVALUATIONS: usize = 400;
/// A gain in log-likelihood that a search from a start, and the last one, count as none.
const ROUGH: f64 = 1e-4;
const ROUGH_OF_LONG: f64 = 1e-2;
const FINE: f64 = 1e-10;
const QUICK: f64 = 0.05;
/// Values from which on a series is long: its optima lie further apart in value.
const LONG: usize = 500;
/// Optima closer than this in value are taken as one; how many are gone on from where there are gaps.
const SAME: f64 = 1e-3;
const AGAIN: usize = 4;
/// What one evaluation with gaps may take, in multiplications or so, for that many; beyond, one alone is gone on from.
const CHEAP: usize = 300_000;

/// Stages of a fit.
enum Stage {
    /// Searches from each start, one after the other, to a rough optimum; with gaps, of the series with its gaps bridged.
    Rough,
    /// With gaps: from the best of those, and from white noise, to a rough optimum of the series itself.
    Gaps,
    /// The best of them, to the end.
    Fine,
    Done,
}

/// A fit under way, one evaluation a step; it owns what it needs of its task to search.
pub(crate) struct Fitting {
    order: Order,
    quick: bool,
    problem: Problem,
    starts: Vec<Vec<f64>>,
    search: Search,
    found: Vec<Search>,
    waiting: Vec<Search>,
    rough: f64,
    gradient: Vec<f64>,
    /// So far.
    pub evaluations: usize,
    stage: Stage,
    best: Option<Best>,
}

/// The point that a fit ends at.
struct Best {
    value: f64,
    x: Vec<f64>,
    converged: bool,
}

impl Fitting {
    /// Checks the task and finds its starts.
    ///
    /// # Errors
    /// `NOT_FINITE`, `BAD_LENGTH`, `OUT_OF_RANGE`, `INFEASIBLE`: see [`crate::fit`].
    pub fn new(task: &Task) -> Result<Self> {
        let mut problem = Problem::new(task)?;
        let mut starts = starts(&task.order, &mut problem, task.quick);
        let first = starts.pop().unwrap_or_default();
        let scale = 1.0 / problem.used as f64;
        let rough = if task.quick {
            QUICK
        } else if problem.used > LONG {
            ROUGH_OF_LONG
        } else {
            ROUGH
        };
        let size = task.order.coefficients();
        Ok(Fitting {
            order: task.order,
            quick: task.quick,
            problem,
            starts,
            search: Search::new(first, scale, rough),
            found: Vec::new(),
            waiting: Vec::new(),
            rough,
            gradient: vec![0.0; size],
            evaluations: 0,
            stage: Stage::Rough,
            best: None,
        })
    }

    /// One evaluation, or the way from one search to the next; true once there is nothing left to do.
    pub fn step(&mut self) -> bool {
        if matches!(self.stage, Stage::Done) {
            return true;
        }
        if !self.search.done && self.search.evaluations < MOST_EVALUATIONS {
            let value = match self.stage {
                Stage::Rough => self.problem.whole().value_gradient(&self.search.trial, &mut self.gradient),
                Stage::Gaps => self.problem.exact(&self.search.trial, true, &mut self.gradient),
                _ => self.problem.exact(&self.search.trial, false, &mut self.gradient),
            };
            self.evaluations += 1;
            self.search.tell(value, &self.gradient);
            return false;
        }
        let scale = 1.0 / self.problem.used as f64;
        match self.stage {
            Stage::Rough => {
                if let Some(next) = self.starts.pop() {
                    self.found.push(std::mem::replace(&mut self.search, Search::new(next, scale, self.rough)));
                    return false;
                }
                if self.problem.has_gaps() {
                    self.again_with_gaps();
                } else {
                    self.refine();
                }
                false
            }
            Stage::Gaps => {
                match self.waiting.pop() {
                    Some(next) => self.found.push(std::mem::replace(&mut self.search, next)),
                    None => self.refine(),
                }
                false
            }
            _ => {
                self.end();
                true
            }
        }
    }

    /// Goes on from the best search; a quick fit is content with it.
    fn refine(&mut self) {
        for other in self.found.drain(..) {
            if other.value < self.search.value {
                self.search = other;
            }
        }
        if self.quick {
            self.end();
            return;
        }
        self.search.resume(FINE);
        self.stage = Stage::Fine;
    }

    fn end(&mut self) {
        let Search { value, x, converged, .. } = &self.search;
        self.best = Some(Best { value: *value, x: x.clone(), converged: *converged });
        self.stage = Stage::Done;
    }

    fn again_with_gaps(&mut self) {
        self.found.push(std::mem::replace(
            &mut self.search,
            Search::new(vec![0.0; self.gradient.len()], 1.0 / self.problem.used as f64, self.rough),
        ));
        self.found.sort_by(|a, b| a.value.total_cmp(&b.value));
        self.found.dedup_by(|a, b| (a.value - b.value).abs() < SAME);
        let size = self.order.state() + self.order.lost();
        self.found.truncate(if self.problem.used * size * size > CHEAP { 1 } else { AGAIN });
        self.waiting.append(&mut self.found);
        for search in &mut self.waiting {
            search.resume(self.rough);
        }
        self.stage = Stage::Gaps;
    }

    /// Searches that are still to be made, at most: never more than before, and 0 at the end.
    pub fn searches_left(&self) -> usize {
        match self.stage {
            Stage::Rough => self.starts.len() + 2 + if self.problem.has_gaps() { AGAIN + 1 } else { 0 },
            Stage::Gaps => self.waiting.len() + 2,
            Stage::Fine => 1,
            Stage::Done => 0,
        }
    }

    /// The model of the task at the best point.
    ///
    /// # Errors
    /// `INFEASIBLE` where no start has a likelihood.
    pub fn finish(&mut self, task: &Task) -> Result<Model> {
        while !self.step() {}
        let (x, converged) = match &self.best {
            Some(best) if best.value.is_finite() => (best.x.clone(), best.converged),
            _ => {
                let sentence = "the likelihood of this model is not finite at any start";
                return Err(Error::new(Code::Infeasible, sentence));
            }
        };
        let mut coefficients = vec![0.0; x.len()];
        transform::coefficients(&self.order, &x, &mut coefficients);
        // Before the model: it evaluates around the point, and the model reads what the last evaluation left.
        let errors = (!self.quick).then(|| standard_errors(&self.order, &mut self.problem, &x));
        let mut model = model_at(task, &mut self.problem, &coefficients)?;
        if let Some(errors) = errors {
            model.coefficient_errors = errors;
        }
        model.evaluations = self.evaluations;
        model.converged = converged;
        Ok(model)
    }
}

/// Standard errors of the coefficients: the inverse of the likelihood's curvature, taken where the transform is smooth and
/// carried over; NaN where it is not positive definite.
fn standard_errors(order: &Order, problem: &mut Problem, x: &[f64]) -> Vec<f64> {
    let k = x.len();
    let mut curvature = vec![0.0; k * k];
    let mut point = x.to_vec();
    let (mut up, mut down) = (vec![0.0; k], vec![0.0; k]);
    for j in 0..k {
        let step = 1e-4 * (1.0 + x[j].abs());
        point[j] = x[j] + step;
        problem.exact(&point, false, &mut up);
        point[j] = x[j] - step;
        problem.exact(&point, false, &mut down);
        point[j] = x[j];
        for i in 0..k {
            curvature[i * k + j] = (up[i] - down[i]) / (2.0 * step);
        }
    }
    for i in 0..k {
        for j in 0..i {
            let value = 0.5 * (curvature[i * k + j] + curvature[j * k + i]);
            curvature[i * k + j] = value;
            curvature[j * k + i] = value;
        }
    }
    let Some(inverse) = inverse(&curvature, k) else { return vec![f64::NAN; k] };
    let mut errors = vec![0.0; k];
    for ((start, size), sign) in order.starts().into_iter().zip(order.sizes()).zip([1.0, -1.0, 1.0, -1.0]) {
        let mut jacobian = vec![0.0; size * size];
        transform::jacobian(&x[start..start + size], sign, &mut jacobian);
        for i in 0..size {
            let mut variance = 0.0;
            for a in 0..size {
                for b in 0..size {
                    variance += jacobian[i * size + a] * inverse[(start + a) * k + start + b] * jacobian[i * size + b];
                }
            }
            errors[start + i] = variance.sqrt();
        }
    }
    errors
}

/// The model at coefficients, its regressors' effects by generalised least squares.
pub(crate) fn model_at(task: &Task, problem: &mut Problem, coefficients: &[f64]) -> Result<Model> {
    let value = problem.at_coefficients(coefficients);
    if !value.is_finite() {
        return Err(Error::new(Code::Infeasible, "the likelihood is not finite at these coefficients"));
    }
    let (n, used) = (task.y.len(), problem.used as f64);
    let k = task.effects();
    let scale = problem.design.scale;
    let (squares, unknowns, rest, factor) = match &problem.likelihood {
        Likelihood::Whole(exact) => (exact.squares, 0, &exact.effects, &exact.gram),
        Likelihood::Gaps(gaps) => {
            (gaps.gapped.squares, gaps.gapped.unknowns(), &gaps.gapped.effects, &gaps.gapped.gram)
        }
    };
    let sigma2 = squares / used * (scale * scale);
    let effects = problem.design.effects(&rest[unknowns..]);
    // Below the normal numbers digits are lost.
    if !sigma2.is_normal() || effects.iter().any(|effect| !effect.is_finite()) {
        let sentence =
            "in these units the variance of the innovations, or an effect, is too large or too small for a number";
        return Err(Error::new(Code::OutOfRange, sentence));
    }
    let log_likelihood = -value + 0.5 * used * ln(used) - 0.5 * used * LN_2PI_PLUS_1 - used * ln(scale);
    let inverse = inverse_of_factor(factor, k + unknowns);
    let all = k + unknowns;
    let mut block = vec![0.0; k * k];
    for i in 0..k {
        for j in 0..k {
            block[i * k + j] = inverse[(unknowns + i) * all + unknowns + j];
        }
    }
    let effect_errors: Vec<f64> =
        problem.design.effect_variances(&block).into_iter().map(|variance| (variance * sigma2).sqrt()).collect();
    let (mean, slopes) = if task.mean { (effects[0], effects[1..].to_vec()) } else { (0.0, effects.clone()) };
    let rest = |t: usize| {
        let mut value = task.y[t];
        for (i, slope) in slopes.iter().enumerate() {
            value -= slope * task.regressors[i * n + t];
        }
        value
    };
    let lost = task.order.lost();
    let mut residuals = vec![f64::NAN; n];
    let past: Vec<f64> = (0..lost).rev().map(rest).collect();
    let mut filter;
    match &mut problem.likelihood {
        _ if task.quick => filter = Filter::new(task.order, coefficients, mean, past)?,
        Likelihood::Whole(_) => {
            filter = Filter::new(task.order, coefficients, mean, past)?;
            for (t, residual) in residuals.iter_mut().enumerate().skip(lost) {
                *residual = filter.observe(rest(t))?;
            }
        }
        Likelihood::Gaps(gaps) => {
            let gapped = &gaps.gapped;
            let mut innovations = gapped.innovations.iter();
            for (t, residual) in residuals.iter_mut().enumerate().skip(lost) {
                if !task.y[t].is_nan() {
                    *residual = innovations.next().map_or(f64::NAN, |value| value * scale);
                }
            }
            filter = Filter::new(task.order, coefficients, mean, vec![0.0; lost])?;
            let r = task.order.state();
            // The state is linear in the effects; what is not known of the first values stays in the variance.
            let size = r + lost;
            let mut state = gapped.states[0].clone();
            for (effect, column) in gapped.effects.iter().zip(&gapped.states[1..]) {
                for i in 0..size {
                    state[i] -= effect * column[i];
                }
            }
            for i in 0..r {
                filter.state[i] = state[i] * scale;
            }
            for (k, value) in filter.past.iter_mut().enumerate() {
                let t = n - 1 - k;
                // A gap's value is the state's; the column of a drift was taken off it with the projection.
                *value = if task.y[t].is_nan() {
                    let mut level = state[r + k] * scale;
                    for (c, projected) in problem.design.projections().enumerate() {
                        level += projected * problem.design.data[(c + 1) * n + t] * scale;
                    }
                    for (c, effect) in gapped.effects[unknowns..].iter().enumerate() {
                        level += effect * problem.design.data[(c + 1) * n + t] * scale;
                    }
                    for (i, slope) in slopes.iter().enumerate() {
                        level -= slope * task.regressors[i * n + t];
                    }
                    level
                } else {
                    rest(t)
                };
            }
            let mut kalman = gapped.kalman.clone();
            let weights: Vec<f64> =
                (0..unknowns * unknowns).map(|i| inverse[i / unknowns * all + i % unknowns]).collect();
            kalman.add_uncertainty(&gapped.states[1..=unknowns], &weights);
            filter.form = Form::Full(Box::new(kalman));
            filter.seen = n - lost;
        }
    }
    Ok(Model {
        order: task.order,
        has_mean: task.mean,
        coefficients: coefficients.to_vec(),
        coefficient_errors: vec![f64::NAN; coefficients.len()],
        effects,
        effect_errors,
        slopes,
        sigma2,
        log_likelihood,
        used: problem.used,
        evaluations: 0,
        converged: false,
        residuals,
        filter,
    })
}

/// The inverse of the matrix whose Cholesky factor this is.
fn inverse_of_factor(factor: &[f64], k: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; k * k];
    for i in 0..k {
        for j in 0..k {
            let mut sum = 0.0;
            for l in 0..=i.min(j) {
                sum += factor[i * k + l] * factor[j * k + l];
            }
            matrix[i * k + j] = sum;
        }
    }
    inverse(&matrix, k).unwrap_or_else(|| vec![f64::NAN; k * k])
}
