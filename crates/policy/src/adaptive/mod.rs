//! Learns each function's idle gaps and weighs, at every release, idle memory against the cold starts it avoids.
//!
//! Instances are told apart by level: the number of calls still running when one is released. The latest released serves the next call,
//! so that a call which makes `n + 1` busy ends the gap of the instance released to level `n`. As cold starts would blur this, the
//! policy follows the same traffic as it would be had every call been warm, and learns whole gaps, never cut by its own decisions.
//! Each level forecasts its next gap by decayed hazards over a pooled prior ([`prior`]) and plans its cheapest warm intervals or
//! window ([`program`]); what each plan would have cost on the recent gaps decides which is used ([`level`]). A cold start is charged
//! with those that it brings about ([`cascade`]). Calls by the clock ([`clock`]) and bursts by the clock ([`bursts`]) are planned for
//! where they were seen to pay.

mod bins;
mod bursts;
mod cascade;
mod clock;
mod concurrency;
mod counted;
mod gaps;
mod ideal;
mod level;
mod merge;
mod prior;
mod program;

pub use prior::{Prior, PRIOR_LENGTH};

use crate::state::{Reader, Writer};
use crate::{Counts, FunctionPrices, Policy, Start, WarmInterval};
use bins::class_of;
use bursts::Bursts;
use clock::Clock;
use concurrency::LOADS;
use ideal::Ideal;
use isotherm_numeric::{ensure, Code, Result, MAX_EXACT};
use level::{level_costs, Answer, Level, Load, Workspace};
use program::{Costs, Warmth};
use std::collections::VecDeque;
use std::sync::Arc;

