/** Replays a trace under policies: what each costs, per function and in sum. */
import { DEFAULT_POLICIES, type NamedPolicy, type PriorName, policyByName } from '../decide/index.js';
import { MEMORY_CAP_COLUMNS, REPLAY_COLUMNS } from '../kernels/contract.js';
import {
  type AsyncOptions,
  type BoundSpec,
  backendInfo,
  IsothermError,
  type MemoryCapSpec,
  type PolicySpec,
  type ReplaySettings,
  type ReplaySource,
  replayFunctions,
  replayFunctionsAsync,
  replayUnderMemoryCap,
  replayUnderMemoryCapAsync,
  VERSION,
} from '../kernels/index.js';
import { specOfFunction } from '../kernels/policy.js';
import { functionPrices, objectiveUsd } from '../kernels/pure/replay/bounds.js';
import { checkSettings, checkTicks } from '../kernels/pure/replay/settings.js';
import { foldOf } from '../learn/fit-prior.js';
import type { StartTime, Trace } from '../trace/index.js';
import { replaySource, SPREADS, type Spread } from '../trace/spread.js';
import { ASSUMED_START_MS } from '../trace/start-time-table.js';
import { callsPerFunction, durationSums } from './activity.js';
import { foldParts, placeIn } from './fold-replay.js';
import {
  foldPriors,
  foldPriorsAsync,
  type PriorChoice,
  type PriorPlan,
  priorOf,
  priorPlan,
  takesPrior,
  withPrior,
} from './priors.js';
import type { PolicyColumns, PolicyTotals, ReplayPrices, ReplayResult, TraceSummary } from './report-model.js';
import { oneStartTime, type StartTimeOrigin, startTimeOrigins, wholeStartTimes } from './start-times.js';
import { policyTotals } from './totals.js';

export { replaySource, SPREADS, type Spread };

/** Idle memory at Lambda's price of provisioned concurrency (us-east-1, x86, 2025-10), and a second of waiting at 0.05 cents. */
export const DEFAULT_PRICES: ReplayPrices = { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };

export interface ReplayOptions {
  /** Names as `policyByName` takes them; all reference policies when left out. */
  policies?: readonly string[];
  /** How the calls of a minute lie within it; `trigger` (timers evenly, others at random) when left out. */
  spread?: Spread;
  /** 0..4294967295; 1 when left out. */
  seed?: number;
  /** How long a cold start waits, whole ms; 1000 when left out. */
  coldStartMs?: number;
  /** Instead of `coldStartMs` a start time for each function, as `startTimes` gives them: their medians count. */
  startTimes?: readonly StartTime[];
  /** Whole ms, at least 1, with `adaptive` at most 60000; 60000 when left out. */
  tickMs?: number;
  prices?: Partial<ReplayPrices>;
  /** What the adaptive policies begin with; when left out `default`, but `cv5` on the trace that the default one was fitted on. */
  prior?: PriorChoice;
  /** Threads of the native backend; 1 when left out. The figures do not depend on it. */
  threads?: number;
  /** What the trace is, for people and reports. */
  about?: Partial<Pick<TraceSummary, 'title' | 'format' | 'digest'>>;
}

/** Options with everything filled in. */
export interface ReplayPlan {
  policies: NamedPolicy[];
  spread: Spread;
  /** `coldStartMs` in it is that of all functions, or the shortest. */
  settings: ReplaySettings;
  /** Start times by function, where they are not all alike. */
  coldStartsMs?: Float64Array;
  /** Where they are from, for a trace of so many functions. */
  startTimes: (functions: number) => StartTimeOrigin[];
  prices: ReplayPrices;
  prior: PriorChoice | undefined;
  threads: number;
  about: Pick<TraceSummary, 'title' | 'format' | 'digest'>;
}

export function checkSpread(spread: Spread): Spread {
  if (SPREADS.includes(spread)) return spread;
  throw new IsothermError('BAD_ARGUMENT', `spread is '${spread}', expected ${SPREADS.join(', ')}`);
}

