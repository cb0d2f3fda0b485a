/* tslint:disable */
/* eslint-disable */

/**
 * A fit under way.
 */
export class ArimaFitHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

/**
 * A fitted model.
 */
export class ArimaHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

/**
 * An assignment that stays.
 */
export class AssignmentHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

/**
 * A replay under way.
 */
export class MemoryCapHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

/**
 * A fleet's choices, kept at their split.
 */
export class MultipleChoiceHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

/**
 * One policy's state for one function.
 */
export class PolicyHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

/**
 * A trace, copied into the module.
 */
export class TraceHandle {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

export function __wbg_reset_state(): void;

/**
 * At most so many evaluations more; how many searches are left, at most.
 */
export function arimaAdvance(handle: ArimaFitHandle, most: number): number;

/**
 * The model at given coefficients.
 */
export function arimaAt(y: Float64Array | number[], regressors: Float64Array | number[], spec: Float64Array | number[], coefficients: Float64Array | number[]): ArimaHandle;

/**
 * `arimaFitBatch` with models found by a search each: `[length, compared, ...of each nine numbers, ...saved]`.
 */
export function arimaAutoBatch(offsets: Float64Array | number[], y: Float64Array | number[], searches: Float64Array | number[]): Float64Array;

/**
 * The rest of the fit, and its model.
 */
export function arimaFinish(handle: ArimaFitHandle): ArimaHandle;

/**
 * Fits `[p, d, q, P, D, Q, s, mean, quick]` by maximum likelihood.
 */
export function arimaFit(y: Float64Array | number[], regressors: Float64Array | number[], spec: Float64Array | number[]): ArimaHandle;

/**
 * `[length, ...saved]` of many series, each by its own model; `[-length, ...bytes]` of the error where one cannot be fitted.
 */
export function arimaFitBatch(offsets: Float64Array | number[], y: Float64Array | number[], specs: Float64Array | number[]): Float64Array;

/**
 * Means and standard errors of the next values.
 */
export function arimaForecast(handle: ArimaHandle, regressors: Float64Array | number[], out_mean: Float64Array, out_error: Float64Array): void;

/**
 * The model from its numbers.
 */
export function arimaLoad(saved: Float64Array | number[]): ArimaHandle;

/**
 * Copies a series; nothing is searched yet.
 */
export function arimaOpen(y: Float64Array | number[], regressors: Float64Array | number[], spec: Float64Array | number[]): ArimaFitHandle;

/**
 * Innovations over the root of their variance.
 */
export function arimaResiduals(handle: ArimaHandle): Float64Array;

/**
 * The model and its state as numbers.
 */
export function arimaSave(handle: ArimaHandle): Float64Array;

/**
 * Paths of the next values.
 */
export function arimaSimulate(handle: ArimaHandle, regressors: Float64Array | number[], seed: number, horizon: number, out: Float64Array): void;

/**
 * Variance, likelihood, values used, evaluations, whether the search converged; coefficients and effects, each with their errors.
 */
export function arimaSummary(handle: ArimaHandle): Float64Array;

/**
 * One more value; its innovation over the root of its variance.
 */
export function arimaUpdate(handle: ArimaHandle, value: number, regressors: Float64Array | number[]): number;

/**
 * Adds a row behind the others.
 */
export function assignmentAddRow(handle: AssignmentHandle, costs: Float64Array | number[], unassigned: number): void;

/**
 * Serves at most so many waiting rows; how many still wait.
 */
export function assignmentAdvance(handle: AssignmentHandle, most: number): number;

/**
 * Serves all rows; writes what `assignmentSolve` does, and the sum.
 */
export function assignmentFinish(handle: AssignmentHandle, out_row_to_col: Int32Array, out_col_to_row: Int32Array, out_row_duals: Float64Array, out_col_duals: Float64Array, out_cost: Float64Array): boolean;

/**
 * Copies an instance; nothing is solved yet.
 */
export function assignmentOpen(costs: Float64Array | number[], rows: number, cols: number, unassigned: Float64Array | number[], capacity: Float64Array | number[]): AssignmentHandle;

/**
 * Removes a row; those behind it move up by one.
 */
export function assignmentRemoveRow(handle: AssignmentHandle, row: number): void;

/**
 * Columns for rows at the least cost; false, with a Hall violator marked instead, where there are none.
 */
export function assignmentSolve(costs: Float64Array | number[], rows: number, cols: number, unassigned: Float64Array | number[], capacity: Float64Array | number[], out_row_to_col: Int32Array, out_col_to_row: Int32Array, out_row_duals: Float64Array, out_col_duals: Float64Array): boolean;

/**
 * `assignmentSolve` of many of one size; the first that has no solution, or -1. There is one thread.
 */
export function assignmentSolveBatch(costs: Float64Array | number[], count: number, rows: number, cols: number, out_row_to_col: Int32Array, out_col_to_row: Int32Array, out_row_duals: Float64Array, out_col_duals: Float64Array): number;

/**
 * `assignmentSolve` where only those pairs are allowed that have an entry.
 */
export function assignmentSolveSparse(offsets: Float64Array | number[], columns: Int32Array | number[], costs: Float64Array | number[], cols: number, unassigned: Float64Array | number[], capacity: Float64Array | number[], out_row_to_col: Int32Array, out_col_to_row: Int32Array, out_row_duals: Float64Array, out_col_duals: Float64Array): boolean;

/**
 * Replaces a column.
 */
export function assignmentUpdateCol(handle: AssignmentHandle, col: number, costs: Float64Array | number[]): void;

/**
 * Replaces the cost of one pair.
 */
export function assignmentUpdateCost(handle: AssignmentHandle, row: number, col: number, cost: number): void;

/**
 * Replaces a row.
 */
export function assignmentUpdateRow(handle: AssignmentHandle, row: number, costs: Float64Array | number[], unassigned: number): void;

/**
 * Generalised advantage estimation.
 *
 * # Safety
 * Arrays lie where they are said to; none that is written overlaps another.
 */
export function generalizedAdvantage(rewards: number, reward_count: number, values: number, value_count: number, next_values: number, next_value_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_advantages: number, advantage_count: number, out_returns: number, return_count: number, steps: number, envs: number, gamma: number, lambda: number): void;

/**
 * Generalised advantage estimation.
 *
 * # Safety
 * Arrays lie where they are said to; none that is written overlaps another.
 */
export function generalizedAdvantage32(rewards: number, reward_count: number, values: number, value_count: number, next_values: number, next_value_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_advantages: number, advantage_count: number, out_returns: number, return_count: number, steps: number, envs: number, gamma: number, lambda: number): void;

/**
 * The cost of every window that can be best; returns how many there are.
 */
export function keepAliveCurve(gaps_ms: Float64Array | number[], weights: Float64Array | number[], idle_usd_per_ms: number, cold_start_usd: number, out_keep_alive_ms: Float64Array, out_objective_usd: Float64Array): number;

/**
 * The cheapest warm interval; writes `[preWarmMs, keepAliveMs, objectiveUsd]`.
 */
export function keepAliveWindow(gaps_ms: Float64Array | number[], weights: Float64Array | number[], idle_usd_per_ms: number, cold_start_usd: number, pre_warm_usd: number, out: Float64Array): void;

/**
 * `keepAliveWindow` of many functions; writes three numbers each. There is one thread.
 */
export function keepAliveWindowBatch(offsets: Float64Array | number[], gaps_ms: Float64Array | number[], weights: Float64Array | number[], idle_usd_per_ms: Float64Array | number[], cold_start_usd: Float64Array | number[], pre_warm_usd: Float64Array | number[], out: Float64Array): void;

/**
 * TD(lambda) returns; with a lambda of 1 the discounted ones.
 *
 * # Safety
 * As of the advantages.
 */
export function lambdaReturns(rewards: number, reward_count: number, next_values: number, next_value_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_returns: number, return_count: number, steps: number, envs: number, gamma: number, lambda: number): void;

/**
 * TD(lambda) returns; with a lambda of 1 the discounted ones.
 *
 * # Safety
 * As of the advantages.
 */
export function lambdaReturns32(rewards: number, reward_count: number, next_values: number, next_value_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_returns: number, return_count: number, steps: number, envs: number, gamma: number, lambda: number): void;

/**
 * Replays the next calls; how many, 0 once none is left. There is one thread.
 */
export function memoryCapAdvance(handle: MemoryCapHandle): number;

/**
 * Writes five numbers per plan and function.
 */
export function memoryCapFinish(handle: MemoryCapHandle, out: Float64Array): void;

/**
 * A replay of `[eviction, keepAliveMs, memoryCapMiB]` rows; nothing is replayed yet.
 */
export function memoryCapOpen(trace: TraceHandle, plans: Float64Array | number[], settings: Float64Array | number[]): MemoryCapHandle;

/**
 * The memory that places are in.
 */
export function moduleMemory(): any;

/**
 * Functions whose choice the last solution changed.
 */
export function multipleChoiceChanged(handle: MultipleChoiceHandle): Uint32Array;

/**
 * The choice of each function.
 */
export function multipleChoiceChoices(handle: MultipleChoiceHandle): Int32Array;

/**
 * Functions that each have one choice, of no cost and no resource.
 */
export function multipleChoiceCreate(functions: number): MultipleChoiceHandle;

/**
 * Replaces the choices of functions from `first` on. There is one thread.
 */
export function multipleChoiceSet(handle: MultipleChoiceHandle, first: number, offsets: Float64Array | number[], cost: Float64Array | number[], resource: Float64Array | number[], max_cost: Float64Array | number[], max_resource: Float64Array | number[]): void;

/**
 * Whether the limit can be met; writes `[cost, resource, dualBound, bound, multiplier, changed]`.
 */
export function multipleChoiceSolve(handle: MultipleChoiceHandle, limit: number, out: Float64Array): boolean;

/**
 * Returns over `n` steps.
 *
 * # Safety
 * As of the advantages.
 */
export function nStepReturns(rewards: number, reward_count: number, next_values: number, next_value_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_returns: number, return_count: number, steps: number, envs: number, gamma: number, n: number): void;

/**
 * Returns over `n` steps.
 *
 * # Safety
 * As of the advantages.
 */
export function nStepReturns32(rewards: number, reward_count: number, next_values: number, next_value_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_returns: number, return_count: number, steps: number, envs: number, gamma: number, n: number): void;

/**
 * Normalises in place; writes `[mean, standard deviation]`.
 *
 * # Safety
 * As of the advantages.
 */
export function normalizeAdvantages(out_advantages: number, advantage_count: number, out_moments: number, moment_count: number, epsilon: number): void;

/**
 * Normalises in place; writes `[mean, standard deviation]`.
 *
 * # Safety
 * As of the advantages.
 */
export function normalizeAdvantages32(out_advantages: number, advantage_count: number, out_moments: number, moment_count: number, epsilon: number): void;

/**
 * Replays functions under settings; writes 22 figures per run, and the ready instances' time per run and step. There is one thread.
 */
export function platformReplay(trace: TraceHandle, runs: Float64Array | number[], seed: number, shares: Float64Array | number[], duration_ms: Float64Array | number[], ready_step_ms: number, out: Float64Array, out_ready_ms: Float64Array): void;

/**
 * A call arrives.
 */
export function policyArrival(handle: PolicyHandle, at_ms: number, busy: number): void;

/**
 * A fresh policy of `[kind, ...parameters]`.
 */
export function policyCreate(spec: Float64Array | number[]): PolicyHandle;

/**
 * Nothing is known of the time from `from_ms` to `until_ms`.
 */
export function policyGap(handle: PolicyHandle, from_ms: number, until_ms: number): void;

/**
 * The policy of this spec from its bytes.
 */
export function policyLoad(spec: Float64Array | number[], state: Uint8Array | number[]): PolicyHandle;

/**
 * Adds what another policy of the same spec has learnt.
 */
export function policyMerge(handle: PolicyHandle, state: Uint8Array | number[]): void;

/**
 * An instance is released; writes `[prewarmMs, keepAliveMs]`.
 */
export function policyRelease(handle: PolicyHandle, at_ms: number, out: Float64Array): void;

/**
 * The state as bytes.
 */
export function policySave(handle: PolicyHandle): Uint8Array;

/**
 * What the policy has learnt.
 */
export function policySeen(handle: PolicyHandle): Float64Array;

/**
 * The clock ticks; `[count, prewarmMs, keepAliveMs]` per group to start.
 */
export function policyTick(handle: PolicyHandle, now_ms: number, busy: number, warm_idle: number, pending: number, forecast: Float64Array | number[]): Float64Array;

/**
 * Takes back what [`reserve`] gave for as many bytes.
 *
 * # Safety
 * It was not taken back before.
 */
export function release(place: number, bytes: number): void;

/**
 * Replays functions `from..to`; writes four numbers per policy and function. There is one thread.
 */
export function replay(trace: TraceHandle, policies: Float64Array | number[], settings: Float64Array | number[], from: number, to: number, out: Float64Array): void;

/**
 * Room for so many bytes, at least one, until [`release`] takes it back; 0 where there is none.
 */
export function reserve(bytes: number): number;

/**
 * A trace of calls.
 */
export function traceOfCalls(minutes: number, offsets: Float64Array | number[], start_ms: Float64Array | number[], duration_ms: Uint32Array | number[], memory_mib: Float64Array | number[]): TraceHandle;

/**
 * A trace of counts per minute.
 */
export function traceOfCounts(minutes: number, offsets: Float64Array | number[], cells: Uint8Array | number[], duration_ms: Float64Array | number[], memory_mib: Float64Array | number[], poisson: Uint8Array | number[], index: Float64Array | number[]): TraceHandle;

/**
 * Version of the module: the workspace's.
 */
export function version(): string;

/**
 * V-trace.
 *
 * # Safety
 * As of the advantages.
 */
export function vtrace(rewards: number, reward_count: number, values: number, value_count: number, next_values: number, next_value_count: number, log_ratios: number, log_ratio_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_targets: number, target_count: number, out_advantages: number, advantage_count: number, steps: number, envs: number, gamma: number, rho_bar: number, c_bar: number): void;

/**
 * V-trace.
 *
 * # Safety
 * As of the advantages.
 */
export function vtrace32(rewards: number, reward_count: number, values: number, value_count: number, next_values: number, next_value_count: number, log_ratios: number, log_ratio_count: number, terminated: number, terminated_count: number, truncated: number, truncated_count: number, out_targets: number, target_count: number, out_advantages: number, advantage_count: number, steps: number, envs: number, gamma: number, rho_bar: number, c_bar: number): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_arimafithandle_free: (a: number, b: number) => void;
    readonly __wbg_arimahandle_free: (a: number, b: number) => void;
    readonly __wbg_assignmenthandle_free: (a: number, b: number) => void;
    readonly __wbg_memorycaphandle_free: (a: number, b: number) => void;
    readonly __wbg_multiplechoicehandle_free: (a: number, b: number) => void;
    readonly __wbg_policyhandle_free: (a: number, b: number) => void;
    readonly __wbg_tracehandle_free: (a: number, b: number) => void;
    readonly arimaAdvance: (a: number, b: number) => [number, number, number];
    readonly arimaAt: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => [number, number, number];
    readonly arimaAutoBatch: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number, number, number];
    readonly arimaFinish: (a: number) => [number, number, number];
    readonly arimaFit: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number, number];
    readonly arimaFitBatch: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number, number, number];
    readonly arimaForecast: (a: number, b: number, c: number, d: number, e: number, f: any, g: number, h: number, i: any) => [number, number];
    readonly arimaLoad: (a: number, b: number) => [number, number, number];
    readonly arimaOpen: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number, number];
    readonly arimaResiduals: (a: number) => [number, number];
    readonly arimaSave: (a: number) => [number, number];
    readonly arimaSimulate: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: any) => [number, number];
    readonly arimaSummary: (a: number) => [number, number];
    readonly arimaUpdate: (a: number, b: number, c: number, d: number) => [number, number, number];
    readonly assignmentAddRow: (a: number, b: number, c: number, d: number) => [number, number];
    readonly assignmentAdvance: (a: number, b: number) => [number, number, number];
    readonly assignmentFinish: (a: number, b: number, c: number, d: any, e: number, f: number, g: any, h: number, i: number, j: any, k: number, l: number, m: any, n: number, o: number, p: any) => [number, number, number];
    readonly assignmentOpen: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => [number, number, number];
    readonly assignmentRemoveRow: (a: number, b: number) => [number, number];
    readonly assignmentSolve: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: any, l: number, m: number, n: any, o: number, p: number, q: any, r: number, s: number, t: any) => [number, number, number];
    readonly assignmentSolveBatch: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: any, i: number, j: number, k: any, l: number, m: number, n: any, o: number, p: number, q: any) => [number, number, number];
    readonly assignmentSolveSparse: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: any, o: number, p: number, q: any, r: number, s: number, t: any, u: number, v: number, w: any) => [number, number, number];
    readonly assignmentUpdateCol: (a: number, b: number, c: number, d: number) => [number, number];
    readonly assignmentUpdateCost: (a: number, b: number, c: number, d: number) => [number, number];
    readonly assignmentUpdateRow: (a: number, b: number, c: number, d: number, e: number) => [number, number];
    readonly generalizedAdvantage: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number, q: number, r: number) => [number, number];
    readonly generalizedAdvantage32: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number, q: number, r: number) => [number, number];
    readonly keepAliveCurve: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: any, j: number, k: number, l: any) => [number, number, number];
    readonly keepAliveWindow: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: any) => [number, number];
    readonly keepAliveWindowBatch: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: any) => [number, number];
    readonly lambdaReturns: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => [number, number];
    readonly lambdaReturns32: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => [number, number];
    readonly memoryCapAdvance: (a: number) => number;
    readonly memoryCapFinish: (a: number, b: number, c: number, d: any) => [number, number];
    readonly memoryCapOpen: (a: number, b: number, c: number, d: number, e: number) => [number, number, number];
    readonly moduleMemory: () => any;
    readonly multipleChoiceChanged: (a: number) => [number, number];
    readonly multipleChoiceChoices: (a: number) => [number, number];
    readonly multipleChoiceCreate: (a: number) => [number, number, number];
    readonly multipleChoiceSet: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number) => [number, number];
    readonly multipleChoiceSolve: (a: number, b: number, c: number, d: number, e: any) => [number, number, number];
    readonly nStepReturns: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => [number, number];
    readonly nStepReturns32: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => [number, number];
    readonly normalizeAdvantages: (a: number, b: number, c: number, d: number, e: number) => [number, number];
    readonly normalizeAdvantages32: (a: number, b: number, c: number, d: number, e: number) => [number, number];
    readonly platformReplay: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: any, m: number, n: number, o: any) => [number, number];
    readonly policyArrival: (a: number, b: number, c: number) => void;
    readonly policyCreate: (a: number, b: number) => [number, number, number];
    readonly policyGap: (a: number, b: number, c: number) => void;
    readonly policyLoad: (a: number, b: number, c: number, d: number) => [number, number, number];
    readonly policyMerge: (a: number, b: number, c: number) => [number, number];
    readonly policyRelease: (a: number, b: number, c: number, d: number, e: any) => [number, number];
    readonly policySave: (a: number) => [number, number];
    readonly policySeen: (a: number) => [number, number];
    readonly policyTick: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => [number, number];
    readonly release: (a: number, b: number) => void;
    readonly replay: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: any) => [number, number];
    readonly reserve: (a: number) => number;
    readonly traceOfCalls: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => [number, number, number];
    readonly traceOfCounts: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number) => [number, number, number];
    readonly version: () => [number, number];
    readonly vtrace: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number, q: number, r: number, s: number, t: number, u: number) => [number, number];
    readonly vtrace32: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number, q: number, r: number, s: number, t: number, u: number) => [number, number];
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
