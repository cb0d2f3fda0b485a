//! Quantiles of latencies without keeping them: a histogram of buckets as wide as their values allow.

/// Values below this have a bucket each; from here on every power of two has `PARTS` buckets.
const EXACT: u64 = 128;
const EXACT_BITS: u64 = 7;
const PARTS: u64 = 64;
const PARTS_BITS: u64 = 6;
const BUCKETS: usize = (EXACT + (53 - EXACT_BITS) * PARTS) as usize;

/// Counts whole ms in 0..2^53. A quantile is exact below 128 ms and within 0.8 % above: the middle of a bucket that is at
/// most 1/64 of its values wide.
pub struct LatencySketch {
    counts: Box<[u64; BUCKETS]>,
    total: u64,
}

impl LatencySketch {
    pub fn new() -> Self {
        LatencySketch { counts: Box::new([0; BUCKETS]), total: 0 }
    }

    #[inline(always)]
    pub fn add(&mut self, value: i64) {
        self.total += 1;
        self.counts[bucket_of(value as u64).min(BUCKETS - 1)] += 1;
    }

    /// The value that `percent` of the values do not exceed: of the nearest rank; 0 without values.
    pub fn quantile(&self, percent: u64) -> f64 {
        let rank = (self.total * percent).div_ceil(100);
        let mut below = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank && below > 0 {
                return middle_of(bucket as u64);
            }
        }
        0.0
    }
}

#[inline(always)]
fn bucket_of(value: u64) -> usize {
    if value < EXACT {
        return value as usize;
    }
    let power = u64::from(63 - value.leading_zeros());
    (EXACT + (power - EXACT_BITS) * PARTS + ((value >> (power - PARTS_BITS)) & (PARTS - 1))) as usize
}

fn middle_of(bucket: u64) -> f64 {
    if bucket < EXACT {
        return bucket as f64;
    }
    let power = EXACT_BITS + (bucket - EXACT) / PARTS;
    let width = (1u64 << (power - PARTS_BITS)) as f64;
    (PARTS + (bucket - EXACT) % PARTS) as f64 * width + (width - 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_is_near_its_middle() {
        let near_powers = (16..53).flat_map(|power| [(1 << power) - 1, 1 << power, (1 << power) + 12_345]);
        let mut last = 0;
        for value in (0..60_000).chain(near_powers) {
            let bucket = bucket_of(value);
            assert!((last..BUCKETS).contains(&bucket), "{value}");
            last = bucket;
            let error = (middle_of(bucket as u64) - value as f64).abs();
            assert!(error <= 0.008 * value as f64, "{value} is in the bucket of {}", middle_of(bucket as u64));
            assert!(value >= 128 || error == 0.0);
        }
    }

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let mut sketch = LatencySketch::new();
        assert_eq!(sketch.quantile(99), 0.0);
        for value in 1..=100 {
            sketch.add(value);
        }
        assert_eq!([50, 95, 99, 100].map(|percent| sketch.quantile(percent)), [50.0, 95.0, 99.0, 100.0]);
        sketch.add(101);
        // Half of 101 values are 50.5 of them: the 51st.
        assert_eq!(sketch.quantile(50), 51.0);
    }
}
