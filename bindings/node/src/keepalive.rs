//! The keep-alive optimiser.

use crate::{thrown, write, written};
use isotherm_keepalive::{self as kernel, Batch, Scratch};
use napi::bindgen_prelude::Float64ArraySlice;
use napi::Result;
use napi_derive::napi;

/// The cheapest warm interval; writes `[preWarmMs, keepAliveMs, objectiveUsd]`.
#[napi(catch_unwind)]
pub fn keep_alive_window(
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: f64,
    cold_start_usd: f64,
    pre_warm_usd: f64,
    mut out: Float64ArraySlice,
) -> Result<()> {
    let mut scratch = Scratch::default();
    let window =
        kernel::keep_alive_window(gaps_ms, weights, idle_usd_per_ms, cold_start_usd, pre_warm_usd, &mut scratch)
            .map_err(thrown)?;
    write(&mut out, &[window.pre_warm_ms, window.keep_alive_ms, window.objective_usd])
}

/// The cost of every window that can be best; returns how many there are.
#[napi(catch_unwind)]
pub fn keep_alive_curve(
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: f64,
    cold_start_usd: f64,
    mut out_keep_alive_ms: Float64ArraySlice,
    mut out_objective_usd: Float64ArraySlice,
) -> Result<u32> {
    let mut scratch = Scratch::default();
    kernel::keep_alive_curve(
        gaps_ms,
        weights,
        idle_usd_per_ms,
        cold_start_usd,
        &mut scratch,
        written(&mut out_keep_alive_ms),
        written(&mut out_objective_usd),
    )
    .map(|points| points as u32)
    .map_err(thrown)
}

/// `keepAliveWindow` of many functions; writes three numbers each.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn keep_alive_window_batch(
    offsets: &[f64],
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: &[f64],
    cold_start_usd: &[f64],
    pre_warm_usd: &[f64],
    threads: u32,
    mut out: Float64ArraySlice,
) -> Result<()> {
    let batch = Batch { offsets, gaps_ms, weights, idle_usd_per_ms, cold_start_usd, pre_warm_usd };
    kernel::keep_alive_window_batch(&batch, threads as usize, written(&mut out)).map_err(thrown)
}
