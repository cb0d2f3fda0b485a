//! What is known of one level of concurrency, and what to do with the instance that is released to it.

use super::cascade::Cascade;
use super::gaps::Gaps;
use super::prior::Prior;
use super::program::{
    cheapest, cheapest_window, load_warmths, load_window, paid, paid_window, save_warmths, Costs, Move, Stretch, Warmth,
};
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// What was spent is remembered over the last hundred gaps or so.
const KEEP_SPENT: f64 = 0.99;
/// The context's window is chosen no earlier than after so many gaps.
const FIRST_BY_CONTEXT: u32 = 5;
/// How much cheaper, in cold starts, what is not the plain window must have been.
const MARGIN: f64 = 0.1;
/// Instances above the lowest are started at ticks only for more: another release often serves their call meanwhile.
const UPPER_PRE_WARM: f64 = 3.0;

/// Which of its three answers a level gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Warm intervals, pre-warms and starts at ticks among them.
    Intervals,
    /// One window from the release on.
    Window,
    /// The window of the present load, whatever the level.
    ByLoad,
}

/// One level, or one class of higher levels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    pub gaps: Gaps,
    pub cascade: Cascade,
    /// The plans that hold now.
    pub intervals: Vec<Warmth>,
    pub window: i64,
    /// The prices that they were made for.
    pub costs: Costs,
    /// Gaps until the plans are made anew.
    due: u32,
    /// What each answer would have cost, decayed, USD.
    spent: [f64; 3],
    compared: u32,
}

/// Room that planning needs and that holds nothing between calls.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub stretches: Vec<Stretch>,
    pub moves: Vec<Move>,
}

impl Level {
    /// A gap of this level: charges each answer for it, then learns it.
    #[inline(always)]
    pub fn observe(&mut self, gap: i64, by_load: i64) {
        let costs = &self.costs;
        let spent =
            [paid(&self.intervals, gap, costs), paid_window(self.window, gap, costs), paid_window(by_load, gap, costs)];
        for (sum, spent) in self.spent.iter_mut().zip(spent) {
            *sum = *sum * KEEP_SPENT + spent;
        }
        self.compared = self.compared.saturating_add(1);
        self.gaps.observe(gap);
        self.due = self.due.saturating_sub(1);
    }

    /// Whether enough gaps came since the plans were made.
    #[inline(always)]
    pub fn is_due(&self) -> bool {
        self.due == 0
    }

    /// Makes the plans anew. Time: O(bins).
    #[inline(never)]
    pub fn plan(&mut self, prior: &Prior, upper: bool, costs: &Costs, start_ms: i64, room: &mut Workspace) {
        self.costs = *costs;
        let beyond = self.gaps.forecast(prior, upper, &mut room.stretches);
        if costs.pre_warm < f64::INFINITY {
            cheapest(&room.stretches, beyond, costs, start_ms, &mut room.moves, &mut self.intervals);
        }
        self.window = cheapest_window(&room.stretches, costs);
        self.due = next_due(&self.gaps);
    }

    /// The answer that was cheapest on the recent gaps.
    #[inline(always)]
    pub fn answer(&self) -> Answer {
        let [intervals, window, by_load] = self.spent;
        let margin = self.costs.cold * MARGIN;
        let by_load = if self.compared >= FIRST_BY_CONTEXT { by_load + margin } else { f64::INFINITY };
        if self.costs.pre_warm < f64::INFINITY && intervals + margin <= window && intervals <= by_load {
            Answer::Intervals
        } else if window <= by_load {
            Answer::Window
        } else {
            Answer::ByLoad
        }
    }

    /// Adds what another has learnt of the level, and what the answers would have cost it.
    pub fn merge(&mut self, other: &Level) {
        self.gaps.merge(&other.gaps);
        self.cascade.merge(&other.cascade);
        for (sum, spent) in self.spent.iter_mut().zip(other.spent) {
            *sum += spent;
        }
        self.compared = self.compared.saturating_add(other.compared);
    }

