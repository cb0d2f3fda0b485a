/** The platform replay against a simulation that follows its definition word by word, and what must hold of any replay. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PlatformOutcomes,
  type ReplayCounts,
  replayFunctions,
  replayPlatformFunctions,
} from '../../ts/core/kernels/index.js';
import { sourceOfCalls } from '../platform-runs.js';
import { type Figures, PlatformOracle } from './platform-oracle.js';
import { evenCalls, near, type PlatformScene, scenes, settings } from './platform-scenes.js';
import { cellsOf } from './replay-counts.js';

const figuresOf = ({ columns }: PlatformOutcomes): Record<string, number> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[0]!]));

const MINUTES = 6;

/** Distinct minutes, ascending, with a few calls each. */
const evenCounts = fc
  .array(fc.record({ minute: fc.nat(MINUTES - 1), count: fc.integer({ min: 1, max: 12 }) }), { maxLength: 4 })
  .map((all) => [...new Map(all.map((one) => [one.minute, one])).values()].toSorted((a, b) => a.minute - b.minute));

function sourceOfCounts(counts: readonly { minute: number; count: number }[], durationMs: number): ReplayCounts {
  return {
    kind: 'counts',
    minutes: MINUTES,
    ...cellsOf(counts),
    durationMs: Float64Array.of(durationMs),
    memoryMiB: Float64Array.of(128),
    poisson: Uint8Array.of(0),
    index: Float64Array.of(7),
  };
}

function expected({ minutes, calls, settings: own }: PlatformScene): { figures: Figures; latencies: number[] } {
  const oracle = new PlatformOracle(own, minutes, calls[0]?.startMs ?? 0);
  oracle.run(calls);
  return oracle;
}

function expectAgreement(outcomes: PlatformOutcomes, scene: PlatformScene): void {
  const { latencyP50Ms, latencyP95Ms, latencyP99Ms, ...counted } = figuresOf(outcomes);
  const { figures, latencies } = expected(scene);
  expect(counted).toEqual(figures);
  const sorted = latencies.toSorted((a, b) => a - b);
  for (const [percent, found] of [
    [50, latencyP50Ms],
    [95, latencyP95Ms],
    [99, latencyP99Ms],
  ] as const) {
    const exact = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
    expect(Math.abs(found! - exact)).toBeLessThanOrEqual(exact < 128 ? 0 : 0.008 * exact);
  }
}

describe('the definition, word by word', { timeout: 60_000 }, () => {
  it('gives the same for calls of any duration', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const source = sourceOfCalls(scene.minutes, scene.calls);
        expectAgreement(
          replayPlatformFunctions(source, [{ function: 0, settings: scene.settings }], { seed: 1 }, 1),
          scene,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the same for counts per minute, all calls alike', () => {
    fc.assert(
      fc.property(evenCounts, fc.oneof(near(4000), near(60_000)), settings, (cells, durationMs, own) => {
        const source = sourceOfCounts(cells, durationMs);
        const outcomes = replayPlatformFunctions(source, [{ function: 0, settings: own }], { seed: 1 }, 1);
        expectAgreement(outcomes, { minutes: MINUTES, calls: evenCalls(cells, durationMs), settings: own });
      }),
      { numRuns: 1500 },
    );
  });
});

