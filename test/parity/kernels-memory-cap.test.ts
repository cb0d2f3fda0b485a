/** All functions on one memory: what the definition says, the same bits on every backend, refusals alike. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { MEMORY_CAP_COLUMNS, type MemoryCapHandle, type MemoryCapKernels } from '../../ts/core/kernels/contract.js';
import {
  backendInfo,
  init,
  type MemoryCapSpec,
  type ReplaySource,
  replayFunctions,
  replayUnderMemoryCap,
} from '../../ts/core/kernels/index.js';
import { pure } from '../../ts/core/kernels/pure/index.js';
import { CellWriter } from '../../ts/core/trace/cells.js';
import { simulateUnderCap } from '../property/memory-cap-oracle.js';
import { type CapCase, capCalls, capCounts } from '../property/memory-cap-scenes.js';
import { answer, CALLS, COUNTS, numbersOf, open, SETTINGS } from './replay-fleet.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

function replayed({ source, settings, plans }: CapCase, threads = 1) {
  const out = replayUnderMemoryCap(source, plans, settings, threads);
  const functions = source.memoryMiB.length;
  return plans.map((_, plan) =>
    Array.from({ length: functions }, (__, f) => {
      const at = (plan * functions + f) * MEMORY_CAP_COLUMNS;
      const [coldStarts, dropped, evictions, idleMs, droppedMs] = out.subarray(at, at + MEMORY_CAP_COLUMNS);
      return { coldStarts, dropped, evictions, idleMs, droppedMs };
    }),
  );
}

/** A cap that nothing reaches. */
const AMPLE_MIB = 1e9;

