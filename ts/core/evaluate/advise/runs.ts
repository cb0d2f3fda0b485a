/** Candidates as runs of the platform replay, and what a run would be billed. */
import { STEP_MS } from '../../decide/advise/setting.js';
import type { TargetTerms } from '../../decide/advise/target.js';
import {
  type BillLine,
  type BillModel,
  type CallGroup,
  MONTH_MS,
  type ReadySpan,
  type Usage,
} from '../../decide/index.js';
import type { PlatformColumn, PlatformSettings, ReadyPlan } from '../../kernels/index.js';
import type { Candidate } from './candidates.js';

/** What a setting came to for one function over a part of the trace. */
export interface Figures {
  calls: number;
  /** The function's bill for the part, alone in its account, USD. */
  usd: number;
  /** Calls that waited for an instance to start. */
  coldStarts: number;
  /** Calls that ready instances did not take. */
  spillCalls: number;
  /** Instances made ready after the beginning; NaN on Knative, whose autoscaler starts all of them. */
  preWarms: number;
  /** Waiting of all calls, ms. */
  waitMs: number;
  /** Wait and duration, ms; NaN without calls. */
  latencyP50Ms: number;
  latencyP99Ms: number;
  /** Ready instances, as time in all, ms. */
  readyMs: number;
}

/** The candidate as the platform replay takes it. */
export function platformSettings({ setting, counts }: Candidate, terms: TargetTerms, coldStartMs: number) {
  const settings: PlatformSettings = {
    coldStartMs,
    keepAliveMs: terms.keepAliveMs,
    readyDelayMs: coldStartMs + terms.readyDelayMs,
  };
  const ready = terms.target === 'knative' ? knativePlan(setting, counts) : readyPlan(setting, counts);
  return ready === undefined ? settings : { ...settings, ready };
}

function readyPlan(setting: Candidate['setting'], counts: Int32Array | undefined): ReadyPlan | undefined {
  switch (setting.kind) {
    case 'on-demand':
      return undefined;
    case 'constant':
      return { kind: 'constant', instances: setting.ready };
    case 'target-tracking':
      return { kind: 'target-tracking', target: setting.utilisation, min: setting.min, max: setting.max };
    default:
      return { kind: 'schedule', stepMs: STEP_MS, instances: counts! };
  }
}

/** On Knative every setting is one of its autoscaler. */
function knativePlan(setting: Candidate['setting'], counts: Int32Array | undefined): ReadyPlan {
  const plan = { kind: 'knative', initialScale: 0 } as const;
  switch (setting.kind) {
    case 'constant':
      return { ...plan, initialScale: setting.ready, minScale: setting.ready };
    case 'scheduled':
      return { ...plan, initialScale: counts![0]!, minScale: { stepMs: STEP_MS, instances: counts! } };
    case 'target-tracking':
      return { ...plan, targetUtilisation: setting.utilisation, initialScale: setting.min, minScale: setting.min };
    default:
      return plan;
  }
}

/** Stretches of equal numbers as spans. */
function spansOf(instancesPerStep: ArrayLike<number>, periodMs: number): ReadySpan[] {
  const spans: ReadySpan[] = [];
  for (let from = 0; from < instancesPerStep.length; ) {
    const instances = instancesPerStep[from]!;
    let to = from + 1;
    while (to < instancesPerStep.length && instancesPerStep[to] === instances) to++;
    if (instances > 0) spans.push({ fromMs: from * STEP_MS, toMs: Math.min(to * STEP_MS, periodMs), instances });
    from = to;
  }
  return spans;
}

/** One run's columns. */
export type Outcome = Record<PlatformColumn, number>;

/** A function as its bill needs it. */
export interface BilledPart {
  periodMs: number;
  memoryMiB: number;
  coldStartMs: number;
  /** Calls by duration. */
  durations: ReadonlyMap<number, number>;
}

/** What the function used under a run. Cold starts, and calls on ready instances, are of every length alike. */
export function usageOf(
  { counts }: Candidate,
  outcome: Outcome,
  readyPerStep: ArrayLike<number> | undefined,
  { periodMs, memoryMiB, coldStartMs, durations }: BilledPart,
  terms: TargetTerms,
): Usage {
  const { calls, readyCalls, spillCalls, spillColdStarts } = outcome;
  const groups: CallGroup[] = [];
  const add = (share: number, durationMs: number, count: number, initMs: number, onReady: boolean): void => {
    if (share > 0) groups.push({ calls: count * share, durationMs, initMs, onReady });
  };
  for (const [durationMs, count] of calls > 0 ? durations : []) {
    add(readyCalls / calls, durationMs, count, 0, true);
    add((spillCalls - spillColdStarts) / calls, durationMs, count, 0, false);
    add(spillColdStarts / calls, durationMs, count, coldStartMs, false);
  }
  if (terms.target === 'knative') {
    // All instances are the autoscaler's; what they start and idle is paid for like the rest.
    const busyMs = outcome.readyCallMs + outcome.spillCallMs;
    const idleMs = Math.max(0, outcome.readyMs + outcome.spillBusyMs + outcome.spillIdleMs - busyMs);
    return { periodMs, memoryMiB, calls: groups, ready: [], preWarmMs: 0, idleMs };
  }
  return {
    periodMs,
    memoryMiB,
    calls: groups,
    ready: spansOf(counts ?? readyPerStep ?? [], periodMs),
    preWarmMs: outcome.readyStarts * coldStartMs,
    idleMs: 0,
  };
}

/** What a setting came to, and what the provider meters for it. */
export interface Metered {
  figures: Figures;
  /** By meter, rounded as the provider does. */
  quantities: Record<string, number>;
}

export function metered(usage: Usage, outcome: Outcome, model: BillModel, { target }: TargetTerms): Metered {
  const quantities = model.meter(usage);
  const figures: Figures = {
    calls: outcome.calls,
    usd: billed([quantities], model, usage.periodMs).reduce((sum, { usd }) => sum + usd, 0),
    coldStarts: outcome.coldStarts,
    spillCalls: outcome.spillCalls,
    preWarms: target === 'knative' ? Number.NaN : outcome.readyStarts,
    waitMs: outcome.waitMs,
    latencyP50Ms: outcome.latencyP50Ms,
    latencyP99Ms: outcome.latencyP99Ms,
    readyMs: outcome.readyMs,
  };
  return { figures, quantities };
}

/** The lines of one account that used all of it. */
export function billed(all: readonly Record<string, number>[], model: BillModel, periodMs: number): BillLine[] {
  const sums: Record<string, number> = {};
  for (const own of all) {
    for (const [meter, quantity] of Object.entries(own)) sums[meter] = (sums[meter] ?? 0) + quantity;
  }
  return model.price(sums, periodMs / MONTH_MS);
}
