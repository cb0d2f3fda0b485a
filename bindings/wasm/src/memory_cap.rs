//! Replays under memory caps, batch by batch.

use crate::replay::TraceHandle;
use crate::{thrown, write};
use isotherm_replay::{cap_outcome_numbers, parse_cap_plans, FleetSettings, MemoryCapReplay};
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// A replay under way.
#[wasm_bindgen]
pub struct MemoryCapHandle {
    replay: MemoryCapReplay,
}

/// A replay of `[eviction, keepAliveMs, memoryCapMiB]` rows; nothing is replayed yet.
#[wasm_bindgen(js_name = memoryCapOpen)]
pub fn memory_cap_open(trace: &TraceHandle, plans: &[f64], settings: &[f64]) -> Result<MemoryCapHandle, JsError> {
    let plans = parse_cap_plans(plans).map_err(thrown)?;
    let settings = FleetSettings::parse(settings).map_err(thrown)?;
    let replay = MemoryCapReplay::new(Arc::clone(&trace.trace), &plans, &settings).map_err(thrown)?;
    Ok(MemoryCapHandle { replay })
}

/// Replays the next calls; how many, 0 once none is left. There is one thread.
#[wasm_bindgen(js_name = memoryCapAdvance)]
pub fn memory_cap_advance(handle: &mut MemoryCapHandle) -> f64 {
    handle.replay.advance(1) as f64
}

/// Writes five numbers per plan and function.
#[wasm_bindgen(js_name = memoryCapFinish)]
pub fn memory_cap_finish(handle: &mut MemoryCapHandle, out: &mut [f64]) -> Result<(), JsError> {
    write(out, &cap_outcome_numbers(&handle.replay.finish()))
}
