/** Traffic that the adaptive policies learn from, and their specs at random. */
import fc from 'fast-check';
import type { AdaptiveTerms } from '../../ts/core/kernels/index.js';
import type { Call } from './replay-oracle.js';

const MINUTE_MS = 60_000;

/** Hazards of any kind, or all alike. */
const prior = fc.oneof(
  fc.constantFrom(0.02, 0.1, 0.4).map((hazard) => new Float64Array(586).fill(hazard)),
  fc.integer({ min: 1, max: 2 ** 31 }).map((seed) => {
    return Float64Array.from({ length: 586 }, (_, i) => ((Math.imul(seed, i + 1) >>> 8) % 499) / 1000 + 0.001);
  }),
);

export const adaptiveTerms: fc.Arbitrary<{ kind: 'adaptive' | 'adaptive-keepalive' } & AdaptiveTerms> = fc
  .record({
    kind: fc.constantFrom('adaptive' as const, 'adaptive' as const, 'adaptive-keepalive' as const),
    prior,
    priceFactor: fc.constantFrom(...Array.from({ length: 6 }, () => undefined), 0.1, 10, 0),
    targetColdStartRate: fc.constantFrom(undefined, undefined, undefined, 0, 0.05, 1),
  })
  .map(({ kind, prior: hazards, priceFactor, targetColdStartRate }) => ({
    kind,
    prior: hazards,
    ...(priceFactor !== undefined && { priceFactor }),
    ...(targetColdStartRate !== undefined && { targetColdStartRate }),
  }));

/** One part of the traffic: calls ascending by start, from 0 on. */
type Part = readonly Call[];

const duration = fc.oneof(fc.constantFrom(0, 40, 700, 700, 5000), fc.nat(90_000));

/** So many calls at each beat, a little late or early. */
const beats: fc.Arbitrary<Part> = fc
  .record({
    everyMinutes: fc.constantFrom(1, 2, 5, 15, 15, 30, 60, 60),
    times: fc.integer({ min: 3, max: 40 }),
    atOnce: fc.constantFrom(1, 1, 2, 6, 12),
    late: fc.array(fc.nat(4000), { minLength: 30, maxLength: 30 }),
    durationMs: duration,
  })
  .map(({ everyMinutes, times, atOnce, late, durationMs }) =>
    Array.from({ length: times }, (_, beat) =>
      Array.from({ length: atOnce }, (__, i) => {
        return { startMs: beat * everyMinutes * MINUTE_MS + 20_000 + late[(beat + i) % 30], durationMs };
      }),
    ).flat(),
  );

/** Many calls, several at once. */
const crowds: fc.Arbitrary<Part> = fc
  .tuple(fc.constantFrom(50, 400, 3000), fc.array(fc.tuple(fc.nat(100), duration), { maxLength: 120, size: 'max' }))
  .map(([scale, gaps]) => {
    let startMs = 0;
    return gaps.map(([gap, durationMs]) => {
      startMs += Math.floor((gap * scale) / 50);
      return { startMs, durationMs };
    });
  });

/** Gaps of all lengths. */
const sparse: fc.Arbitrary<Part> = fc
  .array(fc.tuple(fc.oneof(fc.nat(20_000), fc.nat(40 * MINUTE_MS), fc.constantFrom(0, 10 * MINUTE_MS)), duration), {
    maxLength: 25,
    size: 'max',
  })
  .map((gaps) => {
    let startMs = 0;
    return gaps.map(([gap, durationMs]) => {
      startMs += gap;
      return { startMs, durationMs };
    });
  });

/** Parts behind and among each other; calls ascending by start, and the whole minutes that they take. */
export const adaptiveTraffic: fc.Arbitrary<{ calls: Call[]; minutes: number }> = fc
  .array(fc.tuple(fc.oneof(beats, beats, beats, crowds, sparse), fc.nat(90)), { minLength: 1, maxLength: 3 })
  .map((parts) => {
    const calls = parts
      .flatMap(([part, minutes]) => part.map((call) => ({ ...call, startMs: call.startMs + minutes * MINUTE_MS })))
      .toSorted((a, b) => a.startMs - b.startMs);
    return { calls, minutes: Math.floor((calls.at(-1)?.startMs ?? 0) / MINUTE_MS) + 5 };
  });
