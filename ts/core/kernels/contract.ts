/**
 * The kernel contract: one interface per family, and `native`, `wasm` and `pure` each satisfy all of them. Only numbers,
 * typed arrays and opaque handles cross it. Callers allocate what is written to (named `out…`); a backend throws an error
 * whose message is `CODE: sentence`. The public functions beside this file check, allocate and translate.
 */

/** Exact keep-alive optimisation over one function's idle gaps. */
export interface KeepaliveKernels {
  /**
   * The cheapest warm interval. `weights` is empty for all ones; `preWarmUsd` NaN allows no pre-warm.
   * Writes `[preWarmMs, keepAliveMs, objectiveUsd]`.
   */
  keepAliveWindow(
    gapsMs: Float64Array,
    weights: Float64Array,
    idleUsdPerMs: number,
    coldStartUsd: number,
    preWarmUsd: number,
    out: Float64Array,
  ): void;
  /** Cost of every window that can be best: ascending `outKeepAliveMs` and `outObjectiveUsd` (each `[n + 1]`); returns how many. */
  keepAliveCurve(
    gapsMs: Float64Array,
    weights: Float64Array,
    idleUsdPerMs: number,
    coldStartUsd: number,
    outKeepAliveMs: Float64Array,
    outObjectiveUsd: Float64Array,
  ): number;
  /** `keepAliveWindow` of many functions: gaps of function `f` at `offsets[f]..offsets[f + 1]`; prices per function; `out: [n, 3]`. */
  keepAliveWindowBatch(
    offsets: Float64Array,
    gapsMs: Float64Array,
    weights: Float64Array,
    idleUsdPerMs: Float64Array,
    coldStartUsd: Float64Array,
    preWarmUsd: Float64Array,
    threads: number,
    out: Float64Array,
  ): void;
}

/** A fleet's choices, kept at their split; owned by the backend that made it. */
export interface MultipleChoiceHandle {
  close(): void;
}

/** One choice per function at the least cost in sum, with a limit on a resource in sum. */
export interface MultipleChoiceKernels {
  /** Functions that each have one choice, of no cost and no resource. */
  multipleChoiceCreate(functions: number): MultipleChoiceHandle;
  /**
   * Replaces functions from `first` on: choices of the `f`-th of them at `offsets[f]..offsets[f + 1]`. Caps are empty for none, or
   * have one entry a function. A refusal changes nothing; `INFEASIBLE` where a function has no choice within its caps.
   */
  multipleChoiceSet(
    handle: MultipleChoiceHandle,
    first: number,
    offsets: Float64Array,
    cost: Float64Array,
    resource: Float64Array,
    maxCost: Float64Array,
    maxResource: Float64Array,
    threads: number,
  ): void;
  /**
   * Whether the limit can be met. Writes `[cost, resource, dualBound, bound, multiplier, changed]`; where it cannot be, the least
   * resource there is, and NaN for the rest.
   */
  multipleChoiceSolve(handle: MultipleChoiceHandle, limit: number, out: Float64Array): boolean;
  /** Functions whose choice the last solution changed, ascending. */
  multipleChoiceChanged(handle: MultipleChoiceHandle): Uint32Array;
  /** The choice of each function, counted among its own; -1 before the first solution. */
  multipleChoiceChoices(handle: MultipleChoiceHandle): Int32Array;
}

/** An assignment that stays, owned by the backend that made it. */
export interface AssignmentHandle {
  close(): void;
}

