//! Platform replays, at once or on threads of their own.

use crate::replay::{ReplayProgress, TraceHandle};
use crate::{thrown, write};
use isotherm_replay::platform::{parse_runs, parse_seed, parse_step, replay_platform, Outcomes, Quantiles, Run};
use isotherm_replay::{Progress, Trace};
use napi::bindgen_prelude::{AsyncTask, Float64Array, Float64ArraySlice};
use napi::{Env, Result, Task};
use napi_derive::napi;
use std::sync::Arc;

/// A platform replay with its arguments parsed.
pub struct PlatformTask {
    trace: Arc<Trace>,
    runs: Vec<Run>,
    seed: u32,
    quantiles: Quantiles,
    ready_step_ms: i64,
    threads: usize,
    progress: Arc<Progress>,
}

impl PlatformTask {
    #[allow(clippy::too_many_arguments)]
    fn new(
        trace: &TraceHandle,
        runs: &[f64],
        seed: f64,
        shares: &[f64],
        duration_ms: &[f64],
        ready_step_ms: f64,
        threads: u32,
        progress: Arc<Progress>,
    ) -> Result<Self> {
        let trace = trace.open()?;
        Ok(PlatformTask {
            runs: parse_runs(runs, trace.functions(), trace.horizon_ms()).map_err(thrown)?,
            seed: parse_seed(seed).map_err(thrown)?,
            ready_step_ms: parse_step(ready_step_ms).map_err(thrown)?,
            quantiles: Quantiles::new(shares, duration_ms, trace.functions()).map_err(thrown)?,
            trace: Arc::clone(trace),
            threads: threads as usize,
            progress,
        })
    }

    fn run(&self) -> Result<Outcomes> {
        let PlatformTask { trace, runs, seed, quantiles, ready_step_ms, threads, progress } = self;
        replay_platform(trace, runs, *seed, quantiles, *ready_step_ms, *threads, progress).map_err(thrown)
    }
}

/// Replays functions under settings; writes 22 figures per run, and the ready instances' time per run and step.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn platform_replay(
    trace: &TraceHandle,
    runs: &[f64],
    seed: f64,
    shares: &[f64],
    duration_ms: &[f64],
    ready_step_ms: f64,
    threads: u32,
    mut out: Float64ArraySlice,
    mut out_ready_ms: Float64ArraySlice,
) -> Result<()> {
    let progress = Arc::default();
    let task = PlatformTask::new(trace, runs, seed, shares, duration_ms, ready_step_ms, threads, progress)?;
    let outcomes = task.run()?;
    write(&mut out, &outcomes.figures)?;
    write(&mut out_ready_ms, &outcomes.ready_ms)
}

#[napi]
impl Task for PlatformTask {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        let task = std::panic::AssertUnwindSafe(|| self.run());
        match std::panic::catch_unwind(task) {
            Ok(outcomes) => outcomes.map(|Outcomes { mut figures, ready_ms }| {
                figures.extend(ready_ms);
                figures
            }),
            Err(_) => Err(napi::Error::from_reason("INTERNAL: the replay broke")),
        }
    }

    fn resolve(&mut self, _env: Env, output: Vec<f64>) -> Result<Float64Array> {
        Ok(output.into())
    }
}

/// Replays functions under settings off the main thread; the promise gives what `platform_replay` writes.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn platform_replay_start(
    trace: &TraceHandle,
    runs: &[f64],
    seed: f64,
    shares: &[f64],
    duration_ms: &[f64],
    ready_step_ms: f64,
    threads: u32,
    progress: &ReplayProgress,
) -> Result<AsyncTask<PlatformTask>> {
    let progress = progress.shared();
    PlatformTask::new(trace, runs, seed, shares, duration_ms, ready_step_ms, threads, progress).map(AsyncTask::new)
}
