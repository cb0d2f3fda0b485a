//! How many calls would have been cold, had an instance been missing: followed on the calls that came.
//!
//! An episode begins when a level becomes busy after a long gap. Had its instance been missing, the calls of the first `coldStartMs`
//! would have met as many instances as the level's number, and those that found none of them free would have started one each, for
//! themselves alone: a system with loss. They are charged to the highest level that is missing. What they started is there afterwards:
//! a level above that becomes busy within the break-even time would have found it, so that one follower costs nothing.

use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};
use std::collections::VecDeque;

/// Episodes at once.
const MOST: usize = 32;
/// The highest level that has episodes of its own.
const HIGHEST: u32 = 64;
/// A mean duration beyond this is taken for it, ms: products with a level are exact.
const LONGEST_MEAN_MS: i64 = 1 << 40;

#[derive(Clone, Debug, PartialEq)]
struct Episode {
    level: u32,
    at: i64,
    followers: f64,
    /// When the instances below the missing one become free, in the order of their calls.
    ends: VecDeque<i64>,
}

/// Episodes that are not settled yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Episodes {
    cold_ms: i64,
    /// From the begin of an episode until its spares are gone.
    lasts_ms: i64,
    /// The highest level first.
    open: Vec<Episode>,
    /// Calls are followed until then, and the first episode ends after.
    followed_until: i64,
    first_end: i64,
}

impl Episodes {
    pub fn new(cold_ms: i64, break_even_ms: i64) -> Self {
        let lasts_ms = cold_ms + break_even_ms;
        Episodes { cold_ms, lasts_ms, open: Vec::new(), followed_until: i64::MIN, first_end: i64::MAX }
    }

    /// Whether a call matters to any.
    #[inline(always)]
    pub fn concerns(&self, at: i64) -> bool {
        at <= self.followed_until || at > self.first_end
    }

    /// Ends one that is over: its level, and its followers.
    pub fn end_one(&mut self, at: i64) -> Option<(u32, f64)> {
        let i = self.open.iter().position(|episode| at > episode.at + self.lasts_ms)?;
        let episode = self.open.remove(i);
        self.time();
        Some((episode.level, episode.followers))
    }

    /// A call: it would be cold where all instances below a missing one are busy.
    pub fn call(&mut self, at: i64, mean_ms: i64) {
        self.pass(at, mean_ms, true);
    }

    /// A call that is the first of its level in long: charged to no other, and served by a follower where a lower level was missing.
    pub fn first_call(&mut self, level: u32, at: i64, mean_ms: i64) {
        self.pass(at, mean_ms, false);
        if let Some(below) = self.open.iter_mut().find(|below| below.level < level && below.followers > 0.0) {
            below.followers -= 1.0;
        }
    }

    fn pass(&mut self, at: i64, mean_ms: i64, mut charged: bool) {
        if at > self.followed_until {
            return;
        }
        for episode in &mut self.open {
            if at > episode.at + self.cold_ms {
                episode.ends.clear();
                continue;
            }
            while episode.ends.front().is_some_and(|&end| end <= at) {
                episode.ends.pop_front();
            }
            if episode.ends.len() < episode.level as usize {
                episode.ends.push_back(at + mean_ms);
            } else if charged {
                episode.followers += 1.0;
                charged = false;
            }
        }
    }

    /// Begins one, as many being busy as the level says, which become free one after the other; false where there is no room.
    pub fn begin(&mut self, level: u32, at: i64, mean_ms: i64) -> bool {
        let place = self.open.iter().position(|episode| episode.level <= level).unwrap_or(self.open.len());
        let is_on = self.open.get(place).is_some_and(|episode| episode.level == level);
        if is_on || level > HIGHEST || self.open.len() == MOST {
            return false;
        }
        let (count, mean) = (i64::from(level), mean_ms.min(LONGEST_MEAN_MS));
        let ends = (1..=count).map(|i| at + mean * i / count).collect();
        self.open.insert(place, Episode { level, at, followers: 0.0, ends });
        self.time();
        true
    }

    /// What has become of those that are on nobody knows.
    pub fn forget(&mut self) {
        self.open.clear();
        self.time();
    }

    fn time(&mut self) {
        let begins = || self.open.iter().map(|episode| episode.at);
        self.followed_until = begins().max().map_or(i64::MIN, |at| at + self.cold_ms);
        self.first_end = begins().min().map_or(i64::MAX, |at| at + self.lasts_ms);
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.u8(self.open.len() as u8);
        for episode in &self.open {
            out.u32(episode.level);
            out.i64(episode.at);
            out.f64(episode.followers);
            out.u8(episode.ends.len() as u8);
            episode.ends.iter().for_each(|&end| out.i64(end));
        }
    }

    /// Those that were on at `now`.
    pub(crate) fn restore(&mut self, from: &mut Reader<'_>, now: i64) -> Result<()> {
        let mut above = HIGHEST + 1;
        let count = usize::from(from.u8()?);
        ensure(count <= MOST, Code::BadState, || {
            format!("policy state has {count} episodes, expected at most {MOST}")
        })?;
        for _ in 0..count {
            let (level, at, followers) = (from.u32()?, from.time()?, from.amount()?);
            let busy = from.u8()?;
            ensure(level < above && at <= now && u32::from(busy) <= level, Code::BadState, || {
                format!("policy state has an episode of level {level} out of order")
            })?;
            above = level;
            let ends = (0..busy).map(|_| from.time()).collect::<Result<_>>()?;
            self.open.push(Episode { level, at, followers, ends });
        }
        self.time();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_that_finds_none_free_follows() {
        // Calls of 94 ms every 46 ms: two instances serve two of three.
        let mut episodes = Episodes::new(1000, 60_000);
        assert!(episodes.begin(2, 0, 94) && !episodes.begin(2, 0, 94));
        (1..=100).for_each(|i| episodes.call(46 * i, 94));
        assert_eq!(episodes.end_one(61_000), None);
        assert_eq!(episodes.end_one(61_001), Some((2, 7.0)));
        assert!(!episodes.concerns(61_001));
    }

    #[test]
    fn followers_serve_the_levels_above() {
        let mut episodes = Episodes::new(1000, 60_000);
        assert!(episodes.begin(0, 0, 100) && episodes.begin(1, 10, 100));
        // Both missing: the upper one is charged, the lower one once that has an instance free.
        (2..=4).for_each(|i| episodes.call(i * 20, 100));
        episodes.first_call(2, 5000, 100);
        assert_eq!([episodes.end_one(70_000), episodes.end_one(70_000)], [Some((1, 2.0)), Some((0, 0.0))]);
    }
}
