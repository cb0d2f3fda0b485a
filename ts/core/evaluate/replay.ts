/** Replays a trace under policies: what each costs, per function and in sum. */
import { DEFAULT_POLICIES, type NamedPolicy, policyByName } from '../decide/index.js';
import {
  type AsyncOptions,
  backendInfo,
  IsothermError,
  type ReplaySettings,
  type ReplaySource,
  replayFunctions,
  replayFunctionsAsync,
  VERSION,
} from '../kernels/index.js';
import { objectiveUsd } from '../kernels/pure/replay/bounds.js';
import { checkSettings } from '../kernels/pure/replay/settings.js';
import type { Trace } from '../trace/index.js';
import { callsPerFunction, durationSums } from './activity.js';
import type { PolicyColumns, PolicyTotals, ReplayPrices, ReplayResult, TraceSummary } from './report-model.js';
import { policyTotals } from './totals.js';

export type Spread = 'even' | 'poisson' | 'trigger';

export const SPREADS: readonly Spread[] = ['even', 'poisson', 'trigger'];

/** Idle memory at Lambda's price of provisioned concurrency (us-east-1, x86, 2025-10), and a second of waiting at 0.05 cents. */
export const DEFAULT_PRICES: ReplayPrices = { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };

export interface ReplayOptions {
  /** Names as `policyByName` takes them; all reference policies when left out. */
  policies?: readonly string[];
  /** How the calls of a minute lie within it; `trigger` (timers evenly, others at random) when left out. */
  spread?: Spread;
  /** 0..4294967295; 1 when left out. */
  seed?: number;
  /** Whole ms; 1000 when left out. */
  coldStartMs?: number;
  /** Whole ms, at least 1; 60000 when left out. */
  tickMs?: number;
  prices?: Partial<ReplayPrices>;
  /** Threads of the native backend; 1 when left out. The figures do not depend on it. */
  threads?: number;
  /** What the trace is, for people and reports. */
  about?: Partial<Pick<TraceSummary, 'title' | 'format' | 'digest'>>;
}

/** Options with everything filled in. */
export interface ReplayPlan {
  policies: NamedPolicy[];
  spread: Spread;
  settings: ReplaySettings;
  prices: ReplayPrices;
  threads: number;
  about: Pick<TraceSummary, 'title' | 'format' | 'digest'>;
}

export function checkSpread(spread: Spread): Spread {
  if (SPREADS.includes(spread)) return spread;
  throw new IsothermError('BAD_ARGUMENT', `spread is '${spread}', expected ${SPREADS.join(', ')}`);
}

export function replayPlan(options: ReplayOptions): ReplayPlan {
  const { spread = 'trigger', seed = 1, coldStartMs = 1000, tickMs = 60_000, threads = 1 } = options;
  checkSpread(spread);
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 1024)) {
    throw new IsothermError('OUT_OF_RANGE', `threads is ${threads}, expected a whole number in 1..=1024`);
  }
  const prices = { ...DEFAULT_PRICES, ...options.prices };
  const names = [...new Set(options.policies ?? DEFAULT_POLICIES)];
  return {
    policies: names.map((name) => policyByName(name, coldStartMs)),
    spread,
    settings: checkSettings({ coldStartMs, tickMs, seed, ...prices }),
    prices,
    threads,
    about: { title: 'a trace', format: '', digest: '', ...options.about },
  };
}

/** The trace as the kernels take it. */
export function replaySource(trace: Trace, spread: Spread): ReplaySource {
  const { memoryMiB, durationMs, index, trigger } = trace.functions;
  const { minutes, offsets } = trace;
  if (trace.kind === 'calls') {
    return { kind: 'calls', minutes, offsets, startMs: trace.startMs, durationMs: trace.durationMs, memoryMiB };
  }
  const atRandom = (of: string): boolean => spread === 'poisson' || (spread === 'trigger' && of !== 'timer');
  const poisson = Uint8Array.from(trigger, (of) => Number(atRandom(of)));
  return { kind: 'counts', minutes, offsets, cells: trace.cells, durationMs, memoryMiB, poisson, index };
}

/**
 * Replays a trace under policies and references: the figures of `docs/replay.md`, the same bits on every backend.
 *
 * @param trace Functions and their calls, as `readTrace` or `generateTrace` give it.
 * @returns Totals by policy name and columns over functions: counts, GB-s, USD.
 *
 * Errors: `UNKNOWN_POLICY`, `BAD_ARGUMENT`, `OUT_OF_RANGE`, `NOT_FINITE`.
 * Complexity: O(calls) per policy. Source: `docs/replay.md`.
 *
 * @example
 * const trace = generateTrace({ pattern: 'timer', functions: 1, days: 1, seed: 1 });
 * replay(trace, { policies: ['fixed-10min', 'clairvoyant'] }).policies['fixed-10min'].coldStarts;
 */
export function replay(trace: Trace, options: ReplayOptions = {}): ReplayResult {
  const plan = replayPlan(options);
  const specs = plan.policies.map(({ spec }) => spec);
  const out = replayFunctions(replaySource(trace, plan.spread), specs, plan.settings, plan.threads);
  return replayResult(trace, plan, callsPerFunction(trace), out);
}

/** `replay` that leaves the event loop free; progress in calls. Errors: as `replay`, and `ABORTED`. */
export async function replayAsync(
  trace: Trace,
  options: ReplayOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<ReplayResult> {
  const plan = replayPlan(options);
  const specs = plan.policies.map(({ spec }) => spec);
  const calls = callsPerFunction(trace);
  const source = replaySource(trace, plan.spread);
  const out = await replayFunctionsAsync(source, specs, plan.settings, plan.threads, calls, asyncOptions);
  return replayResult(trace, plan, calls, out);
}

const COLUMNS = 4;

function policyColumns(trace: Trace, plan: ReplayPlan, out: Float64Array, policy: number): PolicyColumns {
  const { memoryMiB } = trace.functions;
  const functions = memoryMiB.length;
  const column = (at: number) =>
    Float64Array.from({ length: functions }, (_, f) => out[(policy * functions + f) * COLUMNS + at]!);
  const coldStarts = column(0);
  const preWarms = column(1);
  const idleMs = column(2);
  const cost = memoryMiB.map((memory, f) =>
    objectiveUsd(plan.settings, idleMs[f]!, memory, coldStarts[f]!, preWarms[f]!),
  );
  return { coldStarts, preWarms, idleMs, objectiveUsd: cost };
}

function replayResult(trace: Trace, plan: ReplayPlan, calls: Float64Array, out: Float64Array): ReplayResult {
  const policies: Record<string, PolicyTotals> = {};
  const columns: Record<string, PolicyColumns> = {};
  const durations = durationSums(trace, calls);
  const { backend } = backendInfo();
  plan.policies.forEach(({ name }, i) => {
    const own = policyColumns(trace, plan, out, i);
    columns[name] = own;
    policies[name] = policyTotals(own, calls, durations, trace.functions.memoryMiB, plan.settings);
  });
  return {
    trace: { ...plan.about, functions: trace.functions.keys.length, minutes: trace.minutes, calls: trace.calls },
    spread: trace.kind === 'calls' ? 'recorded' : plan.spread,
    seed: plan.settings.seed,
    coldStartMs: plan.settings.coldStartMs,
    tickMs: plan.settings.tickMs,
    prices: plan.prices,
    backend,
    // The others have no threads of their own.
    threads: backend === 'native' ? plan.threads : 1,
    version: VERSION,
    policies,
    columns,
    functionKeys: trace.functions.keys,
    functionCalls: calls,
  };
}
