//! Which instances a tick starts.

use super::bins::class_of;
use super::learnt::TICK_MS;
use super::level::Answer;
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
            let (level, since) = self.ideal.idle_at(i);
            let idle = from - since;
            let known = self.learnt.planned(class_of(level));
            let answer = known.answer();
            let window = known.window;
            let by_clock = level == 0 && self.learnt.by_clock;
            if !by_clock && answer != Answer::Intervals {
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
            let (_, since) = self.ideal.idle_at(0);
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
