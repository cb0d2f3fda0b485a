/** A history of minutes against a plain list of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinuteHistory } from '../../ts/core/forecast/index.js';

const DAY = 1440;

/** Minutes as traffic has them: quiet, busy, very busy, fractional, and not known. */
const minute = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(300) },
  { weight: 1, arbitrary: fc.nat(2 ** 33) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0.5, 1 / 3, 254, 255, 65_534, 65_535, 2 ** 21 - 1, 2 ** 32 - 1, 2 ** 53 - 1),
  },
  { weight: 2, arbitrary: fc.constant(Number.NaN) },
);

/** Stretches of one minute's count repeated, so that days fill. */
const minutes = fc
  .array(fc.tuple(minute, fc.integer({ min: 1, max: 200 })), { maxLength: 60 })
  .map((stretches) => stretches.flatMap(([calls, length]) => new Array<number>(length).fill(calls)));

const cases = fc.record({ start: fc.integer({ min: 0, max: 5000 }), minutes });

function filled(start: number, all: readonly number[]): MinuteHistory {
  const history = new MinuteHistory(start);
  for (const calls of all) history.push(calls);
  return history;
}

describe('a history', () => {
  it('reads what was pushed, zeros before it, also after save and load', () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ({ start, minutes: all }, where) => {
        const pushed = filled(start, all);
        for (const history of [pushed, MinuteHistory.load(pushed.save())]) {
          expect([history.start, history.end]).toEqual([start, start + all.length]);
          const from = Math.floor(Math.max(history.keptFrom, start - 100) + where * all.length * 0.9);
          const out = new Float64Array(400);
          history.read(from, out, out.length);
          expect(out.every((calls, i) => Object.is(calls, all[from + i - start] ?? 0))).toBe(true);
        }
        expect(Buffer.compare(MinuteHistory.load(pushed.save()).save(), pushed.save())).toBe(0);
      }),
    );
  });

  it('keeps eight days and the sum of all', () => {
    const history = new MinuteHistory(0);
    const count = (at: number): number => (at * 7919) % 97;
    let sum = 0;
    for (let at = 0; at < 20 * DAY + 77; at++) {
      history.push(count(at));
      if (at < 19 * DAY) sum += count(at);
    }
    expect(history.keptFrom).toBe(12 * DAY);
    expect(history.before(19 * DAY)).toEqual({ calls: sum, minutes: 19 * DAY });
    const out = new Float64Array(3);
    history.read(12 * DAY, out, 3);
    expect(out).toEqual(Float64Array.of(count(12 * DAY), count(12 * DAY + 1), count(12 * DAY + 2)));
    history.read(12 * DAY - 2, out, 3);
    expect(out).toEqual(Float64Array.of(0, 0, count(12 * DAY)));
  });

  it('means over the last known minutes, and nothing else', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 70 }), fc.nat(100), ({ start, minutes: all }, wanted, back) => {
        const history = filled(start, all);
        const origin = Math.max(start, history.end - back);
        const known = all.slice(0, origin - start).filter((calls) => !Number.isNaN(calls));
        // Beyond two days before the last known minute it does not look.
        fc.pre(all.length < 2 * DAY);
        const last = known.slice(-wanted).reverse();
        const mean = last.length === 0 ? 0 : last.reduce((sum, calls) => sum + calls, 0) / last.length;
        expect(history.meanOfLast(wanted, origin)).toBe(mean);
        expect(history.mostOfLast(wanted, origin)).toBe(Math.max(0, ...last));
        const { calls, minutes: count } = history.before(origin);
        expect(count).toBe(known.length);
        // Sums are differences of sums: what they lack is a rounding of the greatest.
        const sumOf = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0);
        const greatest = sumOf(all.filter((one) => !Number.isNaN(one)));
        expect(Math.abs(calls - sumOf(known))).toBeLessThanOrEqual(1e-12 * greatest);
      }),
    );
  });

  it('skips far ahead at once', () => {
    const history = filled(100, [1, 2, 3]);
    history.skipTo(100_000_000_003);
    expect(history.end).toBe(100_000_000_003);
    expect(history.isWhole).toBe(false);
    const out = new Float64Array(1500);
    history.read(history.end - out.length, out, out.length);
    expect(out.every(Number.isNaN)).toBe(true);
    expect(history.before(history.end)).toEqual({ calls: 6, minutes: 3 });
    history.push(8);
    expect(history.meanOfLast(5, history.end)).toBe(8);
    expect(MinuteHistory.load(history.save()).save()).toEqual(history.save());
  });

  it('is small where there is little', () => {
    const history = new MinuteHistory(0);
    for (let at = 0; at < 9 * DAY; at++) history.push(at % 45 === 0 ? 1 : 0);
    expect(history.save().length).toBeLessThan(1300);
    for (let at = 0; at < 9 * DAY; at++) history.push(at % 200);
    expect(history.save().length).toBeLessThan(9 * DAY + 100);
  });

  it.each([-1, Number.POSITIVE_INFINITY, 2 ** 60])('refuses %d calls', (calls) => {
    expect(() => new MinuteHistory(0).push(calls)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  });

  it.each([-1, 0.5, Number.NaN])('refuses to start at %d', (start) => {
    expect(() => new MinuteHistory(start)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });

  it('refuses bytes that are no history, with BAD_STATE, or takes what they say', () => {
    const bytes = filled(7, [1, 2, 300, Number.NaN, 0.5, ...new Array<number>(100).fill(9)]).save();
    expect(() => MinuteHistory.load(bytes.subarray(0, bytes.length - 1))).toThrow(
      expect.objectContaining({ code: 'BAD_STATE' }),
    );
    expect(() => MinuteHistory.load(Uint8Array.of(...bytes, 0))).toThrow(
      expect.objectContaining({ code: 'BAD_STATE' }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const bad = bytes.slice();
        bad[at] = byte;
        let history: MinuteHistory;
        try {
          history = MinuteHistory.load(bad);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_STATE' });
          return;
        }
        expect(Buffer.compare(history.save(), bad)).toBe(0);
      }),
    );
  });
});
