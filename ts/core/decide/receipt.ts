/** Decisions, and the receipts that prove them: what a policy saw, what it chose, and what it rejected at which cost. */
import type { Backend } from '../kernels/contract.js';
import type { PolicySpec } from '../kernels/policy.js';
import type { Limits } from './limits.js';
import type { LiveDecision } from './live-decision.js';

/** A policy with its prior by name. */
export type WithoutPrior<Spec> = Spec extends { prior: Float64Array }
  ? Omit<Spec, 'prior'> & { prior: PriorName }
  : Spec;

/** A prior's 586 numbers, by name: which one a replay began with. */
export interface PriorName {
  from: 'default' | 'cv5' | 'given';
  /** What it was fitted on: the title on its card. */
  fittedOn: string;
  /** Of its hazards, as its card has it; a cross-validated one follows from the inputs, the seed and the fold. */
  sha256?: string;
  /** Of a cross-validated one the fold that it was not fitted on. */
  fold?: number;
}

/** What was decided for one function at one instant. */
export interface Decision {
  functionKey: string;
  /** Ms since minute 0 of the trace. */
  atMs: number;
  /** `keep-alive` at a release; `start` at a tick. */
  kind: 'keep-alive' | 'start';
  /** Instances that the interval is for. */
  count: number;
  /** The interval is `[atMs + prewarmMs, atMs + prewarmMs + keepAliveMs]`; null stands for ever. */
  prewarmMs: number;
  keepAliveMs: number | null;
}

/** Mean cost of one instance under an interval, over the times known by then (`Receipt.idleTimesKnown`); USD. */
export interface CostTerms {
  idleUsd: number;
  coldStartUsd: number;
  preWarmUsd: number;
  objectiveUsd: number;
}

/** The alternative to a start. */
export const NO_START = 'no start';

/** An interval that could have been chosen. */
export interface Alternative {
  name: string;
  prewarmMs: number;
  keepAliveMs: number | null;
  terms: CostTerms;
}

/** One decision with everything it followed from. */
export interface Receipt {
  id: string;
  decision: Decision;
  policy: string;
  spec: WithoutPrior<PolicySpec>;
  /** SHA-256 of the trace's content. */
  inputsDigest: string;
  /** What the policy had learnt, and the instances that it was told of. */
  saw: Record<string, number>;
  /** The forecast that it used: none of the policies of a replay takes one yet. */
  forecast: null;
  /**
   * How many times were known that the terms below are means over. At a release idle times: from a release to the next call. For a start from a tick to
   * the first call for which the instances there were at the tick did not suffice: what an instance more would have waited for.
   */
  idleTimesKnown: number;
  /** Null while none is known. */
  chosen: CostTerms | null;
  /** What was not chosen, cheapest first. */
  rejected: Alternative[];
  /** Limits that changed the decision: a replay knows none. */
  limits: string[];
  prices: {
    idleUsdPerGbS: number;
    coldStartUsdPerS: number;
    preWarmShare: number;
    /** What the policy multiplied the price of a cold start by, to meet its target; 1 without one. The terms are at the product. */
    coldStartFactor: number;
    coldStartMs: number;
    memoryMiB: number;
  };
  seed: number;
  backend: Backend;
  version: string;
}

/** A size that the pool could have, and what its last instance costs and saves over a tick, USD. */
export interface PoolAlternative {
  /** `pool of 3`. */
  name: string;
  instances: number;
  /** Calls that would find all the others busy, expected over a tick. */
  callsServed: number;
  idleUsd: number;
  /** Cold starts that the last instance avoids. */
  coldStartUsd: number;
  /** Below 0: it earns its place. */
  objectiveUsd: number;
}

/** The forecast behind a decision, in short. */
export interface ForecastSeen {
  model: string;
  version: string;
  /** Calls expected until the next tick. */
  nextTick: number;
  /** Engine time up to which calls are known, ms. */
  fromMs: number;
  /** Calls in the ten minutes from there: expected, and the 90 % interval. */
  calls: number;
  lower: number;
  upper: number;
  /** The model that was wanted, where it is not trusted at present. */
  demotedFrom: string | null;
}

/** How long a function's starts take, and how that is known. */
export interface StartTime {
  /** Whole ms. */
  ms: number;
  /** `table`: as a table, or a default, has it. */
  from: 'configured' | 'measured' | 'table';
  /** How many measured starts it is the median of; 0 where it is not measured. */
  measurements: number;
}

/** A decision of the control loop with everything it followed from: the state before it and the samples since give the same bits again. */
export interface TickReceipt {
  kind: 'tick';
  /** Unique: of the function's inputs and the tick. */
  id: string;
  functionKey: string;
  tick: number;
  decision: LiveDecision;
  /** The one before, none at first. */
  previous: Pick<LiveDecision, 'atMs' | 'poolInstances' | 'desiredInstances' | 'keepAliveMs' | 'prewarmMs'> | null;
  policy: string;
  spec: WithoutPrior<PolicySpec>;
  /** SHA-256 chained over everything that this function was ever fed: its setting, calls, gaps and limits. */
  inputsDigest: string;
  /** What the policy had learnt, and the instances that there were before this tick. */
  saw: Record<string, number>;
  /** None while no minute is known. */
  forecast: ForecastSeen | null;
  /** Sizes of the pool that were weighed, the one chosen among them, ascending. */
  alternatives: PoolAlternative[];
  /** Limits in force. */
  limits: Limits;
  prices: Receipt['prices'];
  /** In force: the prices are of it, and instances are started so much ahead. */
  startTime: StartTime;
  seed: number;
  backend: Backend;
  version: string;
}
