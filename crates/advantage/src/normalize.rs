//! Advantages of mean 0 and deviation 1.

use crate::real::Real;
use crate::rollout::finite;
use isotherm_numeric::{ensure, non_negative, Code, Result};

/// Sums that are added up side by side: entry `i` goes to sum `i mod 8`, and these are added in order.
const SUMS: usize = 8;
/// A scale beyond this, of squares that lost digits below the normal numbers, says nothing.
const LARGEST_SCALE: f64 = 1e150;

/// Of a batch before it is normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// 0 of none.
    pub mean: f64,
    /// Of a sample: the squares are divided by one less than their number; 0 of fewer than two.
    pub standard_deviation: f64,
}

/// Replaces each entry by `(entry - mean) * (1 / (standard deviation + epsilon))`, in `f64`. Errors: `NOT_FINITE` (entries, or so
/// far apart or so close that their deviation is no number), `OUT_OF_RANGE`; nothing is changed then. All alike become 0.
pub fn normalize_advantages<R: Real>(advantages: &mut [R], epsilon: f64) -> Result<Moments> {
    non_negative("epsilon", epsilon)?;
    finite("the advantage", advantages, advantages.len().max(1))?;
    let Some(first) = advantages.first().map(|entry| entry.to_f64()) else {
        return Ok(Moments { mean: 0.0, standard_deviation: 0.0 });
    };
    // Their sum may round, or overflow, and what lies between it and them would then count as deviation.
    if advantages.iter().all(|entry| entry.to_f64() == first) {
        advantages.fill(R::default());
        return Ok(Moments { mean: first, standard_deviation: 0.0 });
    }
    let count = advantages.len() as f64;
    let mean = sum(advantages, |entry| entry) / count;
    let squares = sum(advantages, |entry| (entry - mean) * (entry - mean));
    let standard_deviation = (squares / (count - 1.0)).sqrt();
    let scale = 1.0 / (standard_deviation + epsilon);
    let measured = squares.is_finite() && (squares.is_normal() || scale <= LARGEST_SCALE);
    ensure(measured, Code::NotFinite, || {
        "the advantages are too far apart, or too close, for their deviation to be a number".to_string()
    })?;
    for entry in advantages.iter_mut() {
        *entry = R::of((entry.to_f64() - mean) * scale);
    }
    Ok(Moments { mean, standard_deviation })
}

#[inline(always)]
fn sum<R: Real>(entries: &[R], of: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; SUMS];
    let mut rows = entries.chunks_exact(SUMS);
    for row in &mut rows {
        for (sum, entry) in sums.iter_mut().zip(row) {
            *sum += of(entry.to_f64());
        }
    }
    for (sum, entry) in sums.iter_mut().zip(rows.remainder()) {
        *sum += of(entry.to_f64());
    }
    sums.iter().sum()
}
