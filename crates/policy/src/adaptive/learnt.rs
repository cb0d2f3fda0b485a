//! What the policy has learnt of one function, and the plans that it makes of that.

use super::bins::class_of;
use super::bursts::Bursts;
use super::cascade::Cascade;
use super::clock::Clock;
use super::concurrency::LOADS;
use super::known::Known;
use super::level::{level_costs, Answer, Level, Load, Workspace};
use super::prior::Prior;
use super::program::{Costs, Warmth};
use super::AdaptiveTerms;
use crate::state::{Reader, Writer};
use crate::FunctionPrices;
use isotherm_numeric::{ensure, Code, Result};
use std::sync::Arc;

/// Episodes of all levels that count at one: its own weigh against them.
const POOLED_EPISODES: f64 = 4.0;
/// How fast a target moves the price, per call.
const TARGET_STEP: f64 = 0.05;
const TARGET_MOST: f64 = 1024.0;
/// How much it moves until all plans are made anew.
const STALE_PRESSURE: f64 = 1.1;

/// What a level's cold starts weigh.
#[derive(Clone, Debug)]
pub struct Pricing {
    pub terms: AdaptiveTerms,
    /// USD; infinite where instances only stay.
    pre_warm_usd: f64,
    /// A cold start's price is multiplied by this, to meet the target.
    pub pressure: f64,
    /// As it was when all plans were last made anew for it.
    planned_pressure: f64,
    /// Episodes of all levels, and their followers.
    pub episodes: f64,
    pub followers: f64,
}

impl Pricing {
    /// How many more calls a cold start makes cold at a level with these episodes.
    fn followers_of(&self, own: Option<&Cascade>) -> f64 {
        let pooled = self.followers / (self.episodes + 1.0);
        let (episodes, followers) = own.map_or((0.0, 0.0), |cascade| (cascade.episodes, cascade.followers));
        (followers + POOLED_EPISODES * pooled) / (episodes + POOLED_EPISODES)
    }

    /// At the level `class` with these episodes.
    fn costs_of(&self, class: usize, own: Option<&Cascade>) -> Costs {
        let prices = &self.terms.prices;
        let cold = prices.cold_start_usd * self.pressure;
        level_costs(prices.idle_usd_per_ms, cold, self.pre_warm_usd, self.followers_of(own), class > 0)
    }

    /// Moves the price of a cold start towards what meets the target; whether plans of before no longer hold.
    fn press(&mut self, cold: bool, target: f64) -> bool {
        let step = TARGET_STEP * (if cold { 1.0 } else { 0.0 } - target);
        self.pressure = (self.pressure * (1.0 + step)).clamp(1.0, TARGET_MOST);
        let (high, low) = (self.planned_pressure * STALE_PRESSURE, self.planned_pressure / STALE_PRESSURE);
        let stale = self.pressure > high || self.pressure < low;
        if stale {
            self.planned_pressure = self.pressure;
        }
        stale
    }
}

/// Which plan decided at a release, in the numbers of `seen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// There was no release yet.
    None = 0,
    Intervals = 1,
    Window = 2,
    ByLoad = 3,
    /// The minutes of the hour.
    Clock = 4,
    /// An instance that the traffic would not have needed, had no call been cold.
    Spare = 5,
}

impl Plan {
    const ALL: [Plan; 6] = [Plan::None, Plan::Intervals, Plan::Window, Plan::ByLoad, Plan::Clock, Plan::Spare];
}

impl From<Answer> for Plan {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Intervals => Plan::Intervals,
            Answer::Window => Plan::Window,
            Answer::ByLoad => Plan::ByLoad,
        }
    }
}

/// Levels, loads, the clock and bursts.
#[derive(Clone, Debug)]
pub struct Learnt {
    pub pricing: Pricing,
    pub prior: Arc<Prior>,
    pub cold_ms: i64,
    pub levels: Known<Level>,
    pub loads: Known<Load>,
    pub clock: Clock,
    /// What decided at the last release, and which level that was at.
    pub plan: Plan,
    pub level: u32,
    pub bursts: Bursts,
    room: Workspace,
}

