/** ARIMA as a forecaster: what it says follows from the minutes before alone, however they were followed, saved and fitted. */
import { describe, expect, it } from 'vitest';
import { ArimaForecast } from '../../ts/core/forecast/arima-forecast.js';
import { ByteReader, ByteWriter } from '../../ts/core/forecast/bytes.js';
import { ARIMA_SEARCH, MinuteHistory, TrustedForecast } from '../../ts/core/forecast/index.js';
import { autoArima, IsothermError } from '../../ts/core/kernels/index.js';

const MINUTE_MS = 60_000;
const DAY = 1440;

/** A repeatable number from 0 to 1. */
const noise = (at: number): number => ((at * 7919 + ((at * at) % 1009) * 104_729) % 10_007) / 10_007;
/** A day's wave with noise: no rule knows both. */
const wave = (at: number): number =>
  Math.round(40 + 30 * Math.sin((2 * Math.PI * at) / DAY) + 10 * (noise(Math.floor(at / 10)) - 0.5) + 6 * noise(at));

/** Calls by minute of which much follows little: what came in ten minutes tells of the next ten, and no mean does. */
function rebounds(blocks: number): number[] {
  const counts: number[] = [];
  let apart = 0;
  for (let block = 0; block < blocks; block++) {
    apart = -0.85 * apart + 12 * (noise(block + 1) - 0.5);
    for (let minute = 0; minute < 10; minute++) counts.push(Math.max(0, Math.round(30 + apart)));
  }
  return counts;
}

function historyOf(counts: readonly number[], start = 0): MinuteHistory {
  const history = new MinuteHistory(start);
  for (const calls of counts) history.push(calls);
  return history;
}

const series = (minutes: number, calls: (at: number) => number): number[] =>
  Array.from({ length: minutes }, (_, at) => calls(at));

function said(model: ArimaForecast, history: MinuteHistory, origin: number, level = 10): number[] {
  const out = new Float64Array(60 / level);
  model.forecast(history, origin, level, out);
  return [...out];
}

function reloaded(model: ArimaForecast): ArimaForecast {
  const out = new ByteWriter();
  model.saveTo(out);
  return ArimaForecast.loadFrom(new ByteReader(out.finish()));
}

function bytesOf(model: ArimaForecast): number {
  const out = new ByteWriter();
  model.saveTo(out);
  return out.finish().length;
}

const rule = (history: MinuteHistory, minutes: number): number => history.meanOfLast(minutes, history.end) * 10;

describe('what it says', () => {
  const counts = series(3 * DAY, (at) => (at % 1000 > 30 ? wave(at) : Number.NaN));

  it('is the same followed minute by minute, at once, saved and loaded, and fitted by others', () => {
    const history = new MinuteHistory(0);
    const steady = new ArimaForecast(37);
    let moved = new ArimaForecast(37);
    const helped = new ArimaForecast(37);
    let tasks = 0;
    const answers: number[][][] = [];
    for (const calls of counts) {
      history.push(calls);
      for (const model of [steady, moved, helped]) model.follow(history);
      const task = helped.task(history);
      if (task !== undefined && task.series.length > 0) {
        tasks++;
        using found = autoArima(task.series, ARIMA_SEARCH);
        helped.take(task, found);
        expect(helped.task(history)).toBeUndefined();
      }
      if (history.end % 97 === 0) moved = reloaded(moved);
      if (history.end % 511 === 0) {
        answers.push([steady, moved, helped].map((model) => said(model, history, history.end)));
      }
    }
    for (const [one, two, three] of answers) {
      expect(two).toEqual(one);
      expect(three).toEqual(one);
    }
    expect(tasks).toBeGreaterThan(3);
    const late = new ArimaForecast(37);
    expect(said(late, history, history.end)).toEqual(said(steady, history, history.end));
    const saved = [steady, moved, helped, late].map((model) => {
      const out = new ByteWriter();
      model.saveTo(out);
      return Buffer.from(out.finish()).toString('hex');
    });
    expect(new Set(saved).size).toBe(1);
  });

  it('is the same at an earlier origin as it was then, whatever came since', () => {
    const origins = [1500, 1805, 2400, 2883];
    const live = new ArimaForecast();
    const then = origins.map((origin) => said(live, historyOf(counts.slice(0, origin)), origin));
    const all = historyOf(counts.slice(0, 2950).map((calls, at) => (at < 2883 ? calls : 1e6)));
    const now = new ArimaForecast();
    said(now, all, all.end);
    expect(origins.map((origin) => said(now, all, origin))).toEqual(then);
  });

  it('is not known of what is longer ago than its fits reach', () => {
    const days = historyOf(series(8 * DAY, wave));
    const model = new ArimaForecast();
    said(model, days, days.end);
    expect(said(model, days, 600)).toEqual(new Array(6).fill(Number.NaN));
    expect(said(model, days, days.end - DAY).every((calls) => calls > 0)).toBe(true);
  });

  it('spreads a block evenly over its minutes, and begins within one', () => {
    const history = historyOf(series(1003, wave));
    const model = new ArimaForecast();
    const minutes = said(model, history, 1003, 1);
    expect(new Set(minutes.slice(0, 7)).size).toBe(1);
    const tens = said(model, history, 1003);
    const sum = minutes.slice(0, 10).reduce((all, calls) => all + calls, 0);
    expect(Math.abs(tens[0]! - sum)).toBeLessThan(1e-9 * sum);
  });
});