/** splitmix64 in plain big integers. */
function* splitmix64(state: bigint): Generator<bigint, never> {
  for (let at = state; ; ) {
    at = BigInt.asUintN(64, at + 0x9e3779b97f4a7c15n);
    let z = BigInt.asUintN(64, (at ^ (at >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    yield z ^ (z >> 31n);
  }
}

describe('what must hold', { timeout: 60_000 }, () => {
  it('durations drawn are the inverse of their distribution at the numbers of a stream of their own', () => {
    const points = fc.array(near(20_000), { minLength: 4, maxLength: 4 }).map((all) => all.toSorted((a, b) => a - b));
    const shares = [0, 0.25, 0.9, 1];
    fc.assert(
      fc.property(evenCounts, points, settings, fc.nat(0xffff_ffff), (counts, ms, own, seed) => {
        const stream = splitmix64(((BigInt(seed) << 32n) | 7n) ^ 0xd1b54a32d192ed03n);
        const calls = evenCalls(counts, 0).map(({ startMs }) => {
          const u = Number(stream.next().value >> 11n) / 2 ** 53;
          const i = u < 0.25 ? 0 : u < 0.9 ? 1 : 2;
          const slope = (ms[i + 1]! - ms[i]!) / (shares[i + 1]! - shares[i]!);
          return { startMs, durationMs: Math.floor(ms[i]! + (u - shares[i]!) * slope + 0.5) };
        });
        const runs = [{ function: 0, settings: own }];
        const durations = { shares: Float64Array.from(shares), ms: Float64Array.from(ms) };
        const drawn = replayPlatformFunctions(sourceOfCounts(counts, 1), runs, { seed, durations }, 1);
        expect(drawn).toEqual(replayPlatformFunctions(sourceOfCalls(MINUTES, calls), runs, { seed }, 1));
      }),
      { numRuns: 300 },
    );
  });

  it('without what only a platform has it is the replay of a fixed window', () => {
    const windows = fc.oneof(near(20_000), fc.constantFrom(0, 600_000, Number.POSITIVE_INFINITY));
    fc.assert(
      fc.property(scenes, evenCounts, windows, near(5000), (scene, counts, keepAliveMs, coldStartMs) => {
        const usual = { tickMs: 60_000, seed: 1, idleUsdPerGbS: 1, coldStartUsdPerS: 1, preWarmShare: 0.1 };
        for (const source of [sourceOfCalls(scene.minutes, scene.calls), sourceOfCounts(counts, 1500)]) {
          const runs = [{ function: 0, settings: { coldStartMs, keepAliveMs } }];
          const { columns } = replayPlatformFunctions(source, runs, { seed: 1 }, 1);
          const window = { kind: 'window' as const, keepAliveMs };
          const [coldStarts, , idleMs] = replayFunctions(source, [window], { ...usual, coldStartMs }, 1);
          expect([columns.coldStarts[0], columns.spillIdleMs[0]]).toEqual([coldStarts, idleMs]);
          expect(columns.waitMs[0]).toBe(coldStarts! * coldStartMs);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('figures add up', () => {
    fc.assert(
      fc.property(scenes, fc.constantFrom(999, 60_000), ({ minutes, calls, settings: own }, readyStepMs) => {
        const source = sourceOfCalls(minutes, calls);
        const outcomes = replayPlatformFunctions(source, [{ function: 0, settings: own }], { seed: 1, readyStepMs }, 1);
        const figures = figuresOf(outcomes);
        expect(figures.calls).toBe(calls.length);
        expect(figures.readyCalls! + figures.spillCalls! + figures.timedOut!).toBe(calls.length);
        expect(outcomes.readyMsPerStep.reduce((sum, ms) => sum + ms, 0)).toBe(figures.readyMs);
        expect(figures.readyIdleMs).toBeLessThanOrEqual(figures.readyMs!);
        if ((own.concurrency ?? 1) > 1) return;
        expect(figures.readyBusyMs).toBe(figures.readyCallMs);
        expect(figures.spillBusyMs).toBe(figures.spillCallMs! + figures.spillStarts! * own.coldStartMs);
      }),
      { numRuns: 500 },
    );
  });

  it('enough ready instances take every call at once', () => {
    fc.assert(
      fc.property(scenes, near(5000), ({ minutes, calls }, coldStartMs) => {
        const ready = { kind: 'constant' as const, instances: calls.length };
        const settings = { coldStartMs, keepAliveMs: 0, ready };
        const { columns } = replayPlatformFunctions(
          sourceOfCalls(minutes, calls),
          [{ function: 0, settings }],
          { seed: 1 },
          1,
        );
        expect([columns.coldStarts[0], columns.waitMs[0], columns.spillCalls[0]]).toEqual([0, 0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