describe('replays under a memory cap', { timeout: 60_000 }, () => {
  it.each([
    ['calls', capCalls],
    ['counts', capCounts],
  ])('%s: are what the definition says, on any number of threads', (_, cases) => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 4 }), (c, threads) => {
        expect(replayed(c, threads)).toEqual(c.plans.map((plan) => simulateUnderCap(c.scene, plan)));
      }),
      { numRuns: 300 },
    );
  });

  it('with memory for all are the replay of each function by itself', () => {
    const windows = [0, 500, 20_000, Number.POSITIVE_INFINITY];
    fc.assert(
      fc.property(fc.oneof(capCalls, capCounts), ({ source, settings }) => {
        const plans = windows.map((keepAliveMs) => ({ kind: 'lru' as const, keepAliveMs, memoryCapMiB: AMPLE_MIB }));
        const under = replayUnderMemoryCap(source, plans, settings, 1);
        const specs = windows.map((keepAliveMs) => ({ kind: 'window' as const, keepAliveMs }));
        const alone = replayFunctions(source, specs, settings, 1);
        for (let row = 0; row < windows.length * source.memoryMiB.length; row++) {
          const [coldStarts, dropped, evictions, idleMs] = under.subarray(row * MEMORY_CAP_COLUMNS);
          expect([coldStarts, dropped, evictions, idleMs]).toEqual([alone[row * 4], 0, 0, alone[row * 4 + 2]]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('follow the paper on a case worked out by hand', () => {
    // The engine's own test in crates/replay, where the arithmetic stands.
    const source: ReplaySource = {
      kind: 'calls',
      minutes: 10,
      offsets: Float64Array.of(0, 3, 5, 6),
      startMs: Float64Array.of(0, 10_000, 50_000, 20_000, 40_000, 30_000),
      durationMs: new Uint32Array(6).fill(1000),
      memoryMiB: Float64Array.of(100, 200, 100),
    };
    const greedyDual: MemoryCapSpec = { kind: 'greedy-dual', memoryCapMiB: 300 };
    const lru: MemoryCapSpec = { kind: 'lru', keepAliveMs: Number.POSITIVE_INFINITY, memoryCapMiB: 300 };
    const own = { ...source, coldStartMs: Float64Array.of(1000, 8000, 1000) };
    expect([...replayUnderMemoryCap(own, [greedyDual], SETTINGS, 1)]).toEqual([
      ...[2, 0, 1, 575_000, 0, 1, 0, 0, 570_000, 0, 1, 0, 1, 18_000, 0],
    ]);
    const out = replayUnderMemoryCap(source, [greedyDual, lru], SETTINGS, 1);
    expect([...out]).toEqual([
      ...[1, 0, 0, 596_000, 0, 2, 0, 1, 566_000, 0, 1, 0, 1, 8000, 0],
      ...[2, 0, 1, 575_000, 0, 1, 0, 0, 577_000, 0, 1, 0, 1, 18_000, 0],
    ]);
  });

  it('give the same bits as the pure backend where a minute has many calls', () => {
    const writer = new CellWriter();
    for (const [first, second] of [
      [40_000, 20_000],
      [3, 70_000],
      [1, 1],
    ]) {
      writer.push(0, first);
      writer.push(2, second);
      writer.endFunction();
    }
    const source: ReplaySource = {
      kind: 'counts',
      minutes: 4,
      ...writer.finish(),
      durationMs: Float64Array.of(20, 300, 59_000),
      memoryMiB: Float64Array.of(100, 33.3, 512),
      poisson: Uint8Array.of(1, 1, 0),
      index: Float64Array.of(4_294_967_295, 0, 7),
    };
    const rows = Float64Array.of(1, Number.POSITIVE_INFINITY, 2000, 0, 700, 2000, 1, Number.POSITIVE_INFINITY, 20_000);
    const bits = (backend: MemoryCapKernels & typeof pure) => {
      const trace = open(backend, source);
      const replay = backend.memoryCapOpen(trace, rows, numbersOf(SETTINGS));
      // The trace is the replay's too.
      trace.close();
      let calls = 0;
      for (let more = 1; more > 0; calls += more) more = backend.memoryCapAdvance(replay, 2);
      const out = new Float64Array(3 * 3 * MEMORY_CAP_COLUMNS);
      backend.memoryCapFinish(replay, out);
      replay.close();
      return { calls, out: [...out] };
    };
    expect(bits(kernels())).toEqual(bits(pure));
    expect(bits(pure).calls).toBe(130_005);
  });
});

describe('refused alike', () => {
  const numbers = numbersOf(SETTINGS);
  it.each<[number[], number[], string | undefined]>([
    [[], [...numbers], undefined],
    [[0, 0, 0], [...numbers], undefined],
    [[1, Number.POSITIVE_INFINITY, 0.5], [...numbers], undefined],
    [[0, 0], [...numbers], 'BAD_LENGTH'],
    [[2, 0, 1], [...numbers], 'BAD_ARGUMENT'],
    [[1, 0, 1], [...numbers], 'BAD_ARGUMENT'],
    [[Number.NaN, 0, 1], [...numbers], 'BAD_ARGUMENT'],
    [[0, -1, 1], [...numbers], 'OUT_OF_RANGE'],
    [[0, 0.5, 1], [...numbers], 'OUT_OF_RANGE'],
    [[0, Number.NaN, 1], [...numbers], 'OUT_OF_RANGE'],
    [[0, 0, -1], [...numbers], 'OUT_OF_RANGE'],
    [[0, 0, Number.POSITIVE_INFINITY], [...numbers], 'NOT_FINITE'],
    [[0, 0, Number.NaN], [...numbers], 'NOT_FINITE'],
    [[0, 0, 1], [...numbers].slice(1), 'BAD_LENGTH'],
    [[0, 0, 1], [-1, ...[...numbers].slice(1)], 'OUT_OF_RANGE'],
    [[0, 0, 1], [...numbers, 1, 70_000], undefined],
    [[0, 0, 1], [...numbers, 1], 'BAD_LENGTH'],
    [[0, 0, 1], [...numbers, 1, 2, 3], 'BAD_LENGTH'],
    [[0, 0, 1], [...numbers, 1, 0.5], 'OUT_OF_RANGE'],
    [[0, 0, 1], [...numbers, 1, Number.NaN], 'OUT_OF_RANGE'],
  ])('plans %j, settings %j: %s', (plans, settings, code) => {
    const codeOf = (backend: typeof pure) => {
      const trace = open(backend, CALLS);
      const found = answer(() =>
        backend.memoryCapOpen(trace, Float64Array.from(plans), Float64Array.from(settings)).close(),
      );
      trace.close();
      return (found as { code?: string } | undefined)?.code;
    };
    expect(codeOf(kernels())).toBe(code);
    expect(codeOf(pure)).toBe(code);
  });

  it('closed handles, and outputs of another length', () => {
    for (const backend of [kernels(), pure]) {
      const trace = open(backend, COUNTS);
      const fresh = () => backend.memoryCapOpen(trace, Float64Array.of(0, 0, 1), numbers);
      const uses: ((handle: MemoryCapHandle) => unknown)[] = [
        (handle) => backend.memoryCapAdvance(handle, 1),
        (handle) => backend.memoryCapFinish(handle, new Float64Array(2 * MEMORY_CAP_COLUMNS)),
      ];
      for (const use of uses) {
        const handle = fresh();
        use(handle);
        handle.close();
        handle.close();
        expect(answer(() => use(handle))).toHaveProperty('code', 'CLOSED_HANDLE');
      }
      const handle = fresh();
      expect(answer(() => backend.memoryCapFinish(handle, new Float64Array(3)))).toHaveProperty('code', 'BAD_LENGTH');
      handle.close();
      trace.close();
      expect(answer(fresh)).toHaveProperty('code', 'CLOSED_HANDLE');
    }
  });

  it('threads and evictions that there are not', () => {
    const code = (run: () => unknown) => (answer(run) as { code?: string }).code;
    expect(code(() => replayUnderMemoryCap(CALLS, [], SETTINGS, 0))).toBe('OUT_OF_RANGE');
    const none = [{ kind: 'mru' }] as unknown as MemoryCapSpec[];
    expect(code(() => replayUnderMemoryCap(CALLS, none, SETTINGS, 1))).toBe('BAD_ARGUMENT');
  });
});
