import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logTicks } from '../../ts/core/evaluate/page/axis.js';

it.each([
  // As few cold starts as a handful of calls has: no power of ten lies in the middle of them.
  [3 / 1.5, 7 * 1.5, [2, 5, 10]],
  [16 / 1.5, 16 * 1.5, [15, 20]],
  [347 / 1.5, 347 * 1.5, [250, 300, 400, 500]],
  [1 / 1.5, 1.5, [1]],
  [5, 20_000, [10, 100, 1000, 10_000]],
])('ticks from %d to %d', (from, to, expected) => {
  expect(logTicks(from, to)).toEqual(expected);
});

it('there are some, ascending and within, however near the ends are', () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 1, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(cases, ([lowest, ratio]) => {
      const [from, to] = [lowest / 1.5, lowest * ratio * 1.5];
      const ticks = logTicks(from, to);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(20);
      for (const [i, tick] of ticks.entries()) {
        expect(tick).toBeGreaterThanOrEqual(Math.max(from, (ticks[i - 1] ?? 0) * (1 + 1e-9)));
        expect(tick).toBeLessThanOrEqual(to);
        expect(Number.isInteger(tick)).toBe(true);
      }
    }),
  );
});
