//! The cost of every window.

use isotherm_numeric::Result;

use crate::check;
use crate::steps::Scratch;

/// The cost of a fixed window at 0 and at every distinct gap of positive weight, the only windows that can be best.
///
/// Writes ascending windows (ms) and their costs (USD), each `[n + 1]` at least, and returns how many. Between two windows
/// the cost rises linearly from the former's, by the idle price times the weight of the longer gaps.
///
/// # Errors
/// `BAD_LENGTH` (weights, outputs), `NOT_FINITE`, `OUT_OF_RANGE` (negative, or sums above 1e300).
///
/// O(n log n).
pub fn keep_alive_curve(
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: f64,
    cold_start_usd: f64,
    scratch: &mut Scratch,
    out_keep_alive_ms: &mut [f64],
    out_objective_usd: &mut [f64],
) -> Result<usize> {
    check::weights_length(weights, gaps_ms)?;
    let room = gaps_ms.len() + 1;
    check::length(out_keep_alive_ms.len() >= room, "outKeepAliveMs", out_keep_alive_ms.len(), room)?;
    check::length(out_objective_usd.len() >= room, "outObjectiveUsd", out_objective_usd.len(), room)?;
    check::amount(idle_usd_per_ms, || "idleUsdPerMs".to_string())?;
    check::amount(cold_start_usd, || "coldStartUsd".to_string())?;
    check::gaps(gaps_ms, weights, 0)?;
    scratch.load(gaps_ms, weights);
    let n = scratch.gap.len();
    let (total, area) = (scratch.total(), scratch.area(0, n - 1));
    check::sums(total, area, idle_usd_per_ms * area + cold_start_usd * total)?;

    let mut area = 0.0;
    for j in 0..n {
        if j > 0 {
            area += scratch.rise(j);
        }
        out_keep_alive_ms[j] = scratch.gap[j];
        out_objective_usd[j] = idle_usd_per_ms * area + cold_start_usd * scratch.above[j];
    }
    Ok(n)
}