    /// The plans no longer hold.
    pub fn replan(&mut self) {
        self.due = 0;
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        self.gaps.save(out);
        self.cascade.save(out);
        save_warmths(&self.intervals, out);
        out.i64(self.window);
        out.f64(self.costs.idle);
        out.f64(self.costs.cold);
        out.f64(self.costs.pre_warm);
        out.u32(self.due);
        self.spent.iter().for_each(|&spent| out.f64(spent));
        out.u32(self.compared);
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        Ok(Level {
            gaps: Gaps::load(from)?,
            cascade: Cascade::load(from)?,
            intervals: load_warmths(from)?,
            window: load_window(from)?,
            costs: Costs { idle: from.amount()?, cold: from.amount()?, pre_warm: from.price()? },
            due: load_due(from)?,
            spent: [from.amount()?, from.amount()?, from.amount()?],
            compared: from.u32()?,
        })
    }
}

#[cfg(test)]
impl Level {
    /// One that gives this answer for long.
    pub fn answering(answer: Answer, window: i64, intervals: Vec<Warmth>) -> Self {
        let mut spent = [1.0; 3];
        spent[answer as usize] = 0.0;
        Level { window, intervals, due: 1000, spent, compared: FIRST_BY_CONTEXT, ..Level::default() }
    }
}

#[cfg(test)]
impl Load {
    /// One with this window for long.
    pub fn with_window(window: i64) -> Self {
        Load { window, due: 1000, ..Load::default() }
    }
}

/// However many were seen, plans are made anew once per memory of the gaps.
const MOST_SEEN: u32 = 25_600;

/// Plans change slowly once much was seen: they are made anew after a fiftieth as many gaps.
fn next_due(gaps: &Gaps) -> u32 {
    if gaps.seen() == 0 {
        0
    } else {
        1 + gaps.seen().min(MOST_SEEN) / 50
    }
}

fn load_due(from: &mut Reader<'_>) -> Result<u32> {
    let due = from.u32()?;
    ensure(due <= 1 + MOST_SEEN / 50, Code::BadState, || format!("policy state plans anew after {due} gaps"))?;
    Ok(due)
}

/// Prices at a level: a cold start with its followers, and the price of a start.
pub fn level_costs(idle: f64, cold: f64, pre_warm: f64, followers: f64, upper: bool) -> Costs {
    Costs { idle, cold: cold * (1.0 + followers), pre_warm: if upper { pre_warm * UPPER_PRE_WARM } else { pre_warm } }
}

/// Gaps by the load at the release, relative to the load of the last minute, over all levels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    pub gaps: Gaps,
    window: i64,
    due: u32,
}

impl Load {
    /// The window that holds now, ms.
    pub fn window(&self) -> i64 {
        self.window
    }

    #[inline(always)]
    pub fn observe(&mut self, gap: i64) {
        self.gaps.observe(gap);
        self.due = self.due.saturating_sub(1);
    }

    /// Whether enough gaps came since the window was made.
    #[inline(always)]
    pub fn is_due(&self) -> bool {
        self.due == 0
    }

    /// Makes the window anew. Time: O(bins).
    #[inline(never)]
    pub fn plan(&mut self, prior: &Prior, costs: &Costs, room: &mut Workspace) {
        self.gaps.forecast(prior, true, &mut room.stretches);
        self.window = cheapest_window(&room.stretches, costs);
        self.due = next_due(&self.gaps);
    }

    /// Adds the gaps that another has seen.
    pub fn merge(&mut self, other: &Load) {
        self.gaps.merge(&other.gaps);
    }

    /// The window no longer holds.
    pub fn replan(&mut self) {
        self.due = 0;
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        self.gaps.save(out);
        out.i64(self.window);
        out.u32(self.due);
    }

    pub(crate) fn restore(from: &mut Reader<'_>) -> Result<Self> {
        Ok(Load { gaps: Gaps::load(from)?, window: load_window(from)?, due: load_due(from)? })
    }
}
