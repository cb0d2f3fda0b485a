/** Replays a trace under settings that a platform takes: what they cost and how long calls wait, per function and in sum. */
import {
  type AsyncOptions,
  IsothermError,
  type PlatformColumn,
  type PlatformOutcomes,
  type PlatformReplayOptions,
  type PlatformRun,
  type PlatformSettings,
  replayPlatformFunctions,
  replayPlatformFunctionsAsync,
} from '../kernels/index.js';
import type { Trace } from '../trace/index.js';
import { callsPerFunction } from './activity.js';
import { curvedQuantiles } from './drawn-durations.js';
import { checkSpread, replaySource, type Spread } from './replay.js';

export interface PlatformOptions {
  /** How the calls of a minute lie within it; `trigger` (timers evenly, others at random) when left out. */
  spread?: Spread;
  /** 0..4294967295; 1 when left out. */
  seed?: number;
  /** `drawn`: call by call from the trace's quantiles, where it has them for a function; else, and when left out, the function's average. */
  durations?: 'average' | 'drawn';
  /** Also gives the ready instances' time per step of so many whole ms. */
  readyStepMs?: number;
  /** Threads of the native backend; 1 when left out. The figures do not depend on it. */
  threads?: number;
}

/** Columns that add up over functions. */
export type PlatformSum = Exclude<PlatformColumn, 'peakInstances' | `latency${string}`>;

type GibSeconds = 'readyGbS' | 'readyBusyGbS' | 'readyIdleGbS' | 'spillBusyGbS' | 'spillIdleGbS';

/** What came of one setting for every function. */
export interface PlatformReplay extends PlatformOutcomes {
  functionKeys: readonly string[];
  /** Sums over functions, and instance time weighted by memory, in GiB-seconds. */
  totals: Record<PlatformSum, number> & Record<GibSeconds, number>;
}

function kernelOptions(trace: Trace, options: PlatformOptions): PlatformReplayOptions {
  const { seed = 1, durations = 'average', readyStepMs } = options;
  if (durations !== 'average' && durations !== 'drawn') {
    throw new IsothermError('BAD_ARGUMENT', `durations is '${durations}', expected average, drawn`);
  }
  const quantiles = trace.functions.callDurations;
  return {
    seed,
    ...(durations === 'drawn' && quantiles !== undefined ? { durations: curvedQuantiles(quantiles) } : {}),
    ...(readyStepMs === undefined ? {} : { readyStepMs }),
  };
}

/**
 * Replays functions of a trace under settings that a platform takes: any number of settings per function, for a search.
 *
 * @param runs Which function (its number in the trace) under which settings; those of one function best stand together.
 * @returns A column per figure, `[runs]` each; `docs/platform-replay.md` defines them.
 *
 * Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`. Complexity: O(calls log instances) per run. Source: `docs/platform-replay.md`.
 *
 * @example
 * const settings: PlatformSettings = { coldStartMs: 800, keepAliveMs: 300_000, ready: { kind: 'constant', instances: 2 } };
 * replayPlatformRuns(trace, [{ function: 0, settings }]).columns.coldStarts.length; // 1
 */
export function replayPlatformRuns(
  trace: Trace,
  runs: readonly PlatformRun[],
  options: PlatformOptions = {},
): PlatformOutcomes {
  const { spread = 'trigger', threads = 1 } = options;
  const source = replaySource(trace, checkSpread(spread));
  return replayPlatformFunctions(source, runs, kernelOptions(trace, options), threads);
}

/** `replayPlatformRuns` that leaves the event loop free; progress in calls, a function's once per run. Errors: as that, and `ABORTED`. */
export async function replayPlatformRunsAsync(
  trace: Trace,
  runs: readonly PlatformRun[],
  options: PlatformOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<PlatformOutcomes> {
  const { spread = 'trigger', threads = 1 } = options;
  const source = replaySource(trace, checkSpread(spread));
  const calls = callsPerFunction(trace);
  return replayPlatformFunctionsAsync(source, runs, kernelOptions(trace, options), threads, calls, asyncOptions);
}

type SettingsOfFunction = PlatformSettings | ((f: number) => PlatformSettings);

function runsOf(trace: Trace, settings: SettingsOfFunction): PlatformRun[] {
  return trace.functions.keys.map((_, f) => ({
    function: f,
    settings: typeof settings === 'function' ? settings(f) : settings,
  }));
}

/** Sums run over functions in the order of the trace, so that they are the same bits everywhere. */
function summed(trace: Trace, { columns, readyMsPerStep }: PlatformOutcomes): PlatformReplay {
  const { keys, memoryMiB } = trace.functions;
  const { peakInstances: _, latencyP50Ms: _50, latencyP95Ms: _95, latencyP99Ms: _99, ...sums } = columns;
  const sum = (column: Float64Array): number => column.reduce((all, own) => all + own, 0);
  const gbS = (column: Float64Array): number =>
    column.reduce((all, ms, f) => all + (ms * memoryMiB[f]!) / 1024 / 1000, 0);
  const totals = Object.fromEntries(Object.entries(sums).map(([name, column]) => [name, sum(column)]));
  return {
    functionKeys: keys,
    columns,
    readyMsPerStep,
    totals: {
      ...(totals as Record<PlatformSum, number>),
      readyGbS: gbS(columns.readyMs),
      readyBusyGbS: gbS(columns.readyBusyMs),
      readyIdleGbS: gbS(columns.readyIdleMs),
      spillBusyGbS: gbS(columns.spillBusyMs),
      spillIdleGbS: gbS(columns.spillIdleMs),
    },
  };
}

/**
 * Replays every function of a trace under settings that a platform takes.
 *
 * @param settings For all functions, or by a function's number in the trace.
 * @returns Columns over functions (counts, ms, instances) and sums; `docs/platform-replay.md` defines them.
 *
 * Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`. Complexity: O(calls log instances). Source: `docs/platform-replay.md`.
 *
 * @example
 * const replayed = replayPlatform(trace, { coldStartMs: 800, keepAliveMs: 300_000, ready: { kind: 'constant', instances: 1 } });
 * replayed.totals.coldStarts <= replayed.totals.calls; // true
 */
export function replayPlatform(
  trace: Trace,
  settings: SettingsOfFunction,
  options: PlatformOptions = {},
): PlatformReplay {
  return summed(trace, replayPlatformRuns(trace, runsOf(trace, settings), options));
}

/** `replayPlatform` that leaves the event loop free; progress in calls. Errors: as that, and `ABORTED`. */
export async function replayPlatformAsync(
  trace: Trace,
  settings: SettingsOfFunction,
  options: PlatformOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<PlatformReplay> {
  return summed(trace, await replayPlatformRunsAsync(trace, runsOf(trace, settings), options, asyncOptions));
}
