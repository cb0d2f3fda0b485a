//! Learns each function's idle gaps and weighs, at every release, idle memory against the cold starts it avoids.
//!
//! Instances are told apart by level: the number of calls still running when one is released. The latest released serves the next call,
//! so that a call which makes `n + 1` busy ends the gap of the instance released to level `n`. As cold starts would blur this, the
//! policy follows the same traffic as it would be had every call been warm, and learns whole gaps, never cut by its own decisions.
//! Each level forecasts its next gap by decayed hazards over a pooled prior ([`prior`]) and plans its cheapest warm intervals or
//! window ([`program`]); what each plan would have cost on the recent gaps decides which is used ([`level`]). A cold start is charged
//! with those that it brings about ([`cascade`], [`episodes`]). Calls by the clock ([`clock`]) and bursts by the clock ([`bursts`]) are planned for
//! where they were seen to pay.

mod bins;
mod bursts;
mod calls;
mod cascade;
mod clock;
mod concurrency;
mod counted;
mod episodes;
mod gaps;
mod ideal;
mod instances;
mod known;
mod learnt;
mod level;
mod merge;
mod prior;
mod program;
mod starts;

pub use prior::{Prior, PRIOR_LENGTH};
pub(crate) use program::TICK_MS;

use crate::state::{Reader, Writer};
use crate::{Counts, FunctionPrices, Policy, Start, WarmInterval};
use bins::class_of;
use episodes::Episodes;
use ideal::Ideal;
use instances::Instances;
use isotherm_numeric::{ensure, Code, Result, MAX_EXACT};
use learnt::{Learnt, Plan};
use level::Answer;
use program::Warmth;
use std::collections::VecDeque;
use std::sync::Arc;

/// A gap this much of the break-even time begins an episode: shorter ones are never left cold.
const EPISODE_SHARE: f64 = 0.2;
/// An instance beyond all that were needed stays for this much of the break-even time.
const SPARE_SHARE: f64 = 0.08;
/// Where idling is all but free, ms.
const LONGEST_MS: f64 = (1_u64 << 28) as f64;
/// Before every instant.
const NEVER: i64 = -(MAX_EXACT as i64);
/// What the user sets.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaptiveTerms {
    /// What the function's idle time, cold starts and pre-warms cost.
    pub prices: FunctionPrices,
    /// The share of calls that may be cold at most; the price of a cold start rises until it is met, and never falls below the user's.
    pub target: Option<f64>,
}

/// The policy of one function; without `PREWARM` instances only stay, none is started ahead.
#[derive(Clone, Debug)]
pub struct Adaptive<const PREWARM: bool> {
    cold_ms: i64,
    break_even_ms: i64,
    last_at: i64,
    /// The instances as they are: how many are busy, and those idle or promised.
    busy: u32,
    instances: Instances,
    /// Arrivals of cold calls that are not over; the first `ahead` of them would be over had they been warm.
    cold_calls: VecDeque<i64>,
    ahead: usize,
    /// Mean duration of warm calls: their busy ms and their number.
    busy_ms: f64,
    done: f64,
    /// The same traffic had no call been cold.
    ideal: Ideal,
    episodes: Episodes,
    learnt: Learnt,
}

impl<const PREWARM: bool> PartialEq for Adaptive<PREWARM> {
    fn eq(&self, other: &Self) -> bool {
        let bytes = |policy: &Self| {
            let mut out = Writer::default();
            policy.save(&mut out);
            out.finish()
        };
        bytes(self) == bytes(other)
    }
}

impl<const PREWARM: bool> Adaptive<PREWARM> {
    /// A policy that has seen nothing.
    pub fn new(terms: AdaptiveTerms, prior: Arc<Prior>) -> Self {
        Self::of(Learnt::new(terms, PREWARM, prior))
    }

    fn of(learnt: Learnt) -> Self {
        let break_even_ms = break_even_ms(&learnt.pricing.terms.prices);
        Adaptive {
            cold_ms: learnt.cold_ms,
            break_even_ms,
            last_at: NEVER,
            busy: 0,
            instances: Instances::default(),
            cold_calls: VecDeque::new(),
            ahead: 0,
            busy_ms: 0.0,
            done: 0.0,
            ideal: Ideal::new(),
            episodes: Episodes::new(learnt.cold_ms, break_even_ms),
            learnt,
        }
    }

