//! The kernels as a Node-API addon: one-line forwards. Typed arrays are borrowed; what is written to is the caller's.

// In a test build the macros export nothing, so that nothing is used.
#![cfg_attr(test, allow(dead_code))]

mod advantage;
mod arima;
mod assignment;
mod keepalive;
mod memory_cap;
mod multiple_choice;
mod platform;
mod policy;
mod replay;

use napi::bindgen_prelude::Float64ArraySlice;
use napi_derive::napi;

/// Version of the addon: the workspace's.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Carries an error as `CODE: sentence`.
fn thrown(error: isotherm_numeric::Error) -> napi::Error {
    napi::Error::from_reason(error.to_string())
}

/// What a closed handle answers.
fn closed() -> napi::Error {
    napi::Error::from_reason("CLOSED_HANDLE: this handle was closed")
}

/// The caller's array, to write to.
fn written<'a>(out: &'a mut Float64ArraySlice<'_>) -> &'a mut [f64] {
    // SAFETY: the TypeScript wrapper allocates outputs and passes no other view of their memory in the same call.
    unsafe { out.as_mut() }
}

/// Copies results into the caller's array.
fn write(out: &mut Float64ArraySlice<'_>, values: &[f64]) -> napi::Result<()> {
    if out.len() != values.len() {
        let sentence = format!("BAD_LENGTH: out has {} entries, expected {}", out.len(), values.len());
        return Err(napi::Error::from_reason(sentence));
    }
    written(out).copy_from_slice(values);
    Ok(())
}
