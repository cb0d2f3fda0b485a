//! Calls by the clock: at which minutes of the hour a function is called, and when to be warm for them.
//!
//! Timers drift and miss beats, so that the time since the last call says less than the minute of the hour does. The plan by the
//! clock is used while it has been cheaper than the level's own.

use super::counted::{added, MOST_COUNTED};
use super::level::Workspace;
use super::program::{cheapest, load_warmths, paid, save_warmths, Costs, Stretch, Warmth};
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, ln, Code, Result};

const MINUTE: i64 = 60_000;
const MINUTES: usize = 60;
/// Periods, in minutes, that an hour is a multiple of.
const PERIODS: [usize; 12] = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
/// How many minutes ahead it plans.
const AHEAD: i64 = 180;
const KEEP_MINUTE: f64 = 0.98;
const KEEP_SHARE: f64 = 0.99;
const KEEP_SPENT: f64 = 0.95;
/// Plans to compare, and by how much cheaper, before it is used.
const LEAST_COMPARED: u32 = 3;
const CHEAPER: f64 = 0.95;
/// However long it has run, its period is looked for anew within as many gaps as it remembers.
const MOST_BEATS: u32 = 1600;
/// Above this share of gaps within one minute the clock is of no use.
const MOSTLY_WITHIN: f64 = 0.9;

/// Minutes of the hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Per minute: gaps that ended in it and that reached it, decayed.
    ended: [f32; MINUTES],
    reached: [f32; MINUTES],
    /// Per minute: the earliest and the latest call, ms into it.
    earliest: [u16; MINUTES],
    latest: [u16; MINUTES],
    /// Gaps within one minute, and all, decayed.
    within: f64,
    all: f64,
    /// What the level's own plan and this one would have cost, decayed, USD.
    spent: [f64; 2],
    compared: u32,
    /// The period that explains them best, gaps over a minute, and how many until it is looked for anew.
    period: u8,
    beats: u32,
    due: u32,
    /// The plan, and the level's own when it was made; none when the clock says nothing.
    plan: Vec<Warmth>,
    rival: Vec<Warmth>,
}

impl Clock {
    pub fn new() -> Self {
        Clock {
            ended: [0.0; MINUTES],
            reached: [0.0; MINUTES],
            earliest: [u16::MAX; MINUTES],
            latest: [0; MINUTES],
            within: 0.0,
            all: 0.0,
            spent: [0.0; 2],
            compared: 0,
            period: 1,
            beats: 0,
            due: 0,
            plan: Vec::new(),
            rival: Vec::new(),
        }
    }

    /// The plan made at the last release.
    pub fn intervals(&self) -> &[Warmth] {
        &self.plan
    }

    /// A gap of the lowest level ended: charges both plans for it, then learns it.
    pub fn observe(&mut self, released: i64, at: i64, costs: &Costs) {
        if !self.plan.is_empty() {
            self.spent[0] = self.spent[0] * KEEP_SPENT + paid(&self.rival, at - released, costs);
            self.spent[1] = self.spent[1] * KEEP_SPENT + paid(&self.plan, at - released, costs);
            self.compared = self.compared.saturating_add(1);
        }
        let (first, last) = (released.div_euclid(MINUTE), at.div_euclid(MINUTE));
        self.within = self.within * KEEP_SHARE + if first == last { 1.0 } else { 0.0 };
        self.all = self.all * KEEP_SHARE + 1.0;
        if first == last {
            return;
        }
        self.beats = self.beats.saturating_add(1);
        self.due = self.due.saturating_sub(1);
        // A gap of days says nothing more about a minute than a gap of one.
        for minute in (first + 1).max(last - 1440)..=last {
            let m = minute.rem_euclid(MINUTES as i64) as usize;
            self.reached[m] = (f64::from(self.reached[m]) * KEEP_MINUTE + 1.0) as f32;
            // Rounded once, as those that reached it: never more than they.
            let called = if minute == last { 1.0 } else { 0.0 };
            self.ended[m] = (f64::from(self.ended[m]) * KEEP_MINUTE + called) as f32;
        }
        let m = last.rem_euclid(MINUTES as i64) as usize;
        let offset = at.rem_euclid(MINUTE) as u16;
        self.earliest[m] = self.earliest[m].min(offset);
        self.latest[m] = self.latest[m].max(offset);
    }

