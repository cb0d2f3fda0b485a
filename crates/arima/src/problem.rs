//! What is maximised: a series, checked, with its regressors, without gaps or with them.

use isotherm_numeric::{ensure, Code, Result};

use crate::augmented::{augmented, bridged};
use crate::design::Design;
use crate::differences::rounding;
use crate::exact::Exact;
use crate::filter::{too_large, LARGEST_GAPPED_STATE};
use crate::gapped::Gapped;
use crate::lanes::dot;
use crate::order::Order;

/// The highest lag of a coefficient, and the most values that differencing may take.
const MOST_LAGS: usize = 3_000;
const MOST_LOST: usize = 20_000;

/// Of the series divided by its scale, what rounding may leave where nothing is.
const LEAST_LEFT: f64 = 1e-13;

/// Values lie within this, and not all of them within its inverse: their squares are numbers.
const LARGEST: f64 = 1e150;

/// A model and the series that it is to fit.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The order.
    pub order: Order,
    /// With a mean of the differenced series: a drift where there is a difference.
    pub mean: bool,
    /// The series; NaN is missing.
    pub y: &'a [f64],
    /// Regressors `[k, n]`, one after the other.
    pub regressors: &'a [f64],
    /// From one start, roughly, without standard errors and residuals, and at the beginning of its series: to compare models by.
    pub quick: bool,
}

impl Task<'_> {
    /// How many regressors there are.
    pub fn regressor_count(&self) -> usize {
        if self.y.is_empty() {
            0
        } else {
            self.regressors.len() / self.y.len()
        }
    }

    /// Coefficients, mean and regressors.
    pub fn effects(&self) -> usize {
        usize::from(self.mean) + self.regressor_count()
    }
}

/// The likelihood of either.
pub(crate) enum Likelihood {
    Whole(Box<Exact>),
    Gaps(Box<Gaps>),
}

/// What there is of a series with gaps.
pub(crate) struct Gaps {
    pub gapped: Gapped,
    /// With its gaps bridged, for starts.
    bridged: Exact,
    /// Where it is the faster way to the same likelihood: bridged, and a column for each missing value.
    augmented: Option<Exact>,
}

impl Gaps {
    /// The exact likelihood, minus, less constants.
    fn value(&mut self, x: &[f64]) -> f64 {
        match &mut self.augmented {
            Some(augmented) => augmented.value(x),
            None => self.gapped.value(x),
        }
    }
}

/// A checked task.
pub(crate) struct Problem {
    pub likelihood: Likelihood,
    pub design: Design,
    /// Values that the likelihood counts.
    pub used: usize,
    point: Vec<f64>,
}

impl Problem {
    pub fn new(task: &Task) -> Result<Self> {
        check(task)?;
        let (order, n, k) = (task.order, task.y.len(), task.regressor_count());
        let gaps = task.y.iter().any(|value| value.is_nan());
        let columns = 1 + task.effects();
        let name = |i: usize| match (task.mean, i) {
            (true, 0) => "the mean".to_string(),
            (mean, i) => format!("xreg[{}]", i - usize::from(mean)),
        };
        if !gaps {
            let mut data = order.difference(task.y);
            if task.mean {
                data.extend(std::iter::repeat_n(1.0, n - order.lost()));
            }
            for i in 0..k {
                data.extend(order.difference(&task.regressors[i * n..(i + 1) * n]));
            }
            let design = Design::new(data, columns, 0, name)?;
            varied(task, &design, |design| Some(beside_constant(design)))?;
            let exact = Exact::new(order, design.data.clone(), columns);
            let used = n - order.lost();
            return Ok(Problem { likelihood: Likelihood::Whole(Box::new(exact)), design, used, point: Vec::new() });
        }
        if order.state() + order.lost() > LARGEST_GAPPED_STATE {
            return Err(too_large(order.state() + order.lost()));
        }
        let mut data = task.y.to_vec();
        if task.mean {
            data.extend(trend(&order, n));
        }
        data.extend_from_slice(task.regressors);
        let design = Design::new(data, columns, order.lost(), name)?;
        varied(task, &design, |design| white_innovations(task, design))?;
        let gapped = Gapped::new(order, design.data.clone(), columns);
        let used = gapped.used;
        let gaps = Gaps { gapped, bridged: bridged(order, &design), augmented: augmented(order, &design) };
        Ok(Problem { likelihood: Likelihood::Gaps(Box::new(gaps)), design, used, point: Vec::new() })
    }

