/** Small fleets on small memories: crowded with equal instants and sizes, and with times just beside them. */
import fc from 'fast-check';
import type {
  MemoryCapSpec,
  ReplayCalls,
  ReplayCounts,
  ReplaySettings,
  ReplaySource,
} from '../../ts/core/kernels/index.js';
import { CellWriter } from '../../ts/core/trace/cells.js';
import type { FleetScene } from './memory-cap-oracle.js';
import { startsOf } from './replay-counts.js';

export interface CapCase {
  scene: FleetScene;
  source: ReplaySource;
  settings: ReplaySettings;
  plans: MemoryCapSpec[];
}

const memoryMiB = fc.oneof(
  fc.constantFrom(64, 100, 128, 128),
  fc.constantFrom(0, 1e-9, 170.333333, 1024),
  fc.double({ min: 0, max: 500, noNaN: true }),
);
const ms = (most: number) =>
  fc
    .tuple(fc.nat(Math.floor(most / 500)), fc.constantFrom(0, 0, 0, 1, -1))
    .map(([steps, beside]) => Math.min(most, Math.max(0, steps * 500 + beside)));
const keepAliveMs = fc.oneof(ms(60_000), fc.constantFrom(Number.POSITIVE_INFINITY, 0, Number.MAX_SAFE_INTEGER));
const memoryCapMiB = fc.oneof(
  fc.constantFrom(0, 64, 128, 200, 256, 300, 512, 1e6),
  fc.double({ min: 0, max: 1000, noNaN: true }),
);
const plan: fc.Arbitrary<MemoryCapSpec> = fc.oneof(
  fc.record({ kind: fc.constant('lru' as const), keepAliveMs, memoryCapMiB }),
  fc.record({ kind: fc.constant('greedy-dual' as const), memoryCapMiB }),
  fc.record({ kind: fc.constant('greedy-dual' as const), memoryCapMiB }),
);
const plans = fc.array(plan, { minLength: 1, maxLength: 3 });
const settings = fc.constantFrom(0, 500, 1000, 7000).chain((coldStartMs) =>
  fc.nat(5).map((seed) => {
    return { coldStartMs, tickMs: 60_000, seed, idleUsdPerGbS: 4e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };
  }),
);
/** A start time of one function; absent where all have that of the settings. */
const ownStarts = fc.array(fc.constantFrom(0, 1, 500, 1000, 8000, 70_000), { minLength: 6, maxLength: 6 });
const starts = fc.option(ownStarts, { freq: 2, nil: undefined });

const startsOfAll = (own: readonly number[] | undefined, functions: number, { coldStartMs }: ReplaySettings) => {
  const waits = Array.from({ length: functions }, (_, f) => own?.[f] ?? coldStartMs);
  return { waits, column: own === undefined ? {} : { coldStartMs: Float64Array.from(waits) } };
};

const durationMs = fc.oneof(fc.constant(0), ms(3000), fc.constantFrom(1, 60_000, 200_000));

const offsetsOf = (lengths: readonly number[]): Float64Array => {
  let end = 0;
  return Float64Array.from([0, ...lengths.map((length) => (end += length))]);
};

/** Calls with durations of their own, some before minute 0. */
export const capCalls: fc.Arbitrary<CapCase> = fc.integer({ min: 1, max: 4 }).chain((minutes) => {
  const call = fc.record({
    startMs: fc.oneof(ms(60_000 * minutes - 1), ms(5000), fc.integer({ min: -70_000, max: 0 })),
    durationMs,
  });
  const one = fc.record({
    memoryMiB,
    calls: fc.array(call, { maxLength: 12, size: 'max' }).map((some) => some.toSorted((a, b) => a.startMs - b.startMs)),
  });
  return fc
    .tuple(fc.array(one, { maxLength: 6, size: 'max' }), settings, plans, starts)
    .map(([functions, replaySettings, capPlans, own]) => {
      const { waits, column } = startsOfAll(own, functions.length, replaySettings);
      const calls = functions.flatMap((f) => f.calls);
      const source: ReplayCalls = {
        kind: 'calls',
        minutes,
        offsets: offsetsOf(functions.map((f) => f.calls.length)),
        startMs: Float64Array.from(calls, ({ startMs }) => startMs),
        durationMs: Uint32Array.from(calls, (each) => each.durationMs),
        memoryMiB: Float64Array.from(functions, (f) => f.memoryMiB),
        ...column,
      };
      const scene = { minutes, functions: functions.map((f, i) => ({ ...f, coldStartMs: waits[i] })) };
      return { scene, source, settings: replaySettings, plans: capPlans };
    });
});

/** Counts per minute, spread evenly and at random. */
export const capCounts: fc.Arbitrary<CapCase> = fc.integer({ min: 1, max: 4 }).chain((minutes) => {
  const one = fc.record({
    memoryMiB,
    durationMs,
    poisson: fc.boolean(),
    index: fc.nat(9),
    perMinute: fc.array(fc.oneof(fc.nat(3), fc.constantFrom(0, 0, 20)), { minLength: minutes, maxLength: minutes }),
  });
  return fc
    .tuple(fc.array(one, { maxLength: 5, size: 'max' }), settings, plans, starts)
    .map(([functions, replaySettings, capPlans, own]) => {
      const { waits, column } = startsOfAll(own, functions.length, replaySettings);
      const writer = new CellWriter();
      const laidOut = functions.map((f, i) => {
        const counts = f.perMinute.flatMap((count, minute) => (count > 0 ? [{ minute, count }] : []));
        for (const { minute, count } of counts) writer.push(minute, count);
        writer.endFunction();
        const instants = startsOf({ ...f, minutes, counts, settings: replaySettings, policy: { kind: 'clairvoyant' } });
        const calls = instants.map((startMs) => ({ startMs, durationMs: f.durationMs }));
        return { memoryMiB: f.memoryMiB, coldStartMs: waits[i], calls };
      });
      const source: ReplayCounts = {
        kind: 'counts',
        minutes,
        ...writer.finish(),
        durationMs: Float64Array.from(functions, (f) => f.durationMs),
        memoryMiB: Float64Array.from(functions, (f) => f.memoryMiB),
        poisson: Uint8Array.from(functions, (f) => Number(f.poisson)),
        index: Float64Array.from(functions, (f) => f.index),
        ...column,
      };
      const scene = { minutes, functions: laidOut };
      return { scene, source, settings: replaySettings, plans: capPlans };
    });
});
