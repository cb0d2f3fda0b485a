/** Policies stepped by handle: the same answers, numbers and bytes on every backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { backendInfo, init, type PolicySpec } from '../../ts/core/kernels/index.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';
import { policy as pure } from '../../ts/core/kernels/pure/policy/index.js';
import type { OraclePolicy } from '../property/replay-oracle.js';
import {
  breakEven,
  breakEvenRandomised,
  constant,
  hybridHistogram,
  recentPeak,
  schedule,
  staticTwice,
} from '../property/replay-oracle-policies.js';
import { spes } from '../property/replay-oracle-spes.js';
import { definedSpecs, type Step, saved, seen, specs, steps, take } from './policy-steps.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

function oracleOf(spec: PolicySpec): OraclePolicy {
  switch (spec.kind) {
    case 'window':
      return constant(0, spec.keepAliveMs);
    case 'interval':
      return constant(spec.prewarmMs, spec.keepAliveMs);
    case 'hybrid-histogram':
      return hybridHistogram();
    case 'recent-peak':
      return recentPeak(spec.prewarmMs);
    case 'schedule':
      return schedule(spec, spec.starts);
    case 'break-even':
      return 'idleUsdPerMs' in spec ? breakEven(spec.idleUsdPerMs, spec.coldStartUsd) : expect.unreachable();
    case 'break-even-randomised':
      return 'idleUsdPerMs' in spec
        ? breakEvenRandomised(spec.idleUsdPerMs, spec.coldStartUsd, spec.seed, spec.stream)
        : expect.unreachable();
    case 'spes':
      return spes(spec.prewarmMs);
    case 'static-2x':
      return staticTwice(spec.prewarmMs);
    default:
      return expect.unreachable();
  }
}

/** A replay, which is what is defined, has no gaps. */
type SeenStep = Exclude<Step, { kind: 'gap' }>;

function takeDefined(policy: OraclePolicy, step: SeenStep): unknown {
  if (step.kind === 'arrival') return void policy.arrival(step.atMs, step.busy);
  if (step.kind === 'release') {
    const interval = policy.release(step.atMs);
    return [interval.prewarmMs, interval.keepAliveMs];
  }
  const starts = policy.tick?.(step.atMs, step.busy, step.warmIdle, step.pending) ?? [];
  return starts.flatMap((one) => [one.count, one.prewarmMs, one.keepAliveMs]);
}

