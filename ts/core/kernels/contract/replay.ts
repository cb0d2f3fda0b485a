/** The kernel contract: replays of a trace, function by function. */

/** A trace laid out for replays, owned by the backend that made it. */
export interface TraceHandle {
  close(): void;
}

/** A replay under way. */
export interface ReplayProgress {
  /** Calls replayed so far, each once however many policies there are. */
  calls(): number;
  /** Asks it to stop; it then fails with `ABORTED`. */
  cancel(): void;
}

/** Per policy and function: cold starts, pre-warms, idle ms, and the window chosen in hindsight (NaN elsewhere). */
export const REPLAY_COLUMNS = 4;

export interface ReplayKernels {
  /**
   * Counts per minute as cells: per function (`offsets[f]..offsets[f + 1]` bytes) pairs of LEB128 numbers, the minutes since
   * the previous cell (the first from minute -1) and the calls, both at least 1. `poisson[f]` is 1 where calls are spread at random.
   */
  traceOfCounts(
    minutes: number,
    offsets: Float64Array,
    cells: Uint8Array,
    durationMs: Float64Array,
    memoryMiB: Float64Array,
    poisson: Uint8Array,
    index: Float64Array,
  ): TraceHandle;
  /** Calls of function `f` at `offsets[f]..offsets[f + 1]`, whole ms, ascending by start. */
  traceOfCalls(
    minutes: number,
    offsets: Float64Array,
    startMs: Float64Array,
    durationMs: Uint32Array,
    memoryMiB: Float64Array,
  ): TraceHandle;
  /**
   * Replays functions `from..to` under each policy; `policies` is a row of `[length, kind, ...parameters]` each, `settings`
   * are `[coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare]`, then the `coldStartMs` of each function of the
   * trace where they differ. Ticks are at most 60000 ms apart with kind 5.
   * Writes `out: [policies, to - from, REPLAY_COLUMNS]`.
   */
  replay(
    trace: TraceHandle,
    policies: Float64Array,
    settings: Float64Array,
    from: number,
    to: number,
    threads: number,
    out: Float64Array,
  ): void;
  /** Where a replay of `replayStart` is; absent where the backend has no threads of its own. */
  replayProgress?(): ReplayProgress;
  /** `replay` off the calling thread: gives what that writes. */
  replayStart?(
    trace: TraceHandle,
    policies: Float64Array,
    settings: Float64Array,
    from: number,
    to: number,
    threads: number,
    progress: ReplayProgress,
  ): Promise<Float64Array>;
}
