//! A count in a minute, laid out as whole ms.

use isotherm_numeric::SplitMix64;
use std::ops::Range;

const MINUTE_MS: u64 = 60_000;

/// Of `count` calls evenly over the minute that begins at `start` those numbered `part`, counted from 0: call `i` is at
/// `start + floor((2 i + 1) * 30000 / count)`.
pub fn even(start: i64, count: u64, part: Range<u64>, out: &mut Vec<i64>) {
    if count == 1 {
        out.push(start + 30_000);
    } else if count < MINUTE_MS {
        // 2^64 / count, rounded up: multiplying and dropping 64 bits divides numbers under 2^32 exactly.
        let reciprocal = u64::MAX / count + 1;
        out.extend(part.map(|i| start + high_product((2 * i + 1) * 30_000, reciprocal) as i64));
    } else {
        let numerator = (2 * part.start + 1) * 30_000;
        let (mut at, mut rest) = (numerator / count, numerator % count);
        for _ in part {
            out.push(start + at as i64);
            rest += MINUTE_MS;
            at += rest / count;
            rest %= count;
        }
    }
}

/// The upper 64 bits of `a * b`, `a` under 2^32.
#[inline(always)]
fn high_product(a: u64, b: u64) -> u64 {
    if cfg!(target_arch = "wasm32") {
        // There a product of 128 bits is a call of a function.
        (a * (b >> 32) + ((a * (b & 0xffff_ffff)) >> 32)) >> 32
    } else {
        ((u128::from(a) * u128::from(b)) >> 64) as u64
    }
}

/// Above this many draws a count per ms is cheaper than sorting.
const COUNTING_SORT_FROM: u64 = 16_384;

/// Calls at random within their minute; keeps what sorting needs.
#[derive(Default)]
pub struct Poisson {
    drawn: Vec<u16>,
    other: Vec<u16>,
    counts: Vec<u32>,
}

impl Poisson {
    /// `count` draws of `next() mod 60000`, ascending, after `start`. Calls `flush` as `out` fills up; false when that says so.
    pub fn minute(
        &mut self,
        random: &mut SplitMix64,
        start: i64,
        count: u64,
        out: &mut Vec<i64>,
        flush: &mut impl FnMut(&mut Vec<i64>) -> bool,
    ) -> bool {
        if count == 1 {
            out.push(start + (random.next_u64() % MINUTE_MS) as i64);
        } else if count < COUNTING_SORT_FROM {
            self.drawn.clear();
            self.drawn.extend((0..count).map(|_| (random.next_u64() % MINUTE_MS) as u16));
            if count <= 64 {
                self.drawn.sort_unstable();
            } else {
                self.radix_sort();
            }
            out.extend(self.drawn.iter().map(|&offset| start + i64::from(offset)));
        } else {
            return self.counting_sort(random, start, count, out, flush);
        }
        flush(out)
    }

    fn counting_sort(
        &mut self,
        random: &mut SplitMix64,
        start: i64,
        count: u64,
        out: &mut Vec<i64>,
        flush: &mut impl FnMut(&mut Vec<i64>) -> bool,
    ) -> bool {
        self.counts.clear();
        self.counts.resize(MINUTE_MS as usize, 0);
        for _ in 0..count {
            self.counts[(random.next_u64() % MINUTE_MS) as usize] += 1;
        }
        for (offset, &times) in self.counts.iter().enumerate() {
            out.extend(std::iter::repeat_n(start + offset as i64, times as usize));
            if !flush(out) {
                return false;
            }
        }
        true
    }

    /// Two passes of eight bits; whole numbers under 2^16 have no other order than their value's.
    fn radix_sort(&mut self) {
        self.other.clear();
        self.other.resize(self.drawn.len(), 0);
        let mut low = [0u32; 256];
        let mut high = [0u32; 256];
        for &value in &self.drawn {
            low[usize::from(value & 255)] += 1;
            high[usize::from(value >> 8)] += 1;
        }
        for counts in [&mut low, &mut high] {
            let mut total = 0;
            for count in counts.iter_mut() {
                let here = *count;
                *count = total;
                total += here;
            }
        }
        for &value in &self.drawn {
            let place = &mut low[usize::from(value & 255)];
            self.other[*place as usize] = value;
            *place += 1;
        }
        for &value in &self.other {
            let place = &mut high[usize::from(value >> 8)];
            self.drawn[*place as usize] = value;
            *place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_is_the_exact_floor() {
        for count in (1..3000).chain([59_999, 60_000, 60_001, 71_583, 1_000_000]) {
            let mut out = Vec::new();
            for from in (0..count).step_by(1000) {
                even(120_000, count, from..count.min(from + 1000), &mut out);
            }
            assert_eq!(out.len() as u64, count);
            for (i, &at) in out.iter().enumerate() {
                assert_eq!(at, 120_000 + ((2 * i as u64 + 1) * 30_000 / count) as i64, "count {count}, call {i}");
            }
        }
    }

    #[test]
    fn poisson_draws_are_sorted_by_every_way() {
        for count in [1, 2, 64, 65, 5000, 16_383, 16_384, 100_000] {
            let mut random = SplitMix64::new(7);
            let mut expected: Vec<i64> = (0..count).map(|_| (random.next_u64() % 60_000) as i64).collect();
            expected.sort_unstable();
            let mut out = Vec::new();
            assert!(Poisson::default().minute(&mut SplitMix64::new(7), 0, count, &mut out, &mut |_| true));
            assert_eq!(out, expected);
        }
    }
}
