//! The model of a series, found by a stepwise search: differences by tests, then the neighbours of the best model so far by AICc on the
//! same values, each by a quick fit, until none is better.
//!
//! Source: Hyndman, Khandakar, "Automatic time series forecasting: the forecast package for R", Journal of Statistical Software
//! 27(3), 2008.

use isotherm_numeric::{ensure, whole, Code, Error, Result};

use crate::augmented::bridge;
use crate::differences::{differenced, regular, rounding, seasonal};
use crate::model::Model;
use crate::order::Order;
use crate::problem::Task;
use crate::spec::{parse_order, LONGEST_SEASON};
use crate::transform::numbers;

/// Entries of a search as it crosses from outside: `[season, d, D, maxP, maxQ, maxSeasonalP, maxSeasonalQ, mean]`, -1 for
/// differences that tests are to find.
pub const SEARCH: usize = 8;
/// Entries of a model that was compared: `[p, d, q, P, D, Q, s, mean, aicc]`.
pub const CANDIDATE: usize = 9;

/// Models compared, at most.
const MOST_MODELS: usize = 94;
/// Regular differences that tests ask for, at most.
const MOST_DIFFERENCES: usize = 2;
/// Autoregressive roots nearer to the circle are not let pass; a real positive one must be farther.
const NEAREST_ROOT: f64 = 1.001;
const NEAREST_REAL_ROOT: f64 = 1.01;
/// A partial autocorrelation outside the circle is drawn in to this, whose number is beyond the next.
const CIRCLE: f64 = 1.0 - 1e-9;
const LARGEST_NUMBER: f64 = 2e4;

/// Steps in two orders.
const TURNS: [[isize; 2]; 8] = [[-1, 0], [0, -1], [1, 0], [0, 1], [-1, -1], [-1, 1], [1, -1], [1, 1]];

/// Longer steps, of `p` or of `q`, tried where none of those leads on.
const LEAPS: [(usize, usize); 4] = [(0, 2), (1, 2), (0, 3), (1, 3)];

/// What is searched.
#[derive(Clone, Copy)]
pub struct AutoSearch<'a> {
    y: &'a [f64],
    season: usize,
    d: Option<usize>,
    seasonal_d: Option<usize>,
    /// Largest `p, q, P, Q`.
    most: [usize; 4],
    mean: bool,
}

/// `p, q, P, Q`, and whether there is a mean.
type Place = ([usize; 4], bool);

/// A search by its numbers.
///
/// # Errors
/// `BAD_LENGTH`; `OUT_OF_RANGE`: orders up to 32, differences up to 3, a season of 0 or 2 up to 1,000,000.
pub fn parse_search<'a>(y: &'a [f64], search: &[f64]) -> Result<AutoSearch<'a>> {
    let &[season, d, seasonal_d, p, q, seasonal_p, seasonal_q, mean] = search else {
        return Err(Error::new(Code::BadLength, format!("search has {} entries, expected {SEARCH}", search.len())));
    };
    let season = whole("season", season, 0.0, LONGEST_SEASON)? as usize;
    ensure(season != 1, Code::OutOfRange, || "season is 1, expected 0 or at least 2".to_string())?;
    let known = |name: &str, value: f64| -> Result<Option<usize>> {
        Ok(match whole(name, value, -1.0, 3.0)? {
            value if value < 0.0 => None,
            value => Some(value as usize),
        })
    };
    let most = |name: &str, value: f64| -> Result<usize> { Ok(whole(name, value, 0.0, 32.0)? as usize) };
    Ok(AutoSearch {
        y,
        season,
        d: known("d", d)?,
        seasonal_d: if season == 0 { Some(0) } else { known("D", seasonal_d)? },
        most: [
            most("maxP", p)?,
            most("maxQ", q)?,
            most("maxSeasonalP", seasonal_p)?,
            most("maxSeasonalQ", seasonal_q)?,
        ],
        mean: whole("mean", mean, 0.0, 1.0)? == 1.0,
    })
}

/// The best model, fitted as [`crate::fit`] does, and all that were compared, [`CANDIDATE`] numbers each.
///
/// # Errors
/// As [`crate::fit`].
pub fn auto(search: &AutoSearch) -> Result<(Model, Vec<f64>)> {
    let mut stepwise = Stepwise::new(search);
    let place = stepwise.run()?;
    let mut candidates = Vec::with_capacity(stepwise.tried.len() * CANDIDATE);
    for (([p, q, seasonal_p, seasonal_q], mean), aicc) in &stepwise.tried {
        let numbers = [*p, stepwise.d, *q, *seasonal_p, stepwise.seasonal_d, *seasonal_q, search.season];
        candidates.extend(numbers.map(|number| number as f64));
        candidates.extend([f64::from(u8::from(*mean)), *aicc]);
    }
    Ok((crate::fit(stepwise.task(place, false)?)?, candidates))
}

struct Stepwise<'a> {
    search: AutoSearch<'a>,
    d: usize,
    seasonal_d: usize,
    /// Whether models with a mean are tried.
    mean: bool,
    tried: Vec<(Place, f64)>,
    best: Option<Place>,
    least: f64,
}

