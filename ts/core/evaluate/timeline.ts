/** One function minute by minute: calls, and instances up under each policy. */
import { encodePolicy } from '../kernels/policy.js';
import { createPolicy } from '../kernels/pure/policy/any.js';
import { eachCell, type Trace } from '../trace/index.js';
import { walkThrough } from './function-replay.js';
import { type ReplayOptions, replayPlan } from './replay.js';
import type { FunctionTimeline } from './report-model.js';

const MINUTE_MS = 60_000;

/** Adds the time from `fromMs` to `untilMs` to the minutes that it lies in, as shares of a minute. */
function addSpan(minutes: Float64Array, fromMs: number, untilMs: number): void {
  const from = Math.max(0, fromMs);
  const until = Math.min(untilMs, minutes.length * MINUTE_MS);
  for (let minute = Math.floor(from / MINUTE_MS); minute * MINUTE_MS < until; minute++) {
    const begin = Math.max(from, minute * MINUTE_MS);
    const end = Math.min(until, (minute + 1) * MINUTE_MS);
    minutes[minute]! += (end - begin) / MINUTE_MS;
  }
}

function callsPerMinute(trace: Trace, f: number): Float64Array {
  const calls = new Float64Array(trace.minutes);
  if (trace.kind === 'counts') {
    eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (minute, count) => {
      calls[minute] = count;
    });
  } else {
    for (let at = trace.offsets[f]!; at < trace.offsets[f + 1]!; at++) {
      calls[Math.max(0, Math.floor(trace.startMs[at]! / MINUTE_MS))]!++;
    }
  }
  return calls;
}

/**
 * The timeline of function `f` under each policy that decides step by step; references that see the future have none.
 *
 * O(calls + instances x minutes) per policy.
 */
export function functionTimeline(trace: Trace, f: number, options: ReplayOptions): FunctionTimeline {
  const plan = replayPlan(options);
  const warm: Record<string, Float64Array> = {};
  for (const { name, kind, spec } of plan.policies) {
    if (kind !== 'fixed' && kind !== 'adaptive') continue;
    const minutes = new Float64Array(trace.minutes);
    const span = (fromMs: number, untilMs: number): void => addSpan(minutes, fromMs, untilMs);
    walkThrough(trace, f, createPolicy(encodePolicy(spec)), plan, { arrived: span, idled: span });
    warm[name] = minutes;
  }
  return { functionKey: trace.functions.keys[f]!, minutes: trace.minutes, calls: callsPerMinute(trace, f), warm };
}