describe('what it knows', () => {
  it('foresees that much follows little, which no rule does', () => {
    const counts = rebounds(432);
    const history = new MinuteHistory(0);
    const model = new ArimaForecast();
    const wrong = { arima: 0, ma15: 0, ma60: 0 };
    for (const [at, calls] of counts.entries()) {
      if (at % 10 === 0 && at > DAY) {
        const came = counts.slice(at, at + 10).reduce((sum, one) => sum + one, 0);
        wrong.arima += Math.abs(said(model, history, at)[0]! - came);
        wrong.ma15 += Math.abs(rule(history, 15) - came);
        wrong.ma60 += Math.abs(rule(history, 60) - came);
      }
      history.push(calls);
    }
    expect(wrong.arima).toBeLessThan(0.7 * wrong.ma60);
    expect(wrong.arima).toBeLessThan(0.5 * wrong.ma15);
  });

  it('takes minutes that are not known for a gap, not for silence', () => {
    const known = series(2 * DAY, (at) => 30 + Math.round(6 * noise(at)));
    const gapped = [...known.slice(0, -300), ...new Array<number>(300).fill(Number.NaN)];
    const silent = [...known.slice(0, -300), ...new Array<number>(300).fill(0)];
    const model = (counts: number[]): number => {
      const history = historyOf(counts);
      return said(new ArimaForecast(), history, history.end)[0]!;
    };
    expect(model(gapped)).toBeGreaterThan(250);
    expect(model(silent)).toBeLessThan(100);
  });

  it.each([
    ['little is known', series(400, wave)],
    ['all is alike', series(DAY, () => 7)],
    ['there are few calls', series(DAY, (at) => (at % 300 === 0 ? 1 : 0))],
    ['a gap of days has ended', [...series(DAY, wave), ...series(4 * DAY, () => Number.NaN), ...series(60, wave)]],
  ])('says what ma15 says where %s', (_when, counts) => {
    const history = historyOf(counts);
    const model = new ArimaForecast();
    expect(said(model, history, history.end)).toEqual(new Array(6).fill(rule(history, 15)));
    expect(said(reloaded(model), history, history.end)).toEqual(said(model, history, history.end));
  });

  it('is finite and bounded, however large calls are', () => {
    for (const counts of [
      series(2 * DAY, (at) => (at % 7) * 2 ** 50),
      series(2 * DAY, (at) => (at < DAY ? 0 : 2 ** (at / 60))),
    ]) {
      const history = historyOf(counts);
      const most = Math.max(...counts) * 10 * 1.5;
      for (const calls of said(new ArimaForecast(), history, history.end)) {
        expect(calls).toBeGreaterThanOrEqual(0);
        expect(calls).toBeLessThanOrEqual(most);
      }
    }
  });
});

