/** Policies chosen at run time: from numbers, and to and from bytes. */
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';
import { Constant } from './constant.js';
import { HybridHistogram } from './hybrid-histogram.js';
import { type KernelPolicy, StateReader, StateWriter, type WarmInterval } from './policy.js';
import { RecentPeak } from './recent-peak.js';
import { MOST_STARTS, Schedule, type ScheduledStart } from './schedule.js';

function wholeMs(name: string, value: number): number {
  return whole(`policy parameter ${name}`, value, 0, Number.MAX_SAFE_INTEGER);
}

function keepAlive(value: number): number {
  return value === Number.POSITIVE_INFINITY ? value : wholeMs('keepAliveMs', value);
}

function interval(prewarmMs: number, keepAliveMs: number): WarmInterval {
  return { prewarmMs: wholeMs('prewarmMs', prewarmMs), keepAliveMs: keepAlive(keepAliveMs) };
}

function schedule(spec: Float64Array): Schedule {
  const starts: ScheduledStart[] = [];
  let last = 0;
  for (let at = 3; at < spec.length; at += 4) {
    const atMs = wholeMs('atMs', spec[at]);
    if (atMs < last) {
      throw new IsothermError('BAD_ARGUMENT', `policy schedule goes back to ${atMs} ms, expected ascending times`);
    }
    last = atMs;
    const count = whole('policy parameter count', spec[at + 1], 0, MOST_STARTS);
    starts.push({ atMs, start: { count, ...interval(spec[at + 2], spec[at + 3]) } });
  }
  return new Schedule(interval(spec[1], spec[2]), starts);
}

/** A fresh policy of `[kind, ...parameters]`. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`. */
export function createPolicy(spec: Float64Array): KernelPolicy {
  const [kind] = spec;
  if (kind === 0 && spec.length === 2) return new Constant({ prewarmMs: 0, keepAliveMs: keepAlive(spec[1]) });
  if (kind === 1 && spec.length === 3) return new Constant(interval(spec[1], spec[2]));
  if (kind === 2 && spec.length === 1) return new HybridHistogram();
  if (kind === 3 && spec.length === 2) return new RecentPeak(wholeMs('prewarmMs', spec[1]));
  if (kind === 4 && spec.length >= 3 && spec.length % 4 === 3) return schedule(spec);
  throw new IsothermError('BAD_ARGUMENT', `policy spec [${spec.join(', ')}] is no kind with its parameters`);
}

function kindOf(policy: KernelPolicy): number {
  if (policy instanceof Constant) return policy.interval.prewarmMs === 0 ? 0 : 1;
  if (policy instanceof HybridHistogram) return 2;
  return policy instanceof RecentPeak ? 3 : 4;
}

export function savePolicy(policy: KernelPolicy): Uint8Array {
  const out = new StateWriter();
  out.u8(kindOf(policy));
  policy.save(out);
  return out.finish();
}

function loadKind(from: StateReader): KernelPolicy {
  const kind = from.u8();
  if (kind === 0 || kind === 1) {
    const interval = from.interval();
    ensure(kind === 1 || interval.prewarmMs === 0, 'BAD_STATE', () => 'policy state of a window has a pre-warm');
    return new Constant(interval);
  }
  if (kind === 2) return HybridHistogram.load(from);
  if (kind === 3) return RecentPeak.load(from);
  if (kind === 4) return Schedule.load(from);
  throw new IsothermError('BAD_STATE', `policy state is of unknown kind ${kind}`);
}

/** The policy that was saved. Errors: `BAD_STATE`. */
export function loadPolicy(bytes: Uint8Array): KernelPolicy {
  const from = new StateReader(bytes);
  let policy: KernelPolicy;
  try {
    policy = loadKind(from);
  } catch (cause) {
    if (cause instanceof RangeError) throw new IsothermError('BAD_STATE', 'policy state ends too early', { cause });
    throw cause;
  }
  if (from.left > 0) throw new IsothermError('BAD_STATE', `policy state has ${from.left} bytes too many`);
  return policy;
}
