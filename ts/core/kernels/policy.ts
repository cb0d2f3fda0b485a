/** Policies by value: how one is named in numbers, and stepped on the backend in use. */
import { kernels, translated } from './backend.js';
import type { Kernels, PolicyHandle } from './contract.js';
import { IsothermError } from './error.js';
import type { Counts, Policy, Start, WarmInterval } from './policy-interface.js';
import { checkParameters, withParameters } from './policy-state.js';

/** A policy and its parameters; times in whole ms, `keepAliveMs` may be infinite. */
export type PolicySpec =
  | { kind: 'window'; keepAliveMs: number }
  | { kind: 'interval'; prewarmMs: number; keepAliveMs: number }
  | { kind: 'hybrid-histogram' }
  | { kind: 'recent-peak'; prewarmMs: number }
  | { kind: 'schedule'; prewarmMs: number; keepAliveMs: number; starts: readonly (Start & { atMs: number })[] }
  | ({ kind: 'adaptive' | 'adaptive-keepalive' } & AdaptiveTerms & Partial<AdaptivePrices>)
  | { kind: 'break-even' }
  | ({ kind: 'break-even' } & FunctionPrices)
  | { kind: 'break-even-randomised' }
  | ({ kind: 'break-even-randomised' } & FunctionPrices & DrawSeed)
  | { kind: 'spes'; prewarmMs: number }
  | { kind: 'static-2x'; prewarmMs: number };

/** What one function's idle time and cold starts cost, USD. A replay takes them from its settings and the function's memory. */
export interface FunctionPrices {
  idleUsdPerMs: number;
  coldStartUsd: number;
}

/** What the adaptive policies weigh of one function: beside those, what a pre-warm costs, USD, and how long a cold start takes, whole ms. */
export interface AdaptivePrices extends FunctionPrices {
  preWarmUsd: number;
  coldStartMs: number;
}

/**
 * What is the same for all functions of an adaptive policy.
 *
 * @example
 * const terms: AdaptiveTerms = { prior: new Float64Array(586).fill(0.1), targetColdStartRate: 0.01 };
 * const prices = { idleUsdPerMs: 5e-10, coldStartUsd: 5e-4, preWarmUsd: 5e-5, coldStartMs: 1000 };
 * using policy = PolicyStepper.create({ kind: 'adaptive-keepalive', ...terms, ...prices });
 * policy.onArrival(0, 1);
 * policy.onRelease(250).prewarmMs; // 0
 */
export interface AdaptiveTerms {
  /** 586 hazards above 0 and below 1: how likely the next call is at each idle time of a function that is not known yet. */
  prior: Float64Array;
  /** Multiplies the prices of a cold start and of a pre-warm; 1 by default. */
  priceFactor?: number;
  /** The share of calls that may be cold, 0..1: the price of a cold start moves until it is met. Without it the price decides. */
  targetColdStartRate?: number;
}

/** A function's own stream of random numbers, 0..4294967295 each. A replay takes its seed, and the function's row in the source. */
export interface DrawSeed {
  seed: number;
  stream: number;
}

/** A reference that sees the future: only a replay can have it. */
export type BoundSpec = {
  kind: 'provisioned-peak' | 'best-fixed-hindsight' | 'clairvoyant' | 'clairvoyant-prewarm';
};

const PRIOR_LENGTH = 586;

