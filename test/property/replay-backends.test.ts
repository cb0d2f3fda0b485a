/** Every backend's replay against the definition, followed step by step, on small traces made at random. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernels, REPLAY_COLUMNS, type TraceHandle } from '../../ts/core/kernels/contract.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';
import { backends } from '../backends.js';
import { cellsOf, countCases, startsOf } from './replay-counts.js';
import type { Outcome } from './replay-oracle.js';
import { hybridHistogram } from './replay-oracle-policies.js';
import {
  adaptiveCases,
  burstCases,
  busyHistogramCases,
  type Case,
  callCases,
  defined,
  earlyCases,
  histogramCases,
  oneDurationCases,
} from './replay-scenes.js';

/** A quick look by default; set the variable for a long one. */
const RUNS = Number(process.env.ISOTHERM_REPLAY_RUNS ?? 400);
const TIMEOUT = { timeout: 60_000 + 30 * RUNS };

function replayed(kernels: Kernels, trace: TraceHandle, c: Case): Outcome & { windowMs: number } {
  const { coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare } = c.settings;
  const spec = encodePolicy(c.policy);
  const settings = Float64Array.of(coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare);
  const out = new Float64Array(REPLAY_COLUMNS);
  kernels.replay(trace, Float64Array.of(spec.length, ...spec), settings, 0, 1, 1, out);
  trace.close();
  return { coldStarts: out[0], preWarms: out[1], idleMs: out[2], windowMs: out[3] };
}

const traceOf = (kernels: Kernels, c: Case): TraceHandle =>
  kernels.traceOfCalls(
    c.minutes,
    Float64Array.of(0, c.calls.length),
    Float64Array.from(c.calls, ({ startMs }) => startMs),
    Uint32Array.from(c.calls, ({ durationMs }) => durationMs),
    Float64Array.of(c.memoryMiB),
  );

function holds(kernels: Kernels, cases: fc.Arbitrary<Case>, numRuns = RUNS): void {
  fc.assert(
    fc.property(cases, (c) => {
      expect(replayed(kernels, traceOf(kernels, c), c)).toEqual(defined(c));
    }),
    { numRuns },
  );
}

describe.each(backends)('a replay on $name is what the definition says', TIMEOUT, ({ kernels }) => {
  it('for calls with durations of their own', () => holds(kernels, callCases));

  it('for calls of one duration', () => holds(kernels, oneDurationCases));

  it('for calls before minute 0', () => holds(kernels, earlyCases));

  it('for bursts that come in sight of a peak and go', () => holds(kernels, burstCases));

  it('for gaps that a histogram learns from', () => holds(kernels, histogramCases));

  it('for busy functions that a histogram learns from', () => holds(kernels, busyHistogramCases, RUNS / 4));

  it('for hours that an adaptive policy learns from', () => holds(kernels, adaptiveCases, RUNS / 8));

  it.each([47, 48, 49])('for idle times that fill %i bins once, around the least variation', (bins) => {
    const startMs = Array.from({ length: bins + 1 }, (_, i) => 30_000 * i * (i + 10));
    const c: Case = {
      minutes: 3000,
      memoryMiB: 128,
      calls: startMs.map((ms) => ({ startMs: ms, durationMs: 0 })),
      settings: { coldStartMs: 0, tickMs: 60_000, seed: 0, idleUsdPerGbS: 1, coldStartUsdPerS: 1, preWarmShare: 0 },
      policy: { kind: 'hybrid-histogram' },
    };
    const policy = hybridHistogram();
    const answers = startMs.map((ms) => {
      policy.arrival(ms, 1);
      return policy.release(ms);
    });
    // With 48 bins the coefficient of variation is 2 to the last digit; with one more the histogram says too little.
    expect(answers.at(-1)!.keepAliveMs === 14_400_000).toBe(bins > 48);
    expect(replayed(kernels, traceOf(kernels, c), c)).toEqual(defined(c));
  });

  it('for counts per minute, spread evenly and at random', () => {
    fc.assert(
      fc.property(countCases, (c) => {
        const { offsets, cells } = cellsOf(c.counts);
        const { minutes, durationMs, memoryMiB, poisson, index } = c;
        const trace = kernels.traceOfCounts(
          minutes,
          offsets,
          cells,
          Float64Array.of(durationMs),
          Float64Array.of(memoryMiB),
          Uint8Array.of(poisson ? 1 : 0),
          Float64Array.of(index),
        );
        const calls = startsOf(c).map((startMs) => ({ startMs, durationMs }));
        expect(replayed(kernels, trace, { ...c, calls })).toEqual(defined({ ...c, calls }));
      }),
      { numRuns: RUNS },
    );
  });
});
