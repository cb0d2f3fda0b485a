//! Many runs over threads.

use super::duration_draws::Quantiles;
use super::engine::{Engine, Replay};
use super::ready_account::ReadyAccount;
use super::releases::{AlikeReleases, UnlikeReleases};
use super::settings::{Run, Settings};
use super::shared_pool::SharedPool;
use super::single_call_pool::SingleCallPool;
use super::COLUMNS;
use crate::arrivals::{each_block, Durations, Scratch};
use crate::trace::{Activity, Trace};
use crate::Progress;
use isotherm_numeric::{ensure, Code, Result};
use std::sync::Mutex;

/// What came of runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// `COLUMNS` figures per run.
    pub figures: Vec<f64>,
    /// Ms of ready instances asked for, per run and step.
    pub ready_ms: Vec<f64>,
}

/// More threads than any machine has cores for one replay.
const MAX_THREADS: usize = 1024;

/// Replays functions under settings over `threads` threads; with `ready_step_ms` above 0 also the ready instances' time per step.
///
/// The same bits for any number of threads. Runs of one function that stand together share its arrivals. Errors: `ABORTED`.
/// Time: O(calls log instances) per run, and the steps of its scaler. Memory: per thread one block of arrivals, and the instances
/// and the queue of one function per run.
pub fn replay_platform(
    trace: &Trace,
    runs: &[Run],
    seed: u32,
    quantiles: &Quantiles,
    ready_step_ms: i64,
    threads: usize,
    progress: &Progress,
) -> Result<Outcomes> {
    let horizon = trace.horizon_ms();
    let steps = if ready_step_ms > 0 { ((horizon + ready_step_ms - 1) / ready_step_ms) as usize } else { 0 };
    let mut figures = vec![0.0; runs.len() * COLUMNS];
    let mut ready_ms = vec![0.0; runs.len() * steps];
    let mut functions = Vec::new();
    let (mut figures_left, mut ready_left) = (&mut figures[..], &mut ready_ms[..]);
    for runs in runs.chunk_by(|a, b| a.function == b.function) {
        let (figures, rest) = figures_left.split_at_mut(runs.len() * COLUMNS);
        let (ready_ms, ready_rest) = ready_left.split_at_mut(runs.len() * steps);
        (figures_left, ready_left) = (rest, ready_rest);
        functions.push(FunctionRuns { runs, figures, ready_ms });
    }
    // The busiest last, which is where threads take from, or the last one found would be waited for.
    functions.sort_by_key(|own| trace.calls(own.runs[0].function) * own.runs.len() as u64);
    let count = functions.len();
    let left = Mutex::new(functions);
    let work = || {
        let mut shared = Shared { trace, seed, quantiles, progress, scratch: Scratch::default(), drawn: Vec::new() };
        loop {
            // A statement of its own: the lock is not held while the function is replayed.
            let next = left.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
            let Some(function) = next else {
                return;
            };
            if !shared.replay(function, ready_step_ms) {
                return;
            }
        }
    };
    if threads <= 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 1..threads.min(count).min(MAX_THREADS) {
                scope.spawn(work);
            }
            work();
        });
    }
    ensure(!progress.is_cancelled(), Code::Aborted, || "the replay was cancelled".into())?;
    Ok(Outcomes { figures, ready_ms })
}

/// Runs of one function, and where their figures go.
struct FunctionRuns<'a> {
    runs: &'a [Run],
    figures: &'a mut [f64],
    ready_ms: &'a mut [f64],
}

/// What one thread uses for all its functions.
struct Shared<'a> {
    trace: &'a Trace,
    seed: u32,
    quantiles: &'a Quantiles,
    progress: &'a Progress,
    scratch: Scratch,
    drawn: Vec<u32>,
}

