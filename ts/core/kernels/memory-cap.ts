/** Replays of all functions on one memory: what policies cost that let idle instances go only to make room. */
import type { AsyncOptions } from './async.js';
import { kernels, translated } from './backend.js';
import { type Kernels, MEMORY_CAP_COLUMNS } from './contract.js';
import { IsothermError } from './error.js';
import { checkThreads, encodeSettings, openTrace, type ReplaySettings, type ReplaySource } from './replay.js';
import { runInWorker } from './worker-host.js';

/**
 * A policy under a cap. `lru`: the instance that has been idle longest makes room; it goes by itself after `keepAliveMs`, which may be
 * infinite. `greedy-dual`: the one of the least priority makes room (FaasCache); it knows no keep-alive time.
 */
export type MemoryCapSpec =
  | { kind: 'lru'; keepAliveMs: number; memoryCapMiB: number }
  | { kind: 'greedy-dual'; memoryCapMiB: number };

export function encodePlans(plans: readonly MemoryCapSpec[]): Float64Array {
  return Float64Array.from(
    plans.flatMap((plan) => {
      if (plan.kind === 'lru') return [0, plan.keepAliveMs, plan.memoryCapMiB];
      if (plan.kind === 'greedy-dual') return [1, Number.POSITIVE_INFINITY, plan.memoryCapMiB];
      throw new IsothermError('BAD_ARGUMENT', `there is no eviction '${(plan as { kind: unknown }).kind}'`);
    }),
  );
}

/** Runs a replay to its end; `told` hears how many calls are done. */
export function runUnderMemoryCap(
  inUse: Kernels,
  source: ReplaySource,
  plans: Float64Array,
  settings: Float64Array,
  threads: number,
  told: (calls: number) => void,
): Float64Array {
  const trace = openTrace(inUse, source);
  try {
    const replay = inUse.memoryCapOpen(trace, plans, settings);
    try {
      let done = 0;
      for (let calls = inUse.memoryCapAdvance(replay, threads); calls > 0; ) {
        done += calls;
        told(done);
        calls = inUse.memoryCapAdvance(replay, threads);
      }
      const out = new Float64Array((plans.length / 3) * source.memoryMiB.length * MEMORY_CAP_COLUMNS);
      inUse.memoryCapFinish(replay, out);
      return out;
    } finally {
      replay.close();
    }
  } finally {
    trace.close();
  }
}

/**
 * Replays all functions of a trace in the order of time on one memory, under each plan by itself.
 *
 * Each instance holds its function's memory (to the byte) from its cold start on, busy or idle; all together hold at most the cap. A
 * cold start that finds too little lets idle instances go, as the plan says which; where even all of them are too little, the call is
 * dropped and nothing goes. The rest is as in `replayFunctions`.
 *
 * @param source Functions and their activity; `memoryMiB: [n]`.
 * @param threads At least 1; the native backend spreads plans over them, with the same bits for any number.
 * @returns `[plans, n, 5]`: cold starts, dropped calls, evictions, idle ms, and the durations of the dropped calls, ms.
 *
 * Errors: `BAD_LENGTH`, `BAD_ARGUMENT`, `NOT_FINITE`, `OUT_OF_RANGE`.
 * Complexity: O(log(busy instances) + log n) per call and plan; memory O(instances), and the calls of a minute, beside the trace.
 * Source: Fuerst, Sharma, "FaasCache: Keeping Serverless Computing Alive with Greedy-Dual Caching", ASPLOS 2021; `docs/rivals.md`.
 *
 * @example
 * const source: ReplaySource = { kind: 'calls', minutes: 1, offsets: Float64Array.of(0, 2, 3), startMs: Float64Array.of(0, 9000, 5000),
 *   durationMs: Uint32Array.of(1000, 1000, 1000), memoryMiB: Float64Array.of(128, 128) };
 * const settings = { coldStartMs: 1000, tickMs: 60000, seed: 1, idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };
 * replayUnderMemoryCap(source, [{ kind: 'greedy-dual', memoryCapMiB: 128 }], settings, 1).slice(0, 5); // [2, 0, 1, 52000, 0]
 */
export function replayUnderMemoryCap(
  source: ReplaySource,
  plans: readonly MemoryCapSpec[],
  settings: ReplaySettings,
  threads: number,
): Float64Array {
  const inUse = kernels();
  checkThreads(threads);
  const rows = encodePlans(plans);
  return translated(() =>
    runUnderMemoryCap(inUse, source, rows, encodeSettings(settings, source.coldStartMs), threads, () => {}),
  );
}

/**
 * `replayUnderMemoryCap` in a worker, so that the event loop stays free; progress in calls.
 *
 * @param calls `[n]`: the calls of each function, that progress is told in.
 *
 * Errors: as `replayUnderMemoryCap`; `ABORTED` when the signal asks.
 */
export async function replayUnderMemoryCapAsync(
  source: ReplaySource,
  plans: readonly MemoryCapSpec[],
  settings: ReplaySettings,
  threads: number,
  calls: Float64Array,
  options: AsyncOptions = {},
): Promise<Float64Array> {
  checkThreads(threads);
  const total = calls.reduce((sum, count) => sum + count, 0);
  const numbers = encodeSettings(settings, source.coldStartMs);
  return runInWorker(
    { kind: 'memoryCap', source, plans: encodePlans(plans), settings: numbers, threads, total },
    options,
  );
}
