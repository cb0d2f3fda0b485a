//! Policies chosen at run time: from numbers, and to and from bytes.

use crate::fixed::Constant;
use crate::schedule::MOST_STARTS;
use crate::state::{Reader, Writer};
use crate::{Counts, HybridHistogram, Policy, RecentPeak, Schedule, ScheduledStart, Start, WarmInterval, FOREVER};
use isotherm_numeric::{ensure, whole, Code, Error, Result};

/// Which policy, with its parameters: what `[kind, ...parameters]` says.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicySpec {
    /// Kind 0, `[keepAliveMs or infinity]`.
    Window(i64),
    /// Kind 1, `[prewarmMs, keepAliveMs]`.
    Interval(WarmInterval),
    /// Kind 2, no parameters.
    HybridHistogram,
    /// Kind 3, `[prewarmMs]`.
    RecentPeak(i64),
    /// Kind 4, `[prewarmMs, keepAliveMs, (atMs, count, prewarmMs, keepAliveMs)…]`, times ascending.
    Schedule(WarmInterval, Vec<ScheduledStart>),
}

/// The largest time span that is exact in a float and far from overflow.
const MAX_SPAN_MS: f64 = 9_007_199_254_740_991.0;

fn whole_ms(name: &str, value: f64) -> Result<i64> {
    Ok(whole(format_args!("policy parameter {name}"), value, 0.0, MAX_SPAN_MS)? as i64)
}

fn keep_alive_ms(value: f64) -> Result<i64> {
    if value == f64::INFINITY {
        Ok(FOREVER)
    } else {
        whole_ms("keepAliveMs", value)
    }
}

fn interval(prewarm_ms: f64, keep_alive: f64) -> Result<WarmInterval> {
    Ok(WarmInterval { prewarm_ms: whole_ms("prewarmMs", prewarm_ms)?, keep_alive_ms: keep_alive_ms(keep_alive)? })
}

impl PolicySpec {
    /// Reads `[kind, ...parameters]`.
    pub fn parse(spec: &[f64]) -> Result<Self> {
        match spec {
            [0.0, keep_alive] => Ok(PolicySpec::Window(keep_alive_ms(*keep_alive)?)),
            // One state for one behaviour: an interval that begins at once is a window.
            [1.0, 0.0, keep_alive] => Ok(PolicySpec::Window(keep_alive_ms(*keep_alive)?)),
            [1.0, prewarm, keep_alive] => Ok(PolicySpec::Interval(interval(*prewarm, *keep_alive)?)),
            [2.0] => Ok(PolicySpec::HybridHistogram),
            [3.0, prewarm] => Ok(PolicySpec::RecentPeak(whole_ms("prewarmMs", *prewarm)?)),
            [4.0, prewarm, keep_alive, entries @ ..] if entries.len() % 4 == 0 => {
                let mut starts: Vec<ScheduledStart> = Vec::with_capacity(entries.len() / 4);
                for entry in entries.chunks_exact(4) {
                    let at_ms = whole_ms("atMs", entry[0])?;
                    ensure(starts.last().is_none_or(|last| last.at_ms <= at_ms), Code::BadArgument, || {
                        format!("policy schedule goes back to {at_ms} ms, expected ascending times")
                    })?;
                    let count = whole("policy parameter count", entry[1], 0.0, f64::from(MOST_STARTS))? as u32;
                    let start = Start { count, interval: interval(entry[2], entry[3])? };
                    starts.push(ScheduledStart { at_ms, start });
                }
                Ok(PolicySpec::Schedule(interval(*prewarm, *keep_alive)?, starts))
            }
            _ => Err(Error::new(Code::BadArgument, format!("policy spec {spec:?} is no kind with its parameters"))),
        }
    }
}

/// A policy of any kind: what a handle holds.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyPolicy {
    /// A fixed window.
    Window(Constant<false>),
    /// A constant interval.
    Interval(Constant<true>),
    /// The hybrid histogram.
    HybridHistogram(Box<HybridHistogram>),
    /// Recent peak.
    RecentPeak(RecentPeak),
    /// A schedule.
    Schedule(Schedule),
}

macro_rules! each {
    ($self:expr, $policy:ident => $body:expr) => {
        match $self {
            AnyPolicy::Window($policy) => $body,
            AnyPolicy::Interval($policy) => $body,
            AnyPolicy::HybridHistogram($policy) => $body,
            AnyPolicy::RecentPeak($policy) => $body,
            AnyPolicy::Schedule($policy) => $body,
        }
    };
}

impl AnyPolicy {
    /// A fresh policy.
    pub fn new(spec: &PolicySpec) -> Self {
        match spec {
            PolicySpec::Window(keep_alive) => AnyPolicy::Window(Constant::window(*keep_alive)),
            PolicySpec::Interval(interval) => {
                AnyPolicy::Interval(Constant::interval(interval.prewarm_ms, interval.keep_alive_ms))
            }
            PolicySpec::HybridHistogram => AnyPolicy::HybridHistogram(Box::default()),
            PolicySpec::RecentPeak(prewarm) => AnyPolicy::RecentPeak(RecentPeak::new(*prewarm)),
            PolicySpec::Schedule(interval, starts) => AnyPolicy::Schedule(Schedule::new(*interval, starts.clone())),
        }
    }

    /// See [`Policy::on_arrival`].
    pub fn on_arrival(&mut self, at_ms: i64, busy: u32) {
        each!(self, policy => policy.on_arrival(at_ms, busy))
    }

