//! The kernels as a Node-API addon.

use napi_derive::napi;

/// Version of the addon: the workspace's.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
