/** Replays: what policies cost on a trace. */
import type { AsyncOptions } from './async.js';
import { kernels, translated } from './backend.js';
import { type Kernels, REPLAY_COLUMNS, type ReplayProgress, type TraceHandle } from './contract.js';
import { aborted, fromBackend, IsothermError } from './error.js';
import { type BoundSpec, encodePolicy, type PolicySpec } from './policy.js';
import { runInWorker } from './worker-host.js';

/** Calls per minute as the kernels take them; see `ReplayKernels.traceOfCounts`. */
export interface ReplayCounts {
  kind: 'counts';
  minutes: number;
  offsets: Float64Array;
  cells: Uint8Array;
  durationMs: Float64Array;
  memoryMiB: Float64Array;
  poisson: Uint8Array;
  index: Float64Array;
  /** Start time of each function, whole ms; those of the settings when left out. */
  coldStartMs?: Float64Array;
}

/** Calls as the kernels take them; see `ReplayKernels.traceOfCalls`. */
export interface ReplayCalls {
  kind: 'calls';
  minutes: number;
  offsets: Float64Array;
  startMs: Float64Array;
  durationMs: Uint32Array;
  memoryMiB: Float64Array;
  /** Start time of each function, whole ms; those of the settings when left out. */
  coldStartMs?: Float64Array;
}

export type ReplaySource = ReplayCounts | ReplayCalls;

/** Everything but the policies that a replay depends on. */
export interface ReplaySettings {
  /** How long a cold start waits, whole ms; `coldStartMs` of a source says it function by function. */
  coldStartMs: number;
  /** Time between two ticks, whole ms, at least 1. */
  tickMs: number;
  /** Seeds the streams of arrivals, 0..4294967295. */
  seed: number;
  /** Price of idle memory, USD per GiB-second. */
  idleUsdPerGbS: number;
  /** Price of a cold start, USD per second of its wait. */
  coldStartUsdPerS: number;
  /** What a pre-warm costs, as a share of a cold start. */
  preWarmShare: number;
}

const PROGRESS_EVERY_MS = 50;
const NONE = new Float64Array(0);

export function openTrace(inUse: Kernels, source: ReplaySource): TraceHandle {
  const { minutes, offsets, durationMs, memoryMiB } = source;
  return source.kind === 'counts'
    ? inUse.traceOfCounts(minutes, offsets, source.cells, source.durationMs, memoryMiB, source.poisson, source.index)
    : inUse.traceOfCalls(minutes, offsets, source.startMs, durationMs as Uint32Array, memoryMiB);
}

function encodePolicies(policies: readonly (PolicySpec | BoundSpec)[]): Float64Array {
  const rows = policies.map(encodePolicy);
  return Float64Array.from(rows.flatMap((row) => [row.length, ...row]));
}

export function encodeSettings(settings: ReplaySettings, each: Float64Array = NONE): Float64Array {
  const { coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare } = settings;
  const all = [coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare];
  const encoded = new Float64Array(all.length + each.length);
  encoded.set(all);
  encoded.set(each, all.length);
  return encoded;
}

export function checkThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return;
  throw new IsothermError('OUT_OF_RANGE', `threads is ${threads}, expected a whole number in 1..=1024`);
}

/**
 * Replays every function of a trace under each policy.
 *
 * @param source Functions and their activity; `memoryMiB: [n]`.
 * @param threads At least 1; the native backend spreads functions over them, with the same bits for any number.
 * @returns `[policies, n, 4]`: cold starts, pre-warms, idle ms, and the window chosen in hindsight (NaN elsewhere).
 *
 * Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `NOT_FINITE`, `OUT_OF_RANGE`.
 * Complexity: O(calls) per policy, O(log pending) more per pre-warm; memory O(instances of a function) beside the trace.
 * Source: `docs/replay.md`.
 *
 * @example
 * const source: ReplaySource = { kind: 'calls', minutes: 1, offsets: Float64Array.of(0, 2), startMs: Float64Array.of(0, 2000),
 *   durationMs: Uint32Array.of(1000, 1000), memoryMiB: Float64Array.of(128) };
 * const settings = { coldStartMs: 1000, tickMs: 60000, seed: 1, idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };
 * replayFunctions(source, [{ kind: 'window', keepAliveMs: 0 }], settings, 1); // [1, 0, 0, NaN]
 */
export function replayFunctions(
  source: ReplaySource,
  policies: readonly (PolicySpec | BoundSpec)[],
  settings: ReplaySettings,
  threads: number,
): Float64Array {
  const inUse = kernels();
  checkThreads(threads);
  return translated(() => {
    const handle = openTrace(inUse, source);
    try {
      const functions = source.memoryMiB.length;
      const out = new Float64Array(policies.length * functions * REPLAY_COLUMNS);
      inUse.replay(
        handle,
        encodePolicies(policies),
        encodeSettings(settings, source.coldStartMs),
        0,
        functions,
        threads,
        out,
      );
      return out;
    } finally {
      handle.close();
    }
  });
}

/** Calls per function, for progress. */
function total(calls: Float64Array): number {
  return calls.reduce((sum, count) => sum + count, 0);
}

/**
 * `replayFunctions` that leaves the event loop free: threads of the native backend, a worker for the others.
 *
 * @param calls `[n]`: the calls of each function, that progress is told in.
 *
 * Errors: as `replayFunctions`; `ABORTED` when the signal asks.
 */
export async function replayFunctionsAsync(
  source: ReplaySource,
  policies: readonly (PolicySpec | BoundSpec)[],
  settings: ReplaySettings,
  threads: number,
  calls: Float64Array,
  options: AsyncOptions = {},
): Promise<Float64Array> {
  const { signal, onProgress } = options;
  const inUse = kernels();
  const rows = translated(() => encodePolicies(policies));
  checkThreads(threads);
  const numbers = encodeSettings(settings, source.coldStartMs);
  const { replayProgress, replayStart } = inUse;
  if (signal?.aborted) throw aborted(signal);
  if (replayProgress === undefined || replayStart === undefined) {
    return runInWorker({ kind: 'replay', source, policies: rows, settings: numbers, calls }, options);
  }
  const handle = translated(() => openTrace(inUse, source));
  const progress: ReplayProgress = replayProgress();
  const cancel = (): void => progress.cancel();
  const all = total(calls);
  const timer = setInterval(() => onProgress?.(progress.calls(), all), PROGRESS_EVERY_MS);
  signal?.addEventListener('abort', cancel);
  try {
    const out = await replayStart(handle, rows, numbers, 0, source.memoryMiB.length, threads, progress);
    onProgress?.(all, all);
    return out;
  } catch (thrown) {
    throw fromBackend(thrown);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', cancel);
    handle.close();
  }
}