export function replayPlan(options: ReplayOptions): ReplayPlan {
  const { spread = 'trigger', seed = 1, tickMs = 60_000, threads = 1, startTimes } = options;
  checkSpread(spread);
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 1024)) {
    throw new IsothermError('OUT_OF_RANGE', `threads is ${threads}, expected a whole number in 1..=1024`);
  }
  if (startTimes !== undefined && options.coldStartMs !== undefined) {
    throw new IsothermError('BAD_ARGUMENT', 'coldStartMs and startTimes are both given; expected one of them');
  }
  const coldStartsMs = startTimes && wholeStartTimes(startTimes);
  // Policies that start instances ahead know the shortest; the replay holds each function to its own.
  const least = coldStartsMs?.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const coldStartMs = least === Number.POSITIVE_INFINITY ? 0 : (least ?? options.coldStartMs ?? ASSUMED_START_MS);
  const prices = { ...DEFAULT_PRICES, ...options.prices };
  const names = [...new Set(options.policies ?? DEFAULT_POLICIES)];
  const policies = names.map((name) => policyByName(name, coldStartMs));
  const settings = checkSettings({ coldStartMs, tickMs, seed, ...prices });
  checkTicks(
    tickMs,
    policies.some(({ spec }) => spec.kind === 'adaptive'),
  );
  return {
    policies,
    spread,
    settings,
    ...(coldStartsMs && { coldStartsMs }),
    startTimes: (functions) =>
      startTimes === undefined ? [oneStartTime(options.coldStartMs, functions)] : startTimeOrigins(startTimes),
    prices,
    prior: options.prior,
    threads,
    about: { title: 'a trace', format: '', digest: '', ...options.about },
  };
}

/** What a policy of one function is made of, where `spec` is of any: its prior, its prices, and the stream that it draws from. */
export function functionSpec(trace: Trace, f: number, plan: ReplayPlan, spec: PolicySpec): PolicySpec {
  const { memoryMiB, index } = trace.functions;
  const { settings } = plan;
  const stream = trace.kind === 'counts' ? index[f]! : f;
  const begun = takesPrior(spec) ? withPrior(spec, priorOf(trace, f, priorFor(trace, plan))) : spec;
  return specOfFunction(begun, { ...functionPrices(settings, memoryMiB[f]!), seed: settings.seed, stream });
}

function priorFor(trace: Trace, { prior, about, spread, settings }: ReplayPlan): PriorPlan {
  return priorPlan(trace, prior, { digest: about.digest, spread, seed: settings.seed });
}

/** Which prior function `f` begins with, by name. */
export function priorName(trace: Trace, f: number, plan: ReplayPlan): PriorName {
  const { from, fittedOn, sha256 } = priorFor(trace, plan).used;
  return {
    from,
    fittedOn,
    ...(sha256 !== undefined && { sha256 }),
    ...(from === 'cv5' && { fold: foldOf(trace.functions.index[f]!) }),
  };
}

/** The plan for function `f` alone, with its own start time. Errors: `BAD_LENGTH`. */
export function planOf(plan: ReplayPlan, trace: Trace, f: number): ReplayPlan {
  const { coldStartsMs, settings, policies } = plan;
  if (coldStartsMs === undefined) return plan;
  const functions = trace.functions.keys.length;
  if (coldStartsMs.length !== functions) {
    throw new IsothermError('BAD_LENGTH', `startTimes has ${coldStartsMs.length} entries, expected ${functions}`);
  }
  const coldStartMs = coldStartsMs[f]!;
  return {
    ...plan,
    settings: checkSettings({ ...settings, coldStartMs }),
    policies: policies.map(({ name }) => policyByName(name, coldStartMs)),
  };
}

/** The trace as the kernels take it, with the start times of the plan. */
export function fleetSource(trace: Trace, { spread, coldStartsMs }: ReplayPlan): ReplaySource {
  return { ...replaySource(trace, spread), ...(coldStartsMs && { coldStartMs: coldStartsMs }) };
}

