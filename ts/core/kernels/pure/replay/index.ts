/** The replay family in plain TypeScript: many functions under many policies, on this thread. */
import { REPLAY_COLUMNS, type ReplayKernels } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure } from '../check.js';
import { checkSpec, createPolicy, specForFunction } from '../policy/any.js';
import { Constant } from '../policy/constant.js';
import { Arrivals } from './arrivals.js';
import { bestFixedWindow, clairvoyant, functionPrices, provisionedPeak } from './bounds.js';
import { type Busy, ConstantBusy, EachBusy } from './busy.js';
import { Engine } from './engine.js';
import type { Feed, Outcome } from './feed.js';
import { type Matched, Matching } from './matching.js';
import { checkTicks, FleetSettings, type Settings } from './settings.js';
import { type ReplayTrace, streamOf, traceOfCalls, traceOfCounts } from './trace.js';
import { WindowEngine } from './window-engine.js';

/** Kinds of references; those of policies are below and above. */
const BOUNDS = [10, 11, 12, 13];
/** The kind of policy that minds how far apart ticks are. */
const ADAPTIVE = 5;
const isBound = (spec: Float64Array): boolean => spec.length === 1 && BOUNDS.includes(spec[0]);

/** Splits rows of `[length, kind, ...parameters]`; every row is checked. */
function parsePolicies(rows: Float64Array): Float64Array[] {
  const specs: Float64Array[] = [];
  for (let at = 0; at < rows.length; ) {
    const length = rows[at];
    const left = rows.length - at - 1;
    ensure(
      length >= 1 && length <= left && Math.floor(length) === length,
      'BAD_ARGUMENT',
      () => `policies: a row of length ${length}, with ${left} left`,
    );
    const spec = rows.subarray(at + 1, at + 1 + length);
    if (spec.length === 1 && spec[0] >= BOUNDS[0] && !isBound(spec))
      throw new IsothermError('BAD_ARGUMENT', `policy kind ${spec[0]} is not known`);
    if (!isBound(spec)) checkSpec(spec);
    specs.push(spec);
    at += 1 + length;
  }
  return specs;
}

/** One function's share of a replay. */
class FunctionReplay {
  #trace: ReplayTrace;
  #f: number;
  #settings: Settings;

  constructor(trace: ReplayTrace, f: number, settings: Settings) {
    this.#trace = trace;
    this.#f = f;
    this.#settings = settings;
  }

  run(specs: Float64Array[], arrivals: Arrivals): Outcome[] {
    const engines = specs.map((spec) => (isBound(spec) ? undefined : this.#engine(spec)));
    const matching = engines.includes(undefined) ? this.#matching() : undefined;
    for (const { starts, count, durations } of arrivals.blocks(this.#trace, this.#f, this.#settings.seed)) {
      for (const engine of engines) engine?.feed(starts, count, durations);
      matching?.feed(starts, count, durations);
    }
    const matched = matching?.finish();
    return specs.map((spec, i) => engines[i]?.finish() ?? this.#bound(spec[0], matched!, arrivals));
  }

  #bound(kind: number, matched: Matched, arrivals: Arrivals): Outcome {
    const { horizonMs } = this.#trace;
    const prices = this.#settings;
    const memoryMiB = this.#trace.memoryMiB[this.#f];
    switch (kind) {
      case 10:
        return provisionedPeak(matched, horizonMs);
      case 12:
        return clairvoyant(matched, prices, memoryMiB, false);
      case 13:
        return clairvoyant(matched, prices, memoryMiB, true);
      default: {
        const windowMs = bestFixedWindow(matched, prices, memoryMiB);
        const engine = this.#engine(Float64Array.of(0, windowMs));
        for (const { starts, count, durations } of arrivals.blocks(this.#trace, this.#f, prices.seed)) {
          engine.feed(starts, count, durations);
        }
        return { ...engine.finish(), windowMs };
      }
    }
  }

  get #duration(): number {
    return this.#trace.counts === undefined ? 0 : this.#trace.counts.durationMs[this.#f];
  }

  #busy(wait: number): Busy {
    return this.#trace.counts === undefined ? new EachBusy(wait) : new ConstantBusy(wait);
  }

  #engine(spec: Float64Array): Feed {
    const { horizonMs } = this.#trace;
    const { tickMs, coldStartMs, seed } = this.#settings;
    const prices = functionPrices(this.#settings, this.#trace.memoryMiB[this.#f]);
    const of = { ...prices, seed, stream: streamOf(this.#trace, this.#f) };
    const policy = createPolicy(specForFunction(spec, of));
    if (policy instanceof Constant && policy.interval.prewarmMs === 0 && this.#trace.counts !== undefined) {
      return new WindowEngine(policy.interval.keepAliveMs, this.#duration, coldStartMs, horizonMs);
    }
    return new Engine(policy, this.#busy(coldStartMs), this.#duration, horizonMs, tickMs);
  }

  #matching(): Matching {
    return new Matching(this.#busy(0), this.#duration, this.#trace.horizonMs, this.#trace.calls[this.#f]);
  }
}

export const replay: ReplayKernels = {
  traceOfCounts,
  traceOfCalls,
  replay(handle, policies, settings, from, to, _threads, out) {
    const trace = (handle as ReplayTrace).open();
    const specs = parsePolicies(policies);
    const fleet = FleetSettings.parse(settings);
    const functions = trace.memoryMiB.length;
    ensure(from <= to && to <= functions, 'OUT_OF_RANGE', () => {
      return `functions ${from}..${to} are not within 0..${functions}`;
    });
    fleet.checkFunctions(functions);
    checkTicks(
      fleet.all.tickMs,
      specs.some(([kind]) => kind === ADAPTIVE),
    );
    const count = to - from;
    const expected = specs.length * count * REPLAY_COLUMNS;
    ensure(out.length === expected, 'BAD_LENGTH', () => `out has ${out.length} entries, expected ${expected}`);
    const arrivals = new Arrivals();
    for (let f = from; f < to; f++) {
      new FunctionReplay(trace, f, fleet.ofFunction(f)).run(specs, arrivals).forEach((outcome, plan) => {
        const at = (plan * count + f - from) * REPLAY_COLUMNS;
        out[at] = outcome.coldStarts;
        out[at + 1] = outcome.preWarms;
        out[at + 2] = outcome.idleMs;
        out[at + 3] = outcome.windowMs;
      });
    }
  },
};