    /// Whether values are missing.
    pub fn has_gaps(&self) -> bool {
        matches!(self.likelihood, Likelihood::Gaps(_))
    }

    /// The series that starts are found on: without gaps the one itself.
    pub fn whole(&mut self) -> &mut Exact {
        match &mut self.likelihood {
            Likelihood::Whole(exact) => exact,
            Likelihood::Gaps(gaps) => &mut gaps.bridged,
        }
    }

    /// The exact likelihood (minus, less constants) and its slope; with gaps that is taken by central differences, or roughly by those
    /// to one side.
    pub fn exact(&mut self, x: &[f64], rough: bool, gradient: &mut [f64]) -> f64 {
        match &mut self.likelihood {
            Likelihood::Whole(exact) => exact.value_gradient(x, gradient),
            Likelihood::Gaps(gaps) => {
                self.point.clear();
                self.point.extend_from_slice(x);
                let here = gaps.value(x);
                for j in 0..x.len() {
                    if rough {
                        let step = 1e-6 * (1.0 + x[j].abs());
                        self.point[j] = x[j] + step;
                        gradient[j] = (gaps.value(&self.point) - here) / step;
                        self.point[j] = x[j];
                        continue;
                    }
                    let step = 1e-5 * (1.0 + x[j].abs());
                    self.point[j] = x[j] + step;
                    let up = gaps.value(&self.point);
                    self.point[j] = x[j] - step;
                    let down = gaps.value(&self.point);
                    self.point[j] = x[j];
                    gradient[j] = (up - down) / (2.0 * step);
                }
                here
            }
        }
    }

    /// The exact likelihood at coefficients; leaves its effects and innovations behind.
    pub fn at_coefficients(&mut self, coefficients: &[f64]) -> f64 {
        match &mut self.likelihood {
            Likelihood::Whole(exact) => exact.value_at(coefficients),
            Likelihood::Gaps(gaps) => gaps.gapped.value_at(coefficients),
        }
    }
}

fn check(task: &Task) -> Result<()> {
    let (order, n) = (&task.order, task.y.len());
    reach_in_range(order)?;
    ensure(n == 0 || task.regressors.len().is_multiple_of(n), Code::BadLength, || {
        format!("xreg has {} entries, expected a multiple of {n}", task.regressors.len())
    })?;
    for (t, value) in task.y.iter().enumerate() {
        ensure(!value.is_infinite(), Code::NotFinite, || format!("y[{t}] is {value}, expected a number or NaN"))?;
        ensure(!(value.abs() > LARGEST), Code::OutOfRange, || {
            format!("y[{t}] is beyond 1e150, where squares are no longer numbers")
        })?;
    }
    for (i, value) in task.regressors.iter().enumerate() {
        ensure(value.is_finite(), Code::NotFinite, || {
            format!("xreg[{}][{}] is not finite, expected a finite number", i / n, i % n)
        })?;
        ensure(value.abs() <= LARGEST, Code::OutOfRange, || {
            format!("xreg[{}][{}] is beyond 1e150, where squares are no longer numbers", i / n, i % n)
        })?;
    }
    let seen = task.y.iter().filter(|value| !value.is_nan()).count();
    let needed = order.lost() + order.coefficients() + task.effects() + 2;
    ensure(seen >= needed, Code::BadLength, || {
        format!("y has {seen} values that are not missing, this model needs at least {needed}")
    })?;
    // A season must have gone by once before a lag of it can be seen.
    let reach = order.lost() + order.season * order.seasonal_p.max(order.seasonal_q);
    ensure(n > reach, Code::BadLength, || format!("y has {n} values, this model reaches back {reach}"))
}

