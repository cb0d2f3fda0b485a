//! Which instances a tick starts.

use super::bins::class_of;
use super::level::Answer;
use super::program::TICK_MS;
use super::Adaptive;
use crate::{Counts, Start, WarmInterval};

/// Levels that a tick looks at.
const TICK_LEVELS: usize = 64;

impl<const PREWARM: bool> Adaptive<PREWARM> {
    /// Starts what the levels' intervals promise before the next tick and no instance will be there for.
    pub(super) fn start_promised(&mut self, now: i64, counts: Counts, starts: &mut Vec<Start>) {
        let most = u64::from(counts.warm_idle) + u64::from(counts.pending);
        let from = now + self.cold_ms;
        let mut wanted = 0;
        for i in 0..self.ideal.idle().min(TICK_LEVELS) {
            let (level, since, load) = self.ideal.idle_at(i);
            let idle = from - since;
            let known = self.learnt.planned(class_of(level));
            let answer = known.answer();
            let mut window = known.window;
            let by_clock = level == 0 && self.learnt.is_by_clock();
            if !by_clock && answer != Answer::Intervals {
                if answer == Answer::ByLoad {
                    window = self.learnt.loads.at(load).window();
                }
                wanted += u64::from(idle <= window);
                continue;
            }
            let learnt = &mut self.learnt;
            let intervals =
                if by_clock { learnt.clock.intervals() } else { &learnt.levels.at(class_of(level)).intervals };
            let Some(next) = intervals.iter().find(|warmth| warmth.to >= idle).copied() else { continue };
            if next.from > idle + TICK_MS {
                continue;
            }
            wanted += 1;
            if next.from <= idle {
                continue;
            }
            let begin = since + next.from;
            let there = self.instances.until(begin).min(most + starts.len() as u64);
            if wanted > there + self.ahead as u64 {
                let interval = WarmInterval { prewarm_ms: begin - now, keep_alive_ms: next.to - next.from };
                starts.push(Start { count: 1, interval });
                self.instances.push(begin, since + next.to);
            }
        }
    }

    /// Starts what a burst of the next minute is likely to need.
    pub(super) fn start_ahead(&mut self, now: i64, starts: &mut Vec<Start>) {
        self.learnt.bursts.tick(now, self.ideal.busy());
        let begin = now + TICK_MS;
        let mut alive = self.instances.until(begin) + u64::from(self.ideal.busy());
        if alive == 0 && self.ideal.idle() > 0 {
            // The lowest level has plans of its own.
            let (_, since, _) = self.ideal.idle_at(0);
            alive = u64::from(self.learnt.lowest_intervals().iter().any(|warmth| warmth.to >= begin - since));
        }
        let wanted = self.learnt.wanted(alive);
        if wanted > alive {
            let count = (wanted - alive) as u32;
            let prewarm_ms = TICK_MS.max(self.cold_ms);
            starts.push(Start { count, interval: WarmInterval { prewarm_ms, keep_alive_ms: TICK_MS } });
            let begin = now + prewarm_ms;
            (0..count).for_each(|_| self.instances.push(begin, begin + TICK_MS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adaptive::level::{Level, Load};
    use crate::adaptive::program::Warmth;
    use crate::adaptive::{AdaptiveTerms, Prior, PRIOR_LENGTH};
    use crate::FunctionPrices;
    use std::sync::Arc;

    /// Two instances idle: that of level 1 since 1 s, that of level 0 since 2 s.
    fn two_idle() -> Adaptive<true> {
        let prices =
            FunctionPrices { idle_usd_per_ms: 0.0, cold_start_usd: 0.0, pre_warm_usd: 0.0, cold_start_ms: 1000.0 };
        let prior = Arc::new(Prior::parse(&[0.1; PRIOR_LENGTH]).unwrap());
        let mut policy = Adaptive::new(AdaptiveTerms { prices, target: None }, prior);
        policy.ideal.arrive(0);
        policy.ideal.arrive(0);
        policy.ideal.release(1000);
        policy.ideal.release(2000);
        policy
    }

    #[test]
    fn a_level_that_follows_the_load_counts_by_the_window_of_its_load() {
        for (window, started) in [(0, 0), (600_000, 1)] {
            let mut policy = two_idle();
            let load = policy.ideal.idle_at(0).2;
            *policy.learnt.levels.at(0) = Level::answering(Answer::ByLoad, 600_000 - window, vec![]);
            *policy.learnt.loads.at(load) = Load::with_window(window);
            let next = Warmth { from: 70_000, to: 80_000 };
            *policy.learnt.levels.at(1) = Level::answering(Answer::Intervals, 0, vec![next]);
            // One instance is there for both.
            policy.instances.push(0, 100_000);
            let mut starts = Vec::new();
            policy.start_promised(60_000, Counts { busy: 0, warm_idle: 1, pending: 0 }, &mut starts);
            assert_eq!(starts.len(), started);
        }
    }
}
