//! The category of a function, and the rule that follows from it.

use super::runs::Runs;

/// In the order in which they are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Category {
    /// No waiting time is known.
    #[default]
    Unknown,
    /// Active in all but one minute of 1000.
    AlwaysWarm,
    /// Waiting times all alike.
    Regular,
    /// Three waiting times are nine tenths of all.
    ApproRegular,
    /// Nine tenths of the waiting times are under five minutes.
    Dense,
    /// Each run is long.
    Successive,
    /// Some waiting time occurs more than once.
    Possible,
    /// None of these: calls in pulses.
    Pulsed,
}

/// Minutes around an expected call in which an instance is kept.
const AHEAD: i64 = 2;
/// Waiting times that a prediction is made of, at most.
const MODES: usize = 5;
const APPRO_REGULAR_MODES: usize = 3;
/// Expected waiting times up to this far apart are one range.
const ONE_RANGE: i64 = 10;
const DENSE_UNDER: f64 = 5.0;
const DENSE_LAST: i64 = 10;
const DENSE_LAST_UNREPEATED: i64 = 3;
const LONG_RUN: u32 = 10;
const MANY_CALLS: u32 = 11;
const PULSED_GIVE_UP: i64 = 3;
const DENSE_GIVE_UP: i64 = 5;

/// Minutes of waiting in which an instance is kept, `(first, last)` each, ascending by first.
pub type Expected = Vec<(i64, i64)>;

/// What a rule expects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prediction(Expected);

impl Prediction {
    /// A call behind a wait of `from` to `to` minutes.
    fn add(&mut self, from: i64, to: i64) {
        self.0.push((from + 1 - AHEAD, to + 1 + AHEAD));
    }

    /// The expected minutes.
    pub fn iter(&self) -> std::slice::Iter<'_, (i64, i64)> {
        self.0.iter()
    }
}

/// A category with its rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    category: Category,
    prediction: Prediction,
}

impl Rule {
    /// From all that is known.
    pub fn derive(runs: &Runs) -> Self {
        let (category, prediction) = categorise(runs);
        Rule { category, prediction }
    }

    pub fn category(&self) -> Category {
        self.category
    }

    pub fn expected(&self) -> &[(i64, i64)] {
        &self.prediction.0
    }

    /// Minutes of waiting after which an instance goes.
    fn give_up(&self) -> i64 {
        match self.category {
            Category::Dense | Category::AlwaysWarm => DENSE_GIVE_UP,
            Category::Pulsed => PULSED_GIVE_UP,
            _ => 1,
        }
    }

    /// Whether an instance is warm in the minute behind a wait of `waited` minutes.
    pub fn is_warm(&self, waited: i64) -> bool {
        self.category == Category::AlwaysWarm
            || waited < self.give_up()
            || self.prediction.iter().any(|&(first, last)| first <= waited && waited <= last)
    }

    /// The first wait from `waited` on behind which no instance is warm.
    pub fn end_of_warm(&self, waited: i64) -> i64 {
        let mut end = waited.max(self.give_up());
        // Ascending by their first minute, so that one pass is enough.
        for &(first, last) in self.prediction.iter() {
            if first <= end {
                end = end.max(last + 1);
            }
        }
        end
    }
}

fn categorise(runs: &Runs) -> (Category, Prediction) {
    let waits = runs.waits();
    let known = runs.known();
    let waited: f64 = waits.iter().map(|&(wait, times)| f64::from(wait) * f64::from(times)).sum();
    let active: f64 = runs.ended().map(|run| f64::from(run.active)).sum::<f64>() + runs.active() as f64;
    if waited + active >= 1000.0 && waited * 1000.0 < waited + active {
        return (Category::AlwaysWarm, Prediction::default());
    }
    if known == 0 {
        return (Category::Unknown, Prediction::default());
    }
    if known >= 4 {
        if let Some(prediction) = regular(waits, known, waited) {
            return (Category::Regular, prediction);
        }
    }
    let modes = modes(waits);
    if known >= 3 {
        if let Some(prediction) = appro_regular(&modes, known) {
            return (Category::ApproRegular, prediction);
        }
    }
    if percentile(waits, known, 90.0) < DENSE_UNDER {
        return (Category::Dense, dense(waits, &modes));
    }
    let long = runs.ended().all(|run| run.active >= LONG_RUN);
    if long || runs.ended().all(|run| run.calls >= MANY_CALLS) {
        return (Category::Successive, Prediction::default());
    }
    let prediction = possible(waits);
    if prediction.0.is_empty() || !foresight_pays(runs) {
        return (Category::Pulsed, Prediction::default());
    }
    (Category::Possible, prediction)
}

/// The waiting time at a position in ascending order.
fn order_statistic(waits: &[(u32, u32)], mut position: usize) -> f64 {
    for &(wait, times) in waits {
        if position < times as usize {
            return f64::from(wait);
        }
        position -= times as usize;
    }
    0.0
}

