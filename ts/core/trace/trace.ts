/**
 * A trace in memory: a table of functions, and their activity either as counts per minute or as calls. Compact enough for
 * a fortnight of a whole platform; laid out so that the replay kernels take it as it is.
 */

/** How the durations of calls are distributed where a source tells quantiles instead of calls. */
export interface CallDurations {
  /** `[k]`, ascending from 0 to 1. */
  shares: Float64Array;
  /** `[functions, k]`, ms, ascending per function; a row of NaN where the source has none. */
  ms: Float64Array;
}

/** Columns over functions; position is the function's number in the trace. */
export interface FunctionTable {
  /** `owner/app/function`, `app/function` or `function`: as much as the source has. Unique. */
  keys: string[];
  /** Mean duration in whole ms; of traces with calls, the mean of the calls. */
  durationMs: Float64Array;
  /** Memory held by one instance, MiB. */
  memoryMiB: Float64Array;
  /** What invokes the function (`http`, `timer`, `queue`, …), '' where the source does not say. */
  trigger: string[];
  /** The function's row in its source from 0: seeds its stream of arrivals. */
  index: Float64Array;
  /** Of counts per minute, where the source has them. */
  callDurations?: CallDurations;
}

interface TraceBase {
  functions: FunctionTable;
  /** Length in minutes; minute 0 is the first of the trace. */
  minutes: number;
  /** Epoch ms of minute 0; NaN where the source tells no date. */
  originMs: number;
  /** All calls. */
  calls: number;
}

/** Calls per minute: `cells` holds pairs of LEB128 numbers (see `cells.ts`), function `f` at `offsets[f]..offsets[f + 1]`. */
export interface CountsTrace extends TraceBase {
  kind: 'counts';
  offsets: Float64Array;
  cells: Uint8Array;
}

/** Calls one by one, function `f` at `offsets[f]..offsets[f + 1]`, ascending by start, whole ms since minute 0. */
export interface CallsTrace extends TraceBase {
  kind: 'calls';
  offsets: Float64Array;
  startMs: Float64Array;
  durationMs: Uint32Array;
  /** Optional columns that the source has, per call; NaN where a row has none. */
  columns: Partial<Record<CallColumn, Float64Array>>;
}

/** Numbers that a record may carry beside function, time and duration. Booleans are 0 and 1. */
export type CallColumn =
  | 'memoryMiB'
  | 'coldStart'
  | 'initMs'
  | 'queueMs'
  | 'cpuMs'
  | 'bytesIn'
  | 'bytesOut'
  | 'error'
  | 'throttled'
  // Number of the execution environment that ran the call: equal for calls that shared one; dense over the trace.
  | 'environment'
  // What was billed for the call, ms.
  | 'billedMs'
  // Most memory that the call's environment had used by its end, MiB.
  | 'usedMiB';

export type Trace = CountsTrace | CallsTrace;

/** What a function without a row in the memory or duration file is taken to need (Azure 2019 schema). */
export const DEFAULT_MEMORY_MIB = 170;
export const DEFAULT_DURATION_MS = 1000;

/** To the nearest whole number, halves up. */
export function roundHalfUp(value: number): number {
  const below = Math.floor(value);
  // Adding 0 turns -0 into 0: equal traces have equal bytes.
  return (value - below >= 0.5 ? below + 1 : below) + 0;
}