    /// See [`Learnt::seen`].
    pub fn seen(&self) -> [f64; 8] {
        self.learnt.seen()
    }

    #[inline(always)]
    fn ideal_arrival(&mut self, at: i64) {
        let (level, released) = self.ideal.arrive(at);
        self.learnt.bursts.observe(level.saturating_add(1));
        let is_long = released.is_some_and(|(since, load)| self.learn_gap(level, at, since, usize::from(load)));
        if is_long || released.is_none() || self.episodes.concerns(at) {
            self.follow(level, at, is_long, is_long || released.is_none());
        }
    }

    /// A gap of `level` ended: learns it, and says whether it was long.
    #[inline(always)]
    fn learn_gap(&mut self, level: u32, at: i64, since: i64, load: usize) -> bool {
        let gap = (at - since).max(0);
        let by_load = self.learnt.loads.at(load);
        let window = by_load.window();
        by_load.observe(gap);
        let long = self.learnt.pricing.terms.prices.cold_start_usd * EPISODE_SHARE;
        let known = self.learnt.planned(class_of(level));
        known.observe(gap, window);
        let costs = known.costs;
        if level == 0 && PREWARM {
            self.learnt.clock.observe(since, at, &costs);
        }
        gap as f64 * costs.idle > long
    }

    /// Tells the episodes that are on of a call, and begins one after a long gap.
    #[inline(never)]
    fn follow(&mut self, level: u32, at: i64, is_long: bool, is_first: bool) {
        while let Some((over, followers)) = self.episodes.end_one(at) {
            self.learnt.pricing.followers += followers;
            self.learnt.levels.at(class_of(over)).cascade.followers += followers;
        }
        let mean = self.mean_ms() as i64;
        if is_first {
            self.episodes.first_call(level, at, mean);
        } else {
            self.episodes.call(at, mean);
        }
        if is_long && self.episodes.begin(level, at, mean) {
            self.learnt.pricing.episodes += 1.0;
            self.learnt.levels.at(class_of(level)).cascade.episodes += 1.0;
        }
    }

    /// What the instance released to `level` is to do: its first warm interval, ms after `from`.
    #[inline(always)]
    fn answer(&mut self, level: u32, from: i64) -> Warmth {
        if level >= self.ideal.most_busy() {
            self.learnt.plan = Plan::Spare;
            self.learnt.level = level;
            return Warmth { from: 0, to: self.spare_ms() };
        }
        let class = class_of(level);
        let known = self.learnt.planned(class);
        let costs = known.costs;
        let answer = known.answer();
        let own = match answer {
            Answer::Intervals => first_of(&known.intervals),
            Answer::Window | Answer::ByLoad => Warmth { from: 0, to: known.window },
        };
        let by_load = self.learnt.window_by_load(self.ideal.load(), &costs);
        self.learnt.level = level;
        if PREWARM && level == 0 && self.ideal.is_quiet() && self.learnt.plan_by_clock(from) {
            self.learnt.plan = Plan::Clock;
            return first_of(self.learnt.clock.intervals());
        }
        self.learnt.plan = answer.into();
        if answer == Answer::ByLoad {
            return Warmth { from: 0, to: by_load };
        }
        own
    }

    /// How long an instance stays that the traffic would never have needed, had no call been cold: it may soon be needed, as load that
    /// rises goes on to. A cold call and the next must find it, or each cold start would bring about another for ever.
    #[inline(never)]
    fn spare_ms(&self) -> i64 {
        let share = self.break_even_ms as f64 * self.learnt.pricing.pressure * SPARE_SHARE;
        (share as i64).max(self.cold_ms + self.mean_ms() as i64)
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        self.learnt.save_terms(out);
        out.u32(self.busy);
        self.instances.save(out);
        out.u32(self.cold_calls.len() as u32);
        self.cold_calls.iter().for_each(|&at| out.i64(at));
        out.u32(self.ahead as u32);
        out.f64(self.busy_ms);
        out.f64(self.done);
        out.i64(self.last_at);
        self.ideal.save(out);
        self.episodes.save(out);
        self.learnt.save(out);
    }

