/** Requests of every kind get an answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, ForecastSession } from '../../ts/core/index.js';

const value = fc.oneof(
  fc.constantFrom<unknown>('f', 'g', 'observe', 'forecast', 0, 1, 10, 60, -1, 0.5, 1e300, null, true, [], {}),
  fc.array(fc.oneof(fc.nat(100), fc.double(), fc.constant(null)), { maxLength: 30 }),
  fc.jsonValue(),
);
const fields = ['op', 'series', 'from', 'counts', 'origin', 'horizon', 'levels', 'quantiles'];
const right = fc.oneof(
  fc.record({
    op: fc.constant('observe'),
    series: fc.constantFrom('f', 'g'),
    from: fc.nat(2000),
    counts: fc.array(fc.oneof(fc.nat(50), fc.constant(null)), { maxLength: 100 }),
  }),
  fc.record({
    op: fc.constant('forecast'),
    series: fc.constantFrom('f', 'g'),
    origin: fc.nat(3000),
    horizon: fc.constantFrom(60, 120, 720),
    levels: fc.constantFrom([1, 10, 60], [60], []),
    quantiles: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  }),
);
const broken = fc
  .tuple(right, fc.constantFrom(...fields), value)
  .map(([request, field, odd]) => ({ ...request, [field]: odd }));
const line = fc.oneof(
  right.map((request) => JSON.stringify(request)),
  broken.map((request) => JSON.stringify(request)),
  fc.jsonValue().map((odd) => JSON.stringify(odd)),
  fc.string(),
);

describe('a session', () => {
  it('answers every line with one of JSON: what was asked, or a code', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const session = new ForecastSession({ model: 'auto' });
        for (const request of lines) {
          const text = session.answer(request);
          expect(text).not.toContain('\n');
          const answer = JSON.parse(text);
          if ('error' in answer) {
            expect(ERROR_CODES).toContain(answer.error.code);
            expect(answer.error.code, `${request} ${text}`).not.toBe('INTERNAL');
          } else if ('point' in answer) {
            const numbers = [...Object.values(answer.point), ...Object.values(answer.quantiles)].flat(2) as number[];
            expect(numbers.every((one) => Number.isFinite(one) && one >= 0)).toBe(true);
          } else expect(answer).toEqual({});
        }
      }),
      { numRuns: 200 },
    );
  });

  it('learns nothing from a request that is refused', () => {
    const session = new ForecastSession({ model: 'last' });
    const ask = (request: object): { error?: { message: string }; point?: object } =>
      JSON.parse(session.answer(JSON.stringify(request)));
    expect(ask({ op: 'observe', series: 'f', from: 0, counts: [1, 2, -3] }).error).toEqual({
      code: 'BAD_ARGUMENT',
      message: 'counts[2] is -3, expected 0..2^53 - 1, or null for not known',
    });
    const forecast = { op: 'forecast', series: 'f', origin: 5, horizon: 10, levels: [10], quantiles: [] };
    expect(ask(forecast).error?.message).toBe("there is no series 'f'; observe it first");
    expect(ask({ op: 'observe', series: 'f', from: 0, counts: [1, 2] })).toEqual({});
    // Asking about later minutes says nothing of those between.
    expect(ask(forecast).point).toEqual({ 10: [20] });
    expect(ask({ op: 'observe', series: 'f', from: 2, counts: [9, 9, 9] })).toEqual({});
    expect(ask(forecast).point).toEqual({ 10: [90] });
  });
});
