//! A trace laid out for replays.

use crate::cells;
use isotherm_numeric::{ensure, non_negative, whole, Code, Result};

/// Functions and what happened to them; owns its arrays.
#[derive(Debug)]
pub struct Trace {
    minutes: i64,
    offsets: Vec<usize>,
    memory_mib: Vec<f64>,
    calls: Vec<u64>,
    activity: Activity,
}

/// Counts per minute, or calls.
#[derive(Debug)]
pub enum Activity {
    /// Calls per minute, laid out as whole ms when replayed.
    Counts {
        /// Pairs of LEB128 numbers, function after function.
        cells: Vec<u8>,
        /// Per function, ms.
        duration_ms: Vec<i64>,
        /// Per function: at random within the minute, or even.
        poisson: Vec<bool>,
        /// Per function: which stream of random numbers.
        index: Vec<u32>,
    },
    /// Start times and durations as they were.
    Calls {
        /// Ascending per function.
        start_ms: Vec<i64>,
        /// Per call.
        duration_ms: Vec<u32>,
    },
}

/// The longest trace: 2^31 minutes keep every instant far inside what is exact.
const MAX_MINUTES: f64 = 2_147_483_648.0;
const MAX_U32: f64 = u32::MAX as f64;

fn parse_minutes(minutes: f64) -> Result<i64> {
    Ok(whole("minutes", minutes, 0.0, MAX_MINUTES)? as i64)
}

fn parse_offsets(offsets: &[f64], functions: usize, end: usize) -> Result<Vec<usize>> {
    ensure(offsets.len() == functions + 1, Code::BadLength, || {
        format!("offsets has {} entries, expected {}", offsets.len(), functions + 1)
    })?;
    let mut last = 0.0;
    for (i, &offset) in offsets.iter().enumerate() {
        let fits = offset >= last && offset <= end as f64 && offset.floor() == offset && (i > 0 || offset == 0.0);
        ensure(fits, Code::BadArgument, || {
            format!("offsets[{i}] is {offset}, expected whole, ascending from 0 to {end}")
        })?;
        last = offset;
    }
    ensure(last == end as f64, Code::BadArgument, || format!("offsets end at {last}, expected {end}"))?;
    Ok(offsets.iter().map(|&offset| offset as usize).collect())
}

fn check_memory(memory_mib: &[f64]) -> Result<()> {
    for (i, &memory) in memory_mib.iter().enumerate() {
        non_negative(format_args!("memoryMiB[{i}]"), memory)?;
    }
    Ok(())
}

fn check_length(name: &str, length: usize, functions: usize) -> Result<()> {
    ensure(length == functions, Code::BadLength, || format!("{name} has {length} entries, expected {functions}"))
}

impl Trace {
    /// From counts per minute. Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `NOT_FINITE`, `OUT_OF_RANGE`.
    pub fn of_counts(
        minutes: f64,
        offsets: &[f64],
        cells: Vec<u8>,
        duration_ms: &[f64],
        memory_mib: Vec<f64>,
        poisson: &[u8],
        index: &[f64],
    ) -> Result<Self> {
        let functions = memory_mib.len();
        let minutes = parse_minutes(minutes)?;
        let offsets = parse_offsets(offsets, functions, cells.len())?;
        check_memory(&memory_mib)?;
        check_length("durationMs", duration_ms.len(), functions)?;
        check_length("poisson", poisson.len(), functions)?;
        check_length("index", index.len(), functions)?;
        for (i, (&duration, &row)) in duration_ms.iter().zip(index).enumerate() {
            whole(format_args!("durationMs[{i}]"), duration, 0.0, MAX_U32)?;
            whole(format_args!("index[{i}]"), row, 0.0, MAX_U32)?;
        }
        let calls = (0..functions)
            .map(|f| cells::check(&cells[offsets[f]..offsets[f + 1]], minutes, f))
            .collect::<Result<Vec<u64>>>()?;
        Ok(Trace {
            minutes,
            offsets,
            memory_mib,
            calls,
            activity: Activity::Counts {
                cells,
                duration_ms: duration_ms.iter().map(|&duration| duration as i64).collect(),
                poisson: poisson.iter().map(|&flag| flag != 0).collect(),
                index: index.iter().map(|&row| row as u32).collect(),
            },
        })
    }

    /// From calls. Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `NOT_FINITE`, `OUT_OF_RANGE`.
    pub fn of_calls(
        minutes: f64,
        offsets: &[f64],
        start_ms: &[f64],
        duration_ms: Vec<u32>,
        memory_mib: Vec<f64>,
    ) -> Result<Self> {
        let functions = memory_mib.len();
        let minutes = parse_minutes(minutes)?;
        check_length("durationMs", duration_ms.len(), start_ms.len())?;
        let offsets = parse_offsets(offsets, functions, start_ms.len())?;
        check_memory(&memory_mib)?;
        let horizon = (minutes * 60_000) as f64;
        for f in 0..functions {
            let mut last = -horizon - 1e15;
            for (i, &start) in start_ms[offsets[f]..offsets[f + 1]].iter().enumerate() {
                let fits = start >= last && start < horizon && start.floor() == start;
                ensure(fits, Code::BadArgument, || {
                    let at = offsets[f] + i;
                    format!("startMs[{at}] is {start}, expected whole, ascending per function, before {horizon}")
                })?;
                last = start;
            }
        }
        let calls = offsets.windows(2).map(|pair| (pair[1] - pair[0]) as u64).collect();
        let start_ms = start_ms.iter().map(|&start| start as i64).collect();
        Ok(Trace { minutes, offsets, memory_mib, calls, activity: Activity::Calls { start_ms, duration_ms } })
    }

    /// How many functions.
    pub fn functions(&self) -> usize {
        self.memory_mib.len()
    }

    /// Where accounting ends, ms.
    pub fn horizon_ms(&self) -> i64 {
        self.minutes * 60_000
    }

    /// Calls of a function.
    pub fn calls(&self, function: usize) -> u64 {
        self.calls[function]
    }

    pub(crate) fn memory_mib(&self, function: usize) -> f64 {
        self.memory_mib[function]
    }

    /// Which stream of random numbers is a function's: its row in the source, where that is known.
    pub(crate) fn stream(&self, function: usize) -> u32 {
        match &self.activity {
            Activity::Counts { index, .. } => index[function],
            Activity::Calls { .. } => function as u32,
        }
    }

    pub(crate) fn activity(&self) -> &Activity {
        &self.activity
    }

    pub(crate) fn range(&self, function: usize) -> std::ops::Range<usize> {
        self.offsets[function]..self.offsets[function + 1]
    }
}
