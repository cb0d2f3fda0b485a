//! The kernels as a WebAssembly module: one-line forwards. Arrays are copied in and out once; handles stay inside.

mod advantage;
mod arima;
mod assignment;
mod keepalive;
mod memory_cap;
mod multiple_choice;
mod platform;
mod policy;
mod replay;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// Version of the module: the workspace's.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Carries an error as `CODE: sentence`.
fn thrown(error: isotherm_numeric::Error) -> JsError {
    JsError::new(&error.to_string())
}

/// Copies results into the caller's array.
fn write(out: &mut [f64], values: &[f64]) -> Result<(), JsError> {
    if out.len() != values.len() {
        return Err(JsError::new(&format!("BAD_LENGTH: out has {} entries, expected {}", out.len(), values.len())));
    }
    out.copy_from_slice(values);
    Ok(())
}