/** Linear assignment: columns for rows at the least cost. */
export interface AssignmentKernels {
  /**
   * `costs: [rows, cols]`, infinity where a pair is forbidden; `unassigned: [rows]`, what it costs to leave a row out, or empty for
   * never; `capacity: [cols]`, how many rows a column takes, or empty for one each. With more rows than places and no `unassigned` the columns
   * are filled and choose among the rows. Writes -1 for none, of a column its lowest row, and duals. Returns false where there is no
   * solution: then `outRowToCol` and `outColToRow` are 1 for a Hall violator and 0 elsewhere, and duals NaN.
   */
  assignmentSolve(
    costs: Float64Array,
    rows: number,
    cols: number,
    unassigned: Float64Array,
    capacity: Float64Array,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
  ): boolean;
  /**
   * `assignmentSolve` where only those pairs are allowed that have an entry: of row `i` at `offsets[i]..offsets[i + 1]`, each with its
   * column, in any order; of several entries of a pair the least counts.
   */
  assignmentSolveSparse(
    offsets: Float64Array,
    columns: Int32Array,
    costs: Float64Array,
    cols: number,
    unassigned: Float64Array,
    capacity: Float64Array,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
  ): boolean;
  /** `assignmentSolve` of many: `costs: [count, rows, cols]`, outputs one behind the other. The first that has no solution, or -1. */
  assignmentSolveBatch(
    costs: Float64Array,
    count: number,
    rows: number,
    cols: number,
    threads: number,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
  ): number;
  /** Copies an instance, as of `assignmentSolve`, with no number beyond 2^1000; nothing is solved yet. */
  assignmentOpen(
    costs: Float64Array,
    rows: number,
    cols: number,
    unassigned: Float64Array,
    capacity: Float64Array,
  ): AssignmentHandle;
  /** Replaces a row, and what it costs to leave it out, which is not looked at where no row may be. A refusal changes nothing. */
  assignmentUpdateRow(handle: AssignmentHandle, row: number, costs: Float64Array, unassigned: number): void;
  assignmentUpdateCol(handle: AssignmentHandle, col: number, costs: Float64Array): void;
  assignmentUpdateCost(handle: AssignmentHandle, row: number, col: number, cost: number): void;
  /** Adds a row behind the others. */
  assignmentAddRow(handle: AssignmentHandle, costs: Float64Array, unassigned: number): void;
  /** Removes a row; those behind it move up by one. */
  assignmentRemoveRow(handle: AssignmentHandle, row: number): void;
  /** Serves at most so many waiting rows; how many still wait, 0 too where there is no solution. The first call serves most. */
  assignmentAdvance(handle: AssignmentHandle, most: number): number;
  /** Serves all rows and writes what `assignmentSolve` does; `outCost: [1]`, the sum in the order of rows, NaN where there is none. */
  assignmentFinish(
    handle: AssignmentHandle,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
    outCost: Float64Array,
  ): boolean;
}

/**
 * Advantages and returns in one precision. Arrays are time-major `[steps, envs]`; flags are 0 or not; `truncated` is empty for nowhere. A refusal of
 * sizes changes nothing; `NOT_FINITE` comes once everything is written.
 */
export interface AdvantageKernelsOf<Reals extends Float32Array | Float64Array> {
  /**
   * Generalised advantage estimation. `rewards` is empty where `outAdvantages` has them; `nextValues` where `values` is `[steps + 1, envs]`
   * and nothing is truncated; `outReturns` where they are not wanted.
   */
  generalizedAdvantage(
    rewards: Reals,
    values: Reals,
    nextValues: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    lambda: number,
    outAdvantages: Reals,
    outReturns: Reals,
  ): void;
  /** TD(lambda) returns, with a lambda of 1 the discounted ones. `rewards` is empty where `outReturns` has them. */
  lambdaReturns(
    rewards: Reals,
    nextValues: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    lambda: number,
    outReturns: Reals,
  ): void;
  /** Returns over `n` steps. */
  nStepReturns(
    rewards: Reals,
    nextValues: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    n: number,
    outReturns: Reals,
  ): void;
  /** V-trace targets and advantages. */
  vtrace(
    rewards: Reals,
    values: Reals,
    nextValues: Reals,
    logRatios: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    rhoBar: number,
    cBar: number,
    outTargets: Reals,
    outAdvantages: Reals,
  ): void;
  /** Normalises what it is given, and writes `[mean, standard deviation]` of before. */
  normalizeAdvantages(outAdvantages: Reals, epsilon: number, outMoments: Float64Array): void;
}

/** Both precisions. */
export type AdvantageKernels = AdvantageKernelsOf<Float64Array> & {
  [Name in keyof AdvantageKernelsOf<Float32Array> as `${Name}32`]: AdvantageKernelsOf<Float32Array>[Name];
};

/** A policy's state, owned by the backend that made it. */
export interface PolicyHandle {
  close(): void;
}

/** One policy for one function, stepped call by call. `spec` is `[kind, ...parameters]` (policy.ts). */
export interface PolicyKernels {
  policyCreate(spec: Float64Array): PolicyHandle;
  policyArrival(handle: PolicyHandle, atMs: number, busy: number): void;
  /** Writes `[prewarmMs, keepAliveMs]`. */
  policyRelease(handle: PolicyHandle, atMs: number, out: Float64Array): void;
  /** `forecast` is empty for none. Returns `[count, prewarmMs, keepAliveMs]` per group of instances to start. */
  policyTick(
    handle: PolicyHandle,
    nowMs: number,
    busy: number,
    warmIdle: number,
    pending: number,
    forecast: Float64Array,
  ): Float64Array;
  /** Nothing is known of the time between, but the calls that were told; `untilMs` is now. */
  policyGap(handle: PolicyHandle, fromMs: number, untilMs: number): void;
  /** What the policy has learnt, in the order of its kind's `seen` names (policy.ts). */
  policySeen(handle: PolicyHandle): Float64Array;
  policySave(handle: PolicyHandle): Uint8Array;
  /** The policy that was saved as `state`, made by `spec`: that holds what is the same for all functions. */
  policyLoad(spec: Float64Array, state: Uint8Array): PolicyHandle;
  /** Adds what a policy of the same spec has learnt that was saved as `state`. */
  policyMerge(handle: PolicyHandle, state: Uint8Array): void;
}

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