    /// The policy that was saved; `prior` is not in its state. Errors: `BAD_STATE`.
    pub(crate) fn load_state(from: &mut Reader<'_>, prior: Arc<Prior>) -> Result<Self> {
        let mut policy = Self::of(Learnt::load_terms(from, PREWARM, prior)?);
        policy.busy = from.u32()?;
        policy.instances = Instances::load(from)?;
        for _ in 0..from.u32()? {
            let at = from.time()?;
            let fits = policy.cold_calls.back().is_none_or(|&last| last <= at);
            ensure(fits, Code::BadState, || "policy state has cold calls out of order".into())?;
            policy.cold_calls.push_back(at);
        }
        policy.ahead = from.u32()? as usize;
        ensure(policy.ahead <= policy.cold_calls.len(), Code::BadState, || {
            "policy state is ahead of its calls".into()
        })?;
        policy.busy_ms = from.amount()?;
        policy.done = from.amount()?;
        policy.last_at = from.time()?;
        ensure(policy.cold_calls.back().is_none_or(|&last| last <= policy.last_at), Code::BadState, || {
            "policy state has a cold call that is yet to come".into()
        })?;
        policy.ideal = Ideal::load_state(from, policy.last_at)?;
        policy.episodes.restore(from, policy.last_at)?;
        policy.learnt.restore(from, policy.last_at)?;
        Ok(policy)
    }
}

/// How long idling costs no more than a cold start, at most [`LONGEST_MS`].
fn break_even_ms(prices: &FunctionPrices) -> i64 {
    if prices.cold_start_usd < prices.idle_usd_per_ms * LONGEST_MS {
        (prices.cold_start_usd / prices.idle_usd_per_ms) as i64
    } else {
        LONGEST_MS as i64
    }
}

fn first_of(intervals: &[Warmth]) -> Warmth {
    intervals.first().copied().unwrap_or(Warmth { from: 0, to: 0 })
}

impl<const PREWARM: bool> Policy for Adaptive<PREWARM> {
    const TICKS: bool = PREWARM;
    const IMMEDIATE: bool = !PREWARM;
    const ARRIVALS: bool = true;

    fn on_arrival(&mut self, at: i64, busy: u32) {
        // What is reported late counts as happening now.
        let at = at.max(self.last_at);
        self.settle(at);
        self.agree(at, busy.saturating_sub(1));
        self.busy = busy;
        self.ideal_arrival(at);
        let cold = !self.instances.take(at);
        if cold {
            self.cold_calls.push_back(at);
        }
        self.learnt.press(cold);
    }

    fn on_release(&mut self, at: i64) -> WarmInterval {
        let at = at.max(self.last_at);
        self.settle(at);
        self.busy = self.busy.saturating_sub(1);
        let was_cold = self.end_call(at);
        if was_cold && self.ahead > 0 {
            self.ahead -= 1;
        } else {
            self.ideal_release(at);
        }
        // A cold call's instance would have been released earlier: its plan counts from then.
        let base = if was_cold { at - self.cold_ms } else { at };
        let warmth = self.answer(self.busy, base);
        let mut from = (base + warmth.from).max(at);
        if from < at + self.cold_ms {
            // There is no time for a fresh one.
            from = at;
        }
        let prewarm_ms = from - at;
        let mut keep_alive_ms = (base + warmth.to - from).max(0);
        if prewarm_ms == 0 && !self.cold_calls.is_empty() {
            // While others start, calls come that a warm instance spares a start of their own.
            keep_alive_ms = keep_alive_ms.max(self.cold_ms);
        }
        self.instances.push(from, from + keep_alive_ms);
        WarmInterval { prewarm_ms, keep_alive_ms }
    }

    fn on_tick(&mut self, now: i64, counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        if !PREWARM {
            return;
        }
        let now = now.max(self.last_at);
        self.settle(now);
        self.agree(now, counts.busy);
        self.busy = counts.busy;
        self.instances.forget(now);
        self.start_promised(now, counts, starts);
        self.start_ahead(now, starts);
    }

    fn on_gap(&mut self, from: i64, until: i64) {
        // Calls that run were told: they go on, and end.
        let told = self.last_at;
        let begin = from.max(told);
        self.settle(begin);
        self.agree(begin, self.busy);
        let until = until.max(begin);
        self.settle(until);
        self.ideal.stand(from, begin, until);
        self.instances.stand(from, told, until);
        self.episodes.forget();
        self.learnt.bursts.stand(until, self.ideal.busy());
    }
}
