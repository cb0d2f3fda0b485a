/** Small functions and settings for comparing platform replays: crowded with equal instants, and with times just beside them. */
import fc from 'fast-check';
import type { PlatformSettings, ReadyPlan } from '../../ts/core/kernels/index.js';
import type { Call } from './platform-oracle.js';

const INFINITE = Number.POSITIVE_INFINITY;

/** On a grid of half seconds mostly, so that all kinds of events meet. */
export const near = (most: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.nat(Math.floor(most / 500)), fc.constantFrom(0, 0, 0, 0, 1, -1))
    .map(([steps, beside]) => Math.min(most, Math.max(0, steps * 500 + beside)));

const constant: fc.Arbitrary<ReadyPlan> = fc.record({ kind: fc.constant('constant' as const), instances: fc.nat(4) });

const schedule: fc.Arbitrary<ReadyPlan> = fc.record({
  kind: fc.constant('schedule' as const),
  stepMs: fc.constantFrom(500, 1000, 7001, 30_000, 60_000, 4_294_967_295).map((ms) => Math.max(ms, 1000)),
  instances: fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
});

const tracking: fc.Arbitrary<ReadyPlan> = fc
  .record({
    kind: fc.constant('target-tracking' as const),
    target: fc.constantFrom(0.1, 0.5, 0.7, 1),
    min: fc.nat(2),
    more: fc.nat(6),
    periodMs: fc.constantFrom(1000, 2000, 5000, 60_000),
    scaleOutPeriods: fc.integer({ min: 1, max: 3 }),
    scaleInPeriods: fc.integer({ min: 1, max: 4 }),
    statistic: fc.constantFrom('average' as const, 'maximum' as const),
  })
  .map(({ more, ...rest }) => ({ ...rest, max: rest.min + more }));

const knative: fc.Arbitrary<ReadyPlan> = fc
  .record({
    kind: fc.constant('knative' as const),
    targetUtilisation: fc.constantFrom(0.7, 0.7, 0.5, 1),
    stableWindowMs: fc.constantFrom(60_000, 10_000, 6000),
    panicWindowMs: fc.constantFrom(6000, 2000, 1000),
    panicThreshold: fc.constantFrom(2, 2, 1.1, 10),
    tickMs: fc.constantFrom(2000, 2000, 1000, 5000),
    maxScaleUpRate: fc.constantFrom(1000, 1000, 1.5, 2),
    maxScaleDownRate: fc.constantFrom(2, 2, 1.1),
    scaleToZeroGraceMs: fc.constantFrom(30_000, 0, 3000, 4500),
    minScale: fc.oneof(
      fc.constantFrom(0, 0, 0, 1, 2),
      fc.record({
        stepMs: fc.constantFrom(7001, 30_000, 61_000),
        instances: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      }),
    ),
    initialScale: fc.constantFrom(1, 1, 0, 3),
    maxScale: fc.constantFrom(INFINITE, INFINITE, 3, 4),
  })
  .map(({ panicWindowMs, ...rest }) => ({ ...rest, panicWindowMs: Math.min(panicWindowMs, rest.stableWindowMs) }));

const ready = fc.oneof(fc.constant(undefined), constant, schedule, tracking, knative, knative);

export const settings: fc.Arbitrary<PlatformSettings> = fc
  .record({
    coldStartMs: fc.oneof(fc.constantFrom(0, 1, 500, 1000, 20_000), near(5000)),
    keepAliveMs: fc.oneof(fc.constantFrom(0, INFINITE, 60_000), near(20_000)),
    concurrency: fc.constantFrom(1, 1, 1, 2, 3, 10),
    readyDelayMs: fc.option(fc.oneof(fc.constantFrom(0, 500, 90_000), near(5000)), { nil: undefined }),
    maxInstances: fc.constantFrom(INFINITE, INFINITE, 1, 2, 3, 5),
    queueTimeoutMs: fc.oneof(fc.constantFrom(INFINITE, 0, 500, 1000), near(20_000)),
    latencyTargetMs: fc.constantFrom(INFINITE, 0, 1000, 2500),
    ready,
  })
  .map(({ readyDelayMs, ready: plan, ...rest }) => ({
    ...rest,
    ...(readyDelayMs === undefined ? {} : { readyDelayMs }),
    ...(plan === undefined ? {} : { ready: plan }),
  }));

export interface PlatformScene {
  minutes: number;
  /** Ascending by start. */
  calls: Call[];
  settings: PlatformSettings;
}

/** Calls with durations of their own, some before minute 0, some together. */
export const scenes: fc.Arbitrary<PlatformScene> = fc.integer({ min: 1, max: 5 }).chain((minutes) => {
  const last = 60_000 * minutes - 1;
  const startMs = fc
    .tuple(near(last), near(Math.min(last, 9000)), fc.nat(9))
    .map(([anywhere, early, kind]) => (kind < 4 ? early : kind === 9 ? early - 9000 : anywhere));
  const durationMs = fc.oneof(fc.constantFrom(0, 1, 500, 1000), near(5000), near(90_000));
  const calls = fc
    .array(fc.record({ startMs, durationMs }), { maxLength: 30, size: 'max' })
    .map((all) => all.toSorted((a, b) => a.startMs - b.startMs));
  return fc.record({ minutes: fc.constant(minutes), calls, settings });
});

/** The calls of a function whose counts are spread evenly, all of one duration. */
export function evenCalls(counts: readonly { minute: number; count: number }[], durationMs: number): Call[] {
  return counts.flatMap(({ minute, count }) =>
    Array.from({ length: count }, (_, i) => ({
      startMs: 60_000 * minute + Math.floor(((2 * i + 1) * 30_000) / count),
      durationMs,
    })),
  );
}
