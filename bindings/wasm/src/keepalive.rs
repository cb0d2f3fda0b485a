//! The keep-alive optimiser.

use crate::{thrown, write};
use isotherm_keepalive::{self as kernel, Batch, Scratch};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// The cheapest warm interval; writes `[preWarmMs, keepAliveMs, objectiveUsd]`.
#[wasm_bindgen(js_name = keepAliveWindow)]
pub fn keep_alive_window(
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: f64,
    cold_start_usd: f64,
    pre_warm_usd: f64,
    out: &mut [f64],
) -> Result<(), JsError> {
    let mut scratch = Scratch::default();
    let window =
        kernel::keep_alive_window(gaps_ms, weights, idle_usd_per_ms, cold_start_usd, pre_warm_usd, &mut scratch)
            .map_err(thrown)?;
    write(out, &[window.pre_warm_ms, window.keep_alive_ms, window.objective_usd])
}

/// The cost of every window that can be best; returns how many there are.
#[wasm_bindgen(js_name = keepAliveCurve)]
pub fn keep_alive_curve(
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: f64,
    cold_start_usd: f64,
    out_keep_alive_ms: &mut [f64],
    out_objective_usd: &mut [f64],
) -> Result<u32, JsError> {
    let mut scratch = Scratch::default();
    kernel::keep_alive_curve(
        gaps_ms,
        weights,
        idle_usd_per_ms,
        cold_start_usd,
        &mut scratch,
        out_keep_alive_ms,
        out_objective_usd,
    )
    .map(|points| points as u32)
    .map_err(thrown)
}

/// `keepAliveWindow` of many functions; writes three numbers each. There is one thread.
#[wasm_bindgen(js_name = keepAliveWindowBatch)]
pub fn keep_alive_window_batch(
    offsets: &[f64],
    gaps_ms: &[f64],
    weights: &[f64],
    idle_usd_per_ms: &[f64],
    cold_start_usd: &[f64],
    pre_warm_usd: &[f64],
    out: &mut [f64],
) -> Result<(), JsError> {
    let batch = Batch { offsets, gaps_ms, weights, idle_usd_per_ms, cold_start_usd, pre_warm_usd };
    kernel::keep_alive_window_batch(&batch, 1, out).map_err(thrown)
}
