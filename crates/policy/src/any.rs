//! Policies chosen at run time, and to and from bytes.

use crate::fixed::Constant;
use crate::state::{Reader, Writer};
use crate::{
    Adaptive, BreakEvenRandomised, Counts, HybridHistogram, Policy, PolicySpec, RecentPeak, Schedule, Spes, Start,
    StaticTwice, WarmInterval,
};
use isotherm_numeric::{ensure, Code, Error, Result};
use std::sync::Arc;

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
    /// Learns gaps, starts ahead.
    Adaptive(Box<Adaptive<true>>),
    /// Learns gaps, keeps alive.
    AdaptiveKeepAlive(Box<Adaptive<false>>),
    /// The randomised break-even.
    BreakEvenRandomised(BreakEvenRandomised),
    /// Categories, then rules.
    Spes(Box<Spes>),
    /// Twice the mean.
    StaticTwice(StaticTwice),
}

macro_rules! each {
    ($self:expr, $policy:ident => $body:expr) => {
        match $self {
            AnyPolicy::Window($policy) => $body,
            AnyPolicy::Interval($policy) => $body,
            AnyPolicy::HybridHistogram($policy) => $body,
            AnyPolicy::RecentPeak($policy) => $body,
            AnyPolicy::Schedule($policy) => $body,
            AnyPolicy::Adaptive($policy) => $body,
            AnyPolicy::AdaptiveKeepAlive($policy) => $body,
            AnyPolicy::BreakEvenRandomised($policy) => $body,
            AnyPolicy::Spes($policy) => $body,
            AnyPolicy::StaticTwice($policy) => $body,
        }
    };
}

impl AnyPolicy {
    /// A fresh policy. Errors: `BAD_ARGUMENT` for a spec that still lacks its function's prices.
    pub fn new(spec: &PolicySpec) -> Result<Self> {
        Ok(match spec {
            PolicySpec::BreakEven | PolicySpec::BreakEvenRandomised(None) => {
                let sentence = "policy break-even needs the prices of its function, idleUsdPerMs and coldStartUsd";
                return Err(Error::new(Code::BadArgument, sentence));
            }
            PolicySpec::Adaptive(spec) => {
                let terms = spec.terms().ok_or_else(|| {
                    let sentence = "policy adaptive needs the prices of its function, idleUsdPerMs to coldStartMs";
                    Error::new(Code::BadArgument, sentence)
                })?;
                let prior = Arc::clone(&spec.prior);
                if spec.pre_warms {
                    AnyPolicy::Adaptive(Box::new(Adaptive::new(terms, prior)))
                } else {
                    AnyPolicy::AdaptiveKeepAlive(Box::new(Adaptive::new(terms, prior)))
                }
            }
            PolicySpec::Window(keep_alive) => AnyPolicy::Window(Constant::window(*keep_alive)),
            PolicySpec::Interval(interval) => {
                AnyPolicy::Interval(Constant::interval(interval.prewarm_ms, interval.keep_alive_ms))
            }
            PolicySpec::HybridHistogram => AnyPolicy::HybridHistogram(Box::default()),
            PolicySpec::RecentPeak(prewarm) => AnyPolicy::RecentPeak(RecentPeak::new(*prewarm)),
            PolicySpec::Schedule(interval, starts) => AnyPolicy::Schedule(Schedule::new(*interval, starts.clone())),
            PolicySpec::BreakEvenRandomised(Some((prices, draws))) => {
                AnyPolicy::BreakEvenRandomised(BreakEvenRandomised::new(prices, *draws))
            }
            PolicySpec::Spes(prewarm) => AnyPolicy::Spes(Box::new(Spes::new(*prewarm))),
            PolicySpec::StaticTwice(prewarm) => AnyPolicy::StaticTwice(StaticTwice::new(*prewarm)),
        })
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

    /// See [`Policy::on_gap`].
    pub fn on_gap(&mut self, from_ms: i64, until_ms: i64) {
        each!(self, policy => policy.on_gap(from_ms, until_ms.max(from_ms)))
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
            AnyPolicy::Adaptive(policy) => policy.seen().to_vec(),
            AnyPolicy::AdaptiveKeepAlive(policy) => policy.seen().to_vec(),
            AnyPolicy::BreakEvenRandomised(policy) => policy.seen().to_vec(),
            AnyPolicy::Spes(policy) => policy.seen().to_vec(),
            AnyPolicy::StaticTwice(policy) => policy.seen().to_vec(),
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
            AnyPolicy::Adaptive(policy) => {
                out.u8(5);
                policy.save(&mut out);
            }
            AnyPolicy::AdaptiveKeepAlive(policy) => {
                out.u8(6);
                policy.save(&mut out);
            }
            AnyPolicy::BreakEvenRandomised(policy) => {
                out.u8(8);
                policy.save(&mut out);
            }
            AnyPolicy::Spes(policy) => {
                out.u8(9);
                policy.save(&mut out);
            }
            AnyPolicy::StaticTwice(policy) => {
                out.u8(14);
                policy.save(&mut out);
            }
        }
        out.finish()
    }

