//! The kernels as a WebAssembly module.

use wasm_bindgen::prelude::wasm_bindgen;

/// Version of the module: the workspace's.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
