/** One function over time: calls, and instances up under each policy. */
import { encodePolicy, type PolicySpec } from '../kernels/policy.js';
import { createPolicy } from '../kernels/pure/policy/any.js';
import { eachCell, type Trace } from '../trace/index.js';
import { walkThrough } from './function-replay.js';
import { functionSpec, planOf, type ReplayOptions, replayPlan } from './replay.js';
import type { FunctionTimeline } from './report-model.js';

const MINUTE_MS = 60_000;
/** A week of minutes: more than any page can show, and little to hold for every policy. */
const MOST_STEPS = 10_080;

/** Instances up in each step, from the spans that they were up: O(1) a span, however long. */
class StepsUp {
  readonly #stepMs: number;
  readonly #endMs: number;
  /** Shares of a step at the ends of spans. */
  readonly #parts: Float64Array;
  /** By how many more spans cover a whole step than the one before it. */
  readonly #changes: Float64Array;

  constructor(minutes: number, stepMinutes: number) {
    const steps = Math.ceil(minutes / stepMinutes);
    this.#stepMs = stepMinutes * MINUTE_MS;
    this.#endMs = minutes * MINUTE_MS;
    this.#parts = new Float64Array(steps);
    this.#changes = new Float64Array(steps + 1);
  }

  add(fromMs: number, untilMs: number): void {
    const stepMs = this.#stepMs;
    const from = Math.max(0, fromMs);
    const until = Math.min(untilMs, this.#endMs);
    if (!(from < until)) return;
    const first = Math.floor(from / stepMs);
    const last = Math.floor(until / stepMs);
    if (first === last) {
      this.#parts[first]! += (until - from) / stepMs;
      return;
    }
    this.#parts[first]! += ((first + 1) * stepMs - from) / stepMs;
    if (last < this.#parts.length) this.#parts[last]! += (until - last * stepMs) / stepMs;
    this.#changes[first + 1]!++;
    this.#changes[last]!--;
  }

  /** Mean instances in each step. */
  finish(): Float64Array {
    let up = 0;
    const means = this.#parts.map((part, step) => {
      up += this.#changes[step]!;
      return part + up;
    });
    const last = means.length - 1;
    if (last >= 0) means[last]! *= this.#stepMs / (this.#endMs - last * this.#stepMs);
    return means;
  }
}

function callsPerStep(trace: Trace, f: number, stepMinutes: number): Float64Array {
  const calls = new Float64Array(Math.ceil(trace.minutes / stepMinutes));
  const step = (minute: number): number => Math.max(0, Math.floor(minute / stepMinutes));
  if (trace.kind === 'counts') {
    eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (minute, count) => {
      calls[step(minute)]! += count;
    });
  } else {
    for (let at = trace.offsets[f]!; at < trace.offsets[f + 1]!; at++) calls[step(trace.startMs[at]! / MINUTE_MS)]!++;
  }
  return calls;
}

/**
 * The timeline of function `f` under each policy that decides step by step; references that see the future have none. At most 10,080 steps: a
 * minute each in a trace of up to a week.
 *
 * O(calls) per policy.
 */
export function functionTimeline(trace: Trace, f: number, options: ReplayOptions): FunctionTimeline {
  const plan = planOf(replayPlan(options), trace, f);
  const { minutes } = trace;
  const stepMinutes = Math.max(1, Math.ceil(minutes / MOST_STEPS));
  const warm: Record<string, Float64Array> = {};
  for (const { name, kind, spec } of plan.policies) {
    if (kind !== 'fixed' && kind !== 'adaptive') continue;
    const up = new StepsUp(minutes, stepMinutes);
    const span = (fromMs: number, untilMs: number): void => up.add(fromMs, untilMs);
    walkThrough(trace, f, createPolicy(encodePolicy(functionSpec(trace, f, plan, spec as PolicySpec))), plan, {
      arrived: span,
      idled: span,
    });
    warm[name] = up.finish();
  }
  const calls = callsPerStep(trace, f, stepMinutes);
  return { functionKey: trace.functions.keys[f]!, minutes, stepMinutes, calls, warm };
}
