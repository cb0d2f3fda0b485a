//! Policies as numbers: `[kind, ...parameters]`.

use crate::adaptive::TICK_MS;
use crate::schedule::MOST_STARTS;
use crate::{
    AdaptiveTerms, DrawSeed, FunctionPrices, Prior, ScheduledStart, Start, WarmInterval, FOREVER, PRIOR_LENGTH,
};
use isotherm_numeric::{ensure, non_negative, whole, Code, Error, Result, MAX_EXACT};
use std::sync::Arc;

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
    /// Kinds 5 and 6, see [`AdaptiveSpec`].
    Adaptive(AdaptiveSpec),
    /// Kind 7, of a function that is not known yet; `[idleUsdPerMs, coldStartUsd]` make it the window that it is.
    BreakEven,
    /// Kind 8, of a function that is not known yet, or `[idleUsdPerMs, coldStartUsd, seed, stream]`.
    BreakEvenRandomised(Option<(FunctionPrices, DrawSeed)>),
    /// Kind 9, `[prewarmMs]`.
    Spes(i64),
    /// Kind 14, `[prewarmMs]`; kinds 10 to 13 are a replay's references.
    StaticTwice(i64),
}

/// Kind 5 `adaptive`, kind 6 `adaptive-keepalive`: `[priceFactor, target or -1, ...prior]` of a function that is not known yet, or
/// `[priceFactor, target or -1, idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs, ...prior]`.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaptiveSpec {
    /// Whether instances are started ahead.
    pub pre_warms: bool,
    /// The prices of a cold start and a pre-warm are multiplied by this.
    pub price_factor: f64,
    /// The share of calls that may be cold.
    pub target: Option<f64>,
    /// The function's prices.
    pub prices: Option<FunctionPrices>,
    /// What is expected of a function before it is known.
    pub prior: Arc<Prior>,
}

impl AdaptiveSpec {
    fn parse(pre_warms: bool, parameters: &[f64]) -> Result<Self> {
        let (terms, prior) = parameters.split_at(parameters.len() - PRIOR_LENGTH);
        let price_factor = non_negative("policy parameter priceFactor", terms[0])?;
        let target = terms[1];
        ensure(target == -1.0 || (0.0..=1.0).contains(&target), Code::BadArgument, || {
            format!("policy parameter target is {target}, expected 0 to 1, or -1 for none")
        })?;
        let prices = match terms[2..] {
            [idle, cold, pre_warm, cold_ms] => Some(FunctionPrices {
                pre_warm_usd: non_negative("policy parameter preWarmUsd", pre_warm)?,
                cold_start_ms: whole("policy parameter coldStartMs", cold_ms, 0.0, f64::from(u32::MAX))?,
                ..prices(idle, cold)?
            }),
            _ => None,
        };
        let prior = Arc::new(Prior::parse(prior)?);
        Ok(AdaptiveSpec { pre_warms, price_factor, target: Some(target).filter(|&t| t >= 0.0), prices, prior })
    }

    /// The terms of the policy; none without its function's prices.
    pub fn terms(&self) -> Option<AdaptiveTerms> {
        let prices = self.prices?;
        let prices = FunctionPrices {
            cold_start_usd: prices.cold_start_usd * self.price_factor,
            pre_warm_usd: prices.pre_warm_usd * self.price_factor,
            ..prices
        };
        Some(AdaptiveTerms { prices, target: self.target })
    }
}

fn whole_ms(name: &str, value: f64) -> Result<i64> {
    Ok(whole(format_args!("policy parameter {name}"), value, 0.0, MAX_EXACT)? as i64)
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
        // Not weighed by those that are given these two alone.
        pre_warm_usd: 0.0,
        cold_start_ms: 0.0,
    })
}

impl PolicySpec {
    /// The spec of one function, where this one is of any: with its prices, the stream that it draws from, and a lead time of at least its start time.
    pub fn for_function(&self, prices: &FunctionPrices, draws: DrawSeed, cold_start_ms: i64) -> Option<PolicySpec> {
        match self {
            PolicySpec::BreakEven => Some(PolicySpec::Window(prices.break_even_ms())),
            PolicySpec::BreakEvenRandomised(None) => Some(PolicySpec::BreakEvenRandomised(Some((*prices, draws)))),
            PolicySpec::Adaptive(spec) if spec.prices.is_none() => {
                Some(PolicySpec::Adaptive(AdaptiveSpec { prices: Some(*prices), ..spec.clone() }))
            }
            PolicySpec::RecentPeak(lead) if *lead < cold_start_ms => Some(PolicySpec::RecentPeak(cold_start_ms)),
            PolicySpec::Spes(lead) if *lead < cold_start_ms => Some(PolicySpec::Spes(cold_start_ms)),
            PolicySpec::StaticTwice(lead) if *lead < cold_start_ms => Some(PolicySpec::StaticTwice(cold_start_ms)),
            _ => None,
        }
    }

    /// How far apart its ticks may be at most, ms; none where it does not matter.
    pub fn longest_tick_ms(&self) -> Option<i64> {
        match self {
            PolicySpec::Adaptive(spec) if spec.pre_warms => Some(TICK_MS),
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
            [kind @ (5.0 | 6.0), parameters @ ..]
                if parameters.len() == PRIOR_LENGTH + 2 || parameters.len() == PRIOR_LENGTH + 6 =>
            {
                Ok(PolicySpec::Adaptive(AdaptiveSpec::parse(*kind == 5.0, parameters)?))
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
            _ => {
                let (head, more) = (&spec[..spec.len().min(8)], if spec.len() > 8 { ", …" } else { "" });
                Err(Error::new(Code::BadArgument, format!("policy spec {head:?}{more} is no kind with its parameters")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AnyPolicy;

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
