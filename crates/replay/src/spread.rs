//! A count in a minute, laid out as whole ms.

use isotherm_numeric::SplitMix64;

const MINUTE_MS: u64 = 60_000;

/// `count` calls evenly over the minute that begins at `start`: `start + floor((2 i + 1) * 30000 / count)`.
pub fn even(start: i64, count: u64, out: &mut Vec<i64>) {
    // 2^64 / count, rounded up: multiplying and dropping 64 bits divides numbers under 2^32 exactly.
    if count == 1 {
        out.push(start + 30_000);
    } else if count < MINUTE_MS {
        let reciprocal = u64::MAX / count + 1;
        out.extend((0..count).map(|i| start + high_product((2 * i + 1) * 30_000, reciprocal) as i64));
    } else {
        let (step, step_rest) = (MINUTE_MS / count, MINUTE_MS % count);
        let (mut at, mut rest) = (30_000 / count, 30_000 % count);
        for _ in 0..count {
            out.push(start + at as i64);
            at += step;
            rest += step_rest;
            if rest >= count {
                rest -= count;
                at += 1;
            }
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
const COUNTING_SORT_FROM: usize = 16_384;

/// Calls at random within their minute; keeps what sorting needs.
#[derive(Default)]
pub struct Poisson {
    drawn: Vec<u16>,
    other: Vec<u16>,
    counts: Vec<u32>,
}

impl Poisson {
    /// `count` draws of `next() mod 60000`, ascending, after `start`.
    pub fn minute(&mut self, random: &mut SplitMix64, start: i64, count: u64, out: &mut Vec<i64>) {
        let count = count as usize;
        if count == 1 {
            out.push(start + (random.next_u64() % MINUTE_MS) as i64);
            return;
        }
        if count >= COUNTING_SORT_FROM {
            self.counting_sort(random, start, count, out);
            return;
        }
        self.drawn.clear();
        self.drawn.extend((0..count).map(|_| (random.next_u64() % MINUTE_MS) as u16));
        if count <= 64 {
            self.drawn.sort_unstable();
        } else {
            self.radix_sort();
        }
        out.extend(self.drawn.iter().map(|&offset| start + i64::from(offset)));
    }

    fn counting_sort(&mut self, random: &mut SplitMix64, start: i64, count: usize, out: &mut Vec<i64>) {
        self.counts.clear();
        self.counts.resize(MINUTE_MS as usize, 0);
        for _ in 0..count {
            self.counts[(random.next_u64() % MINUTE_MS) as usize] += 1;
        }
        for (offset, &times) in self.counts.iter().enumerate() {
            out.extend(std::iter::repeat_n(start + offset as i64, times as usize));
        }
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
            even(120_000, count, &mut out);
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
            Poisson::default().minute(&mut SplitMix64::new(7), 0, count, &mut out);
            assert_eq!(out, expected);
        }
    }
}
