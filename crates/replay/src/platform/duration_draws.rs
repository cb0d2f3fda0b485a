//! Durations drawn from a function's quantiles: one uniform number per call, through the inverse of the distribution.

use isotherm_numeric::{ensure, Code, Result, SplitMix64};

/// Sets the stream of durations apart from that of arrivals.
const STREAM: u64 = 0xd1b5_4a32_d192_ed03;
const MAX_U32: f64 = u32::MAX as f64;
/// 2^-53.
const ULP: f64 = 1.110_223_024_625_156_5e-16;
/// Parts of 0..1 that know where to begin looking for a number's piece.
const GUIDES: usize = 256;

/// Checked quantiles of all functions.
#[derive(Clone, Debug, Default)]
pub struct Quantiles {
    shares: Vec<f64>,
    /// A row per function.
    ms: Vec<f64>,
}

impl Quantiles {
    /// `shares` ascend from 0 to 1, `ms` per function; a row of NaN is none. Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `OUT_OF_RANGE`.
    pub fn new(shares: &[f64], ms: &[f64], functions: usize) -> Result<Self> {
        let k = shares.len();
        ensure(k == 0 || (2..=1024).contains(&k), Code::BadLength, || {
            format!("shares has {k} entries, expected 2..=1024")
        })?;
        ensure(ms.len() == functions * k, Code::BadLength, || {
            format!("quantiles has {} entries, expected {}", ms.len(), functions * k)
        })?;
        let Some((&first, &last)) = shares.first().zip(shares.last()) else {
            return Ok(Quantiles::default());
        };
        let rises = first == 0.0 && last == 1.0 && shares.windows(2).all(|pair| pair[0] < pair[1]);
        ensure(rises, Code::BadArgument, || "shares do not ascend from 0 to 1".into())?;
        for (f, row) in ms.chunks_exact(k).enumerate().filter(|(_, row)| !row[0].is_nan()) {
            let mut least = 0.0;
            for (i, &value) in row.iter().enumerate() {
                ensure(value >= least && value <= MAX_U32, Code::OutOfRange, || {
                    format!("quantile {i} of function {f} is {value} ms, expected ascending within 0..={MAX_U32}")
                })?;
                least = value;
            }
        }
        Ok(Quantiles { shares: shares.to_vec(), ms: ms.to_vec() })
    }

    /// The draws of a function; none where it has no quantiles.
    pub fn draws(&self, f: usize, seed: u32, index: u32) -> Option<DurationDraws> {
        let k = self.shares.len();
        let ms = &self.ms[f * k..(f + 1) * k];
        if ms.first().is_none_or(|value| value.is_nan()) {
            return None;
        }
        let pieces = self.shares.windows(2).zip(ms.windows(2));
        let pieces = pieces.map(|(shares, ms)| Piece {
            from: shares[0],
            to: shares[1],
            ms: ms[0],
            slope: (ms[1] - ms[0]) / (shares[1] - shares[0]),
        });
        let pieces: Vec<Piece> = pieces.collect();
        let guide = |part: usize| {
            let least = part as f64 / GUIDES as f64;
            pieces.iter().position(|piece| least < piece.to).unwrap_or(pieces.len() - 1) as u16
        };
        let guides = (0..GUIDES).map(guide).collect();
        let state = (u64::from(seed) << 32 | u64::from(index)) ^ STREAM;
        Some(DurationDraws { random: SplitMix64::new(state), pieces, guides })
    }
}

/// Linear between two quantiles.
struct Piece {
    from: f64,
    to: f64,
    ms: f64,
    slope: f64,
}

/// One function's stream of durations.
pub struct DurationDraws {
    random: SplitMix64,
    pieces: Vec<Piece>,
    /// The first piece of each part.
    guides: Vec<u16>,
}

impl DurationDraws {
    pub fn fill(&mut self, out: &mut Vec<u32>, count: usize) {
        out.clear();
        let DurationDraws { random, pieces, guides } = self;
        out.extend((0..count).map(|_| {
            let u = (random.next_u64() >> 11) as f64 * ULP;
            let mut at = usize::from(guides[(u * GUIDES as f64) as usize]);
            // The last piece ends at 1, which no number reaches.
            while u >= pieces[at].to {
                at += 1;
            }
            let piece = &pieces[at];
            (piece.ms + (u - piece.from) * piece.slope + 0.5).floor() as u32
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_quantiles() {
        let quantiles = Quantiles::new(&[0.0, 0.5, 1.0], &[100.0, 200.0, 1000.0], 1).unwrap();
        let mut out = Vec::new();
        quantiles.draws(0, 1, 0).unwrap().fill(&mut out, 100_000);
        let share = |least: u32, most: u32| out.iter().filter(|&&ms| least <= ms && ms < most).count() as f64 / 1e5;
        // Half between 100 and 200, a quarter of all in the lower half of either piece.
        assert!((share(100, 200) - 0.5).abs() < 0.01);
        assert!((share(100, 150) - 0.25).abs() < 0.01);
        assert!((share(200, 600) - 0.25).abs() < 0.01);
        assert!(out.iter().all(|ms| (100..=1000).contains(ms)));
    }

    #[test]
    fn bad_quantiles_are_refused() {
        let code = |shares: &[f64], ms: &[f64]| Quantiles::new(shares, ms, 1).unwrap_err().code;
        assert_eq!(code(&[0.0], &[1.0]), Code::BadLength);
        assert_eq!(code(&[0.0, 1.0], &[1.0]), Code::BadLength);
        assert_eq!(code(&[0.0, 0.0, 1.0], &[1.0, 1.0, 1.0]), Code::BadArgument);
        assert_eq!(code(&[0.0, 1.0], &[2.0, 1.0]), Code::OutOfRange);
        assert_eq!(code(&[0.0, 1.0], &[2.0, f64::NAN]), Code::OutOfRange);
        let none = Quantiles::new(&[0.0, 1.0], &[f64::NAN, f64::NAN], 1).unwrap();
        assert!(none.draws(0, 1, 0).is_none());
    }
}
