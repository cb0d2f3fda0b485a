/** Timelines of any length: bounded, and nothing of what happened is lost in their steps. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { functionTimeline, replay } from '../../ts/core/evaluate/index.js';
import { pageData } from '../../ts/core/evaluate/page-data.js';
import type { CallsTrace } from '../../ts/core/trace/index.js';

const WEEK = 10_080;
const POLICIES = ['fixed-0min', 'fixed-30min', 'hybrid-histogram'];

function traceOf(minutes: number, starts: readonly number[]): CallsTrace {
  const startMs = Float64Array.from(starts).sort();
  const columns = { durationMs: Float64Array.of(1000), memoryMiB: Float64Array.of(128), index: Float64Array.of(0) };
  return {
    kind: 'calls',
    minutes,
    originMs: Number.NaN,
    calls: startMs.length,
    functions: { keys: ['f'], trigger: [''], ...columns },
    offsets: Float64Array.of(0, startMs.length),
    startMs,
    durationMs: new Uint32Array(startMs.length).fill(1000),
    columns: {},
  };
}

it('hold every call, and all the time that instances are up', () => {
  const cases = fc
    .oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: WEEK - 1, max: 5 * WEEK }), fc.constant(525_600))
    .chain((minutes) =>
      fc.tuple(fc.constant(minutes), fc.array(fc.nat(minutes * 60_000 - 1), { minLength: 1, maxLength: 20 })),
    );
  fc.assert(
    fc.property(cases, ([minutes, starts]) => {
      const trace = traceOf(minutes, starts);
      const { calls, warm, stepMinutes } = functionTimeline(trace, 0, { policies: POLICIES });
      expect(stepMinutes).toBe(Math.max(1, Math.ceil(minutes / WEEK)));
      expect(calls.length).toBe(Math.ceil(minutes / stepMinutes));
      expect(calls.length).toBeLessThanOrEqual(WEEK);
      expect(Array.from(calls).reduce((a, b) => a + b)).toBe(starts.length);
      const { columns } = replay(trace, { policies: POLICIES });
      for (const name of POLICIES) {
        const lengths = Array.from(calls, (_, i) => Math.min(stepMinutes, minutes - i * stepMinutes));
        const upMs = Array.from(warm[name]!).reduce((sum, mean, i) => sum + mean * lengths[i]! * 60_000, 0);
        // Busy until the end of the trace: a call and its start, a second each.
        const horizonMs = minutes * 60_000;
        const { idleMs, coldStarts } = columns[name]!;
        const most = idleMs[0]! + starts.length * 1000 + coldStarts[0]! * 1000;
        const cut = starts.reduce((sum, at) => sum + Math.max(0, at + 2000 - horizonMs), 0);
        expect(upMs).toBeLessThanOrEqual(most + 1e-3);
        expect(upMs).toBeGreaterThanOrEqual(most - cut - 1e-3);
      }
    }),
    { numRuns: 60 },
  );
});

it('a year is thinned to what the page shows, in whole steps', () => {
  const trace = traceOf(525_600, [0, 60_000 * 300_000, 60_000 * 525_599]);
  const options = { policies: ['fixed-30min'] };
  const timeline = functionTimeline(trace, 0, options);
  const [shown] = pageData(replay(trace, options), [timeline]).timelines;
  expect(shown!.stepMinutes % timeline.stepMinutes).toBe(0);
  expect(shown!.steps).toBe(Math.ceil(525_600 / shown!.stepMinutes));
  expect(shown!.steps).toBeLessThanOrEqual(720);
  let minutes = 0;
  let calls = 0;
  for (let i = 0; i < shown!.calls.length; i += 2) {
    for (let n = 0; n < shown!.calls[i + 1]!; n++) {
      const length = Math.min(shown!.stepMinutes, 525_600 - minutes);
      calls += shown!.calls[i]! * length;
      minutes += length;
    }
  }
  expect(minutes).toBe(525_600);
  expect(calls).toBeCloseTo(3, 1);
});
