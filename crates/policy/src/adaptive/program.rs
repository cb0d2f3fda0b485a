//! When to be warm, given how likely the next call is at each idle time.

use super::bins::LONGEST_PLAN;
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// Ticks are at most so far apart, ms: an instance that is to be warm until the next one must be started at this one.
pub const TICK_MS: i64 = 60_000;

/// A stretch of idle time with the probability that the call comes within it, evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Begin, ms after the release.
    pub from: i64,
    /// End.
    pub to: i64,
    /// Probability.
    pub mass: f64,
}

/// Warm from `from` to `to`, ms after the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warmth {
    /// Begin.
    pub from: i64,
    /// End.
    pub to: i64,
}

/// Prices of one function in USD.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Costs {
    /// Of a ms of idling.
    pub idle: f64,
    /// Of a cold start with those that it brings about.
    pub cold: f64,
    /// Of a pre-warm.
    pub pre_warm: f64,
}

/// What to do at a stretch. Warm: stay so. Not warm yet: begin. Cold again: begin anew.
pub type Move = u8;
const KEEPS: Move = 1;
const BEGINS: Move = 2;
const RENEWS: Move = 4;

/// The cheapest warm intervals for stretches that follow each other from 0; `beyond` is the probability of a later call.
///
/// Backwards over the stretches: what is still to be paid when not warm yet, warm, and cold again. Warmth ends for nothing and begins
/// at the price of a pre-warm (at 0 for nothing), not before `start_ms`, which a start takes; a second time no earlier than a tick after
/// that. All is weighted by the probability that no call came before. Time: O(stretches).
pub fn cheapest(
    stretches: &[Stretch],
    beyond: f64,
    costs: &Costs,
    start_ms: i64,
    moves: &mut Vec<Move>,
    out: &mut Vec<Warmth>,
) {
    out.clear();
    moves.clear();
    moves.resize(stretches.len(), 0);
    let renew_from = start_ms + TICK_MS;
    let mut still = beyond;
    let mut never = beyond * costs.cold;
    let mut cold = never;
    let mut warm = cold;
    for (stretch, step) in stretches.iter().zip(moves.iter_mut()).rev() {
        let width = (stretch.to - stretch.from) as f64;
        let missed = stretch.mass * costs.cold;
        let stay_warm = warm + costs.idle * width * (still + stretch.mass * 0.5);
        still += stretch.mass;
        let begin = stay_warm + still * costs.pre_warm;
        let stay_cold = cold + missed;
        let renews = stretch.from >= renew_from && begin < stay_cold;
        cold = if renews { begin } else { stay_cold };
        let keeps = stay_warm <= cold;
        warm = if keeps { stay_warm } else { cold };
        let stay_never = never + missed;
        let begins =
            if stretch.from == 0 { stay_warm < stay_never } else { stretch.from >= start_ms && begin < stay_never };
        never = if begins { begin } else { stay_never };
        *step = if keeps { KEEPS } else { 0 } | if begins { BEGINS } else { 0 } | if renews { RENEWS } else { 0 };
    }
    let mut since = None;
    for (stretch, &step) in stretches.iter().zip(moves.iter()) {
        match since {
            Some(from) if step & KEEPS == 0 => {
                out.push(Warmth { from, to: stretch.from });
                since = None;
            }
            None if step & (if out.is_empty() { BEGINS } else { RENEWS }) != 0 => since = Some(stretch.from),
            _ => {}
        }
    }
    if let (Some(from), Some(last)) = (since, stretches.last()) {
        out.push(Warmth { from, to: last.to });
    }
}

/// The cheapest window from the release on, ms. Time: O(stretches).
pub fn cheapest_window(stretches: &[Stretch], costs: &Costs) -> i64 {
    let (mut left, mut idle) = (1.0, 0.0);
    let (mut best, mut window) = (costs.cold, 0);
    for stretch in stretches {
        idle += costs.idle * (stretch.to - stretch.from) as f64 * (left - stretch.mass * 0.5);
        left -= stretch.mass;
        let sum = idle + costs.cold * left;
        if sum < best {
            best = sum;
            window = stretch.to;
        }
    }
    window
}

/// What the intervals cost when the call comes after `gap` ms.
#[inline(always)]
pub fn paid(list: &[Warmth], gap: i64, costs: &Costs) -> f64 {
    let mut sum = 0.0;
    for warmth in list {
        if gap < warmth.from {
            break;
        }
        if warmth.from > 0 {
            sum += costs.pre_warm;
        }
        if gap <= warmth.to {
            return sum + costs.idle * (gap - warmth.from) as f64;
        }
        sum += costs.idle * (warmth.to - warmth.from) as f64;
    }
    sum + costs.cold
}

