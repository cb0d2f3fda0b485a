/** The choice of ready instances: demand by hand, terms from price pages, counts against trying every one, forecasts that do not look ahead. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Demand, DemandRecorder, joined, peak, stepsOf } from '../../ts/core/decide/advise/demand.js';
import { FORECAST_METHODS, forecastCounts } from '../../ts/core/decide/advise/forecast.js';
import { GROUP_TOPS, groupOf, MAX_LEVEL } from '../../ts/core/decide/advise/levels.js';
import { bestCount, extraUsd, priced } from '../../ts/core/decide/advise/ready-count.js';
import { constantCount, hourlySchedule } from '../../ts/core/decide/advise/schedule.js';
import { describeSetting, hourOf, STEP_MS } from '../../ts/core/decide/advise/setting.js';
import {
  azureFlex,
  cloudRun,
  kubernetes,
  lambdaPrices,
  lambdaProvisioned,
  readyTerms,
} from '../../ts/core/decide/index.js';

const TERMS = { readyUsdPerMs: 1e-11, callSavedUsd: 1e-6, coldStartBillUsd: 1e-5, ownIdleUsdPerMs: 0 };

/** Demand of calls of `[atMs, durationMs]`. */
function recorded(
  steps: number,
  keepAliveMs: number,
  calls: readonly (readonly [number, number])[],
  alike = false,
): Demand {
  const recorder = new DemandRecorder(steps, STEP_MS, keepAliveMs, alike);
  for (const [at, duration] of calls) recorder.call(at, duration);
  return recorder.finish();
}

const stepOf = ({ offsets, calls, coldStarts, idleMs }: Demand, step: number) => {
  const [from, to] = [offsets[step]!, offsets[step + 1]!];
  return {
    calls: [...calls.slice(from, to)],
    cold: [...coldStarts.slice(from, to)],
    idle: [...idleMs.slice(from, to)],
  };
};

describe('levels', () => {
  it('are single up to 64, then groups that grow by a twentieth', () => {
    expect([...GROUP_TOPS.slice(0, 64)]).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    expect([...GROUP_TOPS.slice(64, 68)]).toEqual([67, 70, 73, 76]);
    expect(GROUP_TOPS.at(-1)).toBe(MAX_LEVEL);
    for (const level of [1, 64, 65, 67, 68, 1000, MAX_LEVEL, MAX_LEVEL + 5]) {
      const group = groupOf(level);
      expect(GROUP_TOPS[group]!).toBeGreaterThanOrEqual(Math.min(level, MAX_LEVEL));
      if (group > 0) expect(GROUP_TOPS[group - 1]!).toBeLessThan(level);
    }
  });
});

describe('demand', () => {
  it('by hand: a second call beside the first takes level 2, and a level that idled too long begins cold', () => {
    // 0..1000 on level 1; 500..1500 on level 2, which is left first, at 1000; 2000 again on level 1, 2000 - 1500 idle;
    // in the next step 62 s after the release at 3000: longer than the 60 s that instances stay.
    const demand = recorded(2, 60_000, [
      [0, 1000],
      [500, 1000],
      [2000, 1000],
      [365_000, 10],
    ]);
    expect(stepOf(demand, 0)).toEqual({ calls: [2, 1], cold: [1, 1], idle: [500, 0] });
    expect(stepOf(demand, 1)).toEqual({ calls: [1], cold: [1], idle: [60_000] });
    expect(peak(demand)).toBe(2);
    expect(peak(demand, 0)).toBe(0);
  });

  const calls = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 4 * STEP_MS - 1 }), fc.integer({ min: 0, max: 200_000 })), {
      maxLength: 60,
    })
    .map((list) => list.sort((a, b) => a[0] - b[0]));

  it('counts each call once, and cold starts no more often than calls', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 0, max: 600_000 }), (list, keepAliveMs) => {
        const demand = recorded(4, keepAliveMs, list);
        expect(demand.calls.reduce((sum, count) => sum + count, 0)).toBe(list.length);
        demand.coldStarts.forEach((cold, i) => {
          expect(cold).toBeLessThanOrEqual(demand.calls[i]!);
        });
        // Instances that never go are as many as ever were busy at once.
        const forever = recorded(4, Number.POSITIVE_INFINITY, list);
        expect(forever.coldStarts.reduce((sum, count) => sum + count, 0)).toBe(peak(forever));
      }),
    );
  });

  it('is the same with one duration for all as with a duration for each', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 0, max: 200_000 }), (list, duration) => {
        const alike = list.map(([at]) => [at, duration] as const);
        expect(recorded(4, 60_000, alike, true)).toEqual(recorded(4, 60_000, alike, false));
      }),
    );
  });

  it('joins stretches step by step', () => {
    const first = recorded(1, 0, [[0, 10]]);
    const second = recorded(2, 0, [
      [0, 10],
      [1, 10],
    ]);
    const both = joined(first, second);
    expect(stepsOf(both)).toBe(3);
    expect(stepOf(both, 0)).toEqual(stepOf(first, 0));
    expect(stepOf(both, 1)).toEqual(stepOf(second, 0));
    expect(stepOf(both, 2)).toEqual({ calls: [], cold: [], idle: [] });
  });
});