impl<'a> Stepwise<'a> {
    fn new(search: &AutoSearch<'a>) -> Self {
        let mut w = search.y.to_vec();
        bridge(&mut w);
        let mut left = rounding(&w);
        let seasonal_d = search.seasonal_d.unwrap_or_else(|| seasonal(&w, search.season));
        for _ in 0..seasonal_d {
            w = differenced(&w, search.season);
            left *= 2.0;
        }
        let d = search.d.unwrap_or_else(|| regular(&w, MOST_DIFFERENCES, left));
        let mean = search.mean && d + seasonal_d <= 1;
        Stepwise { search: *search, d, seasonal_d, mean, tried: Vec::new(), best: None, least: f64::INFINITY }
    }

    fn run(&mut self) -> Result<Place> {
        let mean = self.mean;
        let first = [[2, 2, 1, 1], [0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]];
        for place in first {
            let mut drawn_in = place;
            for (order, most) in drawn_in.iter_mut().zip(self.search.most) {
                *order = most.min(*order);
            }
            self.consider((drawn_in, mean))?;
        }
        if mean {
            self.consider(([0; 4], false))?;
        }
        while let Some(best) = self.best {
            // Coefficients that help only together hide behind models that do not.
            if !self.moved(self.neighbours(best))? && !self.moved(self.leaps(best))? {
                break;
            }
        }
        Ok(self.best.unwrap_or(([0; 4], mean)))
    }

    /// Whether one of these is better, which then is the best.
    fn moved(&mut self, places: Vec<Place>) -> Result<bool> {
        for place in places {
            if self.consider(place)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn leaps(&self, (orders, mean): Place) -> Vec<Place> {
        let mut far = Vec::with_capacity(LEAPS.len());
        for (i, step) in LEAPS {
            let mut place = orders;
            place[i] += step;
            if place[i] <= self.search.most[i] {
                far.push((place, mean));
            }
        }
        far
    }

    /// Seasonal steps, then the others, then with the mean or without.
    fn neighbours(&self, (orders, mean): Place) -> Vec<Place> {
        let mut near = Vec::with_capacity(2 * TURNS.len() + 1);
        for from in [2, 0] {
            for turn in TURNS {
                let mut place = orders;
                let mut inside = true;
                for (i, step) in turn.into_iter().enumerate() {
                    match orders[from + i].checked_add_signed(step) {
                        Some(order) if order <= self.search.most[from + i] => place[from + i] = order,
                        _ => inside = false,
                    }
                }
                if inside {
                    near.push((place, mean));
                }
            }
        }
        if self.mean {
            near.push((orders, !mean));
        }
        near
    }

    /// Whether this model is better than all before it.
    fn consider(&mut self, place: Place) -> Result<bool> {
        let value = self.compare(place)?;
        let better = value < self.least;
        if better {
            self.least = value;
            self.best = Some(place);
        }
        Ok(better)
    }

    fn compare(&mut self, place: Place) -> Result<f64> {
        if let Some((_, known)) = self.tried.iter().find(|(tried, _)| *tried == place) {
            return Ok(*known);
        }
        if self.tried.len() >= MOST_MODELS {
            return Ok(f64::INFINITY);
        }
        let aicc = match self.task(place, true).and_then(crate::fit) {
            Ok(model) => quick_aicc(&model),
            // What says that a model is not for this series; another may be.
            Err(error) if matches!(error.code, Code::Infeasible | Code::BadLength | Code::OutOfRange) => f64::INFINITY,
            Err(error) => return Err(error),
        };
        self.tried.push((place, aicc));
        Ok(aicc)
    }

    fn task(&self, ([p, q, seasonal_p, seasonal_q], mean): Place, quick: bool) -> Result<Task<'a>> {
        let numbers = [p, self.d, q, seasonal_p, self.seasonal_d, seasonal_q, self.search.season];
        let order = parse_order(&numbers.map(|number| number as f64))?;
        Ok(Task { order, mean, y: self.search.y, regressors: &[], quick })
    }
}

/// Infinite where the model is too near to one of fewer coefficients and more differences.
fn quick_aicc(model: &Model) -> f64 {
    if !roots_far(&model.order, &model.coefficients) {
        return f64::INFINITY;
    }
    let k = (model.coefficients.len() + model.effects.len() + 1) as f64;
    let left = model.used as f64 - k - 1.0;
    if left > 0.0 {
        -2.0 * model.log_likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / left
    } else {
        f64::INFINITY
    }
}

/// Whether all autoregressive roots lie beyond the nearest that are let pass, those of a season as powers of it. Near 1 another difference is
/// what the series wants; an alternation or a cycle may last, and no difference takes it away. A moving average near the circle says that
/// values make up for one another, as those of a timer do.
fn roots_far(order: &Order, coefficients: &[f64]) -> bool {
    let [ar, _, seasonal_ar, _] = order.starts();
    [(ar, order.p), (seasonal_ar, order.seasonal_p)].into_iter().all(|(start, size)| {
        let coefficients = &coefficients[start..start + size];
        let (mut power, mut real_power, mut at_real) = (1.0, 1.0, 1.0);
        let mut scaled = vec![0.0; size];
        for (scaled, value) in scaled.iter_mut().zip(coefficients) {
            power *= NEAREST_ROOT;
            real_power *= NEAREST_REAL_ROOT;
            *scaled = value * power;
            at_real -= value * real_power;
        }
        let mut found = vec![0.0; size];
        numbers(&scaled, 1.0, CIRCLE, &mut found);
        // The polynomial is 1 at 0: where it is not positive, a root lies between.
        at_real > 0.0 && found.iter().all(|value| value.abs() < LARGEST_NUMBER)
    })
}
