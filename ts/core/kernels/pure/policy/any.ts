/** Policies chosen at run time: from numbers, and to and from bytes. */
import { IsothermError } from '../../error.js';
import type { AdaptivePrices, DrawSeed, FunctionPrices } from '../../policy.js';
import { ensure, nonNegative, whole } from '../check.js';
import { readState } from '../state.js';
import { Adaptive } from './adaptive/adaptive.js';
import { adaptiveOfFunction, createAdaptive, isAdaptive, priorOf } from './adaptive/spec.js';
import { BreakEvenRandomised, breakEvenMs } from './break-even.js';
import { Constant } from './constant.js';
import { HybridHistogram } from './hybrid-histogram.js';
import { type KernelPolicy, type StateReader, StateWriter, type WarmInterval } from './policy.js';
import { RecentPeak } from './recent-peak.js';
import { MOST_STARTS, Schedule, type ScheduledStart } from './schedule.js';
import { Spes } from './spes/spes.js';
import { StaticTwice } from './static-twice.js';

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

const MAX_U32 = 0xffff_ffff;

function prices(idleUsdPerMs: number, coldStartUsd: number): FunctionPrices {
  return {
    idleUsdPerMs: nonNegative('policy parameter idleUsdPerMs', idleUsdPerMs),
    coldStartUsd: nonNegative('policy parameter coldStartUsd', coldStartUsd),
  };
}

/** A break-even policy of one function. */
function rental(spec: Float64Array): KernelPolicy | undefined {
  const [kind] = spec;
  if ((kind === 7 || kind === 8) && spec.length === 1) {
    const sentence = 'policy break-even needs the prices of its function, idleUsdPerMs and coldStartUsd';
    throw new IsothermError('BAD_ARGUMENT', sentence);
  }
  if (kind === 7 && spec.length === 3) {
    return new Constant({ prewarmMs: 0, keepAliveMs: breakEvenMs(prices(spec[1], spec[2])) });
  }
  if (kind === 8 && spec.length === 5) {
    const of = prices(spec[1], spec[2]);
    const seed = whole('policy parameter seed', spec[3], 0, MAX_U32);
    return BreakEvenRandomised.of(of, seed, whole('policy parameter stream', spec[4], 0, MAX_U32));
  }
  return undefined;
}

/** Stand for any function's where a spec is checked. */
const SOME_FUNCTION = { idleUsdPerMs: 0, coldStartUsd: 0, preWarmUsd: 0, coldStartMs: 0, seed: 0, stream: 0 };

/** Checks a spec, of one function or of any. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`, `NOT_FINITE`. */
export function checkSpec(spec: Float64Array): void {
  createPolicy(specForFunction(spec, SOME_FUNCTION));
}

/** Kinds whose only parameter is a lead time: how long what a tick starts takes to be warm. */
const LEADS = [3, 9, 14];

/** The spec of one function, where this one is of any: with its prices, the stream that it draws from, and a lead time of at least its start time. */
export function specForFunction(spec: Float64Array, of: AdaptivePrices & DrawSeed): Float64Array {
  if (isAdaptive(spec)) return adaptiveOfFunction(spec, of);
  const [kind] = spec;
  if (spec.length === 2 && LEADS.includes(kind) && spec[1] < of.coldStartMs)
    return Float64Array.of(kind, of.coldStartMs);
  if (spec.length !== 1) return spec;
  if (kind === 7) return Float64Array.of(7, of.idleUsdPerMs, of.coldStartUsd);
  return kind === 8 ? Float64Array.of(8, of.idleUsdPerMs, of.coldStartUsd, of.seed, of.stream) : spec;
}