/**
 * Replays a trace under policies and references: the figures of `docs/replay.md`, the same bits on every backend.
 *
 * @param trace Functions and their calls, as `readTrace` or `generateTrace` give it.
 * @returns Totals by policy name and columns over functions: counts, GB-s, USD.
 *
 * Errors: `UNKNOWN_POLICY`, `BAD_ARGUMENT`, `BAD_LENGTH`, `OUT_OF_RANGE`, `NOT_FINITE`.
 * Complexity: O(calls) per policy. Source: `docs/replay.md`.
 *
 * @example
 * const trace = generateTrace({ pattern: 'timer', functions: 1, days: 1, seed: 1 });
 * replay(trace, { policies: ['fixed-10min', 'clairvoyant'] }).policies['fixed-10min'].coldStarts;
 */
export function replay(trace: Trace, options: ReplayOptions = {}): ReplayResult {
  const plan = replayPlan(options);
  const { settings, threads } = plan;
  const source = fleetSource(trace, plan);
  const { alone, folded, capped } = specsOf(trace, plan);
  const isNeeded = alone.length > 0 || folded.length + capped.length === 0;
  const out = isNeeded ? replayFunctions(source, alone, settings, threads) : NONE;
  const functions = source.memoryMiB.length;
  const byFold = new Float64Array(folded.length * functions * REPLAY_COLUMNS);
  const priors = folded.length > 0 ? foldPriors(trace, priorFor(trace, plan)) : [];
  for (const part of foldParts(trace, source, folded, priors)) {
    placeIn(byFold, functions, replayFunctions(part.source, part.specs, settings, threads), part.functions);
  }
  const underCap = capped.length === 0 ? NONE : replayUnderMemoryCap(source, capped, settings, threads);
  return replayResult(trace, plan, callsPerFunction(trace), { alone: out, folded: byFold, capped: underCap });
}

