/** A small replay result that agrees with itself: totals are the sums of its columns. Its figures stand for nothing. */
import type { FunctionTimeline, PolicyTotals, ReplayResult } from '../../ts/core/evaluate/report-model.js';
import { oneStartTime } from '../../ts/core/evaluate/start-times.js';

export const SAMPLE_POLICIES = [
  'fixed-0min',
  'fixed-10min',
  'infinite',
  'hybrid-histogram',
  'best-fixed-hindsight',
  'clairvoyant',
  'clairvoyant-prewarm',
];

const MEMORY_GIB = 0.25;
const PRICES = { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };

/** Share of its calls that function `f` starts cold, and its idle minutes, under each policy. */
const SHAPES: Record<string, (f: number, calls: number) => { cold: number; preWarms: number; idleMinutes: number }> = {
  'fixed-0min': (_, calls) => ({ cold: calls, preWarms: 0, idleMinutes: 0 }),
  'fixed-10min': (f, calls) => ({ cold: Math.ceil(calls / (2 + (f % 7))), preWarms: 0, idleMinutes: 200 + 3 * f }),
  infinite: () => ({ cold: 1, preWarms: 0, idleMinutes: 1400 }),
  'hybrid-histogram': (f, calls) => ({
    cold: Math.ceil(calls / (1 + (f % 11))),
    preWarms: f % 5,
    idleMinutes: 150 + 4 * f,
  }),
  'best-fixed-hindsight': (f, calls) => ({ cold: Math.ceil(calls / (3 + (f % 7))), preWarms: 0, idleMinutes: 120 + f }),
  clairvoyant: (f, calls) => ({ cold: Math.ceil(calls / (4 + (f % 7))), preWarms: 0, idleMinutes: 80 + f }),
  'clairvoyant-prewarm': (f, calls) => ({ cold: 1, preWarms: Math.ceil(calls / 6), idleMinutes: 10 + (f % 3) }),
};

export interface SampleOptions {
  functions?: number;
  policies?: readonly string[];
  key?: (f: number) => string;
  title?: string;
}

export function sampleResult({
  functions = 60,
  policies = SAMPLE_POLICIES,
  key,
  title,
}: SampleOptions = {}): ReplayResult {
  const functionCalls = Float64Array.from({ length: functions }, (_, f) => 4 + ((f * 37) % 91));
  const calls = functionCalls.reduce((sum, each) => sum + each, 0);
  const result: ReplayResult = {
    trace: {
      title: title ?? 'a sample made for tests (not your traffic)',
      format: 'generic',
      digest: 'sha256:00',
      functions,
      minutes: 1440,
      calls,
    },
    spread: 'even',
    seed: 1,
    startTimes: [oneStartTime(1000, functions)],
    tickMs: 60_000,
    prices: PRICES,
    backend: 'pure',
    threads: 1,
    version: '0.1.0',
    policies: {},
    columns: {},
    functionKeys: Array.from({ length: functions }, (_, f) => key?.(f) ?? `owner/app${f % 9}/function${f}`),
    functionCalls,
    functionColdStartMs: new Float64Array(functions).fill(1000),
  };
  for (const name of policies) {
    const shape = SHAPES[name]!;
    const each = Array.from(functionCalls, (own, f) => shape(f, own));
    const columns = {
      coldStarts: Float64Array.from(each, ({ cold }) => cold),
      preWarms: Float64Array.from(each, ({ preWarms }) => preWarms),
      idleMs: Float64Array.from(each, ({ idleMinutes }) => idleMinutes * 60_000),
      objectiveUsd: Float64Array.from(
        each,
        ({ cold, preWarms, idleMinutes }) =>
          idleMinutes * 60 * MEMORY_GIB * PRICES.idleUsdPerGbS +
          (cold + preWarms * PRICES.preWarmShare) * PRICES.coldStartUsdPerS,
      ),
    };
    result.columns[name] = columns;
    result.policies[name] = totalsOf(columns, functionCalls, calls);
  }
  return result;
}

function totalsOf(columns: ReplayResult['columns'][string], functionCalls: Float64Array, calls: number): PolicyTotals {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const rates = columns.coldStarts.map((cold, f) => cold / functionCalls[f]!).sort();
  const quantile = (share: number): number => rates[Math.round(share * (rates.length - 1))]!;
  const coldStarts = sum(columns.coldStarts);
  return {
    calls,
    coldStarts,
    preWarms: sum(columns.preWarms),
    idleGbS: (sum(columns.idleMs) / 1000) * MEMORY_GIB,
    busyGbS: calls * MEMORY_GIB,
    objectiveUsd: sum(columns.objectiveUsd),
    coldRate: { p50: quantile(0.5), p75: quantile(0.75), p90: quantile(0.9) },
    wait: { meanMs: (1000 * coldStarts) / calls, share: coldStarts / calls },
  };
}

/** Uneven series, so that runs of equal values save nothing. */
export function sampleTimelines(result: ReplayResult, positions: readonly number[]): FunctionTimeline[] {
  const { minutes } = result.trace;
  return positions.map((f) => ({
    functionKey: result.functionKeys[f]!,
    minutes,
    stepMinutes: 1,
    calls: Float64Array.from({ length: minutes }, (_, minute) => (minute * (f + 7) * 7919) % 13),
    warm: Object.fromEntries(
      Object.keys(result.policies).map((name, p) => [
        name,
        Float64Array.from({ length: minutes }, (_, minute) => ((minute * (f + p + 3) * 104_729) % 1009) / 97),
      ]),
    ),
  }));
}
