//! Replays under memory caps, batch by batch.

use crate::replay::TraceHandle;
use crate::{closed, thrown, write};
use isotherm_replay::{cap_outcome_numbers, parse_cap_plans, FleetSettings, MemoryCapReplay};
use napi::bindgen_prelude::Float64ArraySlice;
use napi::Result;
use napi_derive::napi;
use std::sync::Arc;

/// A replay under way.
#[napi]
pub struct MemoryCapHandle {
    replay: Option<MemoryCapReplay>,
}

#[napi]
impl MemoryCapHandle {
    /// Frees the replay; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.replay = None;
    }

    fn open(&mut self) -> Result<&mut MemoryCapReplay> {
        self.replay.as_mut().ok_or_else(closed)
    }
}

/// A replay of `[eviction, keepAliveMs, memoryCapMiB]` rows; nothing is replayed yet.
#[napi(catch_unwind)]
pub fn memory_cap_open(trace: &TraceHandle, plans: &[f64], settings: &[f64]) -> Result<MemoryCapHandle> {
    let plans = parse_cap_plans(plans).map_err(thrown)?;
    let settings = FleetSettings::parse(settings).map_err(thrown)?;
    let trace = Arc::clone(trace.open()?);
    let replay = MemoryCapReplay::new(trace, &plans, &settings).map_err(thrown)?;
    Ok(MemoryCapHandle { replay: Some(replay) })
}

/// Replays the next calls; how many, 0 once none is left.
#[napi(catch_unwind)]
pub fn memory_cap_advance(handle: &mut MemoryCapHandle, threads: u32) -> Result<f64> {
    Ok(handle.open()?.advance(threads as usize) as f64)
}

/// Writes five numbers per plan and function.
#[napi(catch_unwind)]
pub fn memory_cap_finish(handle: &mut MemoryCapHandle, mut out: Float64ArraySlice) -> Result<()> {
    write(&mut out, &cap_outcome_numbers(&handle.open()?.finish()))
}
