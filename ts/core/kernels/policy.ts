/** Policies by value: how one is named in numbers, and stepped on the backend in use. */
import { kernels, translated } from './backend.js';
import type { Kernels, PolicyHandle } from './contract.js';
import { IsothermError } from './error.js';
import type { Counts, Policy, Start, WarmInterval } from './policy-interface.js';
import { checkParameters } from './policy-state.js';

/** A policy and its parameters; times in whole ms, `keepAliveMs` may be infinite. */
export type PolicySpec =
  | { kind: 'window'; keepAliveMs: number }
  | { kind: 'interval'; prewarmMs: number; keepAliveMs: number }
  | { kind: 'hybrid-histogram' }
  | { kind: 'recent-peak'; prewarmMs: number }
  | { kind: 'schedule'; prewarmMs: number; keepAliveMs: number; starts: readonly (Start & { atMs: number })[] }
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

/** A function's own stream of random numbers, 0..4294967295 each. A replay takes its seed, and the function's row in the source. */
export interface DrawSeed {
  seed: number;
  stream: number;
}

/** A reference that sees the future: only a replay can have it. */
export type BoundSpec = {
  kind: 'provisioned-peak' | 'best-fixed-hindsight' | 'clairvoyant' | 'clairvoyant-prewarm';
};

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
export function specOfFunction(spec: PolicySpec, of: FunctionPrices & DrawSeed): PolicySpec {
  if ('idleUsdPerMs' in spec) return spec;
  const { idleUsdPerMs, coldStartUsd, seed, stream } = of;
  if (spec.kind === 'break-even') return { kind: spec.kind, idleUsdPerMs, coldStartUsd };
  if (spec.kind === 'break-even-randomised') return { kind: spec.kind, idleUsdPerMs, coldStartUsd, seed, stream };
  return spec;
}

/** Kinds that start instances at ticks. */
const TICKS: ReadonlySet<string> = new Set<PolicySpec['kind']>(['recent-peak', 'schedule', 'spes', 'static-2x']);

/** What each kind says of what it has learnt, in the order of `PolicyStepper.seen`. */
const SEEN: Record<PolicySpec['kind'], readonly string[]> = {
  window: [],
  interval: [],
  'hybrid-histogram': ['idleTimesInRange', 'idleTimesOutOfRange', 'binVariation', 'headBin', 'tailBin'],
  'recent-peak': ['peakBusy'],
  schedule: ['entriesLeft'],
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
 * State is a few numbers; of the hybrid histogram 2 KB, of `spes` up to 10 KB. A break-even policy needs its function's prices here. Each step is O(1), amortised.
 * Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE` (a time that is not whole ms), `BAD_STATE` (load), `CLOSED_HANDLE`.
 *
 * @example
 * using policy = PolicyStepper.create({ kind: 'window', keepAliveMs: 600_000 });
 * policy.onArrival(0, 1);
 * policy.onRelease(250); // { prewarmMs: 0, keepAliveMs: 600000 }
 */
export class PolicyStepper implements Policy {
  readonly spec: PolicySpec;
  readonly ticks: boolean;
  #kernels: Kernels;
  #handle: PolicyHandle;
  #answer = new Float64Array(2);

  private constructor(spec: PolicySpec, kernelsInUse: Kernels, handle: PolicyHandle) {
    this.spec = spec;
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
        const handle = inUse.policyLoad(state);
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

  /** What it has learnt, by name: the numbers that its answer follows from. */
  seen(): Record<string, number> {
    const values = translated(() => this.#kernels.policySeen(this.#handle));
    return Object.fromEntries(SEEN[this.spec.kind].map((name, i) => [name, values[i]]));
  }

  /** Its state as bytes, the same on every backend. */
  save(): Uint8Array {
    return translated(() => this.#kernels.policySave(this.#handle));
  }

  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