impl Shared<'_> {
    /// False when cancelled.
    fn replay(&mut self, function: FunctionRuns<'_>, ready_step_ms: i64) -> bool {
        let FunctionRuns { runs, figures, ready_ms } = function;
        let f = runs[0].function;
        let Shared { trace, seed, quantiles, progress, scratch, drawn } = self;
        let horizon = trace.horizon_ms();
        let (mut draws, duration) = match trace.activity() {
            Activity::Counts { duration_ms, index, .. } => (quantiles.draws(f, *seed, index[f]), duration_ms[f]),
            Activity::Calls { .. } => (None, 0),
        };
        let alike = draws.is_none() && matches!(trace.activity(), Activity::Counts { .. });
        let mut ready_left = ready_ms;
        let steps = ready_left.len() / runs.len();
        let mut begun = |first: i64| -> Vec<Box<dyn Replay + '_>> {
            let engine = |run: &Run| {
                let (per_step, rest) = std::mem::take(&mut ready_left).split_at_mut(steps);
                ready_left = rest;
                let account = ReadyAccount::new(horizon, ready_step_ms, per_step);
                engine(&run.settings, alike, first.min(0), horizon, account)
            };
            runs.iter().map(engine).collect()
        };
        let mut engines = Vec::new();
        let went_on = each_block(trace, f, *seed, scratch, |starts, durations| {
            if engines.is_empty() {
                engines = begun(starts[0]);
            }
            let durations = match &mut draws {
                Some(draws) => {
                    draws.fill(drawn, starts.len());
                    Durations::Each(drawn)
                }
                None => durations,
            };
            for engine in &mut engines {
                engine.feed(starts, durations, duration);
            }
            progress.advance(starts.len() * runs.len())
        });
        if engines.is_empty() {
            engines = begun(0);
        }
        for (engine, out) in engines.iter_mut().zip(figures.chunks_exact_mut(COLUMNS)) {
            out.copy_from_slice(&engine.finish());
        }
        went_on
    }
}

fn engine<'a>(
    settings: &Settings,
    alike: bool,
    begin: i64,
    horizon: i64,
    ready: ReadyAccount<'a>,
) -> Box<dyn Replay + 'a> {
    let &Settings { cold_start_ms: cold, keep_alive_ms: keep, concurrency, .. } = settings;
    let own = settings.clone();
    if concurrency > 1 {
        Box::new(Engine::new(own, SharedPool::new(concurrency, cold, keep, horizon), begin, horizon, ready))
    } else if alike {
        let pool = SingleCallPool::new(AlikeReleases::new(), cold, keep, horizon);
        Box::new(Engine::new(own, pool, begin, horizon, ready))
    } else {
        let pool = SingleCallPool::new(UnlikeReleases::default(), cold, keep, horizon);
        Box::new(Engine::new(own, pool, begin, horizon, ready))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::parse_runs;

    /// Calls of one function: at 0, 500 and 1600 ms, a second each.
    fn trace() -> Trace {
        Trace::of_calls(1.0, &[0.0, 3.0], &[0.0, 500.0, 1600.0], vec![1000; 3], vec![128.0]).unwrap()
    }

    fn run(ready: &[f64]) -> Vec<Run> {
        let mut row = vec![0.0, 0.0, 1000.0, 10_000.0, 1.0, 1000.0, f64::INFINITY, f64::INFINITY, 1999.0];
        row.extend(ready);
        row[0] = (row.len() - 1) as f64;
        parse_runs(&row, 1, 60_000).unwrap()
    }

    #[test]
    fn a_call_that_finds_the_ready_instance_busy_starts_another() {
        let (quantiles, progress) = (Quantiles::default(), Progress::default());
        let outcomes =
            replay_platform(&trace(), &run(&[0.0, f64::INFINITY, 1.0]), 1, &quantiles, 0, 1, &progress).unwrap();
        // The call of 500 waits a second and is served until 2500; its instance stays until 12500. The ready one is empty 60 s less 2.
        let expected = [
            3.0, 0.0, 1.0, 1.0, 2.0, 1.0, 0.0, 0.0, 1.0, 1000.0, 2000.0, 1000.0, 2000.0, 2000.0, 58_000.0, 10_000.0,
            60_000.0, 2.0, 2.0,
        ];
        assert_eq!(outcomes.figures[..19], expected);
        assert_eq!(progress.calls(), 3);
    }

    #[test]
    fn ready_time_is_told_step_by_step() {
        // Steps of 20 s with 0, 2 and 1 instances, cut at 35 s.
        let runs = run(&[0.0, 20_000.0, 0.0, 2.0, 1.0]);
        let outcomes =
            replay_platform(&trace(), &runs, 1, &Quantiles::default(), 35_000, 2, &Progress::default()).unwrap();
        assert_eq!(outcomes.ready_ms, [30_000.0, 30_000.0]);
    }

    #[test]
    fn stops_when_asked() {
        let progress = Progress::default();
        progress.cancel();
        let outcomes =
            replay_platform(&trace(), &run(&[0.0, f64::INFINITY, 0.0]), 1, &Quantiles::default(), 0, 1, &progress);
        assert_eq!(outcomes.unwrap_err().code, Code::Aborted);
    }
}