/** `replay` that leaves the event loop free; progress in calls. Errors: as `replay`, and `ABORTED`. */
export async function replayAsync(
  trace: Trace,
  options: ReplayOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<ReplayResult> {
  const plan = replayPlan(options);
  const { settings, threads } = plan;
  const calls = callsPerFunction(trace);
  const source = fleetSource(trace, plan);
  const { alone, folded, capped } = specsOf(trace, plan);
  const isNeeded = alone.length > 0 || folded.length + capped.length === 0;
  // Replays over the same calls, one after the other, where policies are under a memory cap or have priors by fold.
  const stages = [isNeeded, folded.length > 0, capped.length > 0].filter(Boolean).length;
  let callsBefore = 0;
  const stage = (): AsyncOptions => ({
    ...asyncOptions,
    onProgress: (done) => asyncOptions.onProgress?.((callsBefore + done) / stages, trace.calls),
  });
  let out = NONE;
  if (isNeeded) {
    out = await replayFunctionsAsync(source, alone, settings, threads, calls, stage());
    callsBefore += trace.calls;
  }
  const byFold = new Float64Array(folded.length * calls.length * REPLAY_COLUMNS);
  const priors = folded.length > 0 ? await foldPriorsAsync(trace, priorFor(trace, plan), asyncOptions.signal) : [];
  for (const part of foldParts(trace, source, folded, priors)) {
    const ofPart = Float64Array.from(part.functions, (f) => calls[f]!);
    const found = await replayFunctionsAsync(part.source, part.specs, settings, threads, ofPart, stage());
    placeIn(byFold, calls.length, found, part.functions);
    callsBefore += ofPart.reduce((sum, count) => sum + count, 0);
  }
  const underCap =
    capped.length === 0 ? NONE : await replayUnderMemoryCapAsync(source, capped, settings, threads, calls, stage());
  return replayResult(trace, plan, calls, { alone: out, folded: byFold, capped: underCap });
}

const NONE: Float64Array = new Float64Array(0);

const isCapped = (spec: NamedPolicy['spec']): spec is MemoryCapSpec =>
  spec.kind === 'lru' || spec.kind === 'greedy-dual';

/** Which of a replay's parts a policy is in. */
type Group = 'alone' | 'folded' | 'capped';

function groupOf({ used }: PriorPlan, spec: NamedPolicy['spec']): Group {
  if (isCapped(spec)) return 'capped';
  return takesPrior(spec) && used.from === 'cv5' ? 'folded' : 'alone';
}

/**
 * Policies of each function by itself, with the prior that they begin with; those with a prior for each fold; and those of all
 * functions on one memory. Each in the order asked for.
 */
function specsOf(
  trace: Trace,
  plan: ReplayPlan,
): { alone: (PolicySpec | BoundSpec)[]; folded: PolicySpec[]; capped: MemoryCapSpec[] } {
  const prior = priorFor(trace, plan);
  const alone: (PolicySpec | BoundSpec)[] = [];
  const folded: PolicySpec[] = [];
  const capped: MemoryCapSpec[] = [];
  for (const { spec } of plan.policies) {
    if (isCapped(spec)) capped.push(spec);
    else if (groupOf(prior, spec) === 'folded') folded.push(spec as PolicySpec);
    else alone.push(takesPrior(spec) ? withPrior(spec, prior.hazards!) : spec);
  }
  return { alone, folded, capped };
}

/** Column `at` of rows of `width` numbers, one a function. */
function column(out: Float64Array, policy: number, functions: number, width: number, at: number): Float64Array {
  return Float64Array.from({ length: functions }, (_, f) => out[(policy * functions + f) * width + at]!);
}

type Uncosted = Omit<PolicyColumns, 'objectiveUsd'>;

function policyColumns(out: Float64Array, policy: number, functions: number): Uncosted {
  const of = (at: number) => column(out, policy, functions, REPLAY_COLUMNS, at);
  return { coldStarts: of(0), preWarms: of(1), idleMs: of(2) };
}

function cappedColumns(out: Float64Array, policy: number, functions: number): Uncosted {
  const of = (at: number) => column(out, policy, functions, MEMORY_CAP_COLUMNS, at);
  const memoryCap = { dropped: of(1), evictions: of(2), droppedMs: of(4) };
  return { coldStarts: of(0), preWarms: new Float64Array(functions), idleMs: of(3), memoryCap };
}

/** What each function cost, a cold start by its own start time. */
function functionCosts(trace: Trace, plan: ReplayPlan, coldStartsMs: Float64Array, columns: Uncosted): Float64Array {
  const { coldStarts, preWarms, idleMs } = columns;
  return trace.functions.memoryMiB.map((memory, f) =>
    objectiveUsd({ ...plan.settings, coldStartMs: coldStartsMs[f]! }, idleMs[f]!, memory, coldStarts[f]!, preWarms[f]!),
  );
}

function replayResult(
  trace: Trace,
  plan: ReplayPlan,
  calls: Float64Array,
  outs: Record<Group, Float64Array>,
): ReplayResult {
  const policies: Record<string, PolicyTotals> = {};
  const columns: Record<string, PolicyColumns> = {};
  const durations = durationSums(trace, calls);
  const { backend } = backendInfo();
  const { memoryMiB } = trace.functions;
  const functions = memoryMiB.length;
  const coldStartsMs = plan.coldStartsMs ?? new Float64Array(functions).fill(plan.settings.coldStartMs);
  const prior = priorFor(trace, plan);
  const next: Record<Group, number> = { alone: 0, folded: 0, capped: 0 };
  plan.policies.forEach(({ name, spec }) => {
    const group = groupOf(prior, spec);
    const columnsOf = group === 'capped' ? cappedColumns : policyColumns;
    const counted = columnsOf(outs[group], next[group]++, functions);
    const own = { ...counted, objectiveUsd: functionCosts(trace, plan, coldStartsMs, counted) };
    columns[name] = own;
    policies[name] = policyTotals(own, calls, durations, memoryMiB, coldStartsMs, plan.prices);
  });
  return {
    trace: { ...plan.about, functions: trace.functions.keys.length, minutes: trace.minutes, calls: trace.calls },
    spread: trace.kind === 'calls' ? 'recorded' : plan.spread,
    seed: plan.settings.seed,
    startTimes: plan.startTimes(functions),
    tickMs: plan.settings.tickMs,
    prices: plan.prices,
    ...(plan.policies.some(({ spec }) => takesPrior(spec)) && { prior: prior.used }),
    backend,
    // The others have no threads of their own.
    threads: backend === 'native' ? plan.threads : 1,
    version: VERSION,
    policies,
    columns,
    functionKeys: trace.functions.keys,
    functionCalls: calls,
    functionColdStartMs: coldStartsMs,
  };
}
