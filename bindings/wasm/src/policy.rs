//! Policies stepped by handle.

use crate::{thrown, write};
use isotherm_policy::{AnyPolicy, Counts, PolicySpec};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// One policy's state for one function.
#[wasm_bindgen]
pub struct PolicyHandle {
    policy: AnyPolicy,
}

/// A fresh policy of `[kind, ...parameters]`.
#[wasm_bindgen(js_name = policyCreate)]
pub fn policy_create(spec: &[f64]) -> Result<PolicyHandle, JsError> {
    let spec = PolicySpec::parse(spec).map_err(thrown)?;
    Ok(PolicyHandle { policy: AnyPolicy::new(&spec).map_err(thrown)? })
}

/// A call arrives.
#[wasm_bindgen(js_name = policyArrival)]
pub fn policy_arrival(handle: &mut PolicyHandle, at_ms: f64, busy: u32) {
    handle.policy.on_arrival(at_ms as i64, busy);
}

/// An instance is released; writes `[prewarmMs, keepAliveMs]`.
#[wasm_bindgen(js_name = policyRelease)]
pub fn policy_release(handle: &mut PolicyHandle, at_ms: f64, out: &mut [f64]) -> Result<(), JsError> {
    write(out, &handle.policy.on_release(at_ms as i64).to_numbers())
}

/// The clock ticks; `[count, prewarmMs, keepAliveMs]` per group to start.
#[wasm_bindgen(js_name = policyTick)]
pub fn policy_tick(
    handle: &mut PolicyHandle,
    now_ms: f64,
    busy: u32,
    warm_idle: u32,
    pending: u32,
    forecast: &[f64],
) -> Vec<f64> {
    handle.policy.tick_numbers(now_ms as i64, Counts { busy, warm_idle, pending }, forecast)
}

/// Nothing is known of the time from `from_ms` to `until_ms`.
#[wasm_bindgen(js_name = policyGap)]
pub fn policy_gap(handle: &mut PolicyHandle, from_ms: f64, until_ms: f64) {
    handle.policy.on_gap(from_ms as i64, until_ms as i64);
}

/// What the policy has learnt.
#[wasm_bindgen(js_name = policySeen)]
pub fn policy_seen(handle: &PolicyHandle) -> Vec<f64> {
    handle.policy.seen()
}

/// The state as bytes.
#[wasm_bindgen(js_name = policySave)]
pub fn policy_save(handle: &PolicyHandle) -> Vec<u8> {
    handle.policy.save()
}

/// The policy of this spec from its bytes.
#[wasm_bindgen(js_name = policyLoad)]
pub fn policy_load(spec: &[f64], state: &[u8]) -> Result<PolicyHandle, JsError> {
    let spec = PolicySpec::parse(spec).map_err(thrown)?;
    Ok(PolicyHandle { policy: AnyPolicy::load(&spec, state).map_err(thrown)? })
}

/// Adds what another policy of the same spec has learnt.
#[wasm_bindgen(js_name = policyMerge)]
pub fn policy_merge(handle: &mut PolicyHandle, state: &[u8]) -> Result<(), JsError> {
    handle.policy.merge(state).map_err(thrown)
}