    fn phase(&self, period: usize, phase: usize) -> (f64, f64) {
        let (mut ended, mut reached) = (0.0, 0.0);
        let mut m = phase;
        while m < MINUTES {
            ended += f64::from(self.ended[m]);
            reached += f64::from(self.reached[m]);
            m += period;
        }
        (ended, reached)
    }

    /// The period whose phases explain the gaps best, a parameter costing half the logarithm of the observations (BIC).
    fn best_period(&self) -> usize {
        let observed = self.phase(1, 0).1;
        if observed < 4.0 {
            return 1;
        }
        let penalty = 0.5 * ln(observed);
        let (mut best, mut found) = (f64::NEG_INFINITY, 1);
        for period in PERIODS {
            let mut fit = -(period as f64) * penalty;
            for phase in 0..period {
                let (ended, reached) = self.phase(period, phase);
                if ended > 0.0 && reached > ended {
                    let hazard = ended / reached;
                    fit += ended * ln(hazard) + (reached - ended) * ln(1.0 - hazard);
                }
            }
            if fit > best {
                best = fit;
                found = period;
            }
        }
        found
    }

    /// Makes the plan of an instance released at `at`; whether to follow it rather than `rival`. Time: O(minutes ahead); now and
    /// then O(12 periods of 60 minutes).
    pub fn plan(&mut self, at: i64, rival: &[Warmth], costs: &Costs, start_ms: i64, room: &mut Workspace) -> bool {
        self.plan.clear();
        // Before the first gap nothing is known: there is nothing to save either.
        if self.all == 0.0 || self.within > self.all * MOSTLY_WITHIN {
            return false;
        }
        if self.due == 0 {
            self.period = self.best_period() as u8;
            self.due = 1 + self.beats.min(MOST_BEATS) / 32;
        }
        if self.period == 1 {
            return false;
        }
        let beyond = self.forecast(at, usize::from(self.period), &mut room.stretches);
        cheapest(&room.stretches, beyond, costs, start_ms, &mut room.moves, &mut self.plan);
        self.rival.clear();
        self.rival.extend_from_slice(rival);
        self.compared >= LEAST_COMPARED && self.spent[1] < self.spent[0] * CHEAPER
    }

    fn forecast(&self, at: i64, period: usize, out: &mut Vec<Stretch>) -> f64 {
        let (ended, reached) = self.phase(1, 0);
        let mean = ended / (reached + 1.0);
        let mut hazards = [0.0; MINUTES];
        let mut begins = [0; MINUTES];
        let mut ends = [MINUTE; MINUTES];
        for phase in 0..period {
            let (ended, reached) = self.phase(period, phase);
            hazards[phase] = (ended + mean) / (reached + 1.0);
            let (mut earliest, mut latest) = (u16::MAX, 0);
            let mut m = phase;
            while m < MINUTES {
                earliest = earliest.min(self.earliest[m]);
                latest = latest.max(self.latest[m]);
                m += period;
            }
            if earliest <= latest {
                (begins[phase], ends[phase]) = (i64::from(earliest), i64::from(latest) + 1);
            }
        }
        let now = at.div_euclid(MINUTE);
        let mut left = 1.0;
        out.clear();
        out.reserve(3 * AHEAD as usize);
        let mut phase = now.rem_euclid(period as i64) as usize;
        for ahead in 0..AHEAD {
            let start = (now + ahead) * MINUTE - at;
            let (from, to) = (start.max(0), start + MINUTE);
            let (hazard, begin, end) = if ahead == 0 {
                ((self.within + 0.2) / (self.all + 1.0), from, to)
            } else {
                (hazards[phase], (start + begins[phase]).max(from), (start + ends[phase]).min(to))
            };
            phase = if phase + 1 == period { 0 } else { phase + 1 };
            let mass = left * hazard;
            left -= mass;
            if begin > from {
                out.push(Stretch { from, to: begin, mass: 0.0 });
            }
            out.push(Stretch { from: begin, to: end, mass });
            if end < to {
                out.push(Stretch { from: end, to, mass: 0.0 });
            }
        }
        left
    }

