/** What no replay takes: refused by every backend with the same code. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { REPLAY_COLUMNS, type ReplayKernels } from '../../ts/core/kernels/contract.js';
import {
  backendInfo,
  init,
  type PolicySpec,
  type ReplayCalls,
  type ReplayCounts,
  type ReplaySettings,
  type ReplaySource,
  replayFunctions,
} from '../../ts/core/kernels/index.js';
import { replay as pure } from '../../ts/core/kernels/pure/replay/index.js';
import {
  answer,
  bits,
  CALLS,
  COUNTS,
  type Fleet,
  numbersOf,
  open,
  type Plan,
  rowsOf,
  SETTINGS,
} from './replay-fleet.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

describe('refused alike', () => {
  const refused = (fleet: Fleet, code: string) => {
    const [found, expected] = [kernels(), pure].map((backend) =>
      answer(() => bits(backend, fleet, 0, fleet.source.memoryMiB.length, 1)),
    );
    // Numbers are written otherwise in messages: the code is what programs read.
    expect(found).toHaveProperty('code', code);
    expect(expected).toHaveProperty('code', code);
  };
  const window: Plan[] = [{ kind: 'window', keepAliveMs: 0 }];
  const infinity = Number.POSITIVE_INFINITY;
  const nan = Number.NaN;

  it('nothing, when all is right', () => {
    for (const source of [CALLS, COUNTS]) {
      const fleet = { source, settings: SETTINGS, policies: window };
      expect(bits(kernels(), fleet, 0, 2, 1)).toEqual(bits(pure, fleet, 0, 2, 1));
    }
  });

  it.each<[string, Partial<ReplayCalls>, string]>([
    ['minutes below 0', { minutes: -1 }, 'OUT_OF_RANGE'],
    ['half a minute', { minutes: 0.5 }, 'OUT_OF_RANGE'],
    ['minutes that are no number', { minutes: nan }, 'OUT_OF_RANGE'],
    ['minutes without end', { minutes: infinity }, 'OUT_OF_RANGE'],
    ['too many minutes', { minutes: 2 ** 31 + 1 }, 'OUT_OF_RANGE'],
    ['a trace that ends before its calls', { minutes: 0 }, 'BAD_ARGUMENT'],
    ['no offsets', { offsets: new Float64Array(0) }, 'BAD_LENGTH'],
    ['an offset too few', { offsets: Float64Array.of(0, 3) }, 'BAD_LENGTH'],
    ['offsets that do not begin at 0', { offsets: Float64Array.of(1, 2, 3) }, 'BAD_ARGUMENT'],
    ['offsets that go back', { offsets: Float64Array.of(0, 4, 3) }, 'BAD_ARGUMENT'],
    ['offsets below 0', { offsets: Float64Array.of(0, -1, 3) }, 'BAD_ARGUMENT'],
    ['offsets between numbers', { offsets: Float64Array.of(0, 1.5, 3) }, 'BAD_ARGUMENT'],
    ['offsets that are no numbers', { offsets: Float64Array.of(0, nan, 3) }, 'BAD_ARGUMENT'],
    ['offsets that leave calls out', { offsets: Float64Array.of(0, 1, 2) }, 'BAD_ARGUMENT'],
    ['a duration too few', { durationMs: Uint32Array.of(1, 1) }, 'BAD_LENGTH'],
    ['starts that go back', { startMs: Float64Array.of(2000, 0, 1000) }, 'BAD_ARGUMENT'],
    ['a start between two ms', { startMs: Float64Array.of(0, 0.5, 1000) }, 'BAD_ARGUMENT'],
    ['a start that is no number', { startMs: Float64Array.of(0, nan, 1000) }, 'BAD_ARGUMENT'],
    ['a start before all time', { startMs: Float64Array.of(-infinity, 0, 1000) }, 'BAD_ARGUMENT'],
    ['a start at the end', { startMs: Float64Array.of(0, 120_000, 1000) }, 'BAD_ARGUMENT'],
    ['memory below 0', { memoryMiB: Float64Array.of(128, -1) }, 'OUT_OF_RANGE'],
    ['memory that is no number', { memoryMiB: Float64Array.of(nan, 1) }, 'NOT_FINITE'],
    ['memory without end', { memoryMiB: Float64Array.of(1, infinity) }, 'NOT_FINITE'],
    ['memory of too few functions', { memoryMiB: Float64Array.of(1) }, 'BAD_LENGTH'],
  ])('calls: %s', (_, change, code) => {
    refused({ source: { ...CALLS, ...change }, settings: SETTINGS, policies: window }, code);
  });

  const cells = (...bytes: number[]): Partial<ReplayCounts> => ({
    cells: Uint8Array.from(bytes),
    offsets: Float64Array.of(0, bytes.length, bytes.length),
  });

  it.each<[string, Partial<ReplayCounts>, string]>([
    ['minutes below 0', { minutes: -1 }, 'OUT_OF_RANGE'],
    ['a minute beyond the trace', { minutes: 2 }, 'BAD_ARGUMENT'],
    ['offsets that leave cells out', { offsets: Float64Array.of(0, 2, 4) }, 'BAD_ARGUMENT'],
    ['an offset within a pair', { offsets: Float64Array.of(0, 3, 6) }, 'BAD_ARGUMENT'],
    ['a cell without its calls', cells(1), 'BAD_ARGUMENT'],
    ['a number cut off', cells(1, 200), 'BAD_ARGUMENT'],
    ['no calls in a minute', cells(1, 0), 'BAD_ARGUMENT'],
    ['the same minute again', cells(1, 1, 0, 1), 'BAD_ARGUMENT'],
    ['no minutes since -1', cells(0, 1), 'BAD_ARGUMENT'],
    ['2^32 calls in a minute', cells(1, 128, 128, 128, 128, 16), 'BAD_ARGUMENT'],
    ['a number of eleven bytes', cells(1, ...Array.from({ length: 10 }, () => 255), 1), 'BAD_ARGUMENT'],
    ['durations of too few functions', { durationMs: Float64Array.of(1) }, 'BAD_LENGTH'],
    ['a duration below 0', { durationMs: Float64Array.of(0, -1) }, 'OUT_OF_RANGE'],
    ['half a ms', { durationMs: Float64Array.of(0, 0.5) }, 'OUT_OF_RANGE'],
    ['a duration that is no number', { durationMs: Float64Array.of(0, nan) }, 'OUT_OF_RANGE'],
    ['a duration beyond 32 bits', { durationMs: Float64Array.of(0, 2 ** 32) }, 'OUT_OF_RANGE'],
    ['spreads of too few functions', { poisson: Uint8Array.of(1) }, 'BAD_LENGTH'],
    ['indices of too many functions', { index: Float64Array.of(1, 2, 3) }, 'BAD_LENGTH'],
    ['an index beyond 32 bits', { index: Float64Array.of(0, 2 ** 32) }, 'OUT_OF_RANGE'],
    ['memory that is no number', { memoryMiB: Float64Array.of(1, nan) }, 'NOT_FINITE'],
  ])('counts: %s', (_, change, code) => {
    refused({ source: { ...COUNTS, ...change }, settings: SETTINGS, policies: window }, code);
  });

  it.each<[Partial<ReplaySettings>, string]>([
    [{ coldStartMs: -1 }, 'OUT_OF_RANGE'],
    [{ coldStartMs: 0.5 }, 'OUT_OF_RANGE'],
    [{ coldStartMs: nan }, 'OUT_OF_RANGE'],
    [{ coldStartMs: 2 ** 32 }, 'OUT_OF_RANGE'],
    [{ tickMs: 0 }, 'OUT_OF_RANGE'],
    [{ tickMs: 1.5 }, 'OUT_OF_RANGE'],
    [{ seed: -1 }, 'OUT_OF_RANGE'],
    [{ seed: 2 ** 32 }, 'OUT_OF_RANGE'],
    [{ idleUsdPerGbS: -1e-9 }, 'OUT_OF_RANGE'],
    [{ idleUsdPerGbS: infinity }, 'NOT_FINITE'],
    [{ coldStartUsdPerS: nan }, 'NOT_FINITE'],
    [{ coldStartUsdPerS: -1 }, 'OUT_OF_RANGE'],
    [{ preWarmShare: -0.1 }, 'OUT_OF_RANGE'],
    [{ preWarmShare: nan }, 'NOT_FINITE'],
  ])('the settings %o', (change, code) => {
    refused({ source: CALLS, settings: { ...SETTINGS, ...change }, policies: window }, code);
  });

  it('ticks that are too far apart for the policy adaptive', () => {
    const prior = new Float64Array(586).fill(0.1);
    const fleet = (kind: 'adaptive' | 'adaptive-keepalive', tickMs: number): Fleet => {
      return { source: CALLS, settings: { ...SETTINGS, tickMs }, policies: [...window, { kind, prior }] };
    };
    refused(fleet('adaptive', 60_001), 'OUT_OF_RANGE');
    for (const one of [fleet('adaptive', 60_000), fleet('adaptive-keepalive', 60_001)]) {
      expect(bits(kernels(), one, 0, 2, 1)).toEqual(bits(pure, one, 0, 2, 1));
    }
  });

  it('a closed trace', () => {
    for (const backend of [kernels(), pure]) {
      const handle = open(backend, CALLS);
      handle.close();
      handle.close();
      const out = new Float64Array(2 * REPLAY_COLUMNS);
      const run = () => backend.replay(handle, rowsOf(window), numbersOf(SETTINGS), 0, 2, 1, out);
      expect(answer(run)).toHaveProperty('code', 'CLOSED_HANDLE');
    }
  });

  it.each<[string, number[], number, number, number, string]>([
    ['a policy row cut off', [3, 0, 5], 0, 2, 8, 'BAD_ARGUMENT'],
    ['a policy row of length 0', [0, 2, 0, 5], 0, 2, 8, 'BAD_ARGUMENT'],
    ['half a row', [1.5, 2], 0, 2, 8, 'BAD_ARGUMENT'],
    ['a bound that is none', [1, 14], 0, 2, 8, 'BAD_ARGUMENT'],
    ['a policy out of range, after a good one', [1, 2, 2, 0, -1], 0, 2, 16, 'OUT_OF_RANGE'],
    ['functions beyond the last', [2, 0, 5], 0, 3, 12, 'OUT_OF_RANGE'],
    ['functions backwards', [2, 0, 5], 2, 1, 0, 'OUT_OF_RANGE'],
    ['an output too short', [2, 0, 5], 0, 2, 7, 'BAD_LENGTH'],
    ['an output too long', [2, 0, 5], 0, 2, 9, 'BAD_LENGTH'],
  ])('%s', (_, rows, from, to, length, code) => {
    const [found, expected] = [kernels(), pure].map((backend) => {
      const handle = open(backend, CALLS);
      const run = () =>
        backend.replay(handle, Float64Array.from(rows), numbersOf(SETTINGS), from, to, 1, new Float64Array(length));
      const given = answer(run);
      handle.close();
      return given;
    });
    expect(found).toHaveProperty('code', code);
    expect(expected).toHaveProperty('code', code);
  });

  it('any bytes as cells', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.nat(255)), { maxLength: 12 }), (bytes) => {
        const source = { ...COUNTS, minutes: 600, ...cells(...bytes) };
        // Many calls are no matter here, only whether the bytes are cells.
        const opened = (backend: ReplayKernels) =>
          (answer(() => open(backend, source).close()) as { code?: string } | undefined)?.code;
        expect(opened(kernels())).toEqual(opened(pure));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('replayFunctions', () => {
  it('answers as its example says', () => {
    const source: ReplaySource = {
      kind: 'calls',
      minutes: 1,
      offsets: Float64Array.of(0, 2),
      startMs: Float64Array.of(0, 2000),
      durationMs: Uint32Array.of(1000, 1000),
      memoryMiB: Float64Array.of(128),
    };
    expect([...replayFunctions(source, [{ kind: 'window', keepAliveMs: 0 }], SETTINGS, 1)]).toEqual([
      1,
      0,
      0,
      Number.NaN,
    ]);
    expect([...replayFunctions(source, [], SETTINGS, 1)]).toEqual([]);
  });

  it('counts no function and no call as nothing', () => {
    const none: ReplaySource = {
      ...CALLS,
      offsets: Float64Array.of(0),
      startMs: new Float64Array(0),
      durationMs: new Uint32Array(0),
      memoryMiB: new Float64Array(0),
    };
    expect([...replayFunctions(none, [{ kind: 'clairvoyant' }], SETTINGS, 2)]).toEqual([]);
    const idle: ReplaySource = { ...none, offsets: Float64Array.of(0, 0), memoryMiB: Float64Array.of(128) };
    const all: Plan[] = [
      { kind: 'window', keepAliveMs: Number.POSITIVE_INFINITY },
      { kind: 'hybrid-histogram' },
      { kind: 'recent-peak', prewarmMs: 1000 },
      { kind: 'provisioned-peak' },
      { kind: 'clairvoyant' },
      { kind: 'best-fixed-hindsight' },
    ];
    const empty = [0, 0, 0, Number.NaN];
    expect([...replayFunctions(idle, all, SETTINGS, 1)]).toEqual([
      ...empty,
      ...empty,
      ...empty,
      ...empty,
      ...empty,
      0,
      0,
      0,
      0,
    ]);
  });

  it('throws what its errors say', () => {
    const bad = { ...CALLS, memoryMiB: Float64Array.of(1, Number.NaN) };
    expect(answer(() => replayFunctions(bad, [], SETTINGS, 1))).toHaveProperty('code', 'NOT_FINITE');
    const spec: PolicySpec = { kind: 'interval', prewarmMs: -1, keepAliveMs: 0 };
    expect(answer(() => replayFunctions(CALLS, [spec], SETTINGS, 1))).toHaveProperty('code', 'OUT_OF_RANGE');
  });
});
