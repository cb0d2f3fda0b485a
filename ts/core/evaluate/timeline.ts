/** One function minute by minute: calls, and instances up under each policy. */
import { encodePolicy } from '../kernels/policy.js';
import { createPolicy } from '../kernels/pure/policy/any.js';
import { eachCell, type Trace } from '../trace/index.js';
import { walkThrough } from './function-replay.js';
import { planOf, type ReplayOptions, replayPlan } from './replay.js';
import type { FunctionTimeline } from './report-model.js';

const MINUTE_MS = 60_000;

/** Instances up in each minute, from the spans that they were up: O(1) a span, however long. */
class MinutesUp {
  /** Shares of a minute at the ends of spans. */
  #parts: Float64Array;
  /** By how many more spans cover a whole minute than the one before it. */
  #steps: Float64Array;

  constructor(minutes: number) {
    this.#parts = new Float64Array(minutes);
    this.#steps = new Float64Array(minutes + 1);
  }

  add(fromMs: number, untilMs: number): void {
    const from = Math.max(0, fromMs);
    const until = Math.min(untilMs, this.#parts.length * MINUTE_MS);
    if (!(from < until)) return;
    const first = Math.floor(from / MINUTE_MS);
    const last = Math.floor(until / MINUTE_MS);
    if (first === last) {
      this.#parts[first]! += (until - from) / MINUTE_MS;
      return;
    }
    this.#parts[first]! += ((first + 1) * MINUTE_MS - from) / MINUTE_MS;
    if (last < this.#parts.length) this.#parts[last]! += (until - last * MINUTE_MS) / MINUTE_MS;
    this.#steps[first + 1]!++;
    this.#steps[last]!--;
  }

  /** Mean instances in each minute: `[minutes]`. */
  finish(): Float64Array {
    let up = 0;
    return this.#parts.map((part, minute) => {
      up += this.#steps[minute]!;
      return part + up;
    });
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
 * O(calls + minutes) per policy.
 */
export function functionTimeline(trace: Trace, f: number, options: ReplayOptions): FunctionTimeline {
  const plan = planOf(replayPlan(options), trace, f);
  const warm: Record<string, Float64Array> = {};
  for (const { name, kind, spec } of plan.policies) {
    if (kind !== 'fixed' && kind !== 'adaptive') continue;
    const up = new MinutesUp(trace.minutes);
    const span = (fromMs: number, untilMs: number): void => up.add(fromMs, untilMs);
    walkThrough(trace, f, createPolicy(encodePolicy(spec)), plan, { arrived: span, idled: span });
    warm[name] = up.finish();
  }
  return { functionKey: trace.functions.keys[f]!, minutes: trace.minutes, calls: callsPerMinute(trace, f), warm };
}