describe('terms', () => {
  const gib = { memoryMiB: 1024, coldStartMs: 2000, durations: [{ calls: 4, durationMs: 100 }] };

  it('on Lambda: the rates of the price page, per ms, per call of 100 ms and per start of 2 s', () => {
    const terms = readyTerms(gib, lambdaProvisioned());
    expect(terms.readyUsdPerMs).toBeCloseTo(4.1667e-9, 15);
    expect(terms.callSavedUsd).toBeCloseTo((1.66667e-5 - 9.7222e-6) * 0.1, 12);
    expect(terms.coldStartBillUsd).toBeCloseTo(1.66667e-5 * 2, 12);
    expect(terms.ownIdleUsdPerMs).toBe(0);
  });

  it('on Flex: calls are billed as a second, of instances of 2048 MB; starts are not billed', () => {
    const terms = readyTerms(gib, azureFlex());
    expect(terms.readyUsdPerMs).toBeCloseTo(4e-9 * 2, 15);
    expect(terms.callSavedUsd).toBeCloseTo((2.6e-5 - 1.6e-5) * 2, 12);
    expect(terms.coldStartBillUsd).toBe(0);
  });

  it('on Cloud Run: a busy minimum instance costs what others cost, and does not idle', () => {
    const terms = readyTerms(gib, cloudRun());
    expect(terms.readyUsdPerMs).toBeCloseTo((2.5e-6 + 2.5e-6) / 1000, 15);
    expect(terms.callSavedUsd).toBeCloseTo((2.5e-6 + 2.5e-6) * 0.1, 12);
    expect(terms.coldStartBillUsd).toBeCloseTo((2.4e-5 + 2.5e-6) * 2, 12);
  });

  it('on a cluster: every ms of an instance costs the same', () => {
    const terms = readyTerms(gib, kubernetes({ node: { usdPerHour: 0.16, vcpu: 4, memoryGiB: 16 }, vcpu: 0 }));
    const perMs = 0.01 / 3_600_000;
    expect(terms.ownIdleUsdPerMs).toBeCloseTo(perMs, 15);
    expect(terms.callSavedUsd).toBeCloseTo(perMs * 100, 12);
    expect(terms.coldStartBillUsd).toBeCloseTo(perMs * 2000, 12);
  });

  it('has no savings by the call where nothing was called, and refuses what cannot be', () => {
    expect(readyTerms({ ...gib, durations: [] }, lambdaProvisioned()).callSavedUsd).toBe(0);
    expect(() => readyTerms({ ...gib, memoryMiB: Number.NaN }, lambdaProvisioned())).toThrow('memoryMiB is NaN');
    const [few] = [{ calls: -1, durationMs: 1 }];
    expect(() => readyTerms({ ...gib, durations: [few!] }, lambdaProvisioned())).toThrow('calls is -1');
  });

  it('says where provisioned concurrency never pays by itself', () => {
    // In eu-central-1 an instance that is always busy costs 1.01 times what it would on demand.
    const busy = { ...gib, durations: [{ calls: 1, durationMs: 1000 }] };
    const { readyUsdPerMs, callSavedUsd } = readyTerms(
      busy,
      lambdaProvisioned({ prices: lambdaPrices('eu-central-1') }),
    );
    expect((readyUsdPerMs * 1000) / callSavedUsd).toBeCloseTo(1.01, 2);
  });
});

/** Steps of up to five levels: calls and cold starts of each. */
const demands = fc
  .array(fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20 })), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((steps): Demand => {
    const flat = steps.flat();
    const offsets = [0];
    for (const own of steps) offsets.push(offsets.at(-1)! + own.length);
    return {
      stepMs: STEP_MS,
      offsets: Float64Array.from(offsets),
      calls: Float64Array.from(flat, ([calls]) => calls),
      coldStarts: Float64Array.from(flat, ([calls, cold]) => Math.min(calls, cold)),
      idleMs: new Float64Array(flat.length),
    };
  });

