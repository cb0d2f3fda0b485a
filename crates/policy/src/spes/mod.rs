//! Categories from a function's own past, then a rule per category: after SPES, re-derived online.
//!
//! Time is cut into minutes. A waiting time is a number of whole minutes without activity between two that have some. Source: Lee,
//! Zhu, Yang, Huo, Su, He, Lyu, "SPES: Towards Optimizing Performance-Resource Trade-Off for Serverless Functions", ICDE 2024, and the
//! thresholds of its authors' published code. What differs is in `docs/rivals.md`.

mod category;
mod runs;

use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval, FOREVER};
use category::{Category, Rule};
use isotherm_numeric::Result;
use runs::Runs;

const SLOT_MS: i64 = 60_000;

/// Warm while the rule of the function's category expects a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Spes {
    prewarm_ms: i64,
    runs: Runs,
    /// Follows from `runs`; derived anew where they have changed.
    rule: Rule,
    stale: bool,
}

impl Spes {
    /// Instances started ahead of an expected call are warm after `prewarm_ms`, the start time.
    pub fn new(prewarm_ms: i64) -> Self {
        Spes { prewarm_ms, runs: Runs::default(), rule: Rule::default(), stale: false }
    }

    /// `[category, waiting times known, first minute of those in which a call is expected, last]`; minutes of waiting, -1 for none.
    pub fn seen(&self) -> [f64; 4] {
        let rule = Rule::derive(&self.runs);
        let first = rule.expected().first().map_or(-1.0, |&(first, _)| first as f64);
        let last = rule.expected().iter().map(|&(_, last)| last).max().map_or(-1.0, |last| last as f64);
        [f64::from(rule.category() as u8), self.runs.known() as f64, first, last]
    }

    fn settle(&mut self) {
        if self.stale {
            self.rule = Rule::derive(&self.runs);
            self.stale = false;
        }
    }

    /// From `at_ms`, in the minute `slot`, to the end of the minutes that the rule keeps warm from the waiting minute `from` on.
    fn keep_alive_ms(&self, at_ms: i64, slot: i64, active: i64, from: i64) -> i64 {
        let end = active + 1 + self.rule.end_of_warm(from);
        (end - slot) * SLOT_MS - 1 - at_ms.rem_euclid(SLOT_MS)
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.i64(self.prewarm_ms);
        self.runs.save(out);
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        Ok(Spes { prewarm_ms: from.span()?, runs: Runs::load(from)?, rule: Rule::default(), stale: true })
    }
}

impl Policy for Spes {
    const TICKS: bool = true;
    const IMMEDIATE: bool = false;
    const ARRIVALS: bool = true;

    #[inline]
    fn on_arrival(&mut self, at_ms: i64, busy: u32) {
        self.stale |= self.runs.arrival(at_ms.div_euclid(SLOT_MS), busy);
    }

    #[inline]
    fn on_release(&mut self, at_ms: i64) -> WarmInterval {
        let slot = at_ms.div_euclid(SLOT_MS);
        self.stale |= self.runs.release(slot);
        self.settle();
        WarmInterval { prewarm_ms: 0, keep_alive_ms: self.keep_alive_ms(at_ms, slot, slot, 0) }
    }

    fn on_tick(&mut self, now_ms: i64, counts: Counts, _forecast: Option<&[f64]>, starts: &mut Vec<Start>) {
        let slot = now_ms.div_euclid(SLOT_MS);
        let Some(active) = self.runs.last_active() else {
            return;
        };
        // One instance stands for the function, as in the paper; of those that are always warm more stay as long as of dense ones.
        let waiting = slot - 1 - active;
        if waiting < 0 || counts.busy > 0 || counts.warm_idle > 0 || counts.pending > 0 {
            return;
        }
        self.settle();
        if !self.rule.is_warm(waiting) {
            return;
        }
        let keep_alive_ms = if self.rule.category() == Category::AlwaysWarm {
            FOREVER
        } else {
            self.keep_alive_ms(now_ms, slot, active, waiting) - self.prewarm_ms
        };
        if keep_alive_ms >= 0 {
            let interval = WarmInterval { prewarm_ms: self.prewarm_ms, keep_alive_ms };
            starts.push(Start { count: 1, interval });
        }
    }