/// Ticks are at most so far apart, ms: an instance that is to be warm until the next one must be started at this one.
const TICK_MS: i64 = 60_000;
/// Levels that a tick looks at.
const TICK_LEVELS: usize = 64;
/// Episodes of all levels that count at one: its own weigh against them.
const POOLED_EPISODES: f64 = 4.0;
/// A gap this much of the break-even time begins an episode: shorter ones are never left cold.
const EPISODE_SHARE: f64 = 0.2;
/// How fast a target moves the price, per call.
const TARGET_STEP: f64 = 0.05;
const TARGET_MOST: f64 = 1024.0;
/// Before every instant.
const NEVER: i64 = -(MAX_EXACT as i64);
/// A release is taken for a cold call's when it comes this much of the mean duration too early for it.
const DURATION_SLACK: f64 = 0.1;
/// A mean duration beyond this is taken for it, ms: sums of times stay exact.
const LONGEST_MEAN_MS: f64 = (1_u64 << 50) as f64;

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
    terms: AdaptiveTerms,
    cold_ms: i64,
    prior: Arc<Prior>,
    /// A cold start's price is multiplied by this, to meet the target.
    pressure: f64,
    /// The instances as they are: how many are busy, and those idle or promised, by release, `[begin, end]`.
    busy: u32,
    pool: Vec<(i64, i64)>,
    /// Arrivals of cold calls that are not over; the first `ahead` of them would be over had they been warm.
    cold_calls: VecDeque<i64>,
    ahead: usize,
    /// Mean duration of warm calls: their busy ms and their number.
    busy_ms: f64,
    done: f64,
    last_at: i64,
    /// The same traffic had no call been cold.
    ideal: Ideal,
    levels: Vec<Option<Box<Level>>>,
    loads: Vec<Option<Box<Load>>>,
    /// Episodes of all levels, and their followers.
    episodes: f64,
    followers: f64,
    clock: Clock,
    by_clock: bool,
    bursts: Bursts,
    room: Workspace,
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
        let cold_ms = terms.prices.cold_start_ms as i64;
        Adaptive {
            terms,
            cold_ms,
            prior,
            pressure: 1.0,
            busy: 0,
            pool: Vec::new(),
            cold_calls: VecDeque::new(),
            ahead: 0,
            busy_ms: 0.0,
            done: 0.0,
            last_at: NEVER,
            ideal: Ideal::new(),
            levels: Vec::new(),
            loads: Vec::new(),
            episodes: 0.0,
            followers: 0.0,
            clock: Clock::new(),
            by_clock: false,
            bursts: Bursts::new(),
            room: Workspace::default(),
        }
    }

    /// `[gaps seen at level 0, window there in ms, followers of a cold start there, pressure of the target, 1 if by the clock]`.
    pub fn seen(&self) -> [f64; 5] {
        let level = self.levels.first().and_then(|level| level.as_deref());
        let by_clock = if self.by_clock { 1.0 } else { 0.0 };
        let (gaps, window) = level.map_or((0, 0), |level| (level.gaps.seen(), level.window));
        [f64::from(gaps), window as f64, self.followers_at(0), self.pressure, by_clock]
    }

    fn level(&mut self, class: usize) -> &mut Level {
        if self.levels.len() <= class {
            self.levels.resize(class + 1, None);
        }
        self.levels[class].get_or_insert_with(|| Box::new(Level::new()))
    }

    fn known(&self, class: usize) -> Option<&Level> {
        self.levels.get(class).and_then(|level| level.as_deref())
    }

    fn load(&mut self, load: usize) -> &mut Load {
        if self.loads.len() <= load {
            self.loads.resize(load + 1, None);
        }
        self.loads[load].get_or_insert_with(|| Box::new(Load::new()))
    }

    fn mean_ms(&self) -> f64 {
        if self.done > 0.0 {
            (self.busy_ms / self.done).min(LONGEST_MEAN_MS)
        } else {
            0.0
        }
    }

    fn followers_at(&self, class: usize) -> f64 {
        let pooled = self.followers / (self.episodes + 1.0);
        let (episodes, followers) =
            self.known(class).map_or((0.0, 0.0), |level| (level.cascade.episodes, level.cascade.followers));
        (followers + POOLED_EPISODES * pooled) / (episodes + POOLED_EPISODES)
    }

    fn costs_at(&self, class: usize) -> Costs {
        let prices = &self.terms.prices;
        let pre_warm = if PREWARM { prices.pre_warm_usd } else { f64::INFINITY };
        let cold = prices.cold_start_usd * self.pressure;
        level_costs(prices.idle_usd_per_ms, cold, pre_warm, self.followers_at(class), class > 0)
    }

    /// Whether an idle instance serves a call that arrives now.
    fn take(&mut self, at: i64) -> bool {
        let mut i = self.pool.len();
        while i > 0 {
            i -= 1;
            let (begin, end) = self.pool[i];
            if end < at {
                self.pool.remove(i);
            } else if begin <= at {
                self.pool.remove(i);
                return true;
            }
        }
        // A cold start takes the place of the latest promise.
        if let Some(i) = self.pool.iter().rposition(|&(begin, _)| begin > at) {
            self.pool.remove(i);
        }
        false
    }

    /// Counts busy time until `now`, while no call is cold, and releases the cold calls that would be over had they been warm.
    fn settle(&mut self, now: i64) {
        if self.cold_calls.is_empty() {
            self.busy_ms += f64::from(self.busy) * (now - self.last_at) as f64;
        }
        self.last_at = now;
        if self.ahead == self.cold_calls.len() {
            return;
        }
        let mean = self.mean_ms() as i64;
        while self.ahead < self.cold_calls.len() {
            let over = self.cold_calls[self.ahead] + mean;
            if over > now {
                break;
            }
            self.ahead += 1;
            self.ideal_release(over);
        }
    }

    fn busy_above(&self, class: usize, at: i64) -> i64 {
        self.known(class + 1).map_or(0, |level| level.cascade.busy_until(at))
    }

    fn ideal_release(&mut self, at: i64) {
        let Some((at, level)) = self.ideal.release(at) else { return };
        let class = class_of(level);
        let cold_ms = self.cold_ms;
        if !self.level(class).cascade.is_open() {
            return self.level(class).cascade.free(at, 0, cold_ms);
        }
        let (mean, above) = (self.mean_ms(), self.busy_above(class, at));
        let cascade = &mut self.level(class).cascade;
        cascade.free(at, above, cold_ms);
        self.followers += cascade.end_if_over(at, cold_ms, mean);
    }

    fn ideal_arrival(&mut self, at: i64) {
        let (level, released) = self.ideal.arrive(at);
        self.bursts.observe(level.saturating_add(1));
        let class = class_of(level);
        let Some((since, load)) = released else {
            return self.level(class).cascade.serve(at);
        };
        let gap = (at - since).max(0);
        let by_load = self.load(usize::from(load));
        let window = by_load.window();
        by_load.observe(gap);
        self.plan(class);
        let long = self.terms.prices.cold_start_usd * EPISODE_SHARE;
        let cold_ms = self.cold_ms;
        let known = self.level(class);
        known.observe(gap, window);
        let costs = known.costs;
        known.cascade.serve(at);
        if known.cascade.is_open() {
            let mean = self.mean_ms();
            self.followers += self.level(class).cascade.end_if_over(at, cold_ms, mean);
        }
        if gap as f64 * costs.idle > long && !self.level(class).cascade.is_open() {
            let above = self.busy_above(class, at);
            self.level(class).cascade.begin(at, above);
            self.episodes += 1.0;
        }
        if level == 0 && PREWARM {
            self.clock.observe(since, at, &costs);
        }
    }

    /// Brings the plans of a level up to date.
    #[inline]
    fn plan(&mut self, class: usize) {
        if !self.level(class).is_due() {
            return;
        }
        let costs = self.costs_at(class);
        let renew_from = TICK_MS + self.cold_ms;
        if let Some(level) = self.levels[class].as_deref_mut() {
            level.plan(&self.prior, class > 0, &costs, renew_from, &mut self.room);
        }
    }

    /// What the instance released to `level` is to do: its first warm interval, ms after `from`.
    fn answer(&mut self, level: u32, from: i64) -> Warmth {
        let class = class_of(level);
        self.plan(class);
        let costs = self.level(class).costs;
        let load = self.ideal.load();
        self.load(load);
        if let Some(by_load) = self.loads[load].as_deref_mut() {
            by_load.plan(&self.prior, &costs, &mut self.room);
        }
        let by_load = self.load(load).window();
        self.by_clock = false;
        if PREWARM && level == 0 && self.ideal.is_quiet() {
            if let Some(own) = self.levels[class].as_deref() {
                let renew_from = TICK_MS + self.cold_ms;
                self.by_clock = self.clock.plan(from, &own.intervals, &costs, renew_from, &mut self.room);
            }
        }
        let none = Warmth { from: 0, to: 0 };
        if self.by_clock {
            return self.clock.intervals().first().copied().unwrap_or(none);
        }
        let Some(known) = self.known(class) else { return none };
        match known.answer() {
            Answer::Intervals => known.intervals.first().copied().unwrap_or(none),
            Answer::Window => Warmth { from: 0, to: known.window },
            Answer::ByLoad => Warmth { from: 0, to: by_load },
        }
    }

    /// Starts what the levels' intervals promise before the next tick and no instance will be there for.
    fn start_promised(&mut self, now: i64, counts: Counts, starts: &mut Vec<Start>) {
        let most = u64::from(counts.warm_idle) + u64::from(counts.pending);
        let from = now + self.cold_ms;
        let mut wanted = 0;
        for i in 0..self.ideal.idle().min(TICK_LEVELS) {
            let (level, since) = self.ideal.idle_at(i);
            let class = class_of(level);
            let idle = from - since;
            self.plan(class);
            let by_clock = level == 0 && self.by_clock;
            let Some(known) = self.levels[class].as_deref() else { continue };
            if !by_clock && known.answer() != Answer::Intervals {
                wanted += usize::from(idle <= known.window);
                continue;
            }
            let intervals = if by_clock { self.clock.intervals() } else { &known.intervals };
            let Some(next) = intervals.iter().find(|warmth| warmth.to >= idle).copied() else { continue };
            if next.from > idle + TICK_MS {
                continue;
            }
            wanted += 1;
            if next.from <= idle {
                continue;
            }
            let begin = since + next.from;
            let there = self.pool.iter().filter(|&&(_, end)| end >= begin).count();
            let alive = there.min(most as usize + starts.len()) + self.ahead;
            if wanted > alive {
                let interval = WarmInterval { prewarm_ms: begin - now, keep_alive_ms: next.to - next.from };
                starts.push(Start { count: 1, interval });
                self.pool.push((begin, since + next.to));
            }
        }
    }

    /// Starts what a burst of the next minute is likely to need.
    fn start_ahead(&mut self, now: i64, starts: &mut Vec<Start>) {
        self.bursts.tick(now, self.ideal.busy());
        let begin = now + TICK_MS;
        let mut alive = self.pool.iter().filter(|&&(_, end)| end >= begin).count() + self.ideal.busy() as usize;
        if alive == 0 && self.ideal.idle() > 0 {
            // The lowest level has plans of its own.
            let (_, since) = self.ideal.idle_at(0);
            let own = self.known(0).map_or(&[][..], |level| &level.intervals);
            let intervals = if self.by_clock { self.clock.intervals() } else { own };
            alive = usize::from(intervals.iter().any(|warmth| warmth.to >= begin - since));
        }
        let mut bursts = std::mem::replace(&mut self.bursts, Bursts::new());
        let wanted = bursts.wanted(alive, |level| self.costs_at(class_of(level)));
        self.bursts = bursts;
        if wanted > alive {
            let count = (wanted - alive) as u32;
            let prewarm_ms = TICK_MS.max(self.cold_ms);
            starts.push(Start { count, interval: WarmInterval { prewarm_ms, keep_alive_ms: TICK_MS } });
            let begin = now + prewarm_ms;
            self.pool.extend((0..count).map(|_| (begin, begin + TICK_MS)));
        }
    }

    /// Moves the price of a cold start towards what meets the target.
    fn press(&mut self, cold: bool) {
        if let Some(target) = self.terms.target {
            let step = TARGET_STEP * (if cold { 1.0 } else { 0.0 } - target);
            self.pressure = (self.pressure * (1.0 + step)).clamp(1.0, TARGET_MOST);
        }
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        let prices = &self.terms.prices;
        out.f64(prices.idle_usd_per_ms);
        out.f64(prices.cold_start_usd);
        out.f64(prices.pre_warm_usd);
        out.f64(prices.cold_start_ms);
        out.f64(self.terms.target.unwrap_or(-1.0));
        out.f64(self.pressure);
        out.u32(self.busy);
        out.u32(self.pool.len() as u32);
        for &(begin, end) in &self.pool {
            out.i64(begin);
            out.i64(end);
        }
        out.u32(self.cold_calls.len() as u32);
        self.cold_calls.iter().for_each(|&at| out.i64(at));
        out.u32(self.ahead as u32);
        out.f64(self.busy_ms);
        out.f64(self.done);
        out.i64(self.last_at);
        self.ideal.save(out);
        save_known(&self.levels, out, Level::save);
        save_known(&self.loads, out, Load::save);
        out.f64(self.episodes);
        out.f64(self.followers);
        self.clock.save(out);
        out.u8(u8::from(self.by_clock));
        self.bursts.save(out);
    }

    /// The policy that was saved; `prior` is not in its state. Errors: `BAD_STATE`.
    pub(crate) fn load_state(from: &mut Reader<'_>, prior: Arc<Prior>) -> Result<Self> {
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
        let mut policy = Adaptive::new(AdaptiveTerms { prices, target: Some(target).filter(|&t| t >= 0.0) }, prior);
        policy.pressure = from.amount()?;
        policy.busy = from.u32()?;
        for _ in 0..from.u32()? {
            let instance = (from.time()?, from.time()?);
            ensure(instance.0 <= instance.1, Code::BadState, || {
                "policy state ends an interval before it begins".into()
            })?;
            policy.pool.push(instance);
        }
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
        policy.ideal = Ideal::load_state(from)?;
        policy.levels = load_known(from, class_of(u32::MAX) + 1, Level::load)?;
        policy.loads = load_known(from, LOADS, Load::restore)?;
        policy.episodes = from.amount()?;
        policy.followers = from.amount()?;
        policy.clock = Clock::load(from)?;
        policy.by_clock = from.u8()? != 0;
        policy.bursts = Bursts::load(from)?;
        Ok(policy)
    }
}

