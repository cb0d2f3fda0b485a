//! Advantages and returns of rollouts, in both precisions.

use crate::{thrown, write, written};
use isotherm_advantage::{self as kernel, Clips, Discounts, Rollout};
use napi::bindgen_prelude::{Float32ArraySlice, Float64ArraySlice};
use napi::Result;
use napi_derive::napi;

/// The caller's array, to write to.
fn written32<'a>(out: &'a mut Float32ArraySlice<'_>) -> &'a mut [f32] {
    // SAFETY: the TypeScript wrapper passes no other view of an output's memory in the same call.
    unsafe { out.as_mut() }
}

/// Generalised advantage estimation.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn generalized_advantage(
    rewards: &[f64],
    values: &[f64],
    next_values: &[f64],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    lambda: f64,
    mut out_advantages: Float64ArraySlice,
    mut out_returns: Float64ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let discounts = Discounts { gamma, lambda };
    kernel::gae(&rollout, values, &discounts, written(&mut out_advantages), written(&mut out_returns)).map_err(thrown)
}

/// TD(lambda) returns; with a lambda of 1 the discounted ones.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn lambda_returns(
    rewards: &[f64],
    next_values: &[f64],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    lambda: f64,
    mut out_returns: Float64ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::lambda_returns(&rollout, &Discounts { gamma, lambda }, written(&mut out_returns)).map_err(thrown)
}

/// Returns over `n` steps.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn n_step_returns(
    rewards: &[f64],
    next_values: &[f64],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    n: f64,
    mut out_returns: Float64ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::n_step_returns(&rollout, gamma, n, written(&mut out_returns)).map_err(thrown)
}

/// V-trace.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn vtrace(
    rewards: &[f64],
    values: &[f64],
    next_values: &[f64],
    log_ratios: &[f64],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    rho_bar: f64,
    c_bar: f64,
    mut out_targets: Float64ArraySlice,
    mut out_advantages: Float64ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let clips = Clips { rho: rho_bar, c: c_bar };
    let (targets, advantages) = (written(&mut out_targets), written(&mut out_advantages));
    kernel::vtrace(&rollout, values, log_ratios, gamma, &clips, targets, advantages).map_err(thrown)
}

/// Normalises in place; writes `[mean, standard deviation]`.
#[napi(catch_unwind)]
pub fn normalize_advantages(
    mut out_advantages: Float64ArraySlice,
    epsilon: f64,
    mut out_moments: Float64ArraySlice,
) -> Result<()> {
    let moments = kernel::normalize_advantages(written(&mut out_advantages), epsilon).map_err(thrown)?;
    write(&mut out_moments, &[moments.mean, moments.standard_deviation])
}

/// Generalised advantage estimation in single precision.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn generalized_advantage_32(
    rewards: &[f32],
    values: &[f32],
    next_values: &[f32],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    lambda: f64,
    mut out_advantages: Float32ArraySlice,
    mut out_returns: Float32ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let discounts = Discounts { gamma, lambda };
    kernel::gae(&rollout, values, &discounts, written32(&mut out_advantages), written32(&mut out_returns))
        .map_err(thrown)
}

/// TD(lambda) returns in single precision; with a lambda of 1 the discounted ones.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn lambda_returns_32(
    rewards: &[f32],
    next_values: &[f32],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    lambda: f64,
    mut out_returns: Float32ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::lambda_returns(&rollout, &Discounts { gamma, lambda }, written32(&mut out_returns)).map_err(thrown)
}

/// Returns over `n` steps in single precision.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn n_step_returns_32(
    rewards: &[f32],
    next_values: &[f32],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    n: f64,
    mut out_returns: Float32ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::n_step_returns(&rollout, gamma, n, written32(&mut out_returns)).map_err(thrown)
}

/// V-trace in single precision.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn vtrace_32(
    rewards: &[f32],
    values: &[f32],
    next_values: &[f32],
    log_ratios: &[f32],
    terminated: &[u8],
    truncated: &[u8],
    steps: f64,
    envs: f64,
    gamma: f64,
    rho_bar: f64,
    c_bar: f64,
    mut out_targets: Float32ArraySlice,
    mut out_advantages: Float32ArraySlice,
) -> Result<()> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let clips = Clips { rho: rho_bar, c: c_bar };
    let (targets, advantages) = (written32(&mut out_targets), written32(&mut out_advantages));
    kernel::vtrace(&rollout, values, log_ratios, gamma, &clips, targets, advantages).map_err(thrown)
}

/// Normalises in place in single precision; writes `[mean, standard deviation]`.
#[napi(catch_unwind)]
pub fn normalize_advantages_32(
    mut out_advantages: Float32ArraySlice,
    epsilon: f64,
    mut out_moments: Float64ArraySlice,
) -> Result<()> {
    let moments = kernel::normalize_advantages(written32(&mut out_advantages), epsilon).map_err(thrown)?;
    write(&mut out_moments, &[moments.mean, moments.standard_deviation])
}