/// What a window from the release on costs when the call comes after `gap` ms.
#[inline(always)]
pub fn paid_window(window: i64, gap: i64, costs: &Costs) -> f64 {
    if gap <= window {
        costs.idle * gap as f64
    } else {
        costs.idle * window as f64 + costs.cold
    }
}

pub(crate) fn save_warmths(list: &[Warmth], out: &mut Writer) {
    out.u32(list.len() as u32);
    for warmth in list {
        out.i64(warmth.from);
        out.i64(warmth.to);
    }
}

pub(crate) fn load_window(from: &mut Reader<'_>) -> Result<i64> {
    let window = from.span()?;
    ensure(window <= LONGEST_PLAN, Code::BadState, || format!("policy state has a window of {window} ms"))?;
    Ok(window)
}

pub(crate) fn load_warmths(from: &mut Reader<'_>) -> Result<Vec<Warmth>> {
    let mut list: Vec<Warmth> = Vec::new();
    for _ in 0..from.u32()? {
        let warmth = Warmth { from: from.span()?, to: from.span()? };
        let fits = warmth.from <= warmth.to && list.last().is_none_or(|last| last.to <= warmth.from);
        ensure(fits && warmth.to <= LONGEST_PLAN, Code::BadState, || {
            "policy state has warm intervals out of order".into()
        })?;
        list.push(warmth);
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of half a minute; an instance takes `start_ms` to start.
    fn plan(masses: &[f64], costs: Costs, start_ms: i64) -> Vec<Warmth> {
        let stretches: Vec<Stretch> = masses
            .iter()
            .enumerate()
            .map(|(i, &mass)| Stretch { from: i as i64 * 30_000, to: (i as i64 + 1) * 30_000, mass })
            .collect();
        let mut out = Vec::new();
        cheapest(&stretches, 1.0 - masses.iter().sum::<f64>(), &costs, start_ms, &mut Vec::new(), &mut out);
        out
    }

    #[test]
    fn warms_where_the_call_is_likely() {
        let costs = Costs { idle: 1.0, cold: 300_000.0, pre_warm: 15_000.0 };
        let last = [0.0, 0.0, 0.0, 1.0];
        let to_the_end = [Warmth { from: 0, to: 120_000 }];
        // Staying through the first three would idle 90 s; cold until then costs a pre-warm of 15.
        assert_eq!(plan(&last, costs, 1000), [Warmth { from: 90_000, to: 120_000 }]);
        // A pre-warm dearer than the idle time, or one that is ready too late.
        assert_eq!(plan(&last, Costs { pre_warm: 150_000.0, ..costs }, 1000), to_the_end);
        assert_eq!(plan(&last, costs, 90_001), to_the_end);
        // Twice likely, a pause between that costs more than another pre-warm; a tick and a start must fit into it.
        let masses = [0.5, 0.0, 0.0, 0.5];
        let twice = plan(&masses, costs, 30_000);
        assert_eq!(twice, [Warmth { from: 0, to: 30_000 }, Warmth { from: 90_000, to: 120_000 }]);
        assert_eq!(plan(&masses, costs, 30_001), to_the_end);
        // A call at 105 s: 30 s idle, a pre-warm, 15 s idle. At 45 s: 30 s idle and cold.
        assert_eq!((paid(&twice, 105_000, &costs), paid(&twice, 45_000, &costs)), (60_000.0, 330_000.0));
        assert_eq!(plan(&[0.0, 0.0], costs, 0), []);
    }

    #[test]
    fn a_window_alone() {
        let masses: [f64; 4] = [0.5, 0.0, 0.0, 0.5];
        let stretches = masses.iter().enumerate();
        let stretches: Vec<Stretch> =
            stretches.map(|(i, &mass)| Stretch { from: i as i64 * 10, to: (i as i64 + 1) * 10, mass }).collect();
        // To 40: 7.5 + 5 + 5 + 2.5 = 20 idle and never cold; to 10: 7.5 idle and half a cold start.
        assert_eq!(cheapest_window(&stretches, &Costs { idle: 1.0, cold: 100.0, pre_warm: 0.0 }), 40);
        assert_eq!(cheapest_window(&stretches, &Costs { idle: 1.0, cold: 20.0, pre_warm: 0.0 }), 10);
        assert_eq!(cheapest_window(&stretches, &Costs { idle: 1.0, cold: 5.0, pre_warm: 0.0 }), 0);
        assert_eq!(paid_window(10, 30, &Costs { idle: 1.0, cold: 20.0, pre_warm: 0.0 }), 30.0);
    }
}
