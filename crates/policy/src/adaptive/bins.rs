//! Idle times in bins of a quarter octave, two bits of mantissa, as a high dynamic range histogram has them; levels likewise.

/// How many bins; the last is everything from 2^28 ms (three days) on.
pub const BINS: usize = 74;
/// The first bin ends at 2^10 ms.
const FIRST_BITS: u32 = 10;
const LONGEST: i64 = (1 << 28) + 1;

/// The bin of an idle time, ms.
#[inline(always)]
pub fn bin_of(ms: i64) -> usize {
    if ms < 1 << FIRST_BITS {
        return 0;
    }
    let ms = ms.min(LONGEST);
    let octave = 63 - ms.leading_zeros();
    1 + 4 * (octave - FIRST_BITS) as usize + (ms >> (octave - 2) & 3) as usize
}

/// Where a bin begins, ms.
#[inline(always)]
pub fn edge(bin: usize) -> i64 {
    if bin == 0 {
        return 0;
    }
    let quarter = bin as i64 - 1;
    (4 + (quarter & 3)) << (quarter / 4 + i64::from(FIRST_BITS) - 2)
}

/// The longest plan: it ends where the last bin begins.
pub const LONGEST_PLAN: i64 = LONGEST - 1;

/// The class of a level, which is a number of busy instances: each of the first eight by itself, then quarter octaves.
#[inline(always)]
pub fn class_of(level: u32) -> usize {
    if level < 8 {
        return level as usize;
    }
    let octave = 31 - level.leading_zeros();
    8 + 4 * (octave - 3) as usize + (level >> (octave - 2) & 3) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_and_edges_are_each_others_inverse() {
        for bin in 0..BINS {
            assert_eq!(bin_of(edge(bin)), bin);
            assert!(bin == 0 || bin_of(edge(bin) - 1) == bin - 1);
        }
        assert_eq!(bin_of(i64::MAX), BINS - 1);
    }

    #[test]
    fn classes_of_levels_grow_by_at_most_one() {
        assert_eq!([0, 7, 8, 9, 10, 12, 16, 19, 20].map(class_of), [0, 7, 8, 8, 9, 10, 12, 12, 13]);
        assert!((0..100_000).all(|level| class_of(level + 1) - class_of(level) <= 1));
    }
}
