/** Replays one function step by step under any policy, with a watcher beside it: the engine behind receipts and timelines. */
import type { Policy } from '../kernels/index.js';
import { IsothermError } from '../kernels/index.js';
import { Arrivals } from '../kernels/pure/replay/arrivals.js';
import { ConstantBusy, EachBusy } from '../kernels/pure/replay/busy.js';
import { Engine, type Watcher } from '../kernels/pure/replay/engine.js';
import type { Outcome } from '../kernels/pure/replay/feed.js';
import { traceOfCalls, traceOfCounts } from '../kernels/pure/replay/trace.js';
import type { Trace } from '../trace/index.js';
import { checkedPolicy } from './checked-policy.js';
import { planOf, type ReplayOptions, type ReplayPlan, replayPlan, replaySource } from './replay.js';

export type { Outcome, Watcher };

/** The function's number in the trace. Errors: `UNKNOWN_FUNCTION`, with keys that are alike. */
export function functionNumber(trace: Trace, key: string): number {
  const { keys } = trace.functions;
  const exact = keys.indexOf(key);
  if (exact >= 0) return exact;
  const parts = keys.filter((one) => one.includes(key));
  if (parts.length === 1) return keys.indexOf(parts[0]!);
  const some = (parts.length > 0 ? parts : keys).slice(0, 3).join(', ');
  const problem =
    parts.length > 1 ? `'${key}' is part of ${parts.length} functions' keys` : `there is no function '${key}'`;
  throw new IsothermError('UNKNOWN_FUNCTION', `${problem}; there are ${some}, …`);
}

/** The trace with one function only. */
function onlyFunction(trace: Trace, f: number): Trace {
  const from = trace.offsets[f]!;
  const to = trace.offsets[f + 1]!;
  const { keys, durationMs, memoryMiB, trigger, index } = trace.functions;
  const functions = {
    keys: [keys[f]!],
    durationMs: durationMs.slice(f, f + 1),
    memoryMiB: memoryMiB.slice(f, f + 1),
    trigger: [trigger[f]!],
    index: index.slice(f, f + 1),
  };
  const offsets = Float64Array.of(0, to - from);
  return trace.kind === 'counts'
    ? { ...trace, functions, offsets, cells: trace.cells.subarray(from, to) }
    : {
        ...trace,
        functions,
        offsets,
        startMs: trace.startMs.subarray(from, to),
        durationMs: trace.durationMs.subarray(from, to),
      };
}

/** Replays function `f` by its own plan (`planOf`), pausing after every few thousand calls at most; returns what it cost. */
export function* walkFunction(
  trace: Trace,
  f: number,
  policy: Policy,
  plan: ReplayPlan,
  watcher?: Watcher,
): Generator<void, Outcome> {
  const source = replaySource(onlyFunction(trace, f), plan.spread);
  const { coldStartMs, tickMs, seed } = plan.settings;
  const { minutes, offsets, memoryMiB } = source;
  const alone =
    source.kind === 'counts'
      ? traceOfCounts(minutes, offsets, source.cells, source.durationMs, memoryMiB, source.poisson, source.index)
      : traceOfCalls(minutes, offsets, source.startMs, source.durationMs, memoryMiB);
  const busy = source.kind === 'counts' ? new ConstantBusy(coldStartMs) : new EachBusy(coldStartMs);
  const duration = source.kind === 'counts' ? source.durationMs[0]! : 0;
  const engine = new Engine(policy, busy, duration, alone.horizonMs, tickMs, watcher);
  for (const { starts, count, durations } of new Arrivals().blocks(alone, 0, seed)) {
    engine.feed(starts, count, durations);
    yield;
  }
  return engine.finish();
}

/** `walkFunction` without a pause. */
export function walkThrough(...args: Parameters<typeof walkFunction>): Outcome {
  const steps = walkFunction(...args);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** What a policy of one's own cost on one function. */
export interface FunctionOutcome {
  coldStarts: number;
  preWarms: number;
  idleMs: number;
}

/**
 * Replays one function under a policy written in TypeScript, on the pure engine.
 *
 * @param functionKey The function's key, or a part of it that no other key has.
 * @param policy A fresh one: its state goes on from where it is.
 *
 * Errors: `UNKNOWN_FUNCTION`, `OUT_OF_RANGE` (an answer of the policy too), and what the policy throws. Complexity: O(calls), O(log pending) more per pre-warm.
 *
 * @example
 * const never = { ticks: false, onArrival() {}, onRelease: () => ({ prewarmMs: 0, keepAliveMs: 0 }), onTick: () => [] };
 * replayPolicy(trace, 'app/function', never).coldStarts;
 */
export function replayPolicy(
  trace: Trace,
  functionKey: string,
  policy: Policy,
  options: Omit<ReplayOptions, 'policies' | 'threads'> = {},
): FunctionOutcome {
  const f = functionNumber(trace, functionKey);
  const plan = planOf(replayPlan({ ...options, policies: [] }), trace, f);
  const checked = checkedPolicy(policy, plan.settings.coldStartMs);
  const { coldStarts, preWarms, idleMs } = walkThrough(trace, f, checked, plan);
  return { coldStarts, preWarms, idleMs };
}
