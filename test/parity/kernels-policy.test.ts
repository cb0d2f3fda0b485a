/** Policies stepped by handle: the same answers, numbers and bytes on every backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { backendInfo, init, type PolicySpec } from '../../ts/core/kernels/index.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';
import { policy as pure } from '../../ts/core/kernels/pure/policy/index.js';
import type { OraclePolicy } from '../property/replay-oracle.js';
import { constant, hybridHistogram, recentPeak, schedule } from '../property/replay-oracle-policies.js';
import { type Step, saved, seen, specs, steps, take } from './policy-steps.js';

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
  }
}

function takeDefined(policy: OraclePolicy, step: Step): unknown {
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
      fc.property(specs, steps, (spec, all) => {
        const handle = kernels().policyCreate(encodePolicy(spec));
        const policy = oracleOf(spec);
        for (const step of all) expect(take(kernels(), handle, step)).toEqual(takeDefined(policy, step));
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
        const fromPure = kernels().policyLoad(pure.policySave(other));
        const fromMine = pure.policyLoad(kernels().policySave(mine));
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
    const far = fc.tuple(steps, fc.array(anyTime, { minLength: 120, maxLength: 120 })).map(([all, times]) => {
      const ordered = times.slice(0, all.length).toSorted((a, b) => a - b);
      return all.map((step, i): Step => ({ ...step, atMs: ordered[i] }));
    });
    fc.assert(
      fc.property(specs, far, (spec, all) => {
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
});
