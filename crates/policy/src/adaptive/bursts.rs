//! Bursts by the clock: how many instances were busy at once in each minute of the last four hours, and which to start ahead.
//!
//! A burst that came at this minute of the last hours finds no instance idle, as the level has been idle for an hour. How often such a
//! prediction comes true is counted per function, by in how many of the hours seen the minute was so busy.

use super::program::Costs;
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

const MINUTE: i64 = 60_000;
const MINUTES: usize = 60;
const HOURS: usize = 4;
/// The most instances predicted.
const MOST: usize = 64;
/// A burst is more than the peak of the last minutes; less is the levels' own business.
const RECENT: i64 = 5;
/// One instance is never a burst.
const LEAST: u64 = 2;
const KEEP: f64 = 0.98;
/// How often a minute that was so busy in `k` of the last `n` hours is so again, `EXPECTED[n - 1][k - 1]`, worth two observations.
const EXPECTED: [[f64; HOURS]; HOURS] =
    [[0.15, 0.0, 0.0, 0.0], [0.08, 0.5, 0.0, 0.0], [0.05, 0.3, 0.7, 0.0], [0.04, 0.2, 0.5, 0.85]];
const EXPECTED_WEIGHT: f64 = 2.0;
/// A started instance may serve a call that another release would have served: it counts about half.
const USE: f64 = 0.55;

/// Peaks by minute.
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    /// Per minute of the hour the peaks of the last hours, latest first.
    peaks: [[u8; HOURS]; MINUTES],
    /// Of the minute that is on.
    peak: u32,
    /// The minute that is on, and that after which it knows peaks.
    minute: i64,
    since: i64,
    /// Which prediction, `4 (n - 1) + k`, was made for each number of instances: for the minute that is on, and for the next.
    predicted: [u8; MOST],
    next_predicted: [u8; MOST],
    /// Per prediction: how often it came true and was made, decayed.
    outcomes: [[f64; 2]; HOURS * HOURS],
}

/// The last minute before `minute` that is the `m`th of its hour.
fn last_closed(minute: i64, m: usize) -> i64 {
    let before = minute - 1;
    before - (before - m as i64).rem_euclid(MINUTES as i64)
}

impl Bursts {
    pub fn new() -> Self {
        Bursts {
            peaks: [[0; HOURS]; MINUTES],
            peak: 0,
            minute: i64::MIN,
            since: i64::MIN,
            predicted: [0; MOST],
            next_predicted: [0; MOST],
            outcomes: [[0.0; 2]; HOURS * HOURS],
        }
    }

    /// So many are busy.
    #[inline(always)]
    pub fn observe(&mut self, busy: u32) {
        self.peak = self.peak.max(busy);
    }

    /// A tick: closes the minutes that ended; `busy` are busy now.
    pub fn tick(&mut self, now: i64, busy: u32) {
        let minute = now.div_euclid(MINUTE);
        if self.minute == i64::MIN {
            self.since = minute;
        } else if minute > self.minute {
            self.close(minute);
        }
        if minute > self.minute {
            self.minute = minute;
            self.peak = busy;
        }
    }

    /// Nothing is known up to `until`, when `busy` are busy: minutes are as if they had not been, and what was predicted of them is not scored. One that
    /// begins or ends within is not remembered, or by what was seen of it.
    pub fn stand(&mut self, until: i64, busy: u32) {
        let minute = until.div_euclid(MINUTE);
        if !self.is_told() {
            return;
        }
        self.predicted = [0; MOST];
        self.next_predicted = [0; MOST];
        if minute > self.minute {
            self.since += minute - self.minute;
            self.minute = minute;
            self.peak = busy;
        }
    }

    fn close(&mut self, minute: i64) {
        for (count, &prediction) in self.predicted.iter().enumerate() {
            if prediction > 0 {
                let outcome = &mut self.outcomes[usize::from(prediction) - 1];
                let came = if self.peak as usize >= count { 1.0 } else { 0.0 };
                *outcome = [outcome[0] * KEEP + came, outcome[1] * KEEP + 1.0];
            }
        }
        self.remember(self.minute, self.peak.min(255) as u8);
        // Minutes without a tick count as quiet: nothing is known of them.
        for missed in (self.minute + 1).max(minute - MINUTES as i64)..minute {
            self.remember(missed, 0);
        }
        self.predicted = if minute == self.minute + 1 { self.next_predicted } else { [0; MOST] };
        self.next_predicted = [0; MOST];
    }

    fn remember(&mut self, minute: i64, peak: u8) {
        let row = &mut self.peaks[minute.rem_euclid(MINUTES as i64) as usize];
        *row = [peak, row[0], row[1], row[2]];
    }

