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
  | { kind: 'schedule'; prewarmMs: number; keepAliveMs: number; starts: readonly (Start & { atMs: number })[] };

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

/** What each kind says of what it has learnt, in the order of `PolicyStepper.seen`. */
const SEEN: Record<PolicySpec['kind'], readonly string[]> = {
  window: [],
  interval: [],
  'hybrid-histogram': ['idleTimesInRange', 'idleTimesOutOfRange', 'binVariation', 'headBin', 'tailBin'],
  'recent-peak': ['peakBusy'],
  schedule: ['entriesLeft'],
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
 * State is a few numbers; of the hybrid histogram 2 KB. Each step is O(1), amortised.
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
    this.ticks = spec.kind === 'recent-peak' || spec.kind === 'schedule';
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