/// Linear between order statistics.
fn percentile(waits: &[(u32, u32)], known: usize, percent: f64) -> f64 {
    let position = percent * (known - 1) as f64 / 100.0;
    let below = position.floor();
    let low = order_statistic(waits, below as usize);
    let high = order_statistic(waits, (below as usize + 1).min(known - 1));
    low + (position - below) * (high - low)
}

/// All alike: within a minute of each other but for the outermost, or a coefficient of variation of at most 0.01. One beat may be missed.
fn regular(waits: &[(u32, u32)], known: usize, sum: f64) -> Option<Prediction> {
    let mean = sum / known as f64;
    let mut squares = 0.0;
    for &(wait, times) in waits {
        let apart = f64::from(wait) - mean;
        squares += apart * apart * f64::from(times);
    }
    let deviation = (squares / known as f64).sqrt();
    let alike = percentile(waits, known, 95.0) - percentile(waits, known, 5.0) < 1.0;
    if !alike && deviation > 0.01 * mean {
        return None;
    }
    let beat = order_statistic(waits, (known - 1) / 2) as i64 + 1;
    let beside = AHEAD + deviation.min(2.0) as i64;
    Some(Prediction(vec![(beat - beside, beat + beside), (2 * beat - beside, 2 * beat + beside)]))
}

/// Waiting times by how often they occur, the most frequent first, the shorter first of equals.
fn modes(waits: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut modes = waits.to_vec();
    modes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    modes.truncate(MODES);
    modes
}

fn appro_regular(modes: &[(u32, u32)], known: usize) -> Option<Prediction> {
    let first = &modes[..modes.len().min(APPRO_REGULAR_MODES)];
    let together: usize = first.iter().map(|&(_, times)| times as usize).sum();
    if first[0].1 < 2 || together * 10 < known * 9 {
        return None;
    }
    let often: Vec<i64> =
        first.iter().filter(|&&(_, times)| times as usize * 10 > known).map(|&(wait, _)| i64::from(wait)).collect();
    Some(each(often))
}

/// A call behind each of the waits.
fn each(mut waits: Vec<i64>) -> Prediction {
    waits.sort_unstable();
    let mut prediction = Prediction::default();
    for wait in waits {
        prediction.add(wait, wait);
    }
    prediction
}

fn repeated(modes: &[(u32, u32)]) -> Vec<i64> {
    modes.iter().filter(|&&(_, times)| times > 1).map(|&(wait, _)| i64::from(wait)).collect()
}

fn dense(waits: &[(u32, u32)], modes: &[(u32, u32)]) -> Prediction {
    let often = repeated(modes);
    let mut prediction = Prediction::default();
    match (often.iter().min(), often.iter().max()) {
        (Some(&least), Some(&most)) => prediction.add(least, most.min(DENSE_LAST).max(least)),
        _ => {
            let least = waits.first().map_or(0, |&(wait, _)| i64::from(wait));
            let most = waits.last().map_or(0, |&(wait, _)| i64::from(wait));
            prediction.add(least, most.min(DENSE_LAST_UNREPEATED).max(least));
        }
    }
    prediction
}

/// The rule for possible functions: waiting times that occurred more than once, as one range where they are close.
pub fn possible(waits: &[(u32, u32)]) -> Prediction {
    let often = repeated(&modes(waits));
    match (often.iter().min(), often.iter().max()) {
        (Some(&least), Some(&most)) if most - least <= ONE_RANGE => {
            let mut prediction = Prediction::default();
            prediction.add(least, most);
            prediction
        }
        _ => each(often),
    }
}

/// Which of the two rules for what is left would have done better so far: whether that for possible functions.
fn foresight_pays(runs: &Runs) -> bool {
    let [mut calls, mut pulsed_cold, mut pulsed_idle, mut possible_cold, mut possible_idle] = [0.0; 5];
    for run in runs.ended() {
        calls += f64::from(run.calls);
        pulsed_cold += if i64::from(run.waited) >= PULSED_GIVE_UP { 1.0 } else { 0.0 };
        pulsed_idle += i64::from(run.waited).min(PULSED_GIVE_UP) as f64;
        possible_cold += if run.foreseen { 0.0 } else { 1.0 };
        possible_idle += f64::from(run.idle);
    }
    if possible_cold == pulsed_cold || possible_idle == pulsed_idle {
        return possible_cold < pulsed_cold || possible_idle < pulsed_idle;
    }
    let fewer_cold = possible_cold < pulsed_cold;
    if fewer_cold == (possible_idle < pulsed_idle) {
        return fewer_cold;
    }
    // One has fewer cold starts, the other idles less.
    let (cold, more_cold) = if fewer_cold { (possible_cold, pulsed_cold) } else { (pulsed_cold, possible_cold) };
    let (idle, less_idle) = if fewer_cold { (possible_idle, pulsed_idle) } else { (pulsed_idle, possible_idle) };
    let worth_it = cold * 10.0 <= calls || 0.5 * (more_cold - cold) * less_idle >= (idle - less_idle) * cold;
    fewer_cold == worth_it
}
