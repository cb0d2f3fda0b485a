//! A function's minutes: runs of active ones, and the waiting times between them.

use super::category::{possible, Prediction};
use crate::gap::stood;
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};
use std::collections::VecDeque;

/// How many waiting times are remembered: what is older is forgotten.
pub const REMEMBERED: usize = 512;
const MOST: i64 = u32::MAX as i64;

/// A run of active minutes and the waiting time that ended it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Minutes.
    pub active: u32,
    /// Calls in them.
    pub calls: u32,
    /// Minutes without activity behind them.
    pub waited: u32,
    /// How the rule for possible functions, derived from what was known then, would have met this waiting time.
    pub foreseen: bool,
    /// Minutes that it would have kept an instance idle.
    pub idle: u32,
}

/// What is known of a function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    runs: VecDeque<Run>,
    /// Unlike waiting times of `runs`, ascending, with how often each occurs.
    waits: Vec<(u32, u32)>,
    /// The last minute with activity.
    last: Option<i64>,
    /// Whether data was missing since: what ended the run is not known.
    is_cut: bool,
    /// Minutes and calls of the run that goes on.
    active: i64,
    calls: i64,
}

impl Runs {
    /// A call arrives in minute `slot`, `busy` instances serving right after it; whether there is news.
    #[inline]
    pub fn arrival(&mut self, slot: i64, busy: u32) -> bool {
        let news = match self.last {
            Some(last) if !self.is_cut && slot - last > 1 && busy <= 1 => {
                self.end_run(slot - last - 1);
                self.last = Some(slot);
                (self.active, self.calls) = (1, 0);
                true
            }
            _ => self.release(slot),
        };
        self.calls = (self.calls + 1).min(MOST);
        news
    }

    /// An instance was busy up to minute `slot`; whether there is news.
    #[inline]
    pub fn release(&mut self, slot: i64) -> bool {
        if self.is_cut {
            self.is_cut = false;
            self.last = Some(slot);
            (self.active, self.calls) = (1, 0);
            return true;
        }
        let more = self.last.map_or(1, |last| slot - last);
        if more > 0 {
            self.active = (self.active + more).min(MOST);
            self.last = Some(slot);
        }
        more > 0
    }

    /// Nothing is known of the minutes `from` to `until`: they are not waited for, and the next activity begins a run.
    pub fn stand(&mut self, from: i64, until: i64) {
        let Some(last) = self.last else { return };
        self.last = Some(stood(last, from, until));
        self.is_cut = true;
    }

    fn end_run(&mut self, waited: i64) {
        let waited = waited.min(MOST) as u32;
        let prediction = possible(&self.waits);
        let run = Run {
            active: self.active as u32,
            calls: self.calls as u32,
            waited,
            foreseen: prediction.foresees(i64::from(waited)),
            idle: prediction.idle(i64::from(waited)),
        };
        if self.runs.len() == REMEMBERED {
            if let Some(oldest) = self.runs.pop_front() {
                self.forget(oldest.waited);
            }
        }
        self.remember(run);
    }

    fn remember(&mut self, run: Run) {
        match self.waits.binary_search_by_key(&run.waited, |&(waited, _)| waited) {
            Ok(at) => self.waits[at].1 += 1,
            Err(at) => self.waits.insert(at, (run.waited, 1)),
        }
        self.runs.push_back(run);
    }

    fn forget(&mut self, waited: u32) {
        if let Ok(at) = self.waits.binary_search_by_key(&waited, |&(waited, _)| waited) {
            self.waits[at].1 -= 1;
            if self.waits[at].1 == 0 {
                self.waits.remove(at);
            }
        }
    }

    /// Ended runs, the oldest first.
    pub fn ended(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter()
    }

    /// Unlike waiting times, ascending, with how often each occurs.
    pub fn waits(&self) -> &[(u32, u32)] {
        &self.waits
    }

    /// How many waiting times are remembered.
    pub fn known(&self) -> usize {
        self.runs.len()
    }

    /// Minutes of the run that goes on.
    pub fn active(&self) -> i64 {
        self.active
    }

    /// The last minute with activity.
    pub fn last_active(&self) -> Option<i64> {
        self.last
    }

    pub fn save(&self, out: &mut Writer) {
        out.i64(self.last.unwrap_or(i64::MIN));
        out.u8(u8::from(self.is_cut));
        out.u32(self.active as u32);
        out.u32(self.calls as u32);
        out.u32(self.runs.len() as u32);
        for run in &self.runs {
            for value in [run.active, run.calls, run.waited, u32::from(run.foreseen), run.idle] {
                out.u32(value);
            }
        }
    }

    pub fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut runs = Runs { last: from.instant()?, ..Runs::default() };
        runs.is_cut = from.u8()? != 0;
        (runs.active, runs.calls) = (i64::from(from.u32()?), i64::from(from.u32()?));
        let known = from.u32()?;
        ensure(known as usize <= REMEMBERED, Code::BadState, || {
            format!("policy state has {known} waiting times, expected at most {REMEMBERED}")
        })?;
        for _ in 0..known {
            let [mut active, mut calls, mut waited, mut foreseen, mut idle] = [0; 5];
            for value in [&mut active, &mut calls, &mut waited, &mut foreseen, &mut idle] {
                *value = from.u32()?;
            }
            ensure(waited > 0 && foreseen <= 1, Code::BadState, || "policy state has no waiting time".into())?;
            runs.remember(Run { active, calls, waited, foreseen: foreseen == 1, idle });
        }
        Ok(runs)
    }
}

impl Prediction {
    /// Whether an instance would be warm in the minute behind a wait of `waited`.
    fn foresees(&self, waited: i64) -> bool {
        self.iter().any(|&(first, last)| (first..=last).contains(&waited))
    }

    /// Minutes of a wait of `waited` in which it would idle: the first, and each that follows one in which a call is expected.
    fn idle(&self, waited: i64) -> u32 {
        let mut idle = 1;
        let mut counted = 0;
        for &(first, last) in self.iter() {
            let (from, to) = (first.max(counted + 1), last.min(waited - 1));
            idle += (to - from + 1).max(0);
            counted = counted.max(to);
        }
        idle as u32
    }
}
