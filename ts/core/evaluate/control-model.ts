/** What the control loop feeds a function's control, and what it gets. */
import type { Limits } from '../decide/limits.js';
import type { Hold, LiveDecision } from '../decide/live-decision.js';
import type { PoolOptions } from '../decide/pool.js';
import type { StartTime, TickReceipt } from '../decide/receipt.js';
import type { TrustEvent } from '../forecast/index.js';
import { ASSUMED_START_MS } from '../trace/start-time-table.js';
import { DEFAULT_PRICES } from './replay.js';
import type { ReplayPrices } from './report-model.js';

/** What a function's control is made of; two with one setting that are fed alike are alike to the last bit. */
export interface ControlSetting {
  functionKey: string;
  memoryMiB: number;
  /** How long a start takes at first; whole ms. It is the lead time of what is started ahead, and moves as starts are measured. */
  coldStartMs: number;
  /** How that is known: what is configured never moves. */
  coldStartFrom: StartTime['from'];
  /** How many measured starts it is the median of. */
  coldStartMeasurements: number;
  /** Whole ms; ticks are at its multiples. */
  tickMs: number;
  /** Tick number of the first tick: nothing is known of before. */
  firstTick: number;
  /** As `policyByName` takes it, one that decides for one function. */
  policy: string;
  /** A policy that ours is compared with, replayed beside it. */
  compared: string;
  prices: ReplayPrices;
  /** The forecast: `auto` for the best of the models that there are, or a model by name. */
  model: string;
  /** How far a forecast looks, whole ms. */
  horizonMs: number;
  pool: PoolOptions;
  /** 0..4294967295 each: the stream of random numbers of policies that draw. */
  seed: number;
  stream: number;
}

/** What a control is made of unless something else is known. */
export const CONTROL_DEFAULTS: Omit<ControlSetting, 'functionKey' | 'memoryMiB'> = {
  coldStartMs: ASSUMED_START_MS,
  coldStartFrom: 'table',
  coldStartMeasurements: 0,
  tickMs: 30_000,
  firstTick: 0,
  policy: 'adaptive',
  compared: 'fixed-10min',
  prices: DEFAULT_PRICES,
  model: 'auto',
  horizonMs: 600_000,
  pool: { minInstances: 2, maxInstances: 100, buffer: 1.2 },
  seed: 1,
  stream: 0,
};

/** What one tick of one function is fed. Times are engine time, whole ms. */
export interface TickInput {
  /** Starts and durations of the calls of this tick, in the order of (start, id): before the tick's end; those before its beginning are late, and taken as of its beginning. */
  startMs: Float64Array;
  durationMs: Uint32Array;
  /** What the provider said of them, where it says which starts were cold. */
  reported?: ReportedCalls;
  /** How long starts took that the provider measured, whole ms in the order of their calls: the time in force from the next tick on follows from them. */
  measuredStartsMs?: Float64Array;
  /** No data for the tick, or for a part of it. */
  isMissing?: boolean;
  /** Whether the rate limit that the function shares with others has a change left; true when left out. */
  mayChange?: boolean;
  /** Limits from this tick on, where they are new. */
  limits?: Limits;
  /**
   * What the control is made of from this tick on, where that is new: prices, memory, start time, pool, forecast and policy. What was seen and decided stays, of the policy what it has learnt
   * unless it is another one. `savings` values all that was at the setting of now: who changes one keeps what came before.
   */
  setting?: ControlSetting;
}

/** Calls whose provider said whether they began cold. */
export interface ReportedCalls {
  calls: number;
  coldStarts: number;
  /** Of those cold starts in all, ms. */
  waitMs: number;
}

/** What a tick came to. */
export interface TickResult {
  /** What holds now; null before the first tick that was seen. */
  decision: LiveDecision | null;
  /** Where a new one was made. */
  receipt: TickReceipt | null;
  /** Whether the number of instances wanted changed: counts towards the rate limit. */
  isChanged: boolean;
  /** Whether the rate limit held it: then `mayChange: false` is part of the past that a recomputation needs. */
  isRefused: boolean;
  hold: Hold | null;
  /** Calls that came after their tick was over. */
  late: number;
  /** Models of the forecast that were demoted or promoted. */
  events: TrustEvent[];
  /** How long starts take from the next tick on, where that is another time than before. */
  startChange: { before: StartTime; now: StartTime } | null;
}

/** What a policy cost up to now, intervals that are open counted until now. */
export interface LiveTotals {
  calls: number;
  coldStarts: number;
  preWarms: number;
  idleMs: number;
  /** Of the cold starts, each as long as starts took then. */
  waitMs: number;
  /** What the pre-warms took to start, ms in all. */
  preWarmMs: number;
}

/** A function's control so far. */
export interface ControlTotals {
  ours: LiveTotals;
  compared: LiveTotals;
  reported: ReportedCalls;
  /** What the cold starts that were reported would have waited, had they taken as long as starts were known to take then, ms in all. */
  reportedStartMs: number;
  /** Durations of all calls in all, ms. */
  busyMs: number;
  /** Ticks of which not everything was seen: idle time in them is counted on neither side. */
  missingTicks: number;
  /** Time under control, missing ticks not counted, ms. */
  observedMs: number;
}

/** What a policy costs, in every unit. */
export interface LiveCosts {
  coldStarts: number;
  preWarms: number;
  idleMs: number;
  idleUsd: number;
  coldStartUsd: number;
  preWarmUsd: number;
  objectiveUsd: number;
  waitMs: number;
  /** Null where no place is known. */
  carbonGco2e: number | null;
}

/** What was saved: positive is less than the comparison. */
export interface Savings {
  /** Whose cold starts and waits ours are compared with. Idle memory is always that of the replayed policy: no provider reports it. */
  against: 'provider reported' | 'replayed';
  /** The policy that was replayed. */
  compared: string;
  calls: number;
  ours: LiveCosts;
  theirs: LiveCosts;
  saved: Pick<LiveCosts, 'coldStarts' | 'idleUsd' | 'objectiveUsd' | 'waitMs' | 'carbonGco2e'>;
}

/** Savings of many functions. */
export interface SavingsSum {
  functions: number;
  /** How many of them are compared with what the provider reported. */
  reported: number;
  calls: number;
  ours: LiveCosts;
  theirs: LiveCosts;
  saved: Savings['saved'];
}