fn save_known<T>(list: &[Option<Box<T>>], out: &mut Writer, save: impl Fn(&T, &mut Writer)) {
    out.u8(list.len() as u8);
    for known in list {
        out.u8(u8::from(known.is_some()));
        if let Some(known) = known {
            save(known, out);
        }
    }
}

fn load_known<T>(
    from: &mut Reader<'_>,
    most: usize,
    load: impl Fn(&mut Reader<'_>) -> Result<T>,
) -> Result<Vec<Option<Box<T>>>> {
    let count = usize::from(from.u8()?);
    ensure(count <= most, Code::BadState, || format!("policy state has {count} classes, expected at most {most}"))?;
    (0..count).map(|_| if from.u8()? != 0 { Ok(Some(Box::new(load(from)?))) } else { Ok(None) }).collect()
}

impl<const PREWARM: bool> Policy for Adaptive<PREWARM> {
    const TICKS: bool = PREWARM;
    const IMMEDIATE: bool = !PREWARM;
    const ARRIVALS: bool = true;

    fn on_arrival(&mut self, at: i64, busy: u32) {
        // What is reported late counts as happening now.
        let at = at.max(self.last_at);
        self.settle(at);
        self.busy = busy;
        self.ideal_arrival(at);
        let cold = !self.take(at);
        if cold {
            self.cold_calls.push_back(at);
        }
        self.press(cold);
    }

    fn on_release(&mut self, at: i64) -> WarmInterval {
        let at = at.max(self.last_at);
        self.settle(at);
        self.busy = self.busy.saturating_sub(1);
        let first = self.cold_calls.front().copied();
        match first {
            None => self.done += 1.0,
            // Until a call was warm, the first cold one tells the duration.
            Some(first) if self.done == 0.0 && first + self.cold_ms <= at => {
                self.done = 1.0;
                self.busy_ms = (at - first - self.cold_ms) as f64;
            }
            Some(_) => {}
        }
        let was_cold = first.is_some_and(|first| {
            let slack = 1 + (self.mean_ms() * DURATION_SLACK) as i64;
            first + self.cold_ms + self.mean_ms() as i64 <= at + slack || self.cold_calls.len() > self.busy as usize
        });
        if was_cold {
            self.cold_calls.pop_front();
        }
        if was_cold && self.ahead > 0 {
            self.ahead -= 1;
        } else {
            self.ideal_release(at);
        }
        // A cold call's instance would have been released earlier: its plan counts from then.
        let base = if was_cold { at - self.cold_ms } else { at };
        let warmth = self.answer(self.busy, base);
        let from = (base + warmth.from).max(at);
        let prewarm_ms = from - at;
        let mut keep_alive_ms = (base + warmth.to - from).max(0);
        if prewarm_ms == 0 && !self.cold_calls.is_empty() {
            // While others start, calls come that a warm instance spares a start of their own.
            keep_alive_ms = keep_alive_ms.max(self.cold_ms);
        }
        self.pool.push((from, from + keep_alive_ms));
        WarmInterval { prewarm_ms, keep_alive_ms }
    }

    fn on_tick(&mut self, now: i64, counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        if !PREWARM {
            return;
        }
        let now = now.max(self.last_at);
        self.settle(now);
        self.pool.retain(|&(_, end)| end >= now);
        self.start_promised(now, counts, starts);
        self.start_ahead(now, starts);
    }
}