    /// How many instances the next minute is worth to have, when `alive` will be: `alive` or more. Time: O(instances predicted).
    pub fn wanted(&mut self, alive: u64, costs_at: impl Fn(u32) -> Costs) -> u64 {
        let next = self.minute + 1;
        let hours = ((next - self.since) / MINUTES as i64).min(HOURS as i64) as usize;
        if hours == 0 {
            return alive;
        }
        let row = &self.peaks[next.rem_euclid(MINUTES as i64) as usize][..hours];
        let recent = (1..=RECENT)
            .filter(|&ago| self.minute - ago >= self.since)
            .map(|ago| self.peaks[(self.minute - ago).rem_euclid(MINUTES as i64) as usize][0])
            .max()
            .map_or(0, u64::from);
        let most = row.iter().copied().max().map_or(0, u64::from).min(MOST as u64 - 1);
        let mut wanted = alive;
        for count in (alive + 1).max(recent + 1).max(LEAST)..=most {
            let times = row.iter().filter(|&&peak| u64::from(peak) >= count).count();
            let prediction = HOURS * (hours - 1) + times;
            self.next_predicted[count as usize] = prediction as u8;
            let [came, made] = self.outcomes[prediction - 1];
            let share = (came + EXPECTED_WEIGHT * EXPECTED[hours - 1][times - 1]) / (made + EXPECTED_WEIGHT);
            let costs = costs_at(count as u32 - 1);
            let idle = costs.idle * MINUTE as f64 * (1.0 - 0.5 * share);
            if share * costs.cold * USE > costs.pre_warm + idle {
                wanted = count;
            }
        }
        wanted
    }

    /// Whether it was told of a minute.
    pub fn is_told(&self) -> bool {
        self.minute != i64::MIN
    }

    /// Adds the peaks of another, hour by hour where both know it, and how its predictions came true; one that knows no minute takes
    /// over all.
    pub fn merge(&mut self, other: &Bursts) {
        if other.minute == i64::MIN {
            return;
        }
        if self.minute == i64::MIN {
            *self = other.clone();
            return;
        }
        for m in 0..MINUTES {
            let ahead = (last_closed(self.minute, m) - last_closed(other.minute, m)) / MINUTES as i64;
            for hour in 0..HOURS {
                let theirs = hour as i64 - ahead;
                if (0..HOURS as i64).contains(&theirs) {
                    self.peaks[m][hour] = self.peaks[m][hour].max(other.peaks[m][theirs as usize]);
                }
            }
        }
        self.since = self.since.min(other.since);
        for (own, more) in self.outcomes.iter_mut().flatten().zip(other.outcomes.iter().flatten()) {
            *own += more;
        }
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.instant(Some(self.minute).filter(|&minute| minute != i64::MIN));
        if self.minute == i64::MIN {
            return;
        }
        out.i64(self.since);
        out.u32(self.peak);
        for row in &self.peaks {
            row.iter().for_each(|&peak| out.u8(peak));
        }
        for predicted in [&self.predicted, &self.next_predicted] {
            let used = predicted.iter().rposition(|&prediction| prediction > 0).map_or(0, |last| last + 1);
            out.u8(used as u8);
            predicted[..used].iter().for_each(|&prediction| out.u8(prediction));
        }
        self.outcomes.iter().flatten().for_each(|&outcome| out.f64(outcome));
    }

    /// At `now`.
    pub(crate) fn load(from: &mut Reader<'_>, now: i64) -> Result<Self> {
        let mut bursts = Bursts::new();
        let Some(minute) = from.instant()? else { return Ok(bursts) };
        ensure(minute <= now.div_euclid(MINUTE), Code::BadState, || {
            format!("policy state has minute {minute}, which is yet to come")
        })?;
        bursts.minute = minute;
        bursts.since = from.time()?;
        ensure(bursts.since <= minute, Code::BadState, || "policy state begins after its last minute".into())?;
        bursts.peak = from.u32()?;
        for peak in bursts.peaks.iter_mut().flatten() {
            *peak = from.u8()?;
        }
        for predicted in [&mut bursts.predicted, &mut bursts.next_predicted] {
            let used = usize::from(from.u8()?);
            ensure(used <= MOST, Code::BadState, || {
                format!("policy state predicts {used} counts, expected at most {MOST}")
            })?;
            for prediction in &mut predicted[..used] {
                *prediction = from.u8()?;
                let fits = usize::from(*prediction) <= HOURS * HOURS;
                ensure(fits, Code::BadState, || format!("policy state has the prediction {prediction}"))?;
            }
        }
        for outcome in &mut bursts.outcomes {
            *outcome = [from.amount()?, from.amount()?];
            ensure(outcome[0] <= outcome[1], Code::BadState, || {
                "policy state has more predictions that came true than were made".into()
            })?;
        }
        Ok(bursts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hourly_burst_is_expected() {
        let costs = |_| Costs { idle: 1e-9, cold: 5e-4, pre_warm: 5e-5 };
        let mut bursts = Bursts::new();
        let mut wanted = Vec::new();
        for minute in 0..60 * 5 {
            bursts.tick(minute * MINUTE, 0);
            wanted.push(bursts.wanted(0, costs));
            bursts.observe(if minute % 60 == 17 { 12 } else { 1 });
        }
        // Nothing in the first hour, a share of 0.15 is too little after it; from the third on all twelve.
        assert!(wanted[..60 * 2].iter().all(|&wanted| wanted == 0));
        assert_eq!((wanted[60 * 2 + 16], wanted[60 * 4 + 16]), (12, 12));
        assert_eq!(wanted[60 * 2..].iter().filter(|&&wanted| wanted > 0).count(), 3);
    }
}
