/** Small traces and policies for comparing replays: crowded with equal instants, and with times just beside them. */
import fc from 'fast-check';
import { type BoundSpec, type PolicySpec, specOfFunction } from '../../ts/core/kernels/policy.js';
import type { ReplaySettings } from '../../ts/core/kernels/replay.js';
import { adaptiveTerms, adaptiveTraffic } from './adaptive-traffic.js';
import { type Call, type Outcome, type Scene, simulate } from './replay-oracle.js';
import {
  bestFixedInHindsight,
  clairvoyant,
  clairvoyantPrewarm,
  pricesOf,
  provisionedPeak,
} from './replay-oracle-bounds.js';
import {
  breakEven,
  breakEvenRandomised,
  constant,
  hybridHistogram,
  recentPeak,
  schedule,
  staticTwice,
} from './replay-oracle-policies.js';
import { spes } from './replay-oracle-spes.js';
import { stepped } from './replay-oracle-stepped.js';

/** One function, its replay's settings and one policy. */
export interface Case {
  minutes: number;
  memoryMiB: number;
  /** Ascending by start. */
  calls: Call[];
  settings: ReplaySettings;
  policy: PolicySpec | BoundSpec;
  /** The function's stream of random numbers; 0 in a trace of calls with one function. */
  index?: number;
}

const GRID_MS = 500;

/** Mostly on a coarse grid, so that releases, ticks, interval ends and arrivals meet; now and then one ms beside it. */
const near = (most: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.nat(Math.floor(most / GRID_MS)), fc.constantFrom(0, 0, 0, 0, 0, 1, -1))
    .map(([steps, beside]) => Math.min(most, Math.max(0, steps * GRID_MS + beside)));

const durationMs = fc.oneof(
  { arbitrary: fc.constant(0), weight: 2 },
  { arbitrary: near(5000), weight: 4 },
  { arbitrary: near(200_000), weight: 2 },
  { arbitrary: fc.constantFrom(1, 60_000, 10_000_000, 4_294_967_295), weight: 1 },
);

/** At most 300 ticks, so that the oracle stays quick. */
const tickMsOf = (minutes: number) =>
  fc
    .constantFrom(60_000, 60_000, 500, 1000, 7000, 45_000, 90_000, 599_999, 600_000, 4_294_967_295)
    .map((ms) => Math.max(ms, 200 * minutes));

export const coldStartMs = fc.oneof(fc.constantFrom(0, 1, 500, 1000, 1500, 60_000), near(100_000));

/** Crooked on purpose: where idling costs exactly as much as a start, the rounding of the product would decide. */
export const prices = fc.record({
  idleUsdPerGbS: fc.constantFrom(4.1667e-6, 4.1667e-6, 1.7123e-5, 3.3457e-4, 0.0217183, 0),
  coldStartUsdPerS: fc.constantFrom(5e-4, 5e-4, 1.3e-3, 0.7, 0),
  preWarmShare: fc.constantFrom(0.1, 0.1, 0.37, 0.99, 0),
});

export const memoryMiB = fc.constantFrom(128, 170, 1024, 333.3, 0.5, 16_384, 0);

const settingsOf = (minutes: number): fc.Arbitrary<ReplaySettings> =>
  fc
    .tuple(coldStartMs, tickMsOf(minutes), fc.nat(0xffff_ffff), prices)
    .map(([cold, tickMs, seed, price]) => ({ coldStartMs: cold, tickMs, seed, ...price }));

export const sorted = (calls: Call[]): Call[] => calls.toSorted((a, b) => a.startMs - b.startMs);