describe('the count', () => {
  it('costs no more than any other one', () => {
    fc.assert(
      fc.property(demands, fc.double({ min: 0, max: 1e-2, noNaN: true }), (demand, coldStartUsd) => {
        const withPrices = priced(demand, TERMS, coldStartUsd);
        const steps = stepsOf(demand);
        const { ready } = constantCount(withPrices, { from: 0, to: steps });
        const cost = (count: number) => extraUsd(withPrices, new Int32Array(steps).fill(count), { from: 0, to: steps });
        const least = Math.min(...[0, 1, 2, 3, 4, 5].map(cost));
        expect(cost(ready)).toBeCloseTo(least, 12);
        expect(cost(0)).toBe(0);
      }),
    );
  });

  it('is none where nothing is known, and does not fall where those in use would begin cold', () => {
    const demand = recorded(1, 60_000, [
      [0, 200_000],
      [0, 200_000],
    ]);
    const dear = priced(demand, { ...TERMS, callSavedUsd: 0 }, 0);
    const all = [{ from: 0, to: 1 }];
    expect(bestCount(dear, [])).toBe(0);
    // Ready costs 3e-6 a step and a cold start 1e-5: worth it by its own cold starts.
    expect(bestCount(dear, all)).toBe(2);
    const warm = priced({ ...demand, coldStarts: Float64Array.of(0, 0) }, { ...TERMS, callSavedUsd: 2e-6 }, 0);
    expect(bestCount(warm, all)).toBe(0);
    expect(bestCount(warm, all, 2)).toBe(2);
    expect(bestCount(warm, all, 2, 12)).toBe(0);
  });

  it('of a schedule is by the hour, and there is none under a day', () => {
    // Two days; three calls at once in the ninth hour of each.
    const calls = [8, 32].flatMap((hour) =>
      Array.from({ length: 12 }, (_, step) => hour * 3_600_000 + step * STEP_MS).flatMap((at) =>
        [0, 0, 0].map(() => [at, 200_000] as const),
      ),
    );
    const withPrices = priced(recorded(576, 60_000, calls), TERMS, 1e-3);
    const schedule = hourlySchedule(withPrices, { from: 0, to: 576 }, Number.NaN)!;
    expect(schedule.cycle).toBe('day');
    expect(schedule.ready.map((count, hour) => [hour, count]).filter(([, count]) => count! > 0)).toEqual([[8, 3]]);
    expect(hourlySchedule(withPrices, { from: 0, to: 287 }, Number.NaN)).toBeUndefined();
    expect(describeSetting(schedule)).toBe('0 to 3 ready by hour of the day');
  });

  it('knows the hour of the day and of the week, from Monday on', () => {
    const monday = Date.UTC(2026, 0, 5, 22, 30);
    expect(hourOf(0, 'day', monday)).toBe(22);
    expect(hourOf(0, 'week', monday)).toBe(22);
    expect(hourOf(24, 'week', monday)).toBe(24);
    expect(hourOf(0, 'week', Date.UTC(2026, 0, 4, 23))).toBe(167);
    expect(hourOf(13, 'day', Number.NaN)).toBe(1);
  });
});

describe('a forecast', () => {
  it('knows nothing of the last step before its own, nor of any after', () => {
    fc.assert(
      fc.property(demands, demands, fc.constantFrom(...FORECAST_METHODS), (past, future, method) => {
        const both = priced(joined(past, future), TERMS, 1e-3);
        const other = priced(joined(past, { ...future, calls: future.calls.map(() => 7) }), TERMS, 1e-3);
        const known = stepsOf(past) + 2;
        const range = { from: 0, to: Math.min(known, stepsOf(past) + stepsOf(future)) };
        expect(forecastCounts(both, method, range)).toEqual(forecastCounts(other, method, range));
      }),
    );
  });

  it('follows what the last steps asked for', () => {
    const calls = Array.from({ length: 24 }, (_, step) => step * STEP_MS).flatMap((at) =>
      Array.from({ length: at < 12 * STEP_MS ? 1 : 4 }, () => [at, 250_000] as const),
    );
    const withPrices = priced(recorded(24, 60_000, calls), TERMS, 1e-2);
    const counts = forecastCounts(withPrices, FORECAST_METHODS[0]!, { from: 0, to: 24 });
    expect([...counts.slice(0, 3)]).toEqual([0, 0, 1]);
    expect(counts[12]).toBe(1);
    expect(counts.at(-1)).toBe(4);
  });
});