    /// Adds what was learnt to reach the state `bytes` of a policy of the same spec, for the same function. Errors: `BAD_STATE`;
    /// `BAD_ARGUMENT` for kinds that cannot.
    pub fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            AnyPolicy::Adaptive(policy) => policy.merge_state(state_of(5, bytes)?),
            AnyPolicy::AdaptiveKeepAlive(policy) => policy.merge_state(state_of(6, bytes)?),
            _ => Err(Error::new(Code::BadArgument, "policies of this kind cannot be merged")),
        }
    }

    /// The policy that was saved as `bytes`, made by `spec`, which holds what is the same for all functions. Errors: `BAD_STATE`.
    pub fn load(spec: &PolicySpec, bytes: &[u8]) -> Result<Self> {
        let prior = || match spec {
            PolicySpec::Adaptive(spec) => Ok(Arc::clone(&spec.prior)),
            _ => Err(Error::new(Code::BadState, "policy state is of kind adaptive, expected that of its spec")),
        };
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
            5 => AnyPolicy::Adaptive(Box::new(Adaptive::load_state(&mut from, prior()?)?)),
            6 => AnyPolicy::AdaptiveKeepAlive(Box::new(Adaptive::load_state(&mut from, prior()?)?)),
            8 => AnyPolicy::BreakEvenRandomised(BreakEvenRandomised::load(&mut from)?),
            9 => AnyPolicy::Spes(Box::new(Spes::load(&mut from)?)),
            14 => AnyPolicy::StaticTwice(StaticTwice::load(&mut from)?),
            kind => return Err(Error::new(Code::BadState, format!("policy state is of unknown kind {kind}"))),
        };
        from.finish()?;
        Ok(policy)
    }
}

