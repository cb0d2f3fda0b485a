/** Start times function by function: each is replayed as if all had its own. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
// The asynchronous form of the built package, as it needs its worker.
import { init, replayFunctionsAsync } from '../../ts/core/dist/kernels/index.js';
import { replaySource } from '../../ts/core/evaluate/replay.js';
import { REPLAY_COLUMNS } from '../../ts/core/kernels/contract.js';
import { type ReplaySettings, type ReplaySource, replayFunctions } from '../../ts/core/kernels/index.js';
import { generateTrace } from '../../ts/core/trace/index.js';
import { answer, CALLS, COUNTS, type Plan, SETTINGS } from './replay-fleet.js';

/** `prewarmMs` 0 is no lead time at all: what a tick starts is warm after the function's start time. */
const policies = (leadMs: number): Plan[] => [
  { kind: 'window', keepAliveMs: 500 },
  { kind: 'interval', prewarmMs: 200, keepAliveMs: 60_000 },
  { kind: 'hybrid-histogram' },
  { kind: 'recent-peak', prewarmMs: leadMs },
  { kind: 'break-even' },
  { kind: 'break-even-randomised' },
  { kind: 'spes', prewarmMs: leadMs },
  { kind: 'static-2x', prewarmMs: leadMs },
  {
    kind: 'schedule',
    prewarmMs: 0,
    keepAliveMs: 10,
    starts: [{ atMs: 60_000, count: 2, prewarmMs: leadMs, keepAliveMs: 9000 }],
  },
  { kind: 'provisioned-peak' },
  { kind: 'best-fixed-hindsight' },
  { kind: 'clairvoyant' },
  { kind: 'clairvoyant-prewarm' },
];

/** Rows of function `f` of a replay. */
function rowsOf(out: Float64Array, functions: number, f: number): number[][] {
  return policies(0).map((_, p) => [
    ...out.subarray((p * functions + f) * REPLAY_COLUMNS, (p * functions + f + 1) * REPLAY_COLUMNS),
  ]);
}

function expectEachAsAlone(source: ReplaySource, coldStartMs: Float64Array): void {
  const settings: ReplaySettings = { ...SETTINGS, tickMs: 20_000 };
  const functions = coldStartMs.length;
  const all = replayFunctions({ ...source, coldStartMs }, policies(0), settings, 2);
  coldStartMs.forEach((wait, f) => {
    const alike = replayFunctions(source, policies(wait), { ...settings, coldStartMs: wait }, 1);
    expect(rowsOf(all, functions, f)).toEqual(rowsOf(alike, functions, f));
  });
}

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
});

describe('start times by function', () => {
  const start = fc.oneof(fc.constantFrom(0, 1, 1000), fc.nat(70_000));

  it('of counts are those of replays in which all start alike', () => {
    fc.assert(
      fc.property(fc.tuple(start, start), (starts) => expectEachAsAlone(COUNTS, Float64Array.from(starts))),
      { numRuns: 100 },
    );
  });

  it('of calls are those of replays in which all start alike', () => {
    fc.assert(
      fc.property(fc.tuple(start, start), fc.array(fc.nat(119_999), { maxLength: 40 }), (starts, calls) => {
        const startMs = Float64Array.from([...calls.sort((a, b) => a - b), 5, 9]);
        const durationMs = Uint32Array.from(startMs, (at) => (at * 7919) % 5000);
        const source = { ...CALLS, offsets: Float64Array.of(0, calls.length, calls.length + 2), startMs, durationMs };
        expectEachAsAlone(source, Float64Array.from(starts));
      }),
      { numRuns: 100 },
    );
  });

  it('are the lead times that policies decide with', () => {
    // Seldom called, over midnights: `spes` comes to an expected call, and `static-2x` holds instances over the end of a day.
    const trace = generateTrace({ pattern: 'rare', functions: 3, days: 3, seed: 5 });
    expectEachAsAlone(replaySource(trace, 'trigger'), Float64Array.of(200, 1500, 30_000));
  });

  it('hold off the main thread too', async () => {
    const source = { ...COUNTS, coldStartMs: Float64Array.of(20, 3000) };
    const calls = Float64Array.of(103, 1);
    const found = await replayFunctionsAsync(source, policies(0), SETTINGS, 1, calls);
    expect([...found]).toEqual([...replayFunctions(source, policies(0), SETTINGS, 1)]);
  });

  it.each<[number[], string]>([
    [[1000], 'BAD_LENGTH'],
    [[1, 2, 3], 'BAD_LENGTH'],
    [[1, 0.5], 'OUT_OF_RANGE'],
    [[-1, 1], 'OUT_OF_RANGE'],
    [[1, Number.NaN], 'OUT_OF_RANGE'],
    [[1, 2 ** 32], 'OUT_OF_RANGE'],
  ])('%j are refused', async (starts, code) => {
    const source = { ...CALLS, coldStartMs: Float64Array.from(starts) };
    const found = answer(() => replayFunctions(source, policies(0), SETTINGS, 1));
    expect(found).toMatchObject({ code, message: expect.stringMatching(/^coldStartMs/) });
    await expect(replayFunctionsAsync(source, policies(0), SETTINGS, 1, Float64Array.of(2, 1))).rejects.toMatchObject({
      code,
    });
  });
});
