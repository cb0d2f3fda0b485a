/** What a replay found: the model behind the table, the JSON and the page. */
import type { Backend } from '../kernels/contract.js';
import type { PriorUsed } from './priors.js';
import type { StartTimeOrigin } from './start-times.js';

/** One policy's totals over all functions, as `docs/replay.md` defines them. */
export interface PolicyTotals {
  calls: number;
  coldStarts: number;
  preWarms: number;
  idleGbS: number;
  busyGbS: number;
  objectiveUsd: number;
  /** Quantiles over the functions with at least one call of cold starts / calls. */
  coldRate: { p50: number; p75: number; p90: number };
  wait: { meanMs: number; share: number };
  /** Under a memory cap: calls that got no memory, which no other figure has, and idle instances that made room. */
  memoryCap?: { dropped: number; evictions: number };
}

/** One policy's figures per function of the trace. */
export interface PolicyColumns {
  coldStarts: Float64Array;
  preWarms: Float64Array;
  idleMs: Float64Array;
  objectiveUsd: Float64Array;
  /** Under a memory cap. */
  memoryCap?: { dropped: Float64Array; evictions: Float64Array; droppedMs: Float64Array };
}

export interface ReplayPrices {
  /** Price of idle memory, USD per GiB-second. */
  idleUsdPerGbS: number;
  /** Price of a cold start, USD per second of its start time. */
  coldStartUsdPerS: number;
  /** What a pre-warm costs, as a share of a cold start. */
  preWarmShare: number;
}

/** What was replayed. */
export interface TraceSummary {
  /** For people: 'day 1 of the Azure Functions 2019 trace (a sample of Azure, not your traffic)'. */
  title: string;
  format: string;
  digest: string;
  functions: number;
  minutes: number;
  calls: number;
}

export interface ReplayResult {
  trace: TraceSummary;
  /** How the calls of a minute lie within it; `recorded` where the trace has the calls themselves. */
  spread: 'even' | 'poisson' | 'trigger' | 'recorded';
  seed: number;
  /** How long cold starts wait, and where that is from. */
  startTimes: StartTimeOrigin[];
  tickMs: number;
  prices: ReplayPrices;
  /** Where a policy begins with one. */
  prior?: PriorUsed;
  backend: Backend;
  threads: number;
  version: string;
  /** Totals by policy name, in the order asked for. */
  policies: Record<string, PolicyTotals>;
  /** Per function, by policy name. */
  columns: Record<string, PolicyColumns>;
  /** Function keys, calls and start times in whole ms, in the order of `columns`. */
  functionKeys: string[];
  functionCalls: Float64Array;
  functionColdStartMs: Float64Array;
}

/** One function over time, for the page's timeline: in steps of `stepMinutes`, of which the trace's end may cut the last one short. */
export interface FunctionTimeline {
  functionKey: string;
  minutes: number;
  /** Whole minutes: 1 for a trace of up to a week. */
  stepMinutes: number;
  /** Calls in each step: `[ceil(minutes / stepMinutes)]`. */
  calls: ArrayLike<number>;
  /** Mean instances up (idle and busy) in each step, by policy name. */
  warm: Record<string, ArrayLike<number>>;
}
