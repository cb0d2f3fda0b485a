//! Platform replays.

use crate::replay::TraceHandle;
use crate::{thrown, write};
use isotherm_replay::platform::{parse_runs, parse_seed, parse_step, replay_platform, Quantiles};
use isotherm_replay::Progress;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// Replays functions under settings; writes 22 figures per run, and the ready instances' time per run and step. There is one thread.
#[wasm_bindgen(js_name = platformReplay)]
#[allow(clippy::too_many_arguments)]
pub fn platform_replay(
    trace: &TraceHandle,
    runs: &[f64],
    seed: f64,
    shares: &[f64],
    duration_ms: &[f64],
    ready_step_ms: f64,
    out: &mut [f64],
    out_ready_ms: &mut [f64],
) -> Result<(), JsError> {
    let trace = trace.trace();
    let runs = parse_runs(runs, trace.functions(), trace.horizon_ms()).map_err(thrown)?;
    let seed = parse_seed(seed).map_err(thrown)?;
    let step_ms = parse_step(ready_step_ms).map_err(thrown)?;
    let quantiles = Quantiles::new(shares, duration_ms, trace.functions()).map_err(thrown)?;
    let outcomes = replay_platform(trace, &runs, seed, &quantiles, step_ms, 1, &Progress::default()).map_err(thrown)?;
    write(out, &outcomes.figures)?;
    write(out_ready_ms, &outcomes.ready_ms)
}
