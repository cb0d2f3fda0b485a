//! Policies chosen at run time: from numbers, and to and from bytes.

use crate::fixed::Constant;
use crate::schedule::MOST_STARTS;
use crate::state::{Reader, Writer};
use crate::{
    BreakEvenRandomised, Counts, DrawSeed, FunctionPrices, HybridHistogram, Policy, RecentPeak, Schedule,
    ScheduledStart, Spes, Start, StaticTwice, WarmInterval, FOREVER,
};
use isotherm_numeric::{ensure, non_negative, whole, Code, Error, Result};

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
    /// Kind 7, of a function that is not known yet; `[idleUsdPerMs, coldStartUsd]` make it the window that it is.
    BreakEven,
    /// Kind 8, of a function that is not known yet, or `[idleUsdPerMs, coldStartUsd, seed, stream]`.
    BreakEvenRandomised(Option<(FunctionPrices, DrawSeed)>),
    /// Kind 9, `[prewarmMs]`.
    Spes(i64),
    /// Kind 14, `[prewarmMs]`; kinds 10 to 13 are a replay's references.
    StaticTwice(i64),
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

fn prices(idle_usd_per_ms: f64, cold_start_usd: f64) -> Result<FunctionPrices> {
    Ok(FunctionPrices {
        idle_usd_per_ms: non_negative("policy parameter idleUsdPerMs", idle_usd_per_ms)?,
        cold_start_usd: non_negative("policy parameter coldStartUsd", cold_start_usd)?,
    })
}

impl PolicySpec {
    /// The spec of one function, where this one is of any: with its prices, the stream that it draws from, and a lead time of at least its start time.
    pub fn for_function(&self, prices: &FunctionPrices, draws: DrawSeed, cold_start_ms: i64) -> Option<PolicySpec> {
        match *self {
            PolicySpec::BreakEven => Some(PolicySpec::Window(prices.break_even_ms())),
            PolicySpec::BreakEvenRandomised(None) => Some(PolicySpec::BreakEvenRandomised(Some((*prices, draws)))),
            PolicySpec::RecentPeak(lead) if lead < cold_start_ms => Some(PolicySpec::RecentPeak(cold_start_ms)),
            PolicySpec::Spes(lead) if lead < cold_start_ms => Some(PolicySpec::Spes(cold_start_ms)),
            PolicySpec::StaticTwice(lead) if lead < cold_start_ms => Some(PolicySpec::StaticTwice(cold_start_ms)),
            _ => None,
        }
    }

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
            [7.0] => Ok(PolicySpec::BreakEven),
            [7.0, idle, cold] => Ok(PolicySpec::Window(prices(*idle, *cold)?.break_even_ms())),
            [8.0] => Ok(PolicySpec::BreakEvenRandomised(None)),
            [8.0, idle, cold, seed, stream] => {
                let prices = prices(*idle, *cold)?;
                let seed = whole("policy parameter seed", *seed, 0.0, f64::from(u32::MAX))? as u32;
                let stream = whole("policy parameter stream", *stream, 0.0, f64::from(u32::MAX))? as u32;
                Ok(PolicySpec::BreakEvenRandomised(Some((prices, DrawSeed { seed, stream }))))
            }
            [9.0, prewarm] => Ok(PolicySpec::Spes(whole_ms("prewarmMs", *prewarm)?)),
            [14.0, prewarm] => Ok(PolicySpec::StaticTwice(whole_ms("prewarmMs", *prewarm)?)),
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
            8 => AnyPolicy::BreakEvenRandomised(BreakEvenRandomised::load(&mut from)?),
            9 => AnyPolicy::Spes(Box::new(Spes::load(&mut from)?)),
            14 => AnyPolicy::StaticTwice(StaticTwice::load(&mut from)?),
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
            vec![7.0, 1e-9, 5e-4],
            vec![8.0, 1e-9, 5e-4, 1.0, 2.0],
            vec![9.0, 1000.0],
            vec![14.0, 1000.0],
        ]
    }

    #[test]
    fn a_loaded_policy_goes_on_as_the_saved_one() {
        for spec in specs() {
            let mut policy = AnyPolicy::new(&PolicySpec::parse(&spec).unwrap()).unwrap();
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
        assert_eq!(AnyPolicy::load(&[99]).unwrap_err().code, Code::BadState);
        let mut bytes = AnyPolicy::new(&PolicySpec::HybridHistogram).unwrap().save();
        bytes.push(0);
        assert_eq!(AnyPolicy::load(&bytes).unwrap_err().code, Code::BadState);
    }

    #[test]
    fn bad_specs_are_refused() {
        for spec in [&[][..], &[0.0], &[0.0, -1.0], &[0.0, 0.5], &[0.0, f64::NAN], &[99.0], &[1.0, f64::INFINITY, 0.0]]
        {
            assert!(PolicySpec::parse(spec).is_err(), "{spec:?}");
        }
        for spec in
            [&[7.0, -1.0, 1.0][..], &[7.0, f64::INFINITY, 1.0], &[8.0, 1.0, 1.0, 0.5, 0.0], &[9.0], &[14.0, -1.0]]
        {
            assert!(PolicySpec::parse(spec).is_err(), "{spec:?}");
        }
        for spec in [[7.0], [8.0]] {
            let spec = PolicySpec::parse(&spec).unwrap();
            assert_eq!(AnyPolicy::new(&spec).unwrap_err().code, Code::BadArgument);
        }
    }
}
