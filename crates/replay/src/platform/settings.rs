//! Settings of a platform replay, parsed from numbers and checked.

use crate::busy::NEVER;
use isotherm_numeric::{ensure, whole, Code, Error, Result, MAX_EXACT};
use isotherm_policy::FOREVER;
use std::fmt::Display;

const MAX_U32: f64 = u32::MAX as f64;
const MAX_INSTANCES: f64 = 1_000_000.0;

/// Target tracking of the utilisation of ready instances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tracking {
    pub target: f64,
    pub min: i64,
    pub max: i64,
    pub period_ms: i64,
    pub scale_out_periods: i64,
    pub scale_in_periods: i64,
    pub maximum: bool,
}

/// A number of instances for each step, over and over; a constant has one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    step_ms: i64,
    counts: Vec<i64>,
}

impl Schedule {
    pub fn at(&self, now: i64) -> i64 {
        // Before minute 0 it is as in it.
        self.counts[(now.max(0) / self.step_ms) as usize % self.counts.len()]
    }

    /// When the step after that of `now` begins; for a constant never.
    pub fn next(&self, now: i64) -> i64 {
        if self.counts.len() > 1 {
            (now / self.step_ms + 1) * self.step_ms
        } else {
            NEVER
        }
    }

    fn most(&self) -> i64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    fn parse(name: &str, step_ms: f64, counts: &[f64], most: f64) -> Result<Self> {
        let step_ms = whole_or_infinite(format_args!("{name} stepMs"), step_ms, 1.0, MAX_U32, FOREVER)?;
        let count = |(i, &count): (usize, &f64)| {
            whole(format_args!("{name} of step {i}"), count, 0.0, most).map(|count| count as i64)
        };
        Ok(Schedule { step_ms, counts: counts.iter().enumerate().map(count).collect::<Result<Vec<i64>>>()? })
    }
}

/// Knative's pod autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct Knative {
    pub target_utilisation: f64,
    pub stable_window_ms: i64,
    pub panic_window_ms: i64,
    pub panic_threshold: f64,
    pub tick_ms: i64,
    pub max_scale_up_rate: f64,
    pub max_scale_down_rate: f64,
    pub grace_ms: i64,
    pub initial_scale: i64,
    pub max_scale: i64,
    pub min_scale: Schedule,
}

/// Which instances are kept ready.
#[derive(Clone, Debug, PartialEq)]
pub enum Ready {
    Schedule(Schedule),
    Tracking(Tracking),
    Knative(Knative),
}

/// One function's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub cold_start_ms: i64,
    pub keep_alive_ms: i64,
    pub concurrency: u32,
    pub ready_delay_ms: i64,
    pub max_instances: i64,
    pub queue_timeout_ms: i64,
    pub latency_target_ms: i64,
    pub ready: Ready,
}

/// One function under one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Which function.
    pub function: usize,
    /// Under what.
    pub(crate) settings: Settings,
}

/// A whole number; `infinite` for infinity.
fn whole_or_infinite(name: impl Display, value: f64, least: f64, most: f64, infinite: i64) -> Result<i64> {
    Ok(if value == f64::INFINITY { infinite } else { whole(name, value, least, most)? as i64 })
}

fn positive(name: &str, value: f64, most: f64) -> Result<f64> {
    ensure(value > 0.0 && value <= most, Code::OutOfRange, || {
        format!("{name} is {value}, expected above 0, at most {most}")
    })?;
    Ok(value)
}

fn seconds(name: &str, value: f64, least: f64, most: f64) -> Result<i64> {
    let ms = whole(name, value, least, most)? as i64;
    ensure(ms % 1000 == 0, Code::OutOfRange, || format!("{name} is {value}, expected whole seconds"))?;
    Ok(ms)
}

fn parse_tracking(values: &[f64; 7]) -> Result<Tracking> {
    let &[target, min, max, period_ms, scale_out_periods, scale_in_periods, maximum] = values;
    Ok(Tracking {
        target: positive("target", target, 1.0)?,
        min: whole("min", min, 0.0, MAX_INSTANCES)? as i64,
        max: whole("max", max, min, MAX_INSTANCES)? as i64,
        period_ms: whole("periodMs", period_ms, 1.0, MAX_U32)? as i64,
        scale_out_periods: whole("scaleOutPeriods", scale_out_periods, 1.0, MAX_U32)? as i64,
        scale_in_periods: whole("scaleInPeriods", scale_in_periods, 1.0, MAX_U32)? as i64,
        maximum: whole("maximum", maximum, 0.0, 1.0)? == 1.0,
    })
}