impl Learnt {
    pub fn new(terms: AdaptiveTerms, pre_warms: bool, prior: Arc<Prior>) -> Self {
        let pre_warm_usd = if pre_warms { terms.prices.pre_warm_usd } else { f64::INFINITY };
        Learnt {
            cold_ms: terms.prices.cold_start_ms as i64,
            pricing: Pricing {
                terms,
                pre_warm_usd,
                pressure: 1.0,
                planned_pressure: 1.0,
                episodes: 0.0,
                followers: 0.0,
            },
            prior,
            levels: Known::new(),
            loads: Known::new(),
            clock: Clock::new(),
            plan: Plan::None,
            level: 0,
            bursts: Bursts::new(),
            room: Workspace::default(),
        }
    }

    /// `[gaps seen at level 0, window there in ms, followers of a cold start there, pressure of the target, 1 if by the clock, plan of the last
    /// release, its level, gaps seen there]`.
    pub fn seen(&self) -> [f64; 8] {
        let gaps = |class: usize| self.levels.get(class).map_or(0.0, |level| f64::from(level.gaps.seen()));
        let window = self.levels.get(0).map_or(0, |level| level.window);
        let followers = self.pricing.followers_of(self.levels.get(0).map(|level| &level.cascade));
        let by_clock = if self.is_by_clock() { 1.0 } else { 0.0 };
        let (plan, level) = (f64::from(self.plan as u8), f64::from(self.level));
        let pressure = self.pricing.pressure;
        [gaps(0), window as f64, followers, pressure, by_clock, plan, level, gaps(class_of(self.level))]
    }

    /// Whether the clock decided at the last release.
    #[inline(always)]
    pub fn is_by_clock(&self) -> bool {
        self.plan == Plan::Clock
    }

    /// The level, its plans brought up to date.
    #[inline(always)]
    pub fn planned(&mut self, class: usize) -> &mut Level {
        let level = self.levels.at(class);
        if level.is_due() {
            let costs = self.pricing.costs_of(class, Some(&level.cascade));
            level.plan(&self.prior, class > 0, &costs, self.cold_ms, &mut self.room);
        }
        level
    }

    /// The window of a load, ms, brought up to date.
    #[inline(always)]
    pub fn window_by_load(&mut self, load: usize, costs: &Costs) -> i64 {
        let known = self.loads.at(load);
        if known.is_due() {
            known.plan(&self.prior, costs, &mut self.room);
        }
        known.window()
    }

    /// Plans by the clock for what was released at `at` to the lowest level; whether to follow that.
    pub fn plan_by_clock(&mut self, at: i64) -> bool {
        let own = self.levels.at(0);
        self.clock.plan(at, &own.intervals, &own.costs, self.cold_ms, &mut self.room)
    }

    /// The intervals that hold for the lowest level.
    pub fn lowest_intervals(&self) -> &[Warmth] {
        if self.is_by_clock() {
            self.clock.intervals()
        } else {
            self.levels.get(0).map_or(&[], |level| &level.intervals)
        }
    }

    /// How many instances the next minute is worth to have, when `alive` will be.
    pub fn wanted(&mut self, alive: u64) -> u64 {
        let (pricing, levels) = (&self.pricing, &self.levels);
        self.bursts.wanted(alive, |level| {
            let class = class_of(level);
            pricing.costs_of(class, levels.get(class).map(|level| &level.cascade))
        })
    }

    /// A call was cold, or was not.
    #[inline(always)]
    pub fn press(&mut self, cold: bool) {
        if let Some(target) = self.pricing.terms.target {
            if self.pricing.press(cold, target) {
                self.replan();
            }
        }
    }

    /// No plan holds any longer.
    #[inline(never)]
    fn replan(&mut self) {
        self.levels.each_mut().for_each(Level::replan);
        self.loads.each_mut().for_each(Load::replan);
    }

    /// Adds what another has learnt of the function; all plans are made anew.
    pub fn merge(&mut self, other: &Learnt) {
        self.pricing.episodes += other.pricing.episodes;
        self.pricing.followers += other.pricing.followers;
        for (class, level) in other.levels.each() {
            self.levels.at(class).merge(level);
        }
        for (load, known) in other.loads.each() {
            self.loads.at(load).merge(known);
        }
        // A level that only one of them knows is planned by the followers of both.
        self.replan();
        self.clock.merge(&other.clock);
        self.bursts.merge(&other.bursts);
    }