    fn on_gap(&mut self, from_ms: i64, until_ms: i64) {
        self.runs.stand(from_ms.div_euclid(SLOT_MS), until_ms.div_euclid(SLOT_MS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    /// Called for 1 s at 30 s into each of the minutes; the answer to the last release.
    fn called(policy: &mut Spes, minutes: impl IntoIterator<Item = i64>) -> WarmInterval {
        let mut answer = WarmInterval { prewarm_ms: 0, keep_alive_ms: -1 };
        for minute in minutes {
            policy.on_arrival(minute * MINUTE + 30_000, 1);
            answer = policy.on_release(minute * MINUTE + 31_000);
        }
        answer
    }

    /// Minutes from `from` to `to` at whose ticks an instance would be started, with the minute in which its interval ends.
    fn started(policy: &mut Spes, from: i64, to: i64) -> Vec<(i64, i64)> {
        let end = |minute: i64, start: &Start| {
            (minute * MINUTE + start.interval.prewarm_ms + start.interval.keep_alive_ms) / MINUTE
        };
        (from..=to)
            .filter_map(|minute| {
                let mut starts = Vec::new();
                policy.on_tick(minute * MINUTE, Counts::default(), None, &mut starts);
                starts.first().map(|start| (minute, end(minute, start)))
            })
            .collect()
    }

    fn category(policy: &Spes) -> f64 {
        policy.seen()[0]
    }

    #[test]
    fn unknown_functions_stay_for_the_rest_of_the_next_minute() {
        let mut policy = Spes::new(1000);
        // Released at 31 s: up to the last ms of the minute that follows.
        assert_eq!(called(&mut policy, [0]), WarmInterval { prewarm_ms: 0, keep_alive_ms: 2 * MINUTE - 1 - 31_000 });
        assert_eq!(policy.seen(), [0.0, 0.0, -1.0, -1.0]);
        assert_eq!(started(&mut policy, 1, 200), [(1, 1)]);
    }

    #[test]
    fn regular_functions_are_expected_around_their_beat_and_the_next() {
        let mut policy = Spes::new(1000);
        called(&mut policy, (0..=4).map(|i| i * 30));
        // Waiting times: four of 29 minutes. The last call was in minute 120; the beat is 30 minutes, 2 are allowed beside it:
        // waiting minutes 28 to 32, so that an instance is warm in the minute behind each, 149 to 153; and 179 to 183.
        assert_eq!(policy.seen(), [2.0, 4.0, 28.0, 62.0]);
        let starts = started(&mut policy, 122, 200);
        assert_eq!(
            starts.iter().map(|&(minute, _)| minute).collect::<Vec<_>>(),
            [149, 150, 151, 152, 153, 179, 180, 181, 182, 183]
        );
        assert_eq!((starts[0].1, starts[5].1), (153, 183));
    }

    #[test]
    fn appro_regular_functions_are_expected_behind_each_of_their_few_waits() {
        let mut policy = Spes::new(1000);
        // Waits of 19 and 39 minutes, twice each, and no other.
        called(&mut policy, [0, 20, 60, 80, 120]);
        assert_eq!(policy.seen(), [3.0, 4.0, 18.0, 42.0]);
        let minutes: Vec<i64> = started(&mut policy, 122, 200).iter().map(|&(minute, _)| minute).collect();
        assert_eq!(minutes, [139, 140, 141, 142, 143, 159, 160, 161, 162, 163]);
    }

    #[test]
    fn dense_functions_wait_five_minutes_and_as_long_as_a_call_is_expected() {
        let mut policy = Spes::new(1000);
        // Waits of 1, 2, 3, 4 minutes in turn: nine tenths are under 5, no three are nine tenths of all. Range 1 to 4: waiting minutes 0 to 7.
        let minutes = [0, 2, 5, 9, 14, 16, 19, 23, 28];
        let answer = called(&mut policy, minutes);
        assert_eq!(category(&policy), 4.0);
        assert_eq!(policy.seen()[2..], [0.0, 7.0]);
        // Behind waiting minute 8 it is gone: warm to the end of minute 28 + 8.
        assert_eq!(answer.keep_alive_ms, (28 + 8 + 1) * MINUTE - 1 - (28 * MINUTE + 31_000));
    }

    #[test]
    fn successive_functions_come_in_long_runs_that_nothing_foretells() {
        let mut policy = Spes::new(1000);
        // Runs of ten minutes; waits that differ.
        called(&mut policy, (0..10).chain(110..120).chain(320..330).chain(630..631));
        assert_eq!(policy.seen(), [5.0, 3.0, -1.0, -1.0]);
    }

    #[test]
    fn what_is_left_is_possible_where_waits_repeat_and_foresight_paid() {
        let mut policy = Spes::new(1000);
        // Waits: 100, 300, 100, 500, 100, 700, 100, ... each even one another. From the third 100 on the repeated wait was foreseen.
        let mut minutes = vec![0];
        for wait in [100, 300, 100, 500, 100, 700, 100, 900, 100, 1100, 100] {
            minutes.push(minutes[minutes.len() - 1] + wait + 1);
        }
        called(&mut policy, minutes.iter().copied());
        // Pulsed: every one of 11 waits is cold, 3 idle minutes each: 33. Possible: four of 11 were foreseen, 7 are cold. Idle: 1 minute each
        // while nothing was known to repeat (3), and from then on 1 and those behind waiting minutes 99 to 103: in a wait of
        // 100 one more (four times), in a longer one five (four times). 3 + 4 x 2 + 4 x 6 = 35. Seven cold starts are more than a
        // tenth of the calls; four fewer of them weigh 0.5 x 4 x 33 = 66, two more idle minutes 2 x 7 = 14: foresight pays.
        assert_eq!(policy.seen(), [6.0, 11.0, 99.0, 103.0]);
        let mut pulsed = Spes::new(1000);
        called(&mut pulsed, [0, 101, 402, 1003]);
        assert_eq!(pulsed.seen(), [7.0, 3.0, -1.0, -1.0]);
    }

    #[test]
    fn always_warm_functions_are_known_after_a_thousand_minutes() {
        let mut policy = Spes::new(1000);
        called(&mut policy, 0..999);
        assert_eq!(category(&policy), 0.0);
        let answer = called(&mut policy, [999]);
        assert_eq!(category(&policy), 1.0);
        assert_eq!(answer.keep_alive_ms, (999 + 6) * MINUTE - 1 - (999 * MINUTE + 31_000));
        let mut starts = Vec::new();
        policy.on_tick(1010 * MINUTE, Counts::default(), None, &mut starts);
        let interval = WarmInterval { prewarm_ms: 1000, keep_alive_ms: FOREVER };
        assert_eq!(starts, [Start { count: 1, interval }]);
    }

    #[test]
    fn old_waits_are_forgotten() {
        let mut policy = Spes::new(1000);
        called(&mut policy, (0..600).map(|i| i * 30));
        called(&mut policy, (0..600).map(|i| 18_000 + i * 60));
        // 512 waits of 59 minutes; those of 29 are gone.
        assert_eq!(policy.seen(), [2.0, 512.0, 58.0, 122.0]);
    }
}