/** A fresh policy of `[kind, ...parameters]`. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`. */
export function createPolicy(spec: Float64Array): KernelPolicy {
  const [kind] = spec;
  if (kind === 0 && spec.length === 2) return new Constant({ prewarmMs: 0, keepAliveMs: keepAlive(spec[1]) });
  if (kind === 1 && spec.length === 3) return new Constant(interval(spec[1], spec[2]));
  if (kind === 2 && spec.length === 1) return new HybridHistogram();
  if (kind === 3 && spec.length === 2) return new RecentPeak(wholeMs('prewarmMs', spec[1]));
  if (kind === 4 && spec.length >= 3 && spec.length % 4 === 3) return schedule(spec);
  if (kind === 9 && spec.length === 2) return new Spes(wholeMs('prewarmMs', spec[1]));
  if (kind === 14 && spec.length === 2) return new StaticTwice(wholeMs('prewarmMs', spec[1]));
  const priced = rental(spec) ?? createAdaptive(spec);
  if (priced !== undefined) return priced;
  const head = `${spec.subarray(0, 8).join(', ')}${spec.length > 8 ? ', …' : ''}`;
  throw new IsothermError('BAD_ARGUMENT', `policy spec [${head}] is no kind with its parameters`);
}

function kindOf(policy: KernelPolicy): number {
  if (policy instanceof Constant) return policy.interval.prewarmMs === 0 ? 0 : 1;
  if (policy instanceof HybridHistogram) return 2;
  if (policy instanceof RecentPeak) return 3;
  if (policy instanceof Adaptive) return policy.ticks ? 5 : 6;
  if (policy instanceof BreakEvenRandomised) return 8;
  if (policy instanceof Spes) return 9;
  return policy instanceof StaticTwice ? 14 : 4;
}

export function savePolicy(policy: KernelPolicy): Uint8Array {
  const out = new StateWriter();
  out.u8(kindOf(policy));
  policy.save(out);
  return out.finish();
}

function loadAdaptive(from: StateReader, preWarms: boolean, spec: Float64Array): Adaptive {
  const sentence = 'policy state is of kind adaptive, expected that of its spec';
  ensure(isAdaptive(spec), 'BAD_STATE', () => sentence);
  return Adaptive.load(from, preWarms, priorOf(spec));
}

function loadKind(spec: Float64Array, from: StateReader): KernelPolicy {
  const kind = from.u8();
  if (kind === 0 || kind === 1) {
    const interval = from.interval();
    ensure(kind === 1 || interval.prewarmMs === 0, 'BAD_STATE', () => 'policy state of a window has a pre-warm');
    return new Constant(interval);
  }
  if (kind === 2) return HybridHistogram.load(from);
  if (kind === 3) return RecentPeak.load(from);
  if (kind === 4) return Schedule.load(from);
  if (kind === 5 || kind === 6) return loadAdaptive(from, kind === 5, spec);
  if (kind === 8) return BreakEvenRandomised.load(from);
  if (kind === 9) return Spes.load(from);
  if (kind === 14) return StaticTwice.load(from);
  throw new IsothermError('BAD_STATE', `policy state is of unknown kind ${kind}`);
}

/** Adds what was learnt to reach the state `bytes`. Errors: `BAD_STATE`; `BAD_ARGUMENT` for kinds that cannot. */
export function mergePolicy(policy: KernelPolicy, bytes: Uint8Array): void {
  if (!(policy instanceof Adaptive)) {
    throw new IsothermError('BAD_ARGUMENT', 'policies of this kind cannot be merged');
  }
  policy.merge(
    readState('policy', bytes, (from) => {
      const found = from.u8();
      const kind = kindOf(policy);
      ensure(found === kind, 'BAD_STATE', () => `policy state is of kind ${found}, expected ${kind}`);
      return policy.loadOther(from);
    }),
  );
}

/** The policy that was saved, made by `spec`, which holds what is the same for all functions. Errors: `BAD_STATE`, and those of the spec. */
export function loadPolicy(spec: Float64Array, bytes: Uint8Array): KernelPolicy {
  checkSpec(spec);
  return readState('policy', bytes, (from) => loadKind(spec, from));
}