    /// Adds the calls that another has seen; the plan that is on stays.
    pub fn merge(&mut self, other: &Clock) {
        for m in 0..MINUTES {
            self.ended[m] = added(self.ended[m], other.ended[m]);
            self.reached[m] = added(self.reached[m], other.reached[m]);
            self.earliest[m] = self.earliest[m].min(other.earliest[m]);
            self.latest[m] = self.latest[m].max(other.latest[m]);
        }
        self.within += other.within;
        self.all += other.all;
        for (sum, spent) in self.spent.iter_mut().zip(other.spent) {
            *sum += spent;
        }
        self.compared = self.compared.saturating_add(other.compared);
        self.beats = self.beats.saturating_add(other.beats);
        self.due = 0;
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.f64(self.all);
        // Most functions are never called by the clock: one number says that there is nothing.
        if self.all == 0.0 {
            return;
        }
        out.f64(self.within);
        for m in 0..MINUTES {
            out.f32(self.ended[m]);
            out.f32(self.reached[m]);
            out.u16(self.earliest[m]);
            out.u16(self.latest[m]);
        }
        self.spent.iter().for_each(|&spent| out.f64(spent));
        out.u32(self.compared);
        out.u8(self.period);
        out.u32(self.beats);
        out.u32(self.due);
        save_warmths(&self.plan, out);
        save_warmths(&self.rival, out);
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut clock = Clock::new();
        clock.all = from.amount()?;
        if clock.all == 0.0 {
            return Ok(clock);
        }
        clock.within = from.amount()?;
        ensure(clock.within <= clock.all, Code::BadState, || {
            "policy state has more gaps within a minute than gaps".into()
        })?;
        for m in 0..MINUTES {
            (clock.ended[m], clock.reached[m]) = (from.f32_within(MOST_COUNTED)?, from.f32_within(MOST_COUNTED)?);
            (clock.earliest[m], clock.latest[m]) = (from.u16()?, from.u16()?);
            ensure(clock.ended[m] <= clock.reached[m], Code::BadState, || {
                format!("policy state has more gaps that ended in minute {m} than reached it")
            })?;
            let never = (clock.earliest[m], clock.latest[m]) == (u16::MAX, 0);
            let fits = never || clock.earliest[m] <= clock.latest[m] && i64::from(clock.latest[m]) < MINUTE;
            ensure(fits, Code::BadState, || format!("policy state has a call outside of minute {m}"))?;
        }
        clock.spent = [from.amount()?, from.amount()?];
        clock.compared = from.u32()?;
        clock.period = from.u8()?;
        ensure(PERIODS.contains(&usize::from(clock.period)), Code::BadState, || {
            format!("policy state has a period of {} minutes", clock.period)
        })?;
        clock.beats = from.u32()?;
        clock.due = from.u32()?;
        ensure(clock.due <= 1 + MOST_BEATS / 32, Code::BadState, || {
            format!("policy state looks for a period after {} gaps", clock.due)
        })?;
        clock.plan = load_warmths(from)?;
        clock.rival = load_warmths(from)?;
        Ok(clock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_period_and_warms_for_the_next_beat() {
        let costs = Costs { idle: 1e-9, cold: 5e-4, pre_warm: 5e-5 };
        let mut clock = Clock::new();
        let mut room = Workspace::default();
        let mut using = false;
        // Every quarter of an hour, 20 s into the minute; the plan of the level itself is never to be warm.
        for beat in 0..40 {
            let at = beat * 900_000 + 20_000;
            using = clock.plan(at, &[], &costs, 1000, &mut room);
            clock.observe(at, at + 900_000, &costs);
        }
        assert_eq!(clock.period, 15);
        assert!(using, "{clock:?}");
        let next = clock.intervals()[0];
        assert!(next.from > 890_000 && next.from <= 900_000 && next.to >= 900_000 && next.to < 901_000, "{next:?}");
    }
}