    /// See [`Policy::on_release`].
    pub fn on_release(&mut self, at_ms: i64) -> WarmInterval {
        each!(self, policy => policy.on_release(at_ms))
    }

    /// See [`Policy::on_tick`].
    pub fn on_tick(&mut self, now_ms: i64, counts: Counts, forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        each!(self, policy => policy.on_tick(now_ms, counts, forecast, starts))
    }

    /// `on_tick` with numbers: an empty `forecast` is none; `[count, prewarmMs, keepAliveMs]` per group to start.
    pub fn tick_numbers(&mut self, now_ms: i64, counts: Counts, forecast: &[f64]) -> Vec<f64> {
        let mut starts = Vec::new();
        self.on_tick(now_ms, counts, Some(forecast).filter(|values| !values.is_empty()), &mut starts);
        let numbers = |start: Start| {
            let [prewarm, keep_alive] = start.interval.to_numbers();
            [f64::from(start.count), prewarm, keep_alive]
        };
        starts.into_iter().flat_map(numbers).collect()
    }

    /// What it has learnt, for receipts: the numbers that its answer follows from.
    pub fn seen(&self) -> Vec<f64> {
        match self {
            AnyPolicy::Window(_) | AnyPolicy::Interval(_) => Vec::new(),
            AnyPolicy::HybridHistogram(policy) => policy.seen().to_vec(),
            AnyPolicy::RecentPeak(policy) => policy.seen().to_vec(),
            AnyPolicy::Schedule(policy) => policy.seen().to_vec(),
        }
    }

    /// Its state as bytes: one for the kind, then the policy's own.
    pub fn save(&self) -> Vec<u8> {
        let mut out = Writer::default();
        match self {
            AnyPolicy::Window(policy) => {
                out.u8(0);
                out.interval(policy.answer());
            }
            AnyPolicy::Interval(policy) => {
                out.u8(1);
                out.interval(policy.answer());
            }
            AnyPolicy::HybridHistogram(policy) => {
                out.u8(2);
                policy.save(&mut out);
            }
            AnyPolicy::RecentPeak(policy) => {
                out.u8(3);
                policy.save(&mut out);
            }
            AnyPolicy::Schedule(policy) => {
                out.u8(4);
                policy.save(&mut out);
            }
        }
        out.finish()
    }

    /// The policy that was saved as `bytes`. Errors: `BAD_STATE`.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        let mut from = Reader::new(bytes);
        let policy = match from.u8()? {
            0 => {
                let answer = from.interval()?;
                ensure(answer.prewarm_ms == 0, Code::BadState, || "policy state of a window has a pre-warm".into())?;
                AnyPolicy::Window(Constant::window(answer.keep_alive_ms))
            }
            1 => {
                let answer = from.interval()?;
                AnyPolicy::Interval(Constant::interval(answer.prewarm_ms, answer.keep_alive_ms))
            }
            2 => AnyPolicy::HybridHistogram(Box::new(HybridHistogram::load(&mut from)?)),
            3 => AnyPolicy::RecentPeak(RecentPeak::load(&mut from)?),
            4 => AnyPolicy::Schedule(Schedule::load(&mut from)?),
            kind => return Err(Error::new(Code::BadState, format!("policy state is of unknown kind {kind}"))),
        };
        from.finish()?;
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> Vec<Vec<f64>> {
        vec![
            vec![0.0, 600_000.0],
            vec![0.0, f64::INFINITY],
            vec![1.0, 50_000.0, 20_000.0],
            vec![2.0],
            vec![3.0, 1000.0],
            vec![4.0, 0.0, 0.0, 0.0, 1.0, 1000.0, 30_000.0, 60_000.0, 2.0, 1000.0, 30_000.0],
        ]
    }

    #[test]
    fn a_loaded_policy_goes_on_as_the_saved_one() {
        for spec in specs() {
            let mut policy = AnyPolicy::new(&PolicySpec::parse(&spec).unwrap());
            let step = |policy: &mut AnyPolicy, from: i64| {
                let mut answers = Vec::new();
                for i in from..from + 40 {
                    let at = i * 47_000;
                    policy.on_arrival(at, (i % 5) as u32 + 1);
                    answers.push(policy.on_release(at + 900));
                    let mut starts = Vec::new();
                    let counts = Counts { busy: 0, warm_idle: 1, pending: 0 };
                    policy.on_tick(i * 60_000, counts, None, &mut starts);
                    answers.extend(starts.iter().map(|start| start.interval));
                }
                answers
            };
            step(&mut policy, 0);
            let mut loaded = AnyPolicy::load(&policy.save()).unwrap();
            assert_eq!(step(&mut policy, 40), step(&mut loaded, 40), "{spec:?}");
        }
    }

    #[test]
    fn bad_state_is_refused() {
        assert_eq!(AnyPolicy::load(&[]).unwrap_err().code, Code::BadState);
        assert_eq!(AnyPolicy::load(&[9]).unwrap_err().code, Code::BadState);
        let mut bytes = AnyPolicy::new(&PolicySpec::HybridHistogram).save();
        bytes.push(0);
        assert_eq!(AnyPolicy::load(&bytes).unwrap_err().code, Code::BadState);
    }

    #[test]
    fn bad_specs_are_refused() {
        for spec in [&[][..], &[0.0], &[0.0, -1.0], &[0.0, 0.5], &[0.0, f64::NAN], &[7.0], &[1.0, f64::INFINITY, 0.0]] {
            assert!(PolicySpec::parse(spec).is_err(), "{spec:?}");
        }
    }
}