/// What stands behind the kind. Errors: `BAD_STATE` for another.
fn state_of(kind: u8, bytes: &[u8]) -> Result<Reader<'_>> {
    let mut from = Reader::new(bytes);
    let found = from.u8()?;
    ensure(found == kind, Code::BadState, || format!("policy state is of kind {found}, expected {kind}"))?;
    Ok(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PRIOR_LENGTH;

    fn specs() -> Vec<Vec<f64>> {
        vec![
            vec![0.0, 600_000.0],
            vec![0.0, f64::INFINITY],
            vec![1.0, 50_000.0, 20_000.0],
            vec![2.0],
            vec![3.0, 1000.0],
            vec![4.0, 0.0, 0.0, 0.0, 1.0, 1000.0, 30_000.0, 60_000.0, 2.0, 1000.0, 30_000.0],
            vec![7.0, 1e-9, 5e-4],
            vec![8.0, 1e-9, 5e-4, 1.0, 2.0],
            vec![9.0, 1000.0],
            vec![14.0, 1000.0],
            adaptive(5.0, -1.0),
            adaptive(6.0, 0.1),
        ]
    }

    fn adaptive(kind: f64, target: f64) -> Vec<f64> {
        let terms = [kind, 1.0, target, 1e-9, 5e-4, 5e-5, 1000.0];
        terms.into_iter().chain([0.1; PRIOR_LENGTH]).collect()
    }

    #[test]
    fn a_loaded_policy_goes_on_as_the_saved_one() {
        for spec in specs() {
            let parsed = PolicySpec::parse(&spec).unwrap();
            let mut policy = AnyPolicy::new(&parsed).unwrap();
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
            let mut loaded = AnyPolicy::load(&parsed, &policy.save()).unwrap();
            assert_eq!(step(&mut policy, 40), step(&mut loaded, 40), "{spec:?}");
            if spec[0] == 5.0 || spec[0] == 6.0 {
                assert_eq!(policy.save(), loaded.save());
            }
        }
    }

    /// A call each `every` ms, of 900 ms.
    fn taught(spec: &PolicySpec, every: i64, times: i64) -> AnyPolicy {
        let mut policy = AnyPolicy::new(spec).unwrap();
        for i in 0..times {
            policy.on_tick(i * every, Counts::default(), None, &mut Vec::new());
            policy.on_arrival(i * every + 10, 1);
            policy.on_release(i * every + 910);
        }
        policy
    }

    #[test]
    fn merged_policies_know_what_both_have_seen() {
        for kind in [5.0, 6.0] {
            let spec = PolicySpec::parse(&adaptive(kind, -1.0)).unwrap();
            let gaps = |policy: &AnyPolicy| policy.seen()[0];
            let (mut a, b) = (taught(&spec, 300_000, 20), taught(&spec, 60_000, 30));
            let fresh = AnyPolicy::new(&spec).unwrap();
            let before = a.save();
            a.merge(&fresh.save()).unwrap();
            assert_eq!(gaps(&a), 19.0);
            a.merge(&b.save()).unwrap();
            assert_eq!(gaps(&a), 48.0);
            // Nothing is merged by halves.
            let mut longer = b.save();
            longer.push(0);
            let kept = a.save();
            assert_eq!(a.merge(&longer).unwrap_err().code, Code::BadState);
            assert_eq!(a.save(), kept);
            assert!(kept != before);
            let other = PolicySpec::parse(&adaptive(kind, 0.5)).unwrap();
            let code = |policy: &mut AnyPolicy, bytes: &[u8]| policy.merge(bytes).unwrap_err().code;
            assert_eq!(code(&mut AnyPolicy::new(&other).unwrap(), &b.save()), Code::BadState);
            let mut window = AnyPolicy::new(&PolicySpec::Window(5)).unwrap();
            assert_eq!(code(&mut a, &window.save()), Code::BadState);
            assert_eq!(code(&mut window, &b.save()), Code::BadArgument);
        }
    }

    #[test]
    fn bad_state_is_refused() {
        let code = |spec: &PolicySpec, bytes: &[u8]| AnyPolicy::load(spec, bytes).unwrap_err().code;
        let histogram = PolicySpec::HybridHistogram;
        assert_eq!(code(&histogram, &[]), Code::BadState);
        assert_eq!(code(&histogram, &[99]), Code::BadState);
        let mut bytes = AnyPolicy::new(&histogram).unwrap().save();
        bytes.push(0);
        assert_eq!(code(&histogram, &bytes), Code::BadState);
        let spec = PolicySpec::parse(&adaptive(5.0, -1.0)).unwrap();
        let bytes = AnyPolicy::new(&spec).unwrap().save();
        assert_eq!(code(&histogram, &bytes), Code::BadState);
        for cut in 0..bytes.len() {
            assert_eq!(code(&spec, &bytes[..cut]), Code::BadState, "cut at {cut}");
        }
    }
}
