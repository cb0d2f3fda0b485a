//! The hybrid histogram policy, without its time-series branch.
//!
//! Source: Shahrad et al., "Serverless in the Wild", USENIX ATC 2020, section 4.

use crate::state::{Reader, Writer};
use crate::{Counts, Policy, Start, WarmInterval};
use isotherm_numeric::{ensure, Code, Result};

/// Width of a bin.
pub const BIN_MS: i64 = 60_000;
/// Number of bins; idle times from `BINS * BIN_MS` on are out of range.
pub const BINS: usize = 240;
const HEAD_PERCENT: u64 = 5;
const TAIL_PERCENT: u64 = 99;
/// A bin's width after the margins of 10 %: less before the head, more after the tail.
const HEAD_BIN_MS: i64 = BIN_MS / 10 * 9;
const TAIL_BIN_MS: i64 = BIN_MS / 10 * 11;
const MIN_KNOWN: u64 = 10;
const FALLBACK: WarmInterval = WarmInterval { prewarm_ms: 0, keep_alive_ms: BINS as i64 * BIN_MS };

/// Warm from a little before the 5th percentile of past idle times to a little after the 99th.
#[derive(Clone, Debug, PartialEq)]
pub struct HybridHistogram {
    bins: [u64; BINS],
    in_range: u64,
    out_of_range: u64,
    /// Sum of the squared bin counts, a float so that every backend rounds it alike.
    squares: f64,
    head: Percentile,
    tail: Percentile,
    last_release_ms: i64,
    answer: WarmInterval,
    stale: bool,
    /// Idle times in the first bin that are not entered yet, and how many more can wait without changing the answer: in busy
    /// functions nearly all, so that an arrival costs a comparison.
    waiting: u64,
    may_wait: u64,
}

/// No release yet: no idle time either.
const NEVER_RELEASED: i64 = i64::MIN;

/// The first bin whose cumulative count reaches a share of all; moves along as counts grow.
#[derive(Clone, Debug, Default, PartialEq)]
struct Percentile {
    bin: usize,
    below: u64,
}

impl Percentile {
    fn added(&mut self, bin: usize) {
        self.below += u64::from(bin < self.bin);
    }

    fn settle(&mut self, bins: &[u64; BINS], percent: u64, total: u64) {
        let wanted = percent * total;
        while self.bin > 0 && self.below * 100 >= wanted {
            self.bin -= 1;
            self.below -= bins[self.bin];
        }
        while self.bin + 1 < BINS && (self.below + bins[self.bin]) * 100 < wanted {
            self.below += bins[self.bin];
            self.bin += 1;
        }
    }
}

impl Default for HybridHistogram {
    fn default() -> Self {
        HybridHistogram {
            bins: [0; BINS],
            in_range: 0,
            out_of_range: 0,
            squares: 0.0,
            head: Percentile::default(),
            tail: Percentile::default(),
            last_release_ms: NEVER_RELEASED,
            answer: FALLBACK,
            stale: false,
            waiting: 0,
            may_wait: 0,
        }
    }
}

impl HybridHistogram {
    /// `[idle times in range, out of range, coefficient of variation of the bins, head bin, tail bin]`; bins -1 while unused.
    pub fn seen(&self) -> [f64; 5] {
        let mut settled = self.clone();
        settled.enter_waiting();
        let uses_histogram = settled.settle_percentiles();
        let bin = |percentile: &Percentile| if uses_histogram { percentile.bin as f64 } else { -1.0 };
        let n = settled.in_range as f64;
        let variation = if n > 0.0 { ((BINS as f64 * settled.squares - n * n) / (n * n)).sqrt() } else { 0.0 };
        [n, settled.out_of_range as f64, variation, bin(&settled.head), bin(&settled.tail)]
    }

    /// Enters an idle time, and those that waited.
    fn enter(&mut self, idle_ms: i64) {
        self.enter_waiting();
        let bin = (idle_ms / BIN_MS) as usize;
        if bin < BINS {
            let count = self.bins[bin];
            self.bins[bin] = count + 1;
            self.in_range += 1;
            self.squares += count as f64 * 2.0 + 1.0;
            self.head.added(bin);
            self.tail.added(bin);
        } else {
            self.out_of_range += 1;
        }
        self.may_wait = 0;
        self.stale = true;
    }

    /// Whether the histogram can be trusted; its percentiles are then up to date.
    fn settle_percentiles(&mut self) -> bool {
        let known = self.in_range + self.out_of_range;
        if known < MIN_KNOWN || self.out_of_range * 2 > known {
            return false;
        }
        // Coefficient of variation under 2, squared and multiplied out: exact while the numbers are.
        let n = self.in_range as f64;
        if BINS as f64 * self.squares < 5.0 * (n * n) {
            return false;
        }
        self.head.settle(&self.bins, HEAD_PERCENT, self.in_range);
        self.tail.settle(&self.bins, TAIL_PERCENT, self.in_range);
        true
    }

