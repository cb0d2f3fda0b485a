/** Micro cases of the platform replay, worked out by hand: one per setting. */
import { describe, expect, it } from 'vitest';
import type { PlatformColumn, PlatformSettings } from '../../ts/core/kernels/index.js';
import { backends } from '../backends.js';
import { type Call, platformFigures, platformNumbers, sourceOfCalls } from '../platform-runs.js';

interface Case {
  name: string;
  minutes: number;
  settings: PlatformSettings;
  calls: Call[];
  expected: Partial<Record<PlatformColumn, number>>;
}

/** `[start, duration]` in ms. */
const calls = (...all: [number, number][]): Call[] => all.map(([startMs, durationMs]) => ({ startMs, durationMs }));

const MINUTE = 60_000;

const CASES: Case[] = [
  {
    // 0: on the ready one until 1000. 500: it is busy, another starts until 1500 and serves until 2500. 1600: on the ready one until 2600.
    // The other is empty from 2500 for 10 s; the ready one 60 s less the 2 s that it serves.
    // Latencies 1000, 2000, 1000: their buckets are 1000..1007 and 2000..2015, with the middles 1003.5 and 2007.5.
    name: 'a call that finds the ready instance busy starts another',
    minutes: 1,
    settings: {
      coldStartMs: 1000,
      keepAliveMs: 10_000,
      ready: { kind: 'constant', instances: 1 },
      latencyTargetMs: 1999,
    },
    calls: calls([0, 1000], [500, 1000], [1600, 1000]),
    expected: {
      calls: 3,
      coldStarts: 1,
      spillColdStarts: 1,
      readyCalls: 2,
      spillCalls: 1,
      spillStarts: 1,
      readyStarts: 0,
      queuedCalls: 0,
      waitMs: 1000,
      readyCallMs: 2000,
      spillCallMs: 1000,
      readyBusyMs: 2000,
      spillBusyMs: 2000,
      readyIdleMs: 58_000,
      spillIdleMs: 10_000,
      readyMs: 60_000,
      peakInstances: 2,
      withinTarget: 2,
      latencyP50Ms: 1003.5,
      latencyP99Ms: 2007.5,
    },
  },
  {
    // A starts at 0 and is up at 1000; the call of 100 joins it and waits 900: both end at 4000. A is full, so B starts at 200, is up at
    // 1200 and serves until 4200. 5000: B was emptied last. 5100: B is the busier one with room.
    // Empty: A from 4000 to the end, 56000; B 800 until 5000, and from 6100 to the end, 53900.
    name: 'an instance takes several calls, the busiest first',
    minutes: 1,
    settings: { coldStartMs: 1000, keepAliveMs: MINUTE, concurrency: 2 },
    calls: calls([0, 3000], [100, 3000], [200, 3000], [5000, 1000], [5100, 1000]),
    expected: {
      coldStarts: 3,
      spillStarts: 2,
      waitMs: 2900,
      spillCallMs: 11_000,
      spillBusyMs: 4000 + 4000 + 1100,
      spillIdleMs: 56_000 + 800 + 53_900,
      peakInstances: 2,
    },
  },
  {
    // The one instance is up at 1000 and busy until 3000. The call of 100 has waited 2900 by then and is served until 3500; that of 200
    // may wait until 3200 only.
    name: 'at the cap calls queue, and time out',
    minutes: 1,
    settings: { coldStartMs: 1000, keepAliveMs: 0, maxInstances: 1, queueTimeoutMs: 3000 },
    calls: calls([0, 2000], [100, 500], [200, 500]),
    expected: { calls: 3, timedOut: 1, queuedCalls: 2, coldStarts: 1, spillCalls: 2, waitMs: 3900, peakInstances: 1 },
  },
  {
    // As above, but 200 + 3300 = 3500: a wait of exactly the time-out is served.
    name: 'a wait as long as the time-out is not too long',
    minutes: 1,
    settings: { coldStartMs: 1000, keepAliveMs: 0, maxInstances: 1, queueTimeoutMs: 3300 },
    calls: calls([0, 2000], [100, 500], [200, 500]),
    expected: { timedOut: 0, queuedCalls: 2, waitMs: 1000 + 2900 + 3300 },
  },
  {
    // No queue: what cannot be served at once is refused.
    name: 'a time-out of nothing throttles',
    minutes: 1,
    settings: { coldStartMs: 0, keepAliveMs: 0, maxInstances: 2, queueTimeoutMs: 0 },
    calls: calls([0, 1000], [0, 1000], [500, 1000], [1000, 1000]),
    expected: { timedOut: 1, spillCalls: 3, waitMs: 0 },
  },
  {
    // The ready one and the other are both released at 2000 (the other after a start of 1000 and a call of 1000): the call that waits
    // since 500 goes on the ready one.
    name: 'of instances released together the ready one is first',
    minutes: 1,
    settings: { coldStartMs: 1000, keepAliveMs: MINUTE, maxInstances: 2, ready: { kind: 'constant', instances: 1 } },
    calls: calls([0, 2000], [0, 1000], [500, 1000]),
    expected: { readyCalls: 2, spillCalls: 1, queuedCalls: 1, coldStarts: 1, waitMs: 1000 + 1500 },
  },
  {
    // Steps of 20 s: 0, 2, 1, and again 0, 2, 1. Asked for at 20 s two are up at 25 s; at 40 s one goes, at 60 s the other.
    // Asked for: (2 + 1) x 20 s, twice. Empty: 2 x 15 s + 1 x 20 s, twice, less what is served before 60 s.
    // 22 s: none is up yet, so another starts. 30 s: served by a ready one, 1 s. 59 s: served by a ready one for 3 s, of which 1 s before
    // it is no longer asked for.
    name: 'ready instances follow a schedule, over and over',
    minutes: 2,
    settings: {
      coldStartMs: 1000,
      keepAliveMs: 0,
      readyDelayMs: 5000,
      ready: { kind: 'schedule', stepMs: 20_000, instances: [0, 2, 1] },
    },
    calls: calls([22_000, 500], [30_000, 1000], [59_000, 3000]),
    expected: {
      readyCalls: 2,
      spillCalls: 1,
      readyStarts: 4,
      readyMs: 120_000,
      readyIdleMs: 100_000 - 1000 - 1000,
      readyBusyMs: 4000,
      peakInstances: 3,
    },
  },
  {
    // Two calls at once in each of six minutes, then one in each of two. Minutes 1 to 3: the first call has 1 of 1 in use, the second spills
    // over with 1 of 1: three points of 1, above 0.7: ceil(1 x 1 / 0.7) = 2 from 180 s. Minute 4: 1 of 2 and 2 of 2, 0.75: still above,
    // ceil(2 x 0.75 / 0.7) = 3 from 240 s. Minutes 5 and 6: 1 of 3 and 2 of 3, 0.5, under 0.63: two points, ceil(3 x 0.5 / 0.7) = 3.
    // Minute 7: 1 of 3: ceil(3 x 0.333 / 0.7) = 2 from 420 s. Minute 8: 1 of 2, ceil(2 x 0.5 / 0.7) = 2.
    name: 'target tracking adds after three points and removes slowly',
    minutes: 8,
    settings: {
      coldStartMs: 1000,
      keepAliveMs: 0,
      readyDelayMs: 0,
      ready: { kind: 'target-tracking', target: 0.7, min: 1, max: 10, scaleInPeriods: 2 },
    },
    calls: [1, 2, 3, 4, 5, 6, 7, 8].flatMap((minute) =>
      calls(...Array.from({ length: minute < 7 ? 2 : 1 }, (): [number, number] => [minute * MINUTE - 30_000, 1000])),
    ),
    expected: {
      readyMs: 180_000 + 2 * 60_000 + 3 * 180_000 + 2 * 60_000,
      readyStarts: 2,
      readyCalls: 3 + 2 * 3 + 2,
      spillCalls: 3,
    },
  },
  {
    // Nothing is up at 10 s. The call is one in flight, ceil(1 / 0.7) = 2 are asked for at once, twice as many as the one that counts for none:
    // a panic. They are up at 11 s; the call has waited 1 s and ends at 12 s. The panic is over at the first tick more than 60 s later, 72 s; by then
    // nothing was in flight for 60 s, and half of two stay: 1. At 74 s none is needed; it stays 30 s more, until 104 s.
    // Asked for: 2 x 62 s + 32 s. Empty: 2 x 61 s + 32 s, less 1 s.
    name: 'Knative starts from nothing, panics, and goes back to nothing',
    minutes: 3,
    settings: { coldStartMs: 1000, keepAliveMs: 0, ready: { kind: 'knative', initialScale: 0 } },
    calls: calls([10_000, 1000]),
    expected: {
      coldStarts: 1,
      spillColdStarts: 0,
      readyCalls: 1,
      queuedCalls: 1,
      waitMs: 1000,
      readyStarts: 2,
      readyMs: 156_000,
      readyIdleMs: 153_000,
      peakInstances: 2,
    },
  },
  {
    // One instance is there from the beginning and takes ten calls at once. 15 calls of 30 s at 1 s: ten are served, five wait.
    // Tick at 2 s: 15 in flight for one of two seconds, 7.5 over 7 = 2 are wanted (2 / 1 is a panic). Up at 3 s: five calls have waited 2 s each.
    // At 4 s: 15 x 3 s of 4 s = 11.25, 2 wanted; at 6 s: 15 x 5 / 6 = 12.5, 2; at 8 s the panic window (2 s to 8 s) has 15: 3 wanted, and that is all.
    name: 'Knative counts the calls that wait, too',
    minutes: 1,
    settings: { coldStartMs: 1000, keepAliveMs: 0, concurrency: 10, ready: { kind: 'knative' } },
    calls: calls(...Array.from({ length: 15 }, (): [number, number] => [1000, 30_000])),
    expected: { coldStarts: 5, queuedCalls: 5, readyCalls: 15, waitMs: 10_000, readyStarts: 2, peakInstances: 3 },
  },
  {
    // At the tick of 60 s two are wanted, up at 61 s. At 120 s none: half of two stay. At 122 s the last is not needed; it was up for 61 s, and
    // stays 30 s more, until 152 s. Asked for: 2 x 60 s + 32 s; empty 2 s less.
    name: "Knative's least scale follows a schedule",
    minutes: 3,
    settings: {
      coldStartMs: 1000,
      keepAliveMs: 0,
      ready: { kind: 'knative', initialScale: 0, minScale: { stepMs: MINUTE, instances: [0, 2, 0] } },
    },
    calls: [],
    expected: { readyStarts: 2, readyMs: 152_000, readyIdleMs: 150_000, peakInstances: 2, calls: 0, latencyP99Ms: 0 },
  },
];

describe.each(backends)('on $name', ({ kernels }) => {
  it.each(CASES)('$name', ({ minutes, settings, calls: own, expected }) => {
    const job = { source: sourceOfCalls(minutes, own), runs: [{ function: 0, settings }] };
    expect(platformFigures(kernels, job)).toMatchObject(expected);
  });

  it("tells the ready instances' time step by step", () => {
    const ready = { kind: 'schedule' as const, stepMs: 20_000, instances: [0, 2, 1] };
    const settings: PlatformSettings = { coldStartMs: 0, keepAliveMs: 0, ready };
    const job = { source: sourceOfCalls(2, []), runs: [{ function: 0, settings }], readyStepMs: 35_000 };
    // 20 s to 40 s 2, to 60 s 1, to 80 s none, to 100 s 2, to 120 s 1; cut at 35, 70, 105 s.
    expect([...platformNumbers(kernels, job)[1]]).toEqual([30_000, 30_000, 45_000, 15_000]);
  });
});