/** Calls with durations of their own, of `fromMs` or later and before the horizon. */
function callsOf(minutes: number, fromMs: number, duration: fc.Arbitrary<number>): fc.Arbitrary<Call[]> {
  const lastMs = 60_000 * minutes - 1 - fromMs;
  if (lastMs < 0) return fc.constant([]);
  // Busy stretches now and then: all calls within a few seconds.
  const start = fc.tuple(near(lastMs), near(Math.min(lastMs, 8000)), fc.boolean());
  const startMs = start.map(([anywhere, early, crowded]) => (crowded ? early : anywhere) + fromMs);
  return fc.array(fc.record({ startMs, durationMs: duration }), { maxLength: 24, size: 'max' }).map(sorted);
}

const keepAliveMs = fc.oneof(near(5000), near(200_000), fc.constantFrom(0, 600_000, Number.POSITIVE_INFINITY));
const prewarmMs = fc.oneof(near(5000), near(200_000), fc.constant(0));

const constants: fc.Arbitrary<PolicySpec> = fc.oneof(
  fc.record({ kind: fc.constant('window' as const), keepAliveMs }),
  fc.record({ kind: fc.constant('interval' as const), prewarmMs, keepAliveMs }),
);

const hindsight: fc.Arbitrary<BoundSpec> = fc.constantFrom(
  { kind: 'provisioned-peak' },
  { kind: 'best-fixed-hindsight' },
  { kind: 'clairvoyant' },
  { kind: 'clairvoyant-prewarm' },
);

/** Instances started at ticks, and now and then at instants that are none. */
function schedules({ coldStartMs: cold, tickMs }: ReplaySettings, minutes: number): fc.Arbitrary<PolicySpec> {
  const ticks = Math.ceil((60_000 * minutes) / tickMs);
  const start = fc
    .tuple(fc.nat(ticks + 1), fc.constantFrom(0, 0, 0, 0, 1), fc.nat(3), prewarmMs, keepAliveMs)
    .map(([tick, beside, count, ahead, keep]) => {
      return { atMs: tick * tickMs + beside, count, prewarmMs: cold + ahead, keepAliveMs: keep };
    });
  const starts = fc.array(start, { maxLength: 8, size: 'max' }).map((some) => some.toSorted((a, b) => a.atMs - b.atMs));
  return fc.record({ kind: fc.constant('schedule' as const), prewarmMs, keepAliveMs, starts });
}

const recentPeaks = ({ coldStartMs: cold }: ReplaySettings): fc.Arbitrary<PolicySpec> =>
  fc.constantFrom(0, 0, 500, 70_000).map((more) => ({ kind: 'recent-peak' as const, prewarmMs: cold + more }));

const policyOf = (settings: ReplaySettings, minutes: number): fc.Arbitrary<PolicySpec | BoundSpec> =>
  fc.oneof(
    constants,
    constants,
    schedules(settings, minutes),
    recentPeaks(settings),
    hindsight,
    hindsight,
    fc.constant({ kind: 'hybrid-histogram' as const }),
    fc.constantFrom({ kind: 'break-even' as const }, { kind: 'break-even-randomised' as const }),
    fc.constantFrom('spes' as const, 'static-2x' as const).map((kind) => ({ kind, prewarmMs: settings.coldStartMs })),
    adaptiveTerms,
  );

/** With ticks as close as the policies ask for. */
export const withTicksFor = (policies: readonly { kind: string }[], settings: ReplaySettings): ReplaySettings =>
  policies.some(({ kind }) => kind === 'adaptive')
    ? { ...settings, tickMs: Math.min(settings.tickMs, 60_000) }
    : settings;

const minutes = fc.oneof(fc.nat(4), fc.nat(25));

const casesOf = (fromMs: number, durations: fc.Arbitrary<fc.Arbitrary<number>>): fc.Arbitrary<Case> =>
  fc.tuple(minutes, durations).chain(([length, duration]) =>
    fc.tuple(settingsOf(length), memoryMiB, callsOf(length, fromMs, duration)).chain(([settings, memory, calls]) =>
      policyOf(settings, length).map((policy) => {
        return { minutes: length, memoryMiB: memory, calls, settings: withTicksFor([policy], settings), policy };
      }),
    ),
  );

