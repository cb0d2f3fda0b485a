/** What happened before any advice, as the data themselves tell: which calls were cold, and how long they waited. */
import type { AdviceTarget, BillModel, CallGroup } from '../../decide/index.js';
import type { CallsTrace, ObservedStarts, Trace } from '../../trace/index.js';
import { FORMAT_PLATFORMS } from '../../trace/start-time-table.js';
import { gatheredCalls } from './gathered-calls.js';
import type { RecordedStarts } from './model.js';
import { TARGET_PLATFORMS } from './platforms.js';
import { billed } from './runs.js';

export interface RecordedIn {
  whole: Trace;
  judge: Trace;
  /** Calls of each function in the whole trace. */
  calls: Float64Array;
  /** Start times by function, for cold calls that do not tell theirs. */
  coldStartMs: Float64Array;
  observed: readonly (ObservedStarts | undefined)[] | undefined;
  format: string;
  target: AdviceTarget;
  model: BillModel;
}

/** The record of the judged calls, else of what the source counted beside all of its calls; null where neither tells. O(calls). */
export function recordedStarts(from: RecordedIn): RecordedStarts | null {
  const platform = FORMAT_PLATFORMS[from.format] ?? null;
  const { judge } = from;
  const isTold = judge.kind === 'calls' && judge.columns.coldStart?.some((cold) => !Number.isNaN(cold)) === true;
  if (isTold) return ofCalls(judge, from, platform);
  return ofMetrics(from, platform);
}

/** Where idle instances are paid for too, what a log says is not the bill; nor is it that of another platform. */
const isBilledByCalls = ({ target }: RecordedIn, platform: RecordedStarts['platform']): boolean =>
  target !== 'knative' && (platform === null || platform === TARGET_PLATFORMS[target]);

function ofCalls(judge: CallsTrace, from: RecordedIn, platform: RecordedStarts['platform']): RecordedStarts {
  const periodMs = judge.minutes * 60_000;
  const sums = { calls: 0, coldStarts: 0, waitMs: 0, p99: 0 };
  const quantities: Record<string, number>[] = [];
  judge.functions.memoryMiB.forEach((memoryMiB, f) => {
    const own = gatheredCalls(judge, f, from.coldStartMs[f]!);
    sums.calls += own.told;
    sums.coldStarts += own.coldStarts;
    sums.waitMs += own.waitMs;
    if (own.told > 0) sums.p99 += own.told * own.latencyP99Ms;
    const calls: CallGroup[] = own.groups.map((group) => ({ ...group, onReady: false }));
    quantities.push(from.model.meter({ periodMs, memoryMiB, calls, ready: [], preWarmMs: 0, idleMs: 0 }));
  });
  const usd = isBilledByCalls(from, platform)
    ? billed(quantities, from.model, periodMs).reduce((sum, line) => sum + line.usd, 0)
    : Number.NaN;
  const { calls, coldStarts, waitMs, p99 } = sums;
  return {
    ...{ from: 'calls', platform, minutes: judge.minutes, usd, calls, coldStarts },
    ...{ meanWaitMs: waitMs / calls, p99Ms: p99 / calls },
  };
}

function ofMetrics(
  { whole, calls, observed }: RecordedIn,
  platform: RecordedStarts['platform'],
): RecordedStarts | null {
  let told = 0;
  let coldStarts = 0;
  observed?.forEach((own, f) => {
    if (own === undefined || Number.isNaN(own.coldStarts)) return;
    told += calls[f]!;
    coldStarts += own.coldStarts;
  });
  if (told === 0) return null;
  const unknown = Number.NaN;
  return {
    ...{ from: 'metrics', platform, minutes: whole.minutes, usd: unknown, calls: told, coldStarts },
    ...{ meanWaitMs: unknown, p99Ms: unknown },
  };
}