    pub(crate) fn save_terms(&self, out: &mut Writer) {
        let terms = &self.pricing.terms;
        let prices = &terms.prices;
        out.f64(prices.idle_usd_per_ms);
        out.f64(prices.cold_start_usd);
        out.f64(prices.pre_warm_usd);
        out.f64(prices.cold_start_ms);
        out.f64(terms.target.unwrap_or(-1.0));
        out.f64(self.pricing.pressure);
        out.f64(self.pricing.planned_pressure);
    }

    pub(crate) fn load_terms(from: &mut Reader<'_>, pre_warms: bool, prior: Arc<Prior>) -> Result<Self> {
        let prices = FunctionPrices {
            idle_usd_per_ms: from.amount()?,
            cold_start_usd: from.amount()?,
            pre_warm_usd: from.amount()?,
            cold_start_ms: from.amount()?,
        };
        let whole = prices.cold_start_ms <= f64::from(u32::MAX) && prices.cold_start_ms.floor() == prices.cold_start_ms;
        ensure(whole, Code::BadState, || format!("policy state has a cold start of {} ms", prices.cold_start_ms))?;
        let target = from.f64()?;
        ensure(target == -1.0 || (0.0..=1.0).contains(&target), Code::BadState, || {
            format!("policy state has the target {target}, expected a share")
        })?;
        let terms = AdaptiveTerms { prices, target: Some(target).filter(|&target| target >= 0.0) };
        let mut learnt = Learnt::new(terms, pre_warms, prior);
        for pressure in [&mut learnt.pricing.pressure, &mut learnt.pricing.planned_pressure] {
            *pressure = from.amount()?;
            ensure((1.0..=TARGET_MOST).contains(pressure), Code::BadState, || {
                format!("policy state has the pressure {pressure}, expected 1 to {TARGET_MOST}")
            })?;
        }
        Ok(learnt)
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        self.levels.save(out, Level::save);
        self.loads.save(out, Load::save);
        out.f64(self.pricing.episodes);
        out.f64(self.pricing.followers);
        self.clock.save(out);
        out.u8(self.plan as u8);
        out.u32(self.level);
        self.bursts.save(out);
    }

    /// What was learnt until `now`.
    pub(crate) fn restore(&mut self, from: &mut Reader<'_>, now: i64) -> Result<()> {
        self.levels = Known::load(from, class_of(u32::MAX) + 1, Level::load)?;
        self.loads = Known::load(from, LOADS, Load::restore)?;
        self.pricing.episodes = from.amount()?;
        self.pricing.followers = from.amount()?;
        self.clock = Clock::load(from)?;
        let plan = from.u8()?;
        ensure(usize::from(plan) < Plan::ALL.len(), Code::BadState, || format!("policy state has the plan {plan}"))?;
        self.plan = Plan::ALL[usize::from(plan)];
        self.level = from.u32()?;
        self.bursts = Bursts::load(from, now)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adaptive::level::Answer;
    use crate::PRIOR_LENGTH;

    #[test]
    fn a_price_that_has_moved_asks_for_new_plans() {
        let prices =
            FunctionPrices { idle_usd_per_ms: 1e-9, cold_start_usd: 5e-4, pre_warm_usd: 5e-5, cold_start_ms: 1000.0 };
        let due_after = |target: Option<f64>, cold: usize| {
            let prior = Arc::new(Prior::parse(&[0.1; PRIOR_LENGTH]).unwrap());
            let mut learnt = Learnt::new(AdaptiveTerms { prices, target }, true, prior);
            *learnt.levels.at(0) = Level::answering(Answer::Window, 0, vec![]);
            *learnt.loads.at(0) = Load::with_window(0);
            (0..cold).for_each(|_| learnt.press(true));
            (learnt.levels.at(0).is_due(), learnt.loads.at(0).is_due())
        };
        // Two cold calls raise it by a tenth.
        assert_eq!(due_after(Some(0.0), 1), (false, false));
        assert_eq!(due_after(Some(0.0), 2), (true, true));
        assert_eq!(due_after(None, 100), (false, false));
    }
}