/** Every call with a duration of its own. */
export const callCases = casesOf(0, fc.constant(durationMs));

/** Some calls before minute 0, and traces that end there. */
export const earlyCases = casesOf(-90_000, fc.constant(durationMs));

/** All calls of one duration, at any instant. */
export const oneDurationCases = casesOf(
  0,
  durationMs.map((ms) => fc.constant(ms)),
);

/** Bursts some minutes apart, at ticks and beside them: peaks that come in sight and go out of it again. */
export const burstCases: fc.Arbitrary<Case> = fc
  .tuple(settingsOf(40), memoryMiB, fc.integer({ min: 11, max: 40 }))
  .chain(([settings, memory, length]) => {
    const tickMs = Math.min(settings.tickMs, 200_000);
    const burst = fc
      .tuple(fc.nat(Math.floor((60_000 * length - 2) / tickMs)), fc.constantFrom(0, 0, 0, 1, -1), fc.nat(4), durationMs)
      .map(([tick, beside, more, duration]) => {
        const startMs = Math.max(0, tick * tickMs + beside);
        return Array.from({ length: more + 1 }, () => ({ startMs, durationMs: duration }));
      });
    return fc
      .tuple(fc.array(burst, { minLength: 1, maxLength: 6, size: 'max' }), recentPeaks(settings))
      .map(([bursts, policy]): Case => {
        const calls = sorted(bursts.flat());
        return { minutes: length, memoryMiB: memory, calls, settings: { ...settings, tickMs }, policy };
      });
  });

const DAY_MINUTES = 1440;

/** Gaps of minutes and hours, with bins that repeat: what a histogram of idle times learns from. */
export const histogramCases: fc.Arbitrary<Case> = fc
  .record({
    bins: fc.array(fc.oneof(fc.nat(6), fc.nat(239), fc.constantFrom(239, 240, 241, 300)), {
      minLength: 1,
      maxLength: 6,
    }),
    picks: fc.array(fc.tuple(fc.nat(5), fc.constantFrom(0, 0, 1, 59_999, 30_000)), {
      minLength: 8,
      maxLength: 45,
      size: 'max',
    }),
    duration: fc.oneof(near(2000), durationMs),
    cold: coldStartMs,
    memory: memoryMiB,
    price: prices,
    extraMinutes: fc.nat(300),
  })
  .map(({ bins, picks, duration, cold, memory, price, extraMinutes }) => {
    let startMs = 0;
    const calls = picks.map(([pick, beside]) => {
      const call = { startMs, durationMs: duration };
      startMs += bins[pick % bins.length] * 60_000 + beside + (duration < 60_000 ? duration : 0);
      return call;
    });
    return {
      minutes: Math.floor(startMs / 60_000) + 1 + extraMinutes,
      memoryMiB: memory,
      calls,
      settings: { coldStartMs: cold, tickMs: 60_000, seed: 0, ...price },
      policy: { kind: 'hybrid-histogram' as const },
    };
  })
  .filter((c) => c.minutes < 40 * DAY_MINUTES);

/** Hundreds of calls within a minute of each other, and a few long gaps: the percentiles stay where they are, or just move. */
export const busyHistogramCases: fc.Arbitrary<Case> = fc
  .record({
    gaps: fc.array(
      fc.oneof(
        { arbitrary: fc.constantFrom(0, 1000, 59_999), weight: 60 },
        { arbitrary: fc.constantFrom(60_000, 200_000, 14_399_999), weight: 1 },
        { arbitrary: fc.constantFrom(14_400_000, 20_000_000), weight: 1 },
      ),
      { minLength: 90, maxLength: 330, size: 'max' },
    ),
    duration: fc.constantFrom(0, 0, 500, 1500),
    cold: fc.constantFrom(0, 500),
  })
  .map(({ gaps, duration, cold }) => {
    let startMs = 0;
    const calls = gaps.map((gap) => {
      startMs += gap + duration;
      return { startMs, durationMs: duration };
    });
    return {
      minutes: Math.floor(startMs / 60_000) + 100,
      memoryMiB: 128,
      calls,
      settings: {
        coldStartMs: cold,
        tickMs: 60_000,
        seed: 0,
        idleUsdPerGbS: 4.1667e-6,
        coldStartUsdPerS: 5e-4,
        preWarmShare: 0.1,
      },
      policy: { kind: 'hybrid-histogram' as const },
    };
  });