fn parse_knative(values: &[f64; 11], min_counts: &[f64]) -> Result<Knative> {
    let &[target_utilisation, stable_window_ms, panic_window_ms, panic_threshold, tick_ms, ref rest @ ..] = values;
    let &[max_scale_up_rate, max_scale_down_rate, grace_ms, initial_scale, max_scale, min_step_ms] = rest;
    positive("targetUtilisation", target_utilisation, 1.0)?;
    let stable = seconds("stableWindowMs", stable_window_ms, 1000.0, 3_600_000.0)?;
    let panic = seconds("panicWindowMs", panic_window_ms, 1000.0, stable_window_ms)?;
    positive("panicThreshold", panic_threshold, MAX_U32)?;
    let tick = seconds("tickMs", tick_ms, 1000.0, 3_600_000.0)?;
    for (name, rate) in [("maxScaleUpRate", max_scale_up_rate), ("maxScaleDownRate", max_scale_down_rate)] {
        positive(name, rate, MAX_U32)?;
        ensure(rate > 1.0, Code::OutOfRange, || format!("{name} is {rate}, expected above 1"))?;
    }
    let grace_ms = whole("scaleToZeroGraceMs", grace_ms, 0.0, MAX_U32)? as i64;
    let most = whole_or_infinite("maxScale", max_scale, 1.0, MAX_INSTANCES, MAX_INSTANCES as i64)?;
    Ok(Knative {
        target_utilisation,
        stable_window_ms: stable,
        panic_window_ms: panic,
        panic_threshold,
        tick_ms: tick,
        max_scale_up_rate,
        max_scale_down_rate,
        grace_ms,
        initial_scale: whole("initialScale", initial_scale, 0.0, most as f64)? as i64,
        max_scale: most,
        min_scale: Schedule::parse("minScale", min_step_ms, min_counts, most as f64)?,
    })
}

fn parse_ready(kind: f64, rest: &[f64]) -> Result<Ready> {
    match (kind, rest) {
        (0.0, &[step_ms, ref counts @ ..]) if !counts.is_empty() => {
            Schedule::parse("ready", step_ms, counts, MAX_INSTANCES).map(Ready::Schedule)
        }
        (1.0, values) if values.len() == 7 => Ok(Ready::Tracking(parse_tracking(exactly(values)?)?)),
        (2.0, values) if values.len() > 11 => {
            let (own, min_counts) = values.split_at(11);
            Ok(Ready::Knative(parse_knative(exactly(own)?, min_counts)?))
        }
        _ => {
            let parameters = rest.len();
            let sentence = format!("ready kind {kind} with {parameters} parameters is no kind with its parameters");
            Err(Error::new(Code::BadArgument, sentence))
        }
    }
}

fn exactly<const N: usize>(values: &[f64]) -> Result<&[f64; N]> {
    values.try_into().map_err(|_| Error::new(Code::BadArgument, format!("{} values, expected {N}", values.len())))
}

impl Settings {
    fn parse(values: &[f64], horizon_ms: i64) -> Result<Self> {
        let (own, ready) = values.split_at(7);
        let &[cold_start_ms, keep_alive_ms, concurrency, ready_delay_ms, max_instances, queue_timeout_ms, target] =
            exactly::<7>(own)?;
        let settings = Settings {
            cold_start_ms: whole("coldStartMs", cold_start_ms, 0.0, MAX_U32)? as i64,
            keep_alive_ms: whole_or_infinite("keepAliveMs", keep_alive_ms, 0.0, MAX_EXACT, FOREVER)?,
            concurrency: whole("concurrency", concurrency, 1.0, 1000.0)? as u32,
            ready_delay_ms: whole("readyDelayMs", ready_delay_ms, 0.0, MAX_U32)? as i64,
            max_instances: whole_or_infinite("maxInstances", max_instances, 1.0, MAX_INSTANCES, FOREVER)?,
            queue_timeout_ms: whole_or_infinite("queueTimeoutMs", queue_timeout_ms, 0.0, MAX_EXACT, FOREVER)?,
            latency_target_ms: whole_or_infinite("latencyTargetMs", target, 0.0, MAX_EXACT, FOREVER)?,
            ready: parse_ready(ready[0], &ready[1..])?,
        };
        let most = match &settings.ready {
            Ready::Schedule(schedule) => schedule.most(),
            Ready::Tracking(tracking) => tracking.max,
            Ready::Knative(knative) => knative.min_scale.most(),
        };
        ensure(most as f64 * horizon_ms as f64 <= MAX_EXACT, Code::OutOfRange, || {
            format!("{most} ready instances over {horizon_ms} ms, expected at most 2^53 ms in all")
        })?;
        Ok(settings)
    }
}

