/** Replays: what policies cost on a trace. */
import type { AsyncOptions } from './async.js';
import { kernels, translated } from './backend.js';
import { REPLAY_COLUMNS, type ReplayProgress, type TraceHandle } from './contract.js';
import { onThreads } from './on-threads.js';
import { type BoundSpec, encodePolicy, type PolicySpec } from './policy.js';
import { checkThreads, openTrace, type ReplaySource } from './replay-source.js';
import { runInWorker } from './worker-host.js';

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

const NONE = new Float64Array(0);

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
  const inUse = kernels();
  const rows = translated(() => encodePolicies(policies));
  checkThreads(threads);
  const numbers = encodeSettings(settings, source.coldStartMs);
  const { replayStart } = inUse;
  const start =
    replayStart &&
    ((handle: TraceHandle, progress: ReplayProgress) =>
      replayStart(handle, rows, numbers, 0, source.memoryMiB.length, threads, progress));
  return (
    onThreads(inUse, source, total(calls), start, options) ??
    runInWorker({ kind: 'replay', source, policies: rows, settings: numbers, calls }, options)
  );
}
