/** Platform replays: what the settings that a platform takes cost and how long calls wait, function by function. */
import type { AsyncOptions } from './async.js';
import { kernels, translated } from './backend.js';
import { PLATFORM_COLUMNS, type ReplayProgress, type TraceHandle } from './contract.js';
import { onThreads } from './on-threads.js';
import { encodeRuns, type PlatformRun } from './platform-settings.js';
import { whole } from './pure/check.js';
import { checkThreads, openTrace, type ReplaySource } from './replay-source.js';
import { runInWorker } from './worker-host.js';

export type PlatformColumn = (typeof PLATFORM_COLUMNS)[number];

/** How durations are drawn: the inverse of their distribution, linear between its points. */
export interface DurationQuantiles {
  /** `[k]`, ascending from 0 to 1, k in 2..1024. */
  shares: Float64Array;
  /** `[n, k]`, ms, ascending per function; a row of NaN: every call lasts the function's average. */
  ms: Float64Array;
}

/** What a platform replay depends on beside functions and settings. */
export interface PlatformReplayOptions {
  /** Seeds the streams of arrivals and of durations, 0..4294967295. */
  seed: number;
  /** For traces of counts; without it every call lasts the function's average. */
  durations?: DurationQuantiles;
  /** Also gives the ready instances' time per step of so many whole ms, at least 1. */
  readyStepMs?: number;
}

/** What came of each run; `docs/platform-replay.md` defines every column. */
export interface PlatformOutcomes {
  /** `[runs]` each. */
  columns: Record<PlatformColumn, Float64Array>;
  /** `[runs, steps]`, ms of ready instances asked for per step; empty unless `readyStepMs` was given. */
  readyMsPerStep: Float64Array;
}

/** What a replay is asked for, encoded. */
export interface PlatformCall {
  rows: Float64Array;
  seed: number;
  shares: Float64Array;
  durationMs: Float64Array;
  readyStepMs: number;
  /** Entries of `out` and of `outReadyMs`. */
  sizes: [number, number];
}

const NONE = new Float64Array(0);
const MAX_U32 = 0xffff_ffff;

function prepared(source: ReplaySource, runs: readonly PlatformRun[], options: PlatformReplayOptions): PlatformCall {
  const { seed, durations, readyStepMs } = options;
  if (readyStepMs !== undefined) whole('readyStepMs', readyStepMs, 1, MAX_U32);
  const steps = readyStepMs !== undefined ? Math.ceil((source.minutes * 60_000) / readyStepMs) : 0;
  return {
    rows: encodeRuns(runs),
    seed,
    shares: durations?.shares ?? NONE,
    durationMs: durations?.ms ?? NONE,
    readyStepMs: readyStepMs ?? 0,
    sizes: [runs.length * PLATFORM_COLUMNS.length, runs.length * steps],
  };
}

function outcomes(out: Float64Array, readyMsPerStep: Float64Array): PlatformOutcomes {
  const width = PLATFORM_COLUMNS.length;
  const runs = out.length / width;
  const column = (at: number) => Float64Array.from({ length: runs }, (_, run) => out[run * width + at]!);
  const columns = Object.fromEntries(PLATFORM_COLUMNS.map((name, at) => [name, column(at)]));
  return { columns: columns as PlatformOutcomes['columns'], readyMsPerStep };
}

/**
 * Replays functions of a trace under settings that a platform takes, any number per function.
 *
 * @param source Functions and their activity; `memoryMiB: [n]`.
 * @param runs Which function under which settings; runs of one function that stand together share its arrivals.
 * @param threads At least 1; the native backend spreads functions over them, with the same bits for any number.
 * @returns A column per figure over runs: counts, ms.
 *
 * Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `NOT_FINITE`, `OUT_OF_RANGE`.
 * Complexity: O(calls log instances) per run, plus the steps or ticks of its scaler; memory O(instances and queue of a function).
 * Source: `docs/platform-replay.md`.
 *
 * @example
 * const source: ReplaySource = { kind: 'calls', minutes: 1, offsets: Float64Array.of(0, 2), startMs: Float64Array.of(0, 500),
 *   durationMs: Uint32Array.of(1000, 1000), memoryMiB: Float64Array.of(128) };
 * const settings: PlatformSettings = { coldStartMs: 300, keepAliveMs: 0, ready: { kind: 'constant', instances: 1 } };
 * replayPlatformFunctions(source, [{ function: 0, settings }], { seed: 1 }, 1).columns.coldStarts[0]; // 1
 */
export function replayPlatformFunctions(
  source: ReplaySource,
  runs: readonly PlatformRun[],
  options: PlatformReplayOptions,
  threads: number,
): PlatformOutcomes {
  const inUse = kernels();
  checkThreads(threads);
  return translated(() => {
    const { rows, seed, shares, durationMs, readyStepMs, sizes } = prepared(source, runs, options);
    const handle = openTrace(inUse, source);
    try {
      const out = new Float64Array(sizes[0]);
      const ready = new Float64Array(sizes[1]);
      inUse.platformReplay(handle, rows, seed, shares, durationMs, readyStepMs, threads, out, ready);
      return outcomes(out, ready);
    } finally {
      handle.close();
    }
  });
}

/**
 * `replayPlatformFunctions` that leaves the event loop free: threads of the native backend, a worker for the others.
 *
 * @param calls `[n]`: the calls of each function; progress is told in calls, a function's once per run.
 *
 * Errors: as `replayPlatformFunctions`; `ABORTED` when the signal asks.
 */
export async function replayPlatformFunctionsAsync(
  source: ReplaySource,
  runs: readonly PlatformRun[],
  options: PlatformReplayOptions,
  threads: number,
  calls: Float64Array,
  asyncOptions: AsyncOptions = {},
): Promise<PlatformOutcomes> {
  const inUse = kernels();
  checkThreads(threads);
  const call = translated(() => prepared(source, runs, options));
  const { rows, seed, shares, durationMs, readyStepMs, sizes } = call;
  const { platformReplayStart: begin } = inUse;
  const start =
    begin &&
    ((handle: TraceHandle, progress: ReplayProgress) =>
      begin(handle, rows, seed, shares, durationMs, readyStepMs, threads, progress));
  const total = runs.reduce((sum, run) => sum + (calls[run.function] ?? 0), 0);
  const out = await (onThreads(inUse, source, total, start, asyncOptions) ??
    runInWorker({ kind: 'platform', source, ...call, calls }, asyncOptions));
  return outcomes(out.subarray(0, sizes[0]), out.subarray(sizes[0]));
}