describe('stepped by handle', { timeout: 60_000 }, () => {
  it('a policy answers as defined', () => {
    fc.assert(
      fc.property(definedSpecs, steps, (spec, all) => {
        const handle = kernels().policyCreate(encodePolicy(spec));
        const policy = oracleOf(spec);
        for (const step of all) {
          if (step.kind === 'gap') continue;
          expect(take(kernels(), handle, step)).toEqual(takeDefined(policy, step));
        }
        handle.close();
      }),
      { numRuns: 250 },
    );
  });

  it('has seen the same, saves the same bytes, and goes on from them on any backend', () => {
    fc.assert(
      fc.property(specs, steps, fc.nat(), (spec, all, at) => {
        const mine = kernels().policyCreate(encodePolicy(spec));
        const other = pure.policyCreate(encodePolicy(spec));
        const half = all.length === 0 ? 0 : at % all.length;
        for (const step of all.slice(0, half)) {
          take(kernels(), mine, step);
          take(pure, other, step);
        }
        expect(seen(kernels(), mine)).toEqual(seen(pure, other));
        expect(saved(kernels(), mine)).toEqual(saved(pure, other));
        // Each goes on from the bytes of the other, beside one that was never saved.
        const fromPure = kernels().policyLoad(encodePolicy(spec), pure.policySave(other));
        const fromMine = pure.policyLoad(encodePolicy(spec), kernels().policySave(mine));
        for (const step of all.slice(half)) {
          const expected = take(pure, other, step);
          for (const [backend, handle] of [
            [kernels(), mine],
            [kernels(), fromPure],
            [pure, fromMine],
          ] as const) {
            expect(take(backend, handle, step)).toEqual(expected);
          }
        }
        for (const [backend, handle] of [
          [kernels(), fromPure],
          [pure, fromMine],
        ] as const) {
          expect(seen(backend, handle)).toEqual(seen(pure, other));
          expect(saved(backend, handle)).toEqual(saved(pure, other));
        }
        for (const handle of [mine, fromPure]) handle.close();
      }),
      { numRuns: 150 },
    );
  });

  it('at the ends of time as in between', () => {
    const anyTime = fc.oneof(
      fc.integer({ min: -20_000_000, max: 20_000_000 }),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0),
    );
    const QUARTER = 2 ** 51;
    const far = fc.tuple(steps, fc.array(anyTime, { minLength: 120, maxLength: 120 })).map(([all, times]) => {
      const ordered = times.slice(0, all.length).toSorted((a, b) => a - b);
      return all.map((step, i): Step => ({ ...step, atMs: ordered[i] }));
    });
    fc.assert(
      fc.property(specs, far, (spec, times) => {
        // These add two times and a start's up: beyond 2^53 ms sums would be rounded.
        const adds = spec.kind === 'adaptive' || spec.kind === 'adaptive-keepalive';
        const all = adds
          ? times.map((step) => ({ ...step, atMs: Math.max(-QUARTER, Math.min(step.atMs, QUARTER)) }))
          : times;
        const mine = kernels().policyCreate(encodePolicy(spec));
        const other = pure.policyCreate(encodePolicy(spec));
        for (const step of all) expect(take(kernels(), mine, step)).toEqual(take(pure, other, step));
        expect(seen(kernels(), mine)).toEqual(seen(pure, other));
        expect(saved(kernels(), mine)).toEqual(saved(pure, other));
        mine.close();
      }),
      { numRuns: 100 },
    );
  });

  /** One call of a second in each of the minutes; ticks between them. */
  function minutesCalled(minutes: readonly number[]): SeenStep[] {
    return minutes.flatMap((minute, i): SeenStep[] => {
      const atMs = minute * 60_000 + 30_000;
      const ticks = Array.from(
        { length: Math.min(200, (minutes[i + 1] ?? minute + 200) - minute) },
        (_, k): SeenStep => {
          const tickMs = (minute + 1 + k) * 60_000;
          return { kind: 'tick', atMs: tickMs, busy: 0, warmIdle: 0, pending: 0, forecast: [] };
        },
      );
      return [{ kind: 'arrival', atMs, busy: 1 }, { kind: 'release', atMs: atMs + 1000 }, ...ticks];
    });
  }

  const range = (from: number, to: number, step = 1): number[] =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

  it.each([
    ['unknown', 0, [0]],
    ['always warm', 1, range(0, 1010)],
    ['regular', 2, range(0, 300, 30)],
    ['regular, of which 512 waits are remembered', 2, [...range(0, 18_000, 30), ...range(18_000, 54_000, 60)]],
    ['appro-regular', 3, [0, 20, 60, 80, 120]],
    ['dense', 4, [0, 2, 5, 9, 14, 16, 19, 23, 28]],
    ['successive', 5, [...range(0, 10), ...range(110, 120), ...range(320, 330), 630]],
    ['possible', 6, [0, 101, 402, 503, 1004, 1105, 1806, 1907, 2808, 2909, 4010, 4111]],
    ['pulsed', 7, [0, 101, 402, 1003]],
  ])('spes: %s', (_, category, minutes) => {
    const spec = encodePolicy({ kind: 'spes', prewarmMs: 1000 });
    const mine = kernels().policyCreate(spec);
    const other = pure.policyCreate(spec);
    const defined = minutes.length <= 50 ? spes(1000) : undefined;
    for (const step of minutesCalled(minutes)) {
      const found = take(kernels(), mine, step);
      expect(found).toEqual(take(pure, other, step));
      if (defined !== undefined) expect(found).toEqual(takeDefined(defined, step));
    }
    expect(seen(kernels(), mine)).toEqual(seen(pure, other));
    expect(seen(pure, other)[0]).toBe(category);
    expect(saved(kernels(), mine)).toEqual(saved(pure, other));
    mine.close();
  });
});
