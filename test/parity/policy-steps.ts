/** Policies at random, and what they are told step by step. */
import fc from 'fast-check';
import { translated } from '../../ts/core/kernels/backend.js';
import type { PolicyHandle, PolicyKernels } from '../../ts/core/kernels/contract.js';
import { IsothermError, type PolicySpec } from '../../ts/core/kernels/index.js';
import { adaptiveTerms } from '../property/adaptive-traffic.js';

/** What a call gave, or the error that it threw. */
export function answer(run: () => unknown): unknown {
  try {
    return translated(run);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

export type Step =
  | { kind: 'arrival'; atMs: number; busy: number }
  | { kind: 'release'; atMs: number }
  | { kind: 'gap'; atMs: number; fromMs: number }
  | { kind: 'tick'; atMs: number; busy: number; warmIdle: number; pending: number; forecast: number[] };

export function take(backend: PolicyKernels, handle: PolicyHandle, step: Step): unknown {
  return answer(() => {
    const { atMs } = step;
    switch (step.kind) {
      case 'arrival':
        return backend.policyArrival(handle, atMs, step.busy);
      case 'release': {
        const out = new Float64Array(2);
        backend.policyRelease(handle, atMs, out);
        return [...out];
      }
      case 'gap':
        return backend.policyGap(handle, step.fromMs, atMs);
      case 'tick': {
        const { busy, warmIdle, pending, forecast } = step;
        return [...backend.policyTick(handle, atMs, busy, warmIdle, pending, Float64Array.from(forecast))];
      }
    }
  });
}

export const saved = (backend: PolicyKernels, handle: PolicyHandle) => [...backend.policySave(handle)];
export const seen = (backend: PolicyKernels, handle: PolicyHandle) => [...backend.policySeen(handle)];

const ms = fc.oneof(
  fc.nat(20).map((steps) => steps * 500),
  fc.nat(14_500_000),
  fc.constant(0),
);
const keepAliveMs = fc.oneof(ms, fc.constantFrom(Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER));
const start = fc.record({ atMs: fc.nat(30), count: fc.nat(3), prewarmMs: ms, keepAliveMs });

const TICK_MS = 60_000;

const usd = fc.oneof(fc.constantFrom(0, 1e-300, 5e-4, 1), fc.double({ min: 0, max: 1e-3, noNaN: true }));
const prices = { idleUsdPerMs: usd, coldStartUsd: usd };
const u32 = fc.oneof(fc.nat(3), fc.constantFrom(4_294_967_295));

/** Of which there is a definition beside the code. */
export const definedSpecs: fc.Arbitrary<PolicySpec> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('break-even' as const), ...prices }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant('break-even-randomised' as const), ...prices, seed: u32, stream: u32 }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constant('spes' as const), prewarmMs: ms }), weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant('static-2x' as const), prewarmMs: ms }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('window' as const), keepAliveMs }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('interval' as const), prewarmMs: ms, keepAliveMs }), weight: 1 },
  { arbitrary: fc.constant({ kind: 'hybrid-histogram' as const }), weight: 6 },
  { arbitrary: fc.record({ kind: fc.constant('recent-peak' as const), prewarmMs: ms }), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant('schedule' as const),
      prewarmMs: ms,
      keepAliveMs,
      starts: fc
        .array(start, { maxLength: 8 })
        .map((some) => some.map((one) => ({ ...one, atMs: one.atMs * TICK_MS })).toSorted((a, b) => a.atMs - b.atMs)),
    }),
    weight: 2,
  },
);

/** Mostly such prices that minutes of idling weigh a cold start; free memory and free starts now and then. */
export const adaptivePrices = fc.record({
  idleUsdPerMs: fc.constantFrom(5e-10, 5e-10, 5e-10, 4e-9, 4e-9, 1e-7, 0),
  coldStartUsd: fc.constantFrom(5e-4, 5e-4, 5e-4, 5e-3, 0),
  preWarmUsd: fc.constantFrom(5e-5, 5e-5, 5e-5, 1e-3, 0),
  coldStartMs: fc.constantFrom(1000, 1000, 1000, 350, 0, 30_000, 4_294_967_295),
});

export const specs: fc.Arbitrary<PolicySpec> = fc.oneof(
  { arbitrary: definedSpecs, weight: 3 },
  { arbitrary: fc.tuple(adaptiveTerms, adaptivePrices).map(([terms, of]) => ({ ...terms, ...of })), weight: 2 },
);

const count = fc.oneof(fc.nat(4), fc.constantFrom(0, 1_000_000, 3_000_000_000));

/** Steps as far apart as `gaps` say; ticks wait for their instant. */
function stepsOf(gaps: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  const one = fc.record({
    gap: gaps,
    kind: fc.constantFrom(
      'arrival' as const,
      'arrival' as const,
      'release' as const,
      'release' as const,
      'tick' as const,
      'gap' as const,
    ),
    busy: count,
    warmIdle: count,
    pending: count,
    forecast: fc.array(fc.nat(9), { maxLength: 2 }),
  });
  return fc
    .tuple(fc.constantFrom(0, 0, -200_000), fc.array(one, { maxLength: 120, size: 'max' }))
    .map(([first, list]) => {
      let now = first;
      return list.map(({ gap, kind, busy, warmIdle, pending, forecast }): Step => {
        now += gap;
        if (kind === 'release') return { kind, atMs: now };
        if (kind === 'arrival') return { kind, atMs: now, busy };
        if (kind === 'gap') return { kind, fromMs: now - gap, atMs: now };
        // A tick comes before the arrivals of its instant.
        now = (Math.floor(now / TICK_MS) + 1) * TICK_MS;
        return { kind, atMs: now, busy, warmIdle, pending, forecast };
      });
    });
}

/** A few gaps again and again, so that a histogram learns; crowded instants; any gap. */
export const steps = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.nat(5).map((minutes) => minutes * TICK_MS),
        ms,
      ),
      { minLength: 1, maxLength: 3 },
    )
    .chain((gaps) => stepsOf(fc.constantFrom(...gaps))),
  stepsOf(fc.constantFrom(0, 0, 0, 500, 30_000)),
  stepsOf(ms),
);