/** Hours of traffic that an adaptive policy learns from, at prices that make it stay, leave and start ahead. */
export const adaptiveCases: fc.Arbitrary<Case> = fc
  .record({
    traffic: adaptiveTraffic,
    policy: adaptiveTerms,
    coldStartMs: fc.constantFrom(1000, 1000, 0, 400, 20_000, 70_000),
    tickMs: fc.constantFrom(60_000, 60_000, 20_000, 45_000),
    memoryMiB: fc.constantFrom(128, 1024, 0.5),
    prices,
  })
  .map(({ traffic, policy, coldStartMs: cold, tickMs, memoryMiB: memory, prices: price }) => {
    const settings = { coldStartMs: cold, tickMs, seed: 0, ...price };
    return { ...traffic, memoryMiB: memory, settings, policy };
  });

/** What the definition makes of a case. */
export function defined(c: Case): Outcome & { windowMs: number } {
  const { minutes: length, calls, policy } = c;
  const scene: Scene = { minutes: length, calls, coldStartMs: c.settings.coldStartMs, tickMs: c.settings.tickMs };
  const ofFunction = pricesOf(c.settings, c.memoryMiB, c.settings.coldStartMs);
  const idleUsdPerMs = (c.memoryMiB / 1024 / 1000) * c.settings.idleUsdPerGbS;
  const coldStartUsd = (c.settings.coldStartUsdPerS * c.settings.coldStartMs) / 1000;
  const plain = (outcome: Outcome) => ({ ...outcome, windowMs: Number.NaN });
  switch (policy.kind) {
    case 'window':
      return plain(simulate(scene, constant(0, policy.keepAliveMs)));
    case 'interval':
      return plain(simulate(scene, constant(policy.prewarmMs, policy.keepAliveMs)));
    case 'hybrid-histogram':
      return plain(simulate(scene, hybridHistogram()));
    case 'recent-peak':
      return plain(simulate(scene, recentPeak(policy.prewarmMs)));
    case 'schedule':
      return plain(simulate(scene, schedule(policy, policy.starts)));
    case 'break-even':
      return plain(simulate(scene, breakEven(idleUsdPerMs, coldStartUsd)));
    case 'break-even-randomised':
      return plain(simulate(scene, breakEvenRandomised(idleUsdPerMs, coldStartUsd, c.settings.seed, c.index ?? 0)));
    case 'spes':
      return plain(simulate(scene, spes(policy.prewarmMs)));
    case 'static-2x':
      return plain(simulate(scene, staticTwice(policy.prewarmMs)));
    case 'adaptive':
    case 'adaptive-keepalive': {
      const { coldStartMs: cold, seed } = c.settings;
      const preWarmUsd = (c.settings.preWarmShare * c.settings.coldStartUsdPerS * cold) / 1000;
      const of = { idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs: cold, seed, stream: c.index ?? 0 };
      return plain(simulate(scene, stepped(specOfFunction(policy, of))));
    }
    case 'provisioned-peak':
      return plain(provisionedPeak(scene));
    case 'best-fixed-hindsight':
      return bestFixedInHindsight(scene, ofFunction);
    case 'clairvoyant':
      return plain(clairvoyant(calls, ofFunction));
    case 'clairvoyant-prewarm':
      return plain(clairvoyantPrewarm(calls, ofFunction));
  }
}
