//! Policies stepped by handle.

use crate::{closed, thrown, write};
use isotherm_policy::{AnyPolicy, Counts, PolicySpec};
use napi::bindgen_prelude::{Float64Array, Float64ArraySlice, Uint8Array};
use napi::Result;
use napi_derive::napi;

/// One policy's state for one function.
#[napi]
pub struct PolicyHandle {
    policy: Option<AnyPolicy>,
}

#[napi]
impl PolicyHandle {
    /// Frees the state; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.policy = None;
    }

    fn open(&mut self) -> Result<&mut AnyPolicy> {
        self.policy.as_mut().ok_or_else(closed)
    }
}

/// A fresh policy of `[kind, ...parameters]`.
#[napi(catch_unwind)]
pub fn policy_create(spec: &[f64]) -> Result<PolicyHandle> {
    let spec = PolicySpec::parse(spec).map_err(thrown)?;
    Ok(PolicyHandle { policy: Some(AnyPolicy::new(&spec).map_err(thrown)?) })
}

/// A call arrives.
#[napi(catch_unwind)]
pub fn policy_arrival(handle: &mut PolicyHandle, at_ms: f64, busy: u32) -> Result<()> {
    handle.open()?.on_arrival(at_ms as i64, busy);
    Ok(())
}

/// An instance is released; writes `[prewarmMs, keepAliveMs]`.
#[napi(catch_unwind)]
pub fn policy_release(handle: &mut PolicyHandle, at_ms: f64, mut out: Float64ArraySlice) -> Result<()> {
    write(&mut out, &handle.open()?.on_release(at_ms as i64).to_numbers())
}

/// The clock ticks; `[count, prewarmMs, keepAliveMs]` per group to start.
#[napi(catch_unwind)]
pub fn policy_tick(
    handle: &mut PolicyHandle,
    now_ms: f64,
    busy: u32,
    warm_idle: u32,
    pending: u32,
    forecast: &[f64],
) -> Result<Float64Array> {
    let counts = Counts { busy, warm_idle, pending };
    Ok(handle.open()?.tick_numbers(now_ms as i64, counts, forecast).into())
}

/// Nothing is known of the time from `from_ms` to `until_ms`.
#[napi(catch_unwind)]
pub fn policy_gap(handle: &mut PolicyHandle, from_ms: f64, until_ms: f64) -> Result<()> {
    handle.open()?.on_gap(from_ms as i64, until_ms as i64);
    Ok(())
}

/// What the policy has learnt.
#[napi(catch_unwind)]
pub fn policy_seen(handle: &mut PolicyHandle) -> Result<Float64Array> {
    Ok(handle.open()?.seen().into())
}

/// The state as bytes.
#[napi(catch_unwind)]
pub fn policy_save(handle: &mut PolicyHandle) -> Result<Uint8Array> {
    Ok(handle.open()?.save().into())
}

/// The policy of this spec from its bytes.
#[napi(catch_unwind)]
pub fn policy_load(spec: &[f64], state: &[u8]) -> Result<PolicyHandle> {
    let spec = PolicySpec::parse(spec).map_err(thrown)?;
    Ok(PolicyHandle { policy: Some(AnyPolicy::load(&spec, state).map_err(thrown)?) })
}

/// Adds what another policy of the same spec has learnt.
#[napi(catch_unwind)]
pub fn policy_merge(handle: &mut PolicyHandle, state: &[u8]) -> Result<()> {
    handle.open()?.merge(state).map_err(thrown)
}
