/** The kernel contract: replays of what a platform lets one set. */
import type { ReplayProgress, TraceHandle } from './replay.js';

/** What a run of a platform replay gives, in this order; `docs/platform-replay.md` defines each. */
export const PLATFORM_COLUMNS = [
  'calls',
  'timedOut',
  'coldStarts',
  'spillColdStarts',
  'readyCalls',
  'spillCalls',
  'queuedCalls',
  'readyStarts',
  'spillStarts',
  'waitMs',
  'readyCallMs',
  'spillCallMs',
  'readyBusyMs',
  'spillBusyMs',
  'readyIdleMs',
  'spillIdleMs',
  'readyMs',
  'peakInstances',
  'withinTarget',
  'latencyP50Ms',
  'latencyP95Ms',
  'latencyP99Ms',
] as const;

/** The replay of what a real platform lets one set. */
export interface PlatformKernels {
  /**
   * Replays functions under settings. `runs` is a row of `[length, function, ...settings]` each (platform-settings.ts), functions in
   * any order; runs of one function that stand together share its arrivals. Durations are drawn where `durationMs: [n, k]`
   * has numbers (NaN: the function's average), at the shares `shares: [k]` ascending from 0 to 1.
   * Writes `out: [runs, PLATFORM_COLUMNS]`, and with `readyStepMs` above 0 `outReadyMs: [runs, ceil(horizon / readyStepMs)]`.
   */
  platformReplay(
    trace: TraceHandle,
    runs: Float64Array,
    seed: number,
    shares: Float64Array,
    durationMs: Float64Array,
    readyStepMs: number,
    threads: number,
    out: Float64Array,
    outReadyMs: Float64Array,
  ): void;
  /** `platformReplay` off the calling thread: gives what that writes, `out` before `outReadyMs`. */
  platformReplayStart?(
    trace: TraceHandle,
    runs: Float64Array,
    seed: number,
    shares: Float64Array,
    durationMs: Float64Array,
    readyStepMs: number,
    threads: number,
    progress: ReplayProgress,
  ): Promise<Float64Array>;
}
