//! Replays, at once or on threads of their own.

use crate::{closed, thrown, write};
use isotherm_replay::{outcome_numbers, parse_policies, replay as run, FleetSettings, Plan, Progress, Trace};
use napi::bindgen_prelude::{AsyncTask, Float64Array, Float64ArraySlice};
use napi::{Env, Result, Task};
use napi_derive::napi;
use std::sync::Arc;

/// A trace, copied into the addon.
#[napi]
pub struct TraceHandle {
    trace: Option<Arc<Trace>>,
}

#[napi]
impl TraceHandle {
    /// Frees the trace once no replay uses it; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.trace = None;
    }
}

impl TraceHandle {
    fn new(trace: Trace) -> Self {
        TraceHandle { trace: Some(Arc::new(trace)) }
    }

    pub(crate) fn open(&self) -> Result<&Arc<Trace>> {
        self.trace.as_ref().ok_or_else(closed)
    }
}

/// A trace of counts per minute.
#[napi(catch_unwind)]
pub fn trace_of_counts(
    minutes: f64,
    offsets: &[f64],
    cells: &[u8],
    duration_ms: &[f64],
    memory_mi_b: &[f64],
    poisson: &[u8],
    index: &[f64],
) -> Result<TraceHandle> {
    Trace::of_counts(minutes, offsets, cells.to_vec(), duration_ms, memory_mi_b.to_vec(), poisson, index)
        .map(TraceHandle::new)
        .map_err(thrown)
}

/// A trace of calls.
#[napi(catch_unwind)]
pub fn trace_of_calls(
    minutes: f64,
    offsets: &[f64],
    start_ms: &[f64],
    duration_ms: &[u32],
    memory_mi_b: &[f64],
) -> Result<TraceHandle> {
    Trace::of_calls(minutes, offsets, start_ms, duration_ms.to_vec(), memory_mi_b.to_vec())
        .map(TraceHandle::new)
        .map_err(thrown)
}

/// Replays functions `from..to`; writes four numbers per policy and function.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn replay(
    trace: &TraceHandle,
    policies: &[f64],
    settings: &[f64],
    from: u32,
    to: u32,
    threads: u32,
    mut out: Float64ArraySlice,
) -> Result<()> {
    let trace = trace.open()?;
    let plans = parse_policies(policies).map_err(thrown)?;
    let settings = FleetSettings::parse(settings).map_err(thrown)?;
    let (from, to) = (from as usize, to as usize);
    let outcomes = run(trace, &plans, &settings, from, to, threads as usize, &Progress::default()).map_err(thrown)?;
    write(&mut out, &outcome_numbers(&outcomes))
}

/// Where a started replay is.
#[napi]
#[derive(Default)]
pub struct ReplayProgress {
    progress: Arc<Progress>,
}

#[napi]
impl ReplayProgress {
    /// For one replay.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls replayed so far.
    #[napi]
    pub fn calls(&self) -> f64 {
        self.progress.calls() as f64
    }

    /// Asks the replay to stop.
    #[napi]
    pub fn cancel(&self) {
        self.progress.cancel();
    }
}

/// A replay that waits for a thread.
pub struct ReplayTask {
    trace: Arc<Trace>,
    plans: Vec<Plan>,
    settings: FleetSettings,
    from: usize,
    to: usize,
    threads: usize,
    progress: Arc<Progress>,
}

#[napi]
impl Task for ReplayTask {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        let task = std::panic::AssertUnwindSafe(|| {
            run(&self.trace, &self.plans, &self.settings, self.from, self.to, self.threads, &self.progress)
        });
        match std::panic::catch_unwind(task) {
            Ok(outcomes) => Ok(outcome_numbers(&outcomes.map_err(thrown)?)),
            Err(_) => Err(napi::Error::from_reason("INTERNAL: the replay broke")),
        }
    }

    fn resolve(&mut self, _env: Env, output: Vec<f64>) -> Result<Float64Array> {
        Ok(output.into())
    }
}

/// Replays functions `from..to` off the main thread; the promise gives what `replay` writes.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn replay_start(
    trace: &TraceHandle,
    policies: &[f64],
    settings: &[f64],
    from: u32,
    to: u32,
    threads: u32,
    progress: &ReplayProgress,
) -> Result<AsyncTask<ReplayTask>> {
    Ok(AsyncTask::new(ReplayTask {
        trace: Arc::clone(trace.open()?),
        plans: parse_policies(policies).map_err(thrown)?,
        settings: FleetSettings::parse(settings).map_err(thrown)?,
        from: from as usize,
        to: to as usize,
        threads: threads as usize,
        progress: Arc::clone(&progress.progress),
    }))
}