/// Errors: `OUT_OF_RANGE` of a model that reaches too far back, or has no season to reach by.
pub(crate) fn reach_in_range(order: &Order) -> Result<()> {
    let parts = order.seasonal_p + order.seasonal_d + order.seasonal_q;
    ensure(parts == 0 || order.season >= 2, Code::OutOfRange, || {
        format!("seasonal[3] is {}, expected at least 2", order.season)
    })?;
    let furthest = order.ar_lag().max(order.ma_lag());
    ensure(furthest <= MOST_LAGS, Code::OutOfRange, || {
        format!("the model has a coefficient at lag {furthest}, expected at most {MOST_LAGS}")
    })?;
    ensure(order.lost() <= MOST_LOST, Code::OutOfRange, || {
        format!("differencing takes {} values, expected at most {MOST_LOST}", order.lost())
    })
}

/// Errors: `INFEASIBLE` where nothing but a constant is left to explain, whether the model has a mean or not: the likelihood then has no
/// maximum, or one that says nothing.
fn varied(task: &Task, design: &Design, rest: impl Fn(&Design) -> Option<Vec<f64>>) -> Result<()> {
    ensure(design.scale > 1.0 / LARGEST, Code::OutOfRange, || {
        "y lies within 1e-150, where squares are no longer numbers".to_string()
    })?;
    let (order, rounding) = (&task.order, rounding(task.y) / design.scale);
    let left = (0..order.d + order.seasonal_d).fold(rounding, |left, _| 2.0 * left).max(LEAST_LEFT);
    let varies = rest(design).is_none_or(|rest| rest.iter().any(|value| value.abs() > left));
    ensure(varies, Code::Infeasible, || {
        "y is constant once differences, mean and regressors are taken off: its likelihood has no maximum".to_string()
    })
}

/// Without gaps: the series less its projection on a constant and the regressors.
fn beside_constant(design: &Design) -> Vec<f64> {
    let n = design.data.len() / design.columns;
    let mut ones = vec![1.0; n];
    for column in design.data[n..].chunks_exact(n) {
        take(&mut ones, column, 1.0);
    }
    let mut rest = design.data[..n].to_vec();
    // Of a constant among the regressors rounding alone is left.
    let length = dot(&ones, &ones);
    if length > 1e-9 * n as f64 {
        // Twice: the second pass takes what rounding left in the first.
        for _ in 0..2 {
            take(&mut rest, &ones, length);
        }
    }
    rest
}

/// `values` less their projection on `column`, whose square sum is `length`.
fn take(values: &mut [f64], column: &[f64], length: f64) {
    let share = dot(values, column) / length;
    for (value, x) in values.iter_mut().zip(column) {
        *value -= share * x;
    }
}

/// With gaps: what white noise with these differences and a mean would have as innovations; none where mean and regressors depend on one
/// another, which is for the search to say.
fn white_innovations(task: &Task, design: &Design) -> Option<Vec<f64>> {
    let order = Order { p: 0, q: 0, seasonal_p: 0, seasonal_q: 0, ..task.order };
    let beside = |design: &Design| {
        let (innovations, squares) = match augmented(order, design) {
            Some(mut augmented) => {
                augmented.value(&[]);
                (augmented.innovations, augmented.squares)
            }
            None => {
                let mut gapped = Gapped::new(order, design.data.clone(), design.columns);
                gapped.value(&[]);
                (gapped.innovations, gapped.squares)
            }
        };
        (!squares.is_nan()).then_some(innovations)
    };
    // Where the regressors, or what differences leave of them, hold the mean already, they are enough.
    with_mean(&order, task).and_then(|own| beside(&own)).or_else(|| beside(design))
}

/// The design of a task that has no mean, with one.
fn with_mean(order: &Order, task: &Task) -> Option<Design> {
    if task.mean {
        return None;
    }
    let data = [task.y.to_vec(), trend(order, task.y.len()), task.regressors.to_vec()].concat();
    Design::new(data, 2 + task.regressor_count(), order.lost(), |_| String::new()).ok()
}

/// The column whose differences are all 1.
fn trend(order: &Order, n: usize) -> Vec<f64> {
    let weights = order.difference_weights();
    let mut column = vec![0.0; n];
    for t in order.lost()..n {
        let mut value = 1.0;
        for (k, weight) in weights.iter().enumerate() {
            value += weight * column[t - 1 - k];
        }
        column[t] = value;
    }
    column
}
