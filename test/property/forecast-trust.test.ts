/** Forecasts that are trusted no further than they have been right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callsPerMinute,
  FORECAST_MODELS,
  type FunctionForecast,
  forecastModel,
  MinuteHistory,
  type TrustEvent,
  TrustedForecast,
} from '../../ts/core/forecast/index.js';
import { generateTrace } from '../../ts/core/trace/index.js';

const MINUTE_MS = 60_000;
const DAY = 1440;
const WANTED = ['auto', ...FORECAST_MODELS] as const;

const minute = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.nat(500) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(0.25, 2 ** 53 - 1, 2 ** 32) },
);
const traffic = fc.record({
  start: fc.integer({ min: 0, max: 3000 }),
  counts: fc
    .array(fc.tuple(fc.array(minute, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 40 })), {
      maxLength: 12,
    })
    .map((parts) => parts.flatMap(([few, times]) => new Array<number[]>(times).fill(few).flat())),
  model: fc.constantFrom(...WANTED),
});

function feed(trusted: TrustedForecast, start: number, counts: readonly number[]): TrustEvent[] {
  return counts.flatMap((calls, i) => trusted.observeMinute((start + i) * MINUTE_MS, calls));
}

function expectSane({ calls, blockCalls, lower, upper }: FunctionForecast): void {
  for (const values of [calls, blockCalls, lower, upper]) {
    expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  }
  expect(lower.every((value, i) => value <= upper[i])).toBe(true);
}

describe('a model', () => {
  it.each(FORECAST_MODELS)('%s reads nothing from its origin on, and is finite from 0', (name) => {
    fc.assert(
      fc.property(traffic, fc.nat(300), fc.constantFrom(1, 10, 60), ({ start, counts }, back, level) => {
        const all = new MinuteHistory(start);
        for (const calls of counts) all.push(calls);
        const origin = Math.max(start, all.end - back);
        const past = new MinuteHistory(start);
        for (const calls of counts.slice(0, origin - start)) past.push(calls);
        const [early, late] = [new Float64Array(60 / level), new Float64Array(60 / level)];
        forecastModel(name).forecast(past, origin, level, early);
        forecastModel(name).forecast(all, origin, level, late);
        expect(early.every((calls) => Number.isFinite(calls) && calls >= 0)).toBe(true);
        // Whether a later minute is not known must not matter, but which way a sum is taken may.
        for (let i = 0; i < early.length; i++)
          expect(Math.abs(late[i] - early[i])).toBeLessThanOrEqual(1e-9 * early[i]);
      }),
    );
  });

  it('is as it is defined', () => {
    const history = new MinuteHistory(0);
    for (let at = 0; at < 8 * DAY; at++) history.push(Math.floor(at / DAY) * 100 + (at % 7));
    const next = (name: (typeof FORECAST_MODELS)[number], level: number): number => {
      const out = new Float64Array(2);
      forecastModel(name).forecast(history, history.end, level, out);
      return out[0];
    };
    const last = (8 * DAY - 1) % 7;
    expect(next('zero', 10)).toBe(0);
    expect(next('last', 10)).toBe(10 * (700 + last));
    expect(next('recent-peak', 10)).toBe(7060);
    expect(next('snaive-day', 1)).toBe(700 + ((7 * DAY) % 7));
    expect(next('snaive-week', 1)).toBe(100 + (DAY % 7));
    expect(next('ma5', 1)).toBeCloseTo(
      [0, 1, 2, 3, 4].reduce((sum, i) => sum + 700 + ((8 * DAY - 1 - i) % 7), 0) / 5,
      9,
    );
  });

  it.each(['lstm', 'hybrid', 'boosting'])('%s is refused by name', (name) => {
    const refusal = expect.objectContaining({
      code: 'MODEL_UNAVAILABLE',
      message: `the model '${name}' is not available yet; there are auto, ${FORECAST_MODELS.join(', ')}`,
    });
    expect(() => new TrustedForecast({ model: name as 'auto' })).toThrow(refusal);
  });
});

describe('a trusted forecast', () => {
  it('is finite, from 0, and the same after save and load, whatever came', () => {
    fc.assert(
      fc.property(traffic, fc.double({ min: 0, max: 1, noNaN: true }), ({ start, counts, model }, where) => {
        const cut = Math.floor(where * counts.length);
        const on = new TrustedForecast({ model });
        feed(on, start, counts.slice(0, cut));
        const loaded = TrustedForecast.load(on.save());
        expect(Buffer.compare(loaded.save(), on.save())).toBe(0);
        expect(feed(loaded, start + cut, counts.slice(cut))).toEqual(feed(on, start + cut, counts.slice(cut)));
        const now = (start + counts.length) * MINUTE_MS + 30_000;
        const forecast = on.forecast(now, 20, 30_000);
        expectSane(forecast);
        expect(loaded.forecast(now, 20, 30_000)).toEqual(forecast);
        expect(loaded.fan(20)).toEqual(on.fan(20));
        expect(loaded.trust()).toEqual(on.trust());
        for (const { calls, quantiles } of on.fan(20)) {
          for (const values of [calls, ...quantiles]) {
            expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['nothing', []],
    ['one minute', [5]],
    ['only minutes that are not known', new Array<number>(500).fill(Number.NaN)],
    ['as many calls as can be', new Array<number>(3 * DAY).fill(2 ** 53 - 1)],
  ])('of %s is finite', (_what, counts) => {
    for (const model of WANTED) {
      const trusted = new TrustedForecast({ model });
      expect(feed(trusted, 1000, counts).filter(({ kind }) => kind === 'demoted').length).toBeLessThan(2);
      expectSane(trusted.forecast((1000 + counts.length) * MINUTE_MS, 20, 30_000));
    }
  });

  it('spreads a minute evenly over its steps, from where it is asked', () => {
    const trusted = new TrustedForecast({ model: 'last' });
    feed(trusted, 0, [6]);
    const { calls, blocksFromMs, blockCalls, model, demotedFrom } = trusted.forecast(MINUTE_MS + 45_000, 3, 20_000);
    expect(Array.from(calls, (step) => Number(step.toFixed(9)))).toEqual([2, 2, 2]);
    expect({ blocksFromMs, blockCalls, model, demotedFrom }).toEqual({
      blocksFromMs: MINUTE_MS,
      blockCalls: Float64Array.of(60),
      model: 'last',
      demotedFrom: null,
    });
    expect(trusted.forecast(MINUTE_MS, 0, 30_000).calls.length).toBe(0);
  });

  it('holds what it said over a gap, and learns nothing there', () => {
    const trusted = new TrustedForecast({ model: 'ma15' });
    feed(
      trusted,
      0,
      Array.from({ length: 300 }, (_, at) => at % 13),
    );
    const before = { forecast: trusted.forecast(300 * MINUTE_MS, 20, 30_000).calls, trust: trusted.trust() };
    expect(feed(trusted, 300, new Array<number>(95).fill(Number.NaN))).toEqual([]);
    expect({ forecast: trusted.forecast(395 * MINUTE_MS, 20, 30_000).calls, trust: trusted.trust() }).toEqual(before);
    // Minutes left out are a gap too.
    trusted.observeMinute(450 * MINUTE_MS, Number.NaN);
    expect(trusted.forecast(451 * MINUTE_MS, 20, 30_000).calls).toEqual(before.forecast);
  });

  it('refuses what cannot be', () => {
    const trusted = new TrustedForecast({ model: 'auto' });
    trusted.observeMinute(10 * MINUTE_MS, 1);
    const refusal = (code: string) => expect.objectContaining({ code });
    expect(() => trusted.observeMinute(10 * MINUTE_MS, 1)).toThrow(refusal('TIME_ORDER'));
    expect(() => trusted.observeMinute(11 * MINUTE_MS + 1, 1)).toThrow(refusal('BAD_ARGUMENT'));
    expect(() => trusted.observeMinute(11 * MINUTE_MS, -1)).toThrow(refusal('OUT_OF_RANGE'));
    expect(() => trusted.forecast(10 * MINUTE_MS, 20, 30_000)).toThrow(refusal('OUT_OF_RANGE'));
    expect(() => trusted.forecast(11 * MINUTE_MS, 721, MINUTE_MS)).toThrow(refusal('OUT_OF_RANGE'));
    expect(trusted.forecast(11 * MINUTE_MS, 720, MINUTE_MS).calls.length).toBe(720);
    const state = trusted.save();
    for (const length of [0, 1, 50, state.length - 1]) {
      expect(() => TrustedForecast.load(state.subarray(0, length))).toThrow(refusal('BAD_STATE'));
    }
    expect(() => TrustedForecast.load(Uint8Array.of(...state, 0))).toThrow(refusal('BAD_STATE'));
  });

  it('takes bytes that were spoilt for what they say, or refuses them with BAD_STATE', () => {
    const trusted = new TrustedForecast({ model: 'ma5' });
    feed(
      trusted,
      100,
      Array.from({ length: 2000 }, (_, at) => (at % 7 === 0 ? Number.NaN : (at * 7919) % 300)),
    );
    const state = trusted.save();
    // The bytes before the minutes, and some of those.
    const place = fc.oneof(fc.nat(1900), fc.nat(state.length - 1));
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const spoilt = state.slice();
        for (const [at, byte] of changes) spoilt[at] = byte;
        let loaded: TrustedForecast;
        try {
          loaded = TrustedForecast.load(spoilt);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_STATE' });
          return;
        }
        const now = (loaded.history?.end ?? 0) * MINUTE_MS;
        if (now <= Number.MAX_SAFE_INTEGER / 2) expectSane(loaded.forecast(now, 20, 30_000));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('self-distrust', () => {
  /** A day that repeats: calls by the hour. */
  const daily = (at: number): number => [2, 2, 2, 5, 30, 80, 60, 90][Math.floor((at % DAY) / 180)] + (at % 3);
  const flat = (at: number): number => 40 + (at % 5);

  it('demotes a model when traffic changes, and promotes it when it is right again', () => {
    const trusted = new TrustedForecast({ model: 'snaive-day' });
    const days = (from: number, to: number, count: (at: number) => number): TrustEvent[] =>
      feed(
        trusted,
        from * DAY,
        Array.from({ length: (to - from) * DAY }, (_, i) => count(from * DAY + i)),
      );
    // On the first day there is no day before.
    days(0, 1, daily);
    days(1, 4, daily);
    expect(trusted.used).toBe('snaive-day');
    const changed = days(4, 5, flat);
    const [demoted] = changed;
    expect(demoted).toMatchObject({ kind: 'demoted', model: 'snaive-day' });
    expect(demoted.atMs).toBeGreaterThan(4 * DAY * MINUTE_MS);
    expect(demoted.atMs).toBeLessThan((4 * DAY + 180) * MINUTE_MS);
    expect(demoted.reason).toMatch(/^snaive-day was wrong by [\d.]+ calls in ten minutes, \S+ by [\d.]+, /);
    expect(trusted.forecast(5 * DAY * MINUTE_MS, 20, 30_000)).toMatchObject({
      model: trusted.used,
      demotedFrom: 'snaive-day',
    });
    const back = days(5, 9, daily);
    expect(back.at(-1)).toMatchObject({ kind: 'promoted', to: 'snaive-day' });
    expect(trusted.used).toBe('snaive-day');
    expect(trusted.forecast(9 * DAY * MINUTE_MS, 20, 30_000).demotedFrom).toBeNull();
    // It was not in a hurry: each change was left alone for two hours.
    const changes = [...changed, ...back].filter(({ kind }) => kind !== 'selected').map(({ atMs }) => atMs);
    for (let i = 1; i < changes.length; i++)
      expect(changes[i] - changes[i - 1]).toBeGreaterThanOrEqual(120 * MINUTE_MS);
    expect(changes.length).toBeLessThan(6);
  });

  it('demotes a model whose interval fails', () => {
    const bursty = generateTrace({ pattern: 'bursty', functions: 2, days: 7, seed: 1 });
    const trusted = new TrustedForecast({ model: 'zero' });
    const [demoted] = feed(trusted, 0, [...callsPerMinute(bursty, 0)]);
    expect(demoted).toEqual({
      atMs: 250 * MINUTE_MS,
      kind: 'demoted',
      model: 'zero',
      to: 'last',
      reason: '71 % of the last 24 blocks of ten minutes lay in its 90 % interval, expected 75 % or more',
    });
  });

  it('does not change for the sake of it', () => {
    // The level doubles every hour: no model is right, none has an interval that holds, and the last minute is wrong by least.
    const trusted = new TrustedForecast({ model: 'last' });
    const events = feed(
      trusted,
      0,
      Array.from({ length: 480 }, (_, at) => Math.round(2 ** (at / 60) * 20)),
    );
    expect(trusted.trust().every(({ coverage }) => coverage < 0.75)).toBe(true);
    expect(events).toEqual([]);
  });

  it('selects the model that was wrong by least, and does not change its mind every time', () => {
    const trusted = new TrustedForecast({ model: 'auto' });
    const events = feed(
      trusted,
      0,
      Array.from({ length: 5 * DAY }, (_, at) => daily(at)),
    );
    expect(trusted.used).toBe('snaive-day');
    expect(events.every(({ kind }) => kind === 'selected')).toBe(true);
    expect(events.length).toBeLessThan(8);
    expect(trusted.forecast(5 * DAY * MINUTE_MS, 20, 30_000).demotedFrom).toBeNull();
    const [best] = trusted.trust().toSorted((a, b) => a.meanError - b.meanError);
    expect(best).toMatchObject({ model: 'snaive-day', isUsed: true, blocks: 24, coverage: 1 });
  });
});