/** A replay under memory caps that is under way, owned by the backend that made it. */
export interface MemoryCapHandle {
  close(): void;
}

/** Per plan and function: cold starts, dropped calls, evictions, idle ms, and ms of the dropped calls. */
export const MEMORY_CAP_COLUMNS = 5;

/** All functions in the order of time on one memory. */
export interface MemoryCapKernels {
  /**
   * `plans` is a row of `[eviction, keepAliveMs, memoryCapMiB]` each: eviction 0 takes the least recently used idle instance,
   * 1 is greedy dual and knows no keep-alive time; `settings` as of `replay`. Nothing is replayed yet.
   */
  memoryCapOpen(trace: TraceHandle, plans: Float64Array, settings: Float64Array): MemoryCapHandle;
  /** Replays the next calls, some 65,000 or a minute of them, under all plans; how many, 0 once none is left. */
  memoryCapAdvance(handle: MemoryCapHandle, threads: number): number;
  /** Writes `out: [plans, functions, MEMORY_CAP_COLUMNS]`; once, when no call is left. */
  memoryCapFinish(handle: MemoryCapHandle, out: Float64Array): void;
}

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

/** A fitted ARIMA model at the end of its series, owned by the backend that made it. */
export interface ArimaHandle {
  close(): void;
}

/** Seasonal ARIMA by exact maximum likelihood. `spec` is `[p, d, q, P, D, Q, s, mean, quick]`; `xreg: [k, n]`, empty for none. */
export interface ArimaKernels {
  /** Fits; NaN in `y` is missing. `quick`: from one start, roughly and without standard errors, to compare models by. */
  arimaFit(y: Float64Array, xreg: Float64Array, spec: Float64Array): ArimaHandle;
  /** The model at `coefficients` (AR, MA, seasonal AR, seasonal MA), mean and effects of regressors by generalised least squares. */
  arimaAt(y: Float64Array, xreg: Float64Array, spec: Float64Array, coefficients: Float64Array): ArimaHandle;
  /** `[sigma2, logLikelihood, used, evaluations]`, coefficients, their errors, effects (the mean first), their errors. */
  arimaSummary(handle: ArimaHandle): Float64Array;
  /** `[n]`: innovations over the root of their variance; NaN where there is none. Empty of a loaded model. */
  arimaResiduals(handle: ArimaHandle): Float64Array;
  /** `xreg: [k, horizon]`; writes `[horizon]` each. */
  arimaForecast(handle: ArimaHandle, xreg: Float64Array, outMean: Float64Array, outError: Float64Array): void;
  /** Writes `[paths, horizon]`. */
  arimaSimulate(handle: ArimaHandle, xreg: Float64Array, seed: number, horizon: number, out: Float64Array): void;
  /** One more value (NaN: a gap) and its `xreg: [k]`; its innovation over the root of its variance. */
  arimaUpdate(handle: ArimaHandle, value: number, xreg: Float64Array): number;
  /** The model and its state, without residuals. */
  arimaSave(handle: ArimaHandle): Float64Array;
  arimaLoad(saved: Float64Array): ArimaHandle;
  /**
   * Many series, each by its own model: series `i` at `offsets[i]..offsets[i + 1]`, `specs: [series, 9]`, no regressors. Gives
   * `[length, ...saved]` of each, one after the other; where a series cannot be fitted `[-length, ...bytes]` of `CODE: sentence`.
   */
  arimaFitBatch(offsets: Float64Array, y: Float64Array, specs: Float64Array, threads: number): Float64Array;
}

/** All families of one backend. */
export interface Kernels
  extends AdvantageKernels,
    ArimaKernels,
    AssignmentKernels,
    KeepaliveKernels,
    MultipleChoiceKernels,
    PolicyKernels,
    ReplayKernels,
    MemoryCapKernels,
    PlatformKernels {}

export type Backend = 'native' | 'wasm' | 'pure';