/// 0..2^32. Errors: `OUT_OF_RANGE`.
pub fn parse_seed(seed: f64) -> Result<u32> {
    Ok(whole("seed", seed, 0.0, MAX_U32)? as u32)
}

/// Length of a step that the ready instances' time is told by, 0 for none. Errors: `OUT_OF_RANGE`.
pub fn parse_step(ready_step_ms: f64) -> Result<i64> {
    Ok(whole("readyStepMs", ready_step_ms, 0.0, MAX_U32)? as i64)
}

/// Function and settings, without their length: seven settings and a kind of ready instances at least.
const SHORTEST: f64 = 9.0;

/// Reads rows of `[length, function, ...settings]`. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`.
pub fn parse_runs(mut rows: &[f64], functions: usize, horizon_ms: i64) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    while let Some((&length, rest)) = rows.split_first() {
        let fits = length >= SHORTEST && length <= rest.len() as f64 && length.floor() == length;
        ensure(fits, Code::BadArgument, || format!("runs: a row of length {length}, with {} left", rest.len()))?;
        let (row, left) = rest.split_at(length as usize);
        let f = row[0];
        ensure(f >= 0.0 && f < functions as f64 && f.floor() == f, Code::OutOfRange, || {
            format!("function {f} is not within 0..{functions}")
        })?;
        runs.push(Run { function: f as usize, settings: Settings::parse(&row[1..], horizon_ms)? });
        rows = left;
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ready: &[f64]) -> Vec<f64> {
        let mut row = vec![0.0, 0.0, 1000.0, f64::INFINITY, 1.0, 1000.0, f64::INFINITY, 0.0, 5.0];
        row.extend(ready);
        row[0] = (row.len() - 1) as f64;
        row
    }

    #[test]
    fn infinite_settings_have_no_end() {
        let runs = parse_runs(&row(&[0.0, 300_000.0, 2.0, 0.0]), 1, 3_600_000).unwrap();
        assert_eq!(runs[0].settings.keep_alive_ms, FOREVER);
        let Ready::Schedule(schedule) = &runs[0].settings.ready else {
            panic!("a schedule is {:?}", runs[0].settings.ready);
        };
        assert_eq!([-1, 0, 299_999, 300_000, 600_000].map(|now| schedule.at(now)), [2, 2, 2, 0, 2]);
        assert_eq!(schedule.next(300_000), 600_000);
    }

    #[test]
    fn bad_rows_are_refused() {
        let tracking = |target: f64, min: f64| row(&[1.0, target, min, 4.0, 60_000.0, 3.0, 15.0, 0.0]);
        let knative =
            |tick: f64| row(&[2.0, 0.7, 60_000.0, 6000.0, 2.0, tick, 1000.0, 2.0, 30_000.0, 1.0, 9.0, 60_000.0, 0.0]);
        assert!(parse_runs(&tracking(0.7, 1.0), 1, 60_000).is_ok());
        assert!(parse_runs(&knative(2000.0), 1, 60_000).is_ok());
        for (rows, code) in [
            (vec![3.0, 1.0], Code::BadArgument),
            (row(&[0.0]), Code::BadArgument),
            (row(&[0.0, 1000.0]), Code::BadArgument),
            (row(&[4.0, 1.0]), Code::BadArgument),
            (row(&[0.0, 1000.0, 0.5]), Code::OutOfRange),
            (row(&[0.0, 1000.0, f64::NAN]), Code::OutOfRange),
            (tracking(0.0, 1.0), Code::OutOfRange),
            (tracking(0.7, 5.0), Code::OutOfRange),
            (knative(1500.0), Code::OutOfRange),
        ] {
            assert_eq!(parse_runs(&rows, 1, 60_000).unwrap_err().code, code, "{rows:?}");
        }
        let beyond = parse_runs(&row(&[0.0, f64::INFINITY, 1_000_000.0]), 1, 9_007_199_255 * 60).unwrap_err();
        assert_eq!(beyond.code, Code::OutOfRange);
    }
}