describe('when it is fitted', () => {
  /** Minutes at which a fit was begun. */
  function begun(counts: readonly number[], phase: number): number[] {
    const history = new MinuteHistory(0);
    const model = new ArimaForecast(phase);
    const minutes: number[] = [];
    let was: number | undefined;
    for (const calls of counts) {
      history.push(calls);
      model.follow(history);
      const at = model.task(history)?.fit.fromMinute;
      if (at !== undefined && at !== was && model.task(history)!.series.length > 0) minutes.push(history.end);
      was = at;
    }
    return minutes;
  }

  it('at its own minutes only, the seldomer the more it knows, and once a day', () => {
    const calm = series(5 * DAY, (at) => 40 + Math.round(8 * noise(at)));
    for (const phase of [0, 37]) {
      const minutes = begun(calm, phase);
      expect(minutes.every((minute) => minute % 120 === phase)).toBe(true);
      expect(minutes[0]).toBeLessThanOrEqual(480 + 120);
      const apart = minutes.slice(1).map((minute, i) => minute - minutes[i]!);
      expect(Math.max(...apart)).toBeLessThanOrEqual(DAY + 120);
      expect(minutes.length).toBeLessThan(10);
    }
    expect(new ArimaForecast(37 + 120 * 5)).toEqual(new ArimaForecast(37));
  });

  it('earlier where its errors have grown', () => {
    const changed = series(5 * DAY, (at) =>
      at < 4 * DAY + 200 ? 40 + Math.round(8 * noise(at)) : Math.round(80 * noise(Math.floor(at / 10))),
    );
    const calm = series(5 * DAY, (at) => 40 + Math.round(8 * noise(at)));
    const since = (minutes: number[]): number => minutes.find((minute) => minute > 4 * DAY + 200)!;
    const [early, late] = [since(begun(changed, 0)), since(begun(calm, 0))];
    expect(early).toBeLessThan(late);
    expect(early).toBeLessThanOrEqual(4 * DAY + 200 + 600);
  });

  it('keeps a state that does not grow with time', () => {
    const model = new ArimaForecast();
    const history = new MinuteHistory(0);
    let most = 0;
    for (let at = 0; at < 12 * DAY; at++) {
      history.push(at % 700 === 3 ? Number.NaN : wave(at));
      model.follow(history);
      if (at % 600 === 0) most = Math.max(most, bytesOf(model));
    }
    expect(most).toBeLessThan(6000);
  });

  it('refuses bytes that no model has', () => {
    const history = historyOf(series(2 * DAY, wave));
    const model = new ArimaForecast();
    said(model, history, history.end);
    const out = new ByteWriter();
    model.saveTo(out);
    const state = out.finish();
    for (const length of [0, 1, 10, 60, state.length - 1]) {
      const load = () => ArimaForecast.loadFrom(new ByteReader(state.subarray(0, length)));
      expect(load).toThrow(expect.objectContaining({ code: 'BAD_STATE' }));
    }
  });

  it('goes on without a model where a fit finds none', () => {
    const history = historyOf(series(480, wave));
    const model = new ArimaForecast();
    model.follow(history);
    const task = model.task(history)!;
    model.take(task, new IsothermError('INFEASIBLE', 'no model'));
    for (let at = 480; at < 520; at++) history.push(wave(at));
    expect(said(model, history, history.end)[0]).toBe(rule(history, 15));
    model.take(task, new IsothermError('INTERNAL', 'a fault of the kernel'));
    expect(said(model, history, history.end)[0]).toBe(rule(history, 15));
    expect(() => model.take(task, new IsothermError('BAD_STATE', 'not of a fit'))).toThrow('not of a fit');
  });
});

describe('under trust', () => {
  const feed = (trusted: TrustedForecast, counts: readonly number[]) =>
    counts.flatMap((calls, at) => trusted.observeMinute(at * MINUTE_MS, calls));

  it('is what auto comes to use where it has been right, and no sooner', () => {
    const trusted = new TrustedForecast({ model: 'auto' });
    const events = feed(trusted, rebounds(288));
    const first = events.find(({ to }) => to === 'arima')!;
    const { meanError, isUsed } = trusted.trust().find(({ model }) => model === 'arima')!;
    expect(isUsed).toBe(true);
    expect(first.atMs).toBeGreaterThan(490 * MINUTE_MS);
    expect(first.reason).toContain(', arima by ');
    expect(trusted.trust().every((other) => other.model === 'arima' || other.meanError > meanError)).toBe(true);
  });

  it('gives way when it no longer beats the rules, by name, and comes back', () => {
    const trusted = new TrustedForecast({ model: 'arima' });
    // Then a day that repeats to the minute, which yesterday foretells and no ARIMA.
    const steps = (at: number): number => (noise(Math.floor((at % DAY) / 10)) < 0.5 ? 5 : 60);
    const days = [...rebounds(288), ...series(3 * DAY, (at) => steps(2 * DAY + at))];
    const events = feed(trusted, days);
    expect(events[0]).toMatchObject({ kind: 'demoted', model: 'arima' });
    expect(trusted.used).toBe('snaive-day');
    expect(trusted.forecast(5 * DAY * MINUTE_MS, 20, 30_000).demotedFrom).toBe('arima');
    const back = rebounds(576).flatMap((calls, i) => trusted.observeMinute((5 * DAY + i) * MINUTE_MS, calls));
    expect(back.some(({ kind, to }) => kind === 'promoted' && to === 'arima')).toBe(true);
  });
});