    /// Enters the idle times of the first bin that waited; as many fewer may wait after them.
    fn enter_waiting(&mut self) {
        let count = self.bins[0] as f64;
        let more = self.waiting as f64;
        self.bins[0] += self.waiting;
        self.in_range += self.waiting;
        self.squares += more * (count * 2.0 + more);
        self.tail.below += if self.tail.bin > 0 { self.waiting } else { 0 };
        self.may_wait -= self.waiting;
        self.waiting = 0;
    }

    /// How many idle times in the first bin leave the answer as it is: with the head there, and a fifth of all (so that the
    /// coefficient of variation stays above 2), only the tail can move, and only down.
    fn settle_may_wait(&mut self) {
        let steady = self.head.bin == 0 && self.bins[0] * 5 >= self.in_range;
        self.may_wait = match (steady, self.tail.bin) {
            (false, _) => 0,
            (true, 0) => u64::MAX,
            (true, _) => TAIL_PERCENT * self.in_range - 100 * self.tail.below - 1,
        };
    }

    fn settle(&mut self) -> WarmInterval {
        self.may_wait = 0;
        if !self.settle_percentiles() {
            return FALLBACK;
        }
        self.settle_may_wait();
        let head_ms = self.head.bin as i64 * HEAD_BIN_MS;
        let tail_ms = (self.tail.bin as i64 + 1) * TAIL_BIN_MS;
        let prewarm_ms = if head_ms >= BIN_MS { head_ms } else { 0 };
        WarmInterval { prewarm_ms, keep_alive_ms: tail_ms - prewarm_ms }
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        let mut entered = self.clone();
        entered.enter_waiting();
        for &count in &entered.bins {
            out.u64(count);
        }
        out.f64(entered.squares);
        out.u64(self.out_of_range);
        out.i64(self.last_release_ms);
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut policy = HybridHistogram::default();
        for bin in &mut policy.bins {
            *bin = from.count()?;
            policy.in_range += *bin;
        }
        policy.squares = from.f64()?;
        ensure(policy.squares >= 0.0, Code::BadState, || {
            format!("squares are {}, expected at least 0", policy.squares)
        })?;
        policy.out_of_range = from.count()?;
        policy.last_release_ms = from.instant()?.unwrap_or(NEVER_RELEASED);
        policy.stale = true;
        Ok(policy)
    }
}

impl Policy for HybridHistogram {
    const TICKS: bool = false;
    const IMMEDIATE: bool = false;
    const ARRIVALS: bool = true;

    #[inline(always)]
    fn on_arrival(&mut self, at_ms: i64, _busy: u32) {
        // Where no release is known the difference means nothing, and is in no bin.
        let idle_ms = at_ms.wrapping_sub(self.last_release_ms);
        if self.waiting < self.may_wait && (0..BIN_MS).contains(&idle_ms) {
            self.waiting += 1;
        } else if self.last_release_ms != NEVER_RELEASED && idle_ms >= 0 {
            self.enter(idle_ms);
        }
    }

    #[inline(always)]
    fn on_release(&mut self, at_ms: i64) -> WarmInterval {
        self.last_release_ms = at_ms;
        if self.stale {
            self.answer = self.settle();
            self.stale = false;
        }
        self.answer
    }

    fn on_tick(&mut self, _now_ms: i64, _counts: Counts, _forecast: Option<&[f64]>, _starts: &mut Vec<Start>) {}

    fn on_gap(&mut self, _from_ms: i64, _until_ms: i64) {
        self.last_release_ms = NEVER_RELEASED;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(gaps_min: &[i64]) -> WarmInterval {
        let mut policy = HybridHistogram::default();
        let mut now = 0;
        let mut answer = policy.on_release(now);
        for gap in gaps_min {
            now += gap * 60_000;
            policy.on_arrival(now, 1);
            answer = policy.on_release(now);
        }
        answer
    }

    #[test]
    fn falls_back_until_ten_idle_times_are_known() {
        assert_eq!(after(&[5; 9]), FALLBACK);
        assert_eq!(after(&[5; 10]), WarmInterval { prewarm_ms: 5 * 54_000, keep_alive_ms: 6 * 66_000 - 5 * 54_000 });
    }

    #[test]
    fn falls_back_when_most_idle_times_are_out_of_range() {
        let mut gaps = vec![240; 7];
        gaps.extend([3; 6]);
        assert_eq!(after(&gaps), FALLBACK);
        gaps.push(3);
        assert_ne!(after(&gaps), FALLBACK);
    }

    #[test]
    fn falls_back_when_idle_times_spread_over_many_bins() {
        // One count in each of 48 bins has a coefficient of variation of exactly 2, in 49 bins less.
        let even: Vec<i64> = (1..=48).collect();
        assert_ne!(after(&even), FALLBACK);
        let wider: Vec<i64> = (1..=49).collect();
        assert_eq!(after(&wider), FALLBACK);
    }

    #[test]
    fn a_short_head_keeps_the_instance() {
        let answer = after(&[1; 20]);
        assert_eq!(answer, WarmInterval { prewarm_ms: 0, keep_alive_ms: 2 * 66_000 });
    }
}
