//! Replays.

use crate::{thrown, write};
use isotherm_replay::{outcome_numbers, parse_policies, replay as run, FleetSettings, Progress, Trace};
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// A trace, copied into the module.
#[wasm_bindgen]
pub struct TraceHandle {
    pub(crate) trace: Arc<Trace>,
}

/// A trace of counts per minute.
#[wasm_bindgen(js_name = traceOfCounts)]
pub fn trace_of_counts(
    minutes: f64,
    offsets: &[f64],
    cells: Vec<u8>,
    duration_ms: &[f64],
    memory_mib: Vec<f64>,
    poisson: &[u8],
    index: &[f64],
) -> Result<TraceHandle, JsError> {
    let trace = Trace::of_counts(minutes, offsets, cells, duration_ms, memory_mib, poisson, index).map_err(thrown)?;
    Ok(TraceHandle { trace: Arc::new(trace) })
}

/// A trace of calls.
#[wasm_bindgen(js_name = traceOfCalls)]
pub fn trace_of_calls(
    minutes: f64,
    offsets: &[f64],
    start_ms: &[f64],
    duration_ms: Vec<u32>,
    memory_mib: Vec<f64>,
) -> Result<TraceHandle, JsError> {
    let trace = Trace::of_calls(minutes, offsets, start_ms, duration_ms, memory_mib).map_err(thrown)?;
    Ok(TraceHandle { trace: Arc::new(trace) })
}

/// Replays functions `from..to`; writes four numbers per policy and function. There is one thread.
#[wasm_bindgen]
pub fn replay(
    trace: &TraceHandle,
    policies: &[f64],
    settings: &[f64],
    from: u32,
    to: u32,
    out: &mut [f64],
) -> Result<(), JsError> {
    let plans = parse_policies(policies).map_err(thrown)?;
    let settings = FleetSettings::parse(settings).map_err(thrown)?;
    let outcomes =
        run(&trace.trace, &plans, &settings, from as usize, to as usize, 1, &Progress::default()).map_err(thrown)?;
    write(out, &outcome_numbers(&outcomes))
}