/** `[priceFactor, target or -1, ...prices or none, ...prior]`. */
function encodeAdaptive(kind: number, spec: AdaptiveTerms & Partial<AdaptivePrices>): Float64Array {
  const { prior, priceFactor = 1, targetColdStartRate: target = -1 } = spec;
  if (!(prior instanceof Float64Array) || prior.length !== PRIOR_LENGTH) {
    const found = prior instanceof Float64Array ? `${prior.length} hazards` : typeof prior;
    throw new IsothermError(
      'BAD_ARGUMENT',
      `policy parameter prior is ${found}, expected ${PRIOR_LENGTH} as Float64Array`,
    );
  }
  const prices = [spec.idleUsdPerMs, spec.coldStartUsd, spec.preWarmUsd, spec.coldStartMs];
  const given = prices.filter((price): price is number => price !== undefined);
  if (given.length !== 0 && given.length !== prices.length) {
    const sentence =
      'policy adaptive has some of idleUsdPerMs, coldStartUsd, preWarmUsd and coldStartMs, expected all or none';
    throw new IsothermError('BAD_ARGUMENT', sentence);
  }
  const row = new Float64Array(3 + given.length + PRIOR_LENGTH);
  row.set([kind, priceFactor, target, ...given]);
  row.set(prior, 3 + given.length);
  return row;
}

/** A policy as `[kind, ...parameters]`. */
export function encodePolicy(spec: PolicySpec | BoundSpec): Float64Array {
  switch (spec.kind) {
    case 'window':
      return Float64Array.of(0, spec.keepAliveMs);
    case 'interval':
      return Float64Array.of(1, spec.prewarmMs, spec.keepAliveMs);
    case 'hybrid-histogram':
      return Float64Array.of(2);
    case 'recent-peak':
      return Float64Array.of(3, spec.prewarmMs);
    case 'schedule': {
      const entries = spec.starts.flatMap((start) => [start.atMs, start.count, start.prewarmMs, start.keepAliveMs]);
      return Float64Array.from([4, spec.prewarmMs, spec.keepAliveMs, ...entries]);
    }
    case 'adaptive':
      return encodeAdaptive(5, spec);
    case 'adaptive-keepalive':
      return encodeAdaptive(6, spec);
    case 'break-even':
      return 'idleUsdPerMs' in spec ? Float64Array.of(7, spec.idleUsdPerMs, spec.coldStartUsd) : Float64Array.of(7);
    case 'break-even-randomised':
      return 'idleUsdPerMs' in spec
        ? Float64Array.of(8, spec.idleUsdPerMs, spec.coldStartUsd, spec.seed, spec.stream)
        : Float64Array.of(8);
    case 'spes':
      return Float64Array.of(9, spec.prewarmMs);
    case 'static-2x':
      return Float64Array.of(14, spec.prewarmMs);
    case 'provisioned-peak':
      return Float64Array.of(10);
    case 'best-fixed-hindsight':
      return Float64Array.of(11);
    case 'clairvoyant':
      return Float64Array.of(12);
    case 'clairvoyant-prewarm':
      return Float64Array.of(13);
    default:
      throw new IsothermError('BAD_ARGUMENT', `there is no policy kind '${(spec as { kind: unknown }).kind}'`);
  }
}

/** The spec of one function, where `spec` is of any: what a replay makes of it. */
export function specOfFunction(spec: PolicySpec, of: AdaptivePrices & DrawSeed): PolicySpec {
  if ('idleUsdPerMs' in spec && spec.idleUsdPerMs !== undefined) return spec;
  const { idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs, seed, stream } = of;
  if (spec.kind === 'break-even') return { kind: spec.kind, idleUsdPerMs, coldStartUsd };
  if (spec.kind === 'break-even-randomised') return { kind: spec.kind, idleUsdPerMs, coldStartUsd, seed, stream };
  if (spec.kind !== 'adaptive' && spec.kind !== 'adaptive-keepalive') return spec;
  return { ...spec, idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs };
}

/** Kinds that start instances at ticks. */
const TICKS: ReadonlySet<string> = new Set<PolicySpec['kind']>([
  'adaptive',
  'recent-peak',
  'schedule',
  'spes',
  'static-2x',
]);

const ADAPTIVE_SEEN = [
  ...['gapsSeen', 'windowMs', 'followersOfAColdStart', 'pricePressure', 'isByTheClock'],
  ...['plan', 'level', 'gapsAtLevel'],
];

