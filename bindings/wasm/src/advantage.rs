//! Advantages and returns of rollouts, in both precisions.

use crate::{thrown, write};
use isotherm_advantage::{self as kernel, Clips, Discounts, Rollout};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// Generalised advantage estimation.
#[wasm_bindgen(js_name = generalizedAdvantage)]
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
    out_advantages: &mut [f64],
    out_returns: &mut [f64],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let discounts = Discounts { gamma, lambda };
    kernel::gae(&rollout, values, &discounts, out_advantages, out_returns).map_err(thrown)
}

/// TD(lambda) returns; with a lambda of 1 the discounted ones.
#[wasm_bindgen(js_name = lambdaReturns)]
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
    out_returns: &mut [f64],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::lambda_returns(&rollout, &Discounts { gamma, lambda }, out_returns).map_err(thrown)
}

/// Returns over `n` steps.
#[wasm_bindgen(js_name = nStepReturns)]
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
    out_returns: &mut [f64],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::n_step_returns(&rollout, gamma, n, out_returns).map_err(thrown)
}

/// V-trace.
#[wasm_bindgen(js_name = vtrace)]
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
    out_targets: &mut [f64],
    out_advantages: &mut [f64],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let clips = Clips { rho: rho_bar, c: c_bar };
    kernel::vtrace(&rollout, values, log_ratios, gamma, &clips, out_targets, out_advantages).map_err(thrown)
}

/// Normalises in place; writes `[mean, standard deviation]`.
#[wasm_bindgen(js_name = normalizeAdvantages)]
pub fn normalize_advantages(out_advantages: &mut [f64], epsilon: f64, out_moments: &mut [f64]) -> Result<(), JsError> {
    let moments = kernel::normalize_advantages(out_advantages, epsilon).map_err(thrown)?;
    write(out_moments, &[moments.mean, moments.standard_deviation])
}

/// Generalised advantage estimation in single precision.
#[wasm_bindgen(js_name = generalizedAdvantage32)]
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
    out_advantages: &mut [f32],
    out_returns: &mut [f32],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let discounts = Discounts { gamma, lambda };
    kernel::gae(&rollout, values, &discounts, out_advantages, out_returns).map_err(thrown)
}

/// TD(lambda) returns in single precision; with a lambda of 1 the discounted ones.
#[wasm_bindgen(js_name = lambdaReturns32)]
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
    out_returns: &mut [f32],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::lambda_returns(&rollout, &Discounts { gamma, lambda }, out_returns).map_err(thrown)
}

/// Returns over `n` steps in single precision.
#[wasm_bindgen(js_name = nStepReturns32)]
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
    out_returns: &mut [f32],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    kernel::n_step_returns(&rollout, gamma, n, out_returns).map_err(thrown)
}

/// V-trace in single precision.
#[wasm_bindgen(js_name = vtrace32)]
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
    out_targets: &mut [f32],
    out_advantages: &mut [f32],
) -> Result<(), JsError> {
    let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
    let clips = Clips { rho: rho_bar, c: c_bar };
    kernel::vtrace(&rollout, values, log_ratios, gamma, &clips, out_targets, out_advantages).map_err(thrown)
}

/// Normalises in place in single precision; writes `[mean, standard deviation]`.
#[wasm_bindgen(js_name = normalizeAdvantages32)]
pub fn normalize_advantages_32(
    out_advantages: &mut [f32],
    epsilon: f64,
    out_moments: &mut [f64],
) -> Result<(), JsError> {
    let moments = kernel::normalize_advantages(out_advantages, epsilon).map_err(thrown)?;
    write(out_moments, &[moments.mean, moments.standard_deviation])
}
