/** What is observed of functions: calls, counts of calls, and times of which nothing is known. Times are epoch ms, UTC. */

/** One call. */
export interface CallSample {
  kind: 'call';
  functionKey: string;
  atMs: number;
  durationMs: number;
  /** Of the request; calls without one are told apart by their order among equal ones. */
  id?: string;
  coldStart?: boolean;
  initMs?: number;
  memoryMiB?: number;
  error?: boolean;
}

/** Calls over an interval: `[fromMs, toMs)`, whole seconds. */
export interface CountSample {
  kind: 'count';
  functionKey: string;
  fromMs: number;
  toMs: number;
  /** Whole, >= 0. Intervals without calls need not be said: those of a new function are, so that it is known. */
  calls: number;
  /** Mean of the calls. */
  durationMs?: number;
  coldStarts?: number;
  memoryMiB?: number;
}

/** Why there are no data. */
export type GapReason =
  /** The server gave no answer in time, or none at all. */
  | 'unavailable'
  /** The server answered, without samples of this time. */
  | 'missing'
  /** A value that cannot be: NaN, negative, infinite, more calls than there can be. */
  | 'bad-value'
  /** Nobody looked: the control plane did not run, and the provider keeps nothing so old. */
  | 'not-observed';

/** No data over `[fromMs, toMs)`: of one function, or of all where the key is null. Never to be read as no calls. */
export interface Gap {
  kind: 'gap';
  functionKey: string | null;
  fromMs: number;
  toMs: number;
  reason: GapReason;
  /** In words, for people. */
  detail: string;
}

export type Sample = CallSample | CountSample;
export type Observation = Sample | Gap;