/** What each kind says of what it has learnt, in the order of `PolicyStepper.seen`. */
const SEEN: Record<PolicySpec['kind'], readonly string[]> = {
  window: [],
  interval: [],
  'hybrid-histogram': ['idleTimesInRange', 'idleTimesOutOfRange', 'binVariation', 'headBin', 'tailBin'],
  'recent-peak': ['peakBusy'],
  schedule: ['entriesLeft'],
  adaptive: ADAPTIVE_SEEN,
  'adaptive-keepalive': ADAPTIVE_SEEN,
  'break-even': [],
  'break-even-randomised': ['breakEvenMs'],
  spes: ['category', 'waitingTimesKnown', 'expectedFromMinute', 'expectedToMinute'],
  'static-2x': ['meanBusy', 'instancesToHold'],
};

function checkInstant(name: string, value: number): void {
  if (Number.isSafeInteger(value)) return;
  throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number of ms`);
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return;
  throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number in 0..2^32`);
}

const NO_FORECAST = new Float64Array(0);

/**
 * One policy for one function, stepped call by call on the backend in use: the code that a replay inlines.
 *
 * State is a few numbers; of the hybrid histogram 2 KB, of `spes` up to 10 KB, of the adaptive policies 1 to 3 KB and up to 2 KB more for each level of concurrency.
 * Break-even and adaptive policies need their function's prices here. Each step is O(1), amortised. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE` (a time that is not whole
 * ms), `NOT_FINITE`, `BAD_STATE` (load, merge), `CLOSED_HANDLE`.
 *
 * @example
 * using policy = PolicyStepper.create({ kind: 'window', keepAliveMs: 600_000 });
 * policy.onArrival(0, 1);
 * policy.onRelease(250); // { prewarmMs: 0, keepAliveMs: 600000 }
 */
export class PolicyStepper implements Policy {
  readonly ticks: boolean;
  #spec: PolicySpec;
  #kernels: Kernels;
  #handle: PolicyHandle;
  #answer = new Float64Array(2);

  private constructor(spec: PolicySpec, kernelsInUse: Kernels, handle: PolicyHandle) {
    this.#spec = spec;
    this.ticks = TICKS.has(spec.kind);
    this.#kernels = kernelsInUse;
    this.#handle = handle;
  }

  /** A fresh policy. */
  static create(spec: PolicySpec): PolicyStepper {
    const inUse = kernels();
    return new PolicyStepper(
      spec,
      inUse,
      translated(() => inUse.policyCreate(encodePolicy(spec))),
    );
  }

  /** The policy of this spec that was saved as `state`, on whichever backend. Errors: `BAD_STATE`, of other parameters too. */
  static load(spec: PolicySpec, state: Uint8Array): PolicyStepper {
    const inUse = kernels();
    using fresh = PolicyStepper.create(spec);
    const own = fresh.save();
    return new PolicyStepper(
      spec,
      inUse,
      translated(() => {
        const handle = inUse.policyLoad(encodePolicy(spec), state);
        try {
          checkParameters(spec, state, own);
        } catch (thrown) {
          handle.close();
          throw thrown;
        }
        return handle;
      }),
    );
  }

  /** What it was made of, or repriced with last. */
  get spec(): PolicySpec {
    return this.#spec;
  }

