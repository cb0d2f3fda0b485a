//! How many instances were busy on average over the last minute, and how the present number compares.

use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

const BLOCK_MS: i64 = 10_000;
const BLOCKS: usize = 6;
/// Relative loads are told apart in steps of one standard deviation of a Poisson number with this mean.
pub const LOADS: usize = 32;
const MEAN_LOAD: f64 = 8.0;
/// Added to the mean, so that one instance more is not a surprise at almost none.
const FLOOR: f64 = 0.25;
/// How long a mean holds before it is taken anew.
const FRESH_MS: i64 = 1000;

/// Busy time in blocks of ten seconds: the present one and the six before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Concurrency {
    /// Where the present block ends, ms.
    block_end: i64,
    present_ms: f64,
    past_ms: [f64; BLOCKS],
    last: i64,
    /// Mean and reciprocal of the deviation, as of a moment ago, and until when they hold.
    mean: f64,
    per_deviation: f64,
    fresh_until: i64,
}

impl Concurrency {
    pub fn new() -> Self {
        let past_ms = [0.0; BLOCKS];
        Concurrency {
            block_end: BLOCK_MS,
            present_ms: 0.0,
            past_ms,
            last: 0,
            mean: 0.0,
            per_deviation: 1.0 / FLOOR.sqrt(),
            fresh_until: 0,
        }
    }

    /// `busy` instances were busy until `at`.
    #[inline(always)]
    pub fn advance(&mut self, at: i64, busy: u32) {
        if at < self.block_end {
            // Nothing is added for what is reported late.
            self.present_ms += f64::from(busy) * (at - self.last).max(0) as f64;
            self.last = self.last.max(at);
        } else {
            self.count_blocks(at, busy);
        }
        if at >= self.fresh_until {
            self.refresh(at);
        }
    }

    #[inline(never)]
    fn refresh(&mut self, at: i64) {
        let [a, b, c, d, e, f] = self.past_ms;
        let span = (BLOCKS as i64 * BLOCK_MS + self.last - (self.block_end - BLOCK_MS)) as f64;
        self.mean = (self.present_ms + a + b + c + d + e + f) / span;
        self.per_deviation = 1.0 / (self.mean + FLOOR).sqrt();
        self.fresh_until = at + FRESH_MS;
    }

    /// Closes the blocks that are over.
    #[inline(never)]
    fn count_blocks(&mut self, at: i64, busy: u32) {
        let busy = f64::from(busy);
        if at - self.last > BLOCKS as i64 * BLOCK_MS {
            self.past_ms = [busy * BLOCK_MS as f64; BLOCKS];
            let begin = at.div_euclid(BLOCK_MS) * BLOCK_MS;
            self.block_end = begin + BLOCK_MS;
            self.present_ms = busy * (at - begin) as f64;
            self.last = at;
            return;
        }
        while at >= self.block_end {
            let place = (self.block_end / BLOCK_MS - 1).rem_euclid(BLOCKS as i64) as usize;
            self.past_ms[place] = self.present_ms + busy * (self.block_end - self.last) as f64;
            self.present_ms = 0.0;
            self.last = self.block_end;
            self.block_end += BLOCK_MS;
        }
        self.present_ms += busy * (at - self.last) as f64;
        self.last = at;
    }

    /// `busy` were busy until `begin`, and nothing is known from then to `until`: the mean goes on.
    pub fn stand(&mut self, begin: i64, until: i64, busy: u32) {
        self.advance(begin, busy);
        let until = until.max(self.last);
        let block = until.div_euclid(BLOCK_MS) * BLOCK_MS;
        self.past_ms = [self.mean * BLOCK_MS as f64; BLOCKS];
        self.present_ms = self.mean * (until - block) as f64;
        self.block_end = block + BLOCK_MS;
        self.last = until;
        self.fresh_until = until + FRESH_MS;
    }

    /// How `busy` compares with the mean, in standard deviations, as an index below [`LOADS`].
    #[inline(always)]
    pub fn load(&self, busy: u32) -> usize {
        let above = (f64::from(busy) + 0.5 - self.mean) * self.per_deviation;
        ((above + MEAN_LOAD) as u32 as usize).min(LOADS - 1)
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.i64(self.last);
        out.f64(self.present_ms);
        self.past_ms.iter().for_each(|&ms| out.f64(ms));
        out.f64(self.mean);
        out.i64(self.fresh_until);
    }

    /// At `now`.
    pub(crate) fn load_state(from: &mut Reader<'_>, now: i64) -> Result<Self> {
        let mut concurrency = Concurrency::new();
        concurrency.last = from.time()?;
        concurrency.block_end = (concurrency.last.div_euclid(BLOCK_MS) + 1) * BLOCK_MS;
        concurrency.present_ms = from.amount()?;
        for ms in &mut concurrency.past_ms {
            *ms = from.amount()?;
        }
        concurrency.mean = from.amount()?;
        concurrency.per_deviation = 1.0 / (concurrency.mean + FLOOR).sqrt();
        concurrency.fresh_until = from.time()?;
        // It begins at 0, wherever the clock does.
        let now = now.max(0);
        let past = concurrency.last <= now && concurrency.fresh_until <= now + FRESH_MS;
        ensure(past, Code::BadState, || "policy state knows a load that is yet to come".into())?;
        Ok(concurrency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_covers_the_last_minute() {
        let mut busy = Concurrency::new();
        busy.advance(30_000, 0);
        busy.advance(60_000, 4);
        // Two on average over a minute: six busy are 4.5 above it, three standard deviations of 1.5.
        assert_eq!(busy.load(6), 11);
        busy.advance(600_000, 4);
        // Four now: 2.5 over a deviation of 2.06.
        assert_eq!(busy.load(6), 9);
    }

    #[test]
    fn the_mean_outlives_a_time_of_which_nothing_is_known() {
        let mut busy = Concurrency::new();
        busy.advance(60_000, 4);
        let mut pieces = busy.clone();
        busy.stand(60_000, 7_200_000, 0);
        assert_eq!((busy.mean, busy.past_ms), (4.0, [40_000.0; BLOCKS]));
        pieces.stand(60_000, 95_000, 0);
        pieces.stand(95_000, 7_200_000, 0);
        assert_eq!(pieces, busy);
        // Ten seconds on, in which nothing was busy.
        busy.advance(7_210_000, 0);
        assert_eq!(busy.mean, 200_000.0 / 60_000.0);
    }
}
