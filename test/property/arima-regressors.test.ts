/** Waves and the calendar as regressors. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarTerms, fitArima, fourierTerms, type IsothermError } from '../../ts/core/kernels/index.js';
import { onUnitCircle } from '../../ts/core/kernels/unit-circle.js';

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return (thrown as IsothermError).code;
  }
};

describe('fourierTerms', () => {
  it('are sines and cosines, and go on where the series ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(2, 3, 7, 24, 52.18, 365.25),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 30 }),
        (length, period, most, from) => {
          const harmonics = Math.min(most, Math.floor(period / 2));
          const columns = fourierTerms(length, period, harmonics);
          const ahead = fourierTerms(30, period, harmonics, { from });
          const whole = fourierTerms(60, period, harmonics);
          expect(columns).toHaveLength(2 * harmonics - Number(2 * harmonics === period));
          columns.forEach((column, i) => {
            expect(column).toEqual(whole[i]!.slice(0, length));
            expect(ahead[i]).toEqual(whole[i]!.slice(from, from + 30));
            const k = Math.floor(i / 2) + 1;
            const wave = i % 2 === 1 || 2 * k === period ? Math.cos : Math.sin;
            column.forEach((value, t) => {
              expect(Math.abs(value - wave((2 * Math.PI * k * t) / period))).toBeLessThan(1e-13);
            });
          });
        },
      ),
    );
  });

  it('are exact at the quarters of a turn', () => {
    const quarters = fourierTerms(8, 4, 1);
    expect(quarters.map((column) => [...column].map((value) => value + 0))).toEqual([
      [0, 1, 0, -1, 0, 1, 0, -1],
      [1, 0, -1, 0, 1, 0, -1, 0],
    ]);
    // What they are compared with has an angle that is rounded.
    for (let t = 0; t < 1000; t++) {
      const [sine, cosine] = onUnitCircle(t / 1000);
      expect(Math.abs(sine - Math.sin((2 * Math.PI * t) / 1000))).toBeLessThan(2e-15);
      expect(Math.abs(cosine - Math.cos((2 * Math.PI * t) / 1000))).toBeLessThan(2e-15);
    }
  });

  it('are refused out of range', () => {
    for (const run of [
      () => fourierTerms(-1, 4, 1),
      () => fourierTerms(4, 1, 1),
      () => fourierTerms(4, Number.NaN, 1),
      () => fourierTerms(4, 5, 3),
      () => fourierTerms(4, 4, 0),
      () => fourierTerms(4, 4, 1, { from: -1 }),
    ]) {
      expect(codeOf(run)).toBe('OUT_OF_RANGE');
    }
  });
});

describe('calendarTerms', () => {
  it('say what the clock in UTC says', () => {
    const day = fc.integer({ min: -1e12, max: 4e12 });
    fc.assert(
      fc.property(
        day,
        fc.constantFrom(60_000, 3_600_000, 86_400_000, 7_777_777),
        fc.nat(50),
        (startMs, stepMs, from) => {
          const terms = ['dayOfWeek', 'hourOfDay'] as const;
          const columns = calendarTerms(20, { startMs, stepMs, terms, from });
          const [weekend] = calendarTerms(20, { startMs, stepMs, terms: ['weekend'], from });
          expect(columns).toHaveLength(29);
          for (let t = 0; t < 20; t++) {
            const date = new Date(startMs + (from + t) * stepMs);
            const [weekday, hour] = [(date.getUTCDay() + 6) % 7, date.getUTCHours()];
            const ones = columns.flatMap((column, i) => (column[t] === 1 ? [i] : []));
            expect(ones).toEqual([...(weekday > 0 ? [weekday - 1] : []), ...(hour > 0 ? [5 + hour] : [])]);
            expect(weekend![t]).toBe(Number(weekday >= 5));
          }
        },
      ),
    );
  });

  it('find the effect of the hours, beside a mean', () => {
    const hours = { startMs: Date.UTC(2026, 0, 5), stepMs: 3_600_000, terms: ['hourOfDay'] } as const;
    const xreg = calendarTerms(240, hours);
    const y = Float64Array.from({ length: 240 }, (_, t) => 10 + (t % 24) + ((t * t * 7) % 13) / 100);
    using model = fitArima(y, { order: [0, 0, 0], xreg });
    model.xreg.forEach((effect, i) => {
      expect(Math.abs(effect - (i + 1))).toBeLessThan(0.1);
    });
    const { mean } = model.forecast(24, { xreg: calendarTerms(24, { ...hours, from: 240 }) });
    mean.forEach((value, h) => {
      expect(Math.abs(value - (10 + h))).toBeLessThan(0.2);
    });
  });

  it('are refused where they say the same twice, or are not known', () => {
    const at = { startMs: 0, stepMs: 3_600_000 };
    expect(codeOf(() => calendarTerms(3, { ...at, terms: ['dayOfWeek', 'weekend'] }))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => calendarTerms(3, { ...at, terms: ['weekend', 'weekend'] }))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => calendarTerms(3, { ...at, terms: ['month' as never] }))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => calendarTerms(3, { ...at, terms: [], stepMs: 0 }))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => calendarTerms(3, { ...at, terms: [], startMs: 8.64e15 }))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => calendarTerms(3, { ...at, terms: [], startMs: 0.5 }))).toBe('OUT_OF_RANGE');
  });
});
