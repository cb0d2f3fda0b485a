/** The platform replay of a whole trace: columns over functions, sums, and durations from quantiles. */
import { beforeAll, describe, expect, it } from 'vitest';
import { curvedQuantiles } from '../../ts/core/evaluate/drawn-durations.js';
import { replay, replayPlatform, replayPlatformAsync, replayPlatformRuns } from '../../ts/core/evaluate/index.js';
import type { PlatformSettings } from '../../ts/core/kernels/index.js';
import { type CountsTrace, generateTrace } from '../../ts/core/trace/index.js';

let trace: CountsTrace;
const usual: PlatformSettings = { coldStartMs: 1000, keepAliveMs: 600_000 };

beforeAll(() => {
  trace = generateTrace({ pattern: 'diurnal', functions: 6, days: 1, seed: 4 });
});

/** Quantiles for all functions but the first. */
const withQuantiles = (): CountsTrace => {
  const shares = Float64Array.of(0, 0.5, 0.99, 1);
  const ms = Float64Array.from({ length: 4 * trace.functions.keys.length }, (_, i) =>
    i < 4 ? Number.NaN : [10, 100, 3000, 100_000][i % 4]!,
  );
  return { ...trace, functions: { ...trace.functions, callDurations: { shares, ms } } };
};

describe('a whole trace', () => {
  it('is the replay of a fixed window when nothing else is set', () => {
    const { totals, columns } = replayPlatform(trace, usual);
    const plain = replay(trace, { policies: ['fixed-10min'] });
    const { coldStarts, idleGbS, busyGbS, calls } = plain.policies['fixed-10min']!;
    expect(totals).toMatchObject({ calls, coldStarts, spillColdStarts: coldStarts, readyGbS: 0 });
    expect(totals.spillIdleGbS).toBeCloseTo(idleGbS, 6);
    expect(totals.spillBusyGbS).toBeCloseTo(busyGbS, 6);
    expect(columns.coldStarts).toEqual(plain.columns['fixed-10min']!.coldStarts);
  });

  it('takes settings by function', () => {
    const settings = (f: number): PlatformSettings => ({ ...usual, ready: { kind: 'constant', instances: f } });
    const { columns, totals, functionKeys } = replayPlatform(trace, settings, { readyStepMs: 300_000 });
    const day = 86_400_000;
    expect([...columns.readyMs]).toEqual([0, 1, 2, 3, 4, 5].map((instances) => instances * day));
    expect(totals.readyMs).toBe(15 * day);
    expect(functionKeys).toBe(trace.functions.keys);
    const run = { function: 3, settings: settings(3) };
    const alone = replayPlatformRuns(trace, [run, run], { readyStepMs: 300_000 });
    for (const [name, column] of Object.entries(alone.columns)) {
      expect([...column]).toEqual(Array(2).fill(columns[name as keyof typeof columns][3]));
    }
    expect(alone.readyMsPerStep.length).toBe(2 * 288);
    expect(alone.readyMsPerStep.every((ms) => ms === 3 * 300_000)).toBe(true);
  });

  it('takes a schedule of a year', () => {
    const instances = new Int32Array(105_120).fill(1);
    const ready = { kind: 'schedule' as const, stepMs: 300_000, instances };
    const { columns } = replayPlatformRuns(trace, [{ function: 0, settings: { ...usual, ready } }]);
    expect(columns.readyMs[0]).toBe(86_400_000);
  });

  it('draws durations where there are quantiles', async () => {
    const own = withQuantiles();
    const average = replayPlatform(own, usual);
    const drawn = replayPlatform(own, usual, { durations: 'drawn', seed: 1 });
    expect(replayPlatform(trace, usual, { durations: 'drawn' })).toEqual(average);
    expect(drawn.columns.spillCallMs[0]).toBe(average.columns.spillCallMs[0]);
    const { calls, spillCallMs, latencyP50Ms, latencyP99Ms } = drawn.columns;
    for (let f = 1; f < calls.length; f++) {
      // Half of the durations are under 100 ms, and 99 % under 3 s; waits for starts come on top.
      expect(latencyP50Ms[f]).toBeLessThan(200);
      expect(latencyP99Ms[f]).toBeGreaterThan(1000);
      expect(spillCallMs[f]! / calls[f]!).toBeGreaterThan(200);
    }
    expect(await replayPlatformAsync(own, usual, { durations: 'drawn', threads: 2 })).toEqual(drawn);
  });

  it('refuses what it does not know', () => {
    const options = (changed: object) => () => replayPlatform(trace, usual, changed);
    expect(options({ durations: 'median' })).toThrow(/durations is 'median', expected average, drawn/);
    expect(options({ spread: 'lumpy' })).toThrow(/spread is 'lumpy'/);
    expect(options({ threads: 0 })).toThrow(/threads is 0/);
    expect(options({ readyStepMs: 0.5 })).toThrow(/readyStepMs is 0.5/);
    const unready = { ...usual, ready: { kind: 'psychic' } } as unknown as PlatformSettings;
    expect(() => replayPlatform(trace, unready)).toThrow(/there is no ready kind 'psychic'/);
  });
});

describe('quantiles with a curve between them', () => {
  it('keep the points that there are, ascend, and rise by equal factors', () => {
    const { shares, ms } = curvedQuantiles({
      shares: Float64Array.of(0, 0.5, 1),
      ms: Float64Array.of(0, 15, 15, Number.NaN, Number.NaN, Number.NaN),
    });
    expect([...shares]).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
    // From 1 to 16 in four steps: twice as much each, less the 1.
    const points = [...ms.subarray(0, 9)];
    expect(points.map((point) => Math.round(point * 1e9) / 1e9)).toEqual([0, 1, 3, 7, 15, 15, 15, 15, 15]);
    expect(points.every((point, i) => point >= (points[i - 1] ?? 0))).toBe(true);
    expect(Number.isNaN(ms[9])).toBe(true);
  });
});
