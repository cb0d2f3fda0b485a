/** Replays of many functions under many policies: the same bits on every backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { REPLAY_COLUMNS, type ReplayKernels } from '../../ts/core/kernels/contract.js';
import { backendInfo, init, type ReplayCalls, type ReplayCounts } from '../../ts/core/kernels/index.js';
import { replay as pure } from '../../ts/core/kernels/pure/replay/index.js';
import { CellWriter } from '../../ts/core/trace/cells.js';
import { countCases, countsOf } from '../property/replay-counts.js';
import { burstCases, callCases, earlyCases, histogramCases, withTicksFor } from '../property/replay-scenes.js';
import { bits, type Fleet } from './replay-fleet.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const whole = (backend: ReplayKernels, fleet: Fleet, threads: number) =>
  bits(backend, fleet, 0, fleet.source.memoryMiB.length, threads);

const offsetsOf = (lengths: readonly number[]): Float64Array => {
  let end = 0;
  return Float64Array.from([0, ...lengths.map((length) => (end += length))]);
};

const callFleets: fc.Arbitrary<Fleet> = fc
  .array(fc.oneof(callCases, earlyCases, burstCases, histogramCases), { minLength: 1, maxLength: 5 })
  .map((cases) => {
    const calls = cases.flatMap((c) => c.calls);
    const source: ReplayCalls = {
      kind: 'calls',
      minutes: Math.max(...cases.map(({ minutes }) => minutes)),
      offsets: offsetsOf(cases.map((c) => c.calls.length)),
      startMs: Float64Array.from(calls, ({ startMs }) => startMs),
      durationMs: Uint32Array.from(calls, ({ durationMs }) => durationMs),
      memoryMiB: Float64Array.from(cases, ({ memoryMiB }) => memoryMiB),
    };
    // A tick a second over weeks would be most of the work.
    const tickMs = Math.max(cases[0].settings.tickMs, 50 * source.minutes);
    const policies = cases.map(({ policy }) => policy);
    return { source, settings: withTicksFor(policies, { ...cases[0].settings, tickMs }), policies };
  });

const countFleets: fc.Arbitrary<Fleet> = fc.array(countCases, { minLength: 1, maxLength: 5 }).map((cases) => {
  const source = countsOf(cases);
  const policies = cases.map(({ policy }) => policy);
  return { source, settings: withTicksFor(policies, cases[0].settings), policies };
});

const fleets = fc.oneof(callFleets, countFleets);

describe('the same bits', { timeout: 60_000 }, () => {
  it('as the pure backend', () => {
    fc.assert(
      fc.property(fleets, (fleet) => {
        expect(whole(kernels(), fleet, 1)).toEqual(whole(pure, fleet, 1));
      }),
      { numRuns: 150 },
    );
  });

  it('on any number of threads, function by function, policy by policy', () => {
    fc.assert(
      fc.property(fleets, fc.integer({ min: 2, max: 5 }), (fleet, threads) => {
        const all = whole(kernels(), fleet, 1);
        expect(whole(kernels(), fleet, threads)).toEqual(all);
        const functions = fleet.source.memoryMiB.length;
        const at = (policy: number, f: number) => (policy * functions + f) * REPLAY_COLUMNS;
        fleet.policies.forEach((policy, p) => {
          for (let f = 0; f < functions; f++) {
            const alone = bits(kernels(), { ...fleet, policies: [policy] }, f, f + 1, 1);
            expect(alone).toEqual(all.slice(at(p, f), at(p, f) + REPLAY_COLUMNS));
          }
        });
        expect(bits(kernels(), fleet, functions, functions, 1)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('for minutes with a million calls', () => {
    const writer = new CellWriter();
    writer.push(0, 1_000_000);
    writer.push(2, 70_001);
    writer.endFunction();
    const source: ReplayCounts = {
      kind: 'counts',
      minutes: 4,
      ...writer.finish(),
      durationMs: Float64Array.of(7),
      memoryMiB: Float64Array.of(100),
      poisson: Uint8Array.of(1),
      index: Float64Array.of(4_294_967_295),
    };
    const fleet: Fleet = {
      source,
      settings: {
        coldStartMs: 900,
        tickMs: 1000,
        seed: 4_294_967_295,
        idleUsdPerGbS: 1e-5,
        coldStartUsdPerS: 1e-3,
        preWarmShare: 0.1,
      },
      policies: [
        { kind: 'window', keepAliveMs: 3 },
        { kind: 'interval', prewarmMs: 2, keepAliveMs: 40 },
        { kind: 'recent-peak', prewarmMs: 900 },
        { kind: 'hybrid-histogram' },
        { kind: 'clairvoyant-prewarm' },
        { kind: 'best-fixed-hindsight' },
      ],
    };
    expect(whole(kernels(), fleet, 2)).toEqual(whole(pure, fleet, 1));
  });

  it('with arrays that are changed after the trace was opened', () => {
    const startMs = Float64Array.of(0, 2000);
    const durationMs = Uint32Array.of(1000, 1000);
    const memoryMiB = Float64Array.of(128);
    const offsets = Float64Array.of(0, 2);
    const handle = kernels().traceOfCalls(1, offsets, startMs, durationMs, memoryMiB);
    startMs.fill(59_999);
    durationMs.fill(5);
    memoryMiB.fill(Number.NaN);
    offsets.fill(0);
    const out = new Float64Array(REPLAY_COLUMNS);
    const settings = Float64Array.of(1000, 60_000, 1, 1, 1, 0.1);
    kernels().replay(handle, Float64Array.of(2, 0, 0), settings, 0, 1, 1, out);
    handle.close();
    expect([...out]).toEqual([1, 0, 0, Number.NaN]);
  });
});