  onArrival(atMs: number, busy: number): void {
    checkInstant('atMs', atMs);
    checkCount('busy', busy);
    translated(() => this.#kernels.policyArrival(this.#handle, atMs, busy));
  }

  onRelease(atMs: number): WarmInterval {
    checkInstant('atMs', atMs);
    translated(() => this.#kernels.policyRelease(this.#handle, atMs, this.#answer));
    return { prewarmMs: this.#answer[0], keepAliveMs: this.#answer[1] };
  }

  onTick(nowMs: number, counts: Counts, forecast: Float64Array = NO_FORECAST): Start[] {
    checkInstant('nowMs', nowMs);
    checkCount('busy', counts.busy);
    checkCount('warmIdle', counts.warmIdle);
    checkCount('pending', counts.pending);
    const groups = translated(() =>
      this.#kernels.policyTick(this.#handle, nowMs, counts.busy, counts.warmIdle, counts.pending, forecast),
    );
    const starts: Start[] = [];
    for (let at = 0; at < groups.length; at += 3) {
      starts.push({ count: groups[at], prewarmMs: groups[at + 1], keepAliveMs: groups[at + 2] });
    }
    return starts;
  }

  /**
   * Nothing is known of the time from `fromMs` to `untilMs`, which is now, but the calls that were told: no idle time is learnt over it, and what follows from
   * the recent past follows from that of before. In pieces it is the same as in one, where nothing happens in it. Errors: `OUT_OF_RANGE`.
   *
   * @example
   * using policy = PolicyStepper.create({ kind: 'hybrid-histogram' });
   * policy.onRelease(250);
   * policy.onGap(30_000, 3_600_000);
   * policy.onArrival(3_600_500, 1);
   * policy.seen().idleTimesInRange; // 0
   */
  onGap(fromMs: number, untilMs: number): void {
    checkInstant('fromMs', fromMs);
    checkInstant('untilMs', untilMs);
    if (untilMs < fromMs) {
      throw new IsothermError('OUT_OF_RANGE', `untilMs is ${untilMs}, expected ${fromMs}, fromMs, or later`);
    }
    translated(() => this.#kernels.policyGap(this.#handle, fromMs, untilMs));
  }

  /** What it has learnt, by name: the numbers that its answer follows from. */
  seen(): Record<string, number> {
    const values = translated(() => this.#kernels.policySeen(this.#handle));
    return Object.fromEntries(SEEN[this.#spec.kind].map((name, i) => [name, values[i]]));
  }

  /** Its state as bytes, the same on every backend. */
  save(): Uint8Array {
    return translated(() => this.#kernels.policySave(this.#handle));
  }

  /**
   * From now on prices, window and lead time are those of `spec`, which is of the same kind; of the same prior, and of the entries of a schedule those that
   * are left stay. What was learnt stays too, and plans are made anew. Errors: `BAD_ARGUMENT`, and those of `create`.
   *
   * @example
   * using policy = PolicyStepper.create({ kind: 'recent-peak', prewarmMs: 1500 });
   * policy.onArrival(0, 2);
   * policy.reprice({ kind: 'recent-peak', prewarmMs: 300 });
   * policy.onTick(60_000, { busy: 2, warmIdle: 0, pending: 0 }); // [{ count: 1, prewarmMs: 300, keepAliveMs: 600000 }]
   */
  reprice(spec: PolicySpec): void {
    if (spec.kind !== this.#spec.kind) {
      throw new IsothermError(
        'BAD_ARGUMENT',
        `policy ${this.#spec.kind} cannot become ${spec.kind}, expected its kind`,
      );
    }
    using fresh = PolicyStepper.create(spec);
    const own = fresh.save();
    const state = withParameters(spec, this.save(), own);
    const handle = translated(() => {
      const loaded = this.#kernels.policyLoad(encodePolicy(spec), state);
      // What one learnt that has seen nothing changes nothing, but that plans are made anew.
      if (spec.kind === 'adaptive' || spec.kind === 'adaptive-keepalive') this.#kernels.policyMerge(loaded, own);
      return loaded;
    });
    this.#handle.close();
    this.#handle = handle;
    this.#spec = spec;
  }

  /**
   * Adds what another policy of this spec learnt of the same function, on another replica: `state` is what that saved. What is going on
   * here stays as it is. For `adaptive` and `adaptive-keepalive`, whose prior must be the same too. Errors: `BAD_STATE`, also of other
   * parameters; `BAD_ARGUMENT` for a kind that cannot be merged.
   */
  merge(state: Uint8Array): void {
    translated(() => this.#kernels.policyMerge(this.#handle, state));
  }

  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
