/** A function under control on each backend: live as offline, in whichever pieces, every decision computed anew. */
import fc from 'fast-check';
import { beforeAll, expect, inject, it } from 'vitest';
import { GovernedPolicy, type Limits, NO_LIMITS, type TickReceipt } from '../../ts/core/decide/index.js';
import {
  type ControlSetting,
  FunctionControl,
  recompute,
  replayPolicy,
  sameReceipt,
  type TickInput,
} from '../../ts/core/evaluate/index.js';
import { TrustedForecast } from '../../ts/core/forecast/index.js';
import { backendInfo, init, PolicyStepper } from '../../ts/core/kernels/index.js';
import { functionPrices, objectiveUsd } from '../../ts/core/kernels/pure/replay/bounds.js';
import { byTick, inputOf, reloaded, run, settingOf, traceOf } from '../control-runs.js';
import { adaptiveTraffic } from '../property/adaptive-traffic.js';

const RUNS = 15;

/** What a run with ARIMA comes to on every backend: changes of model, decisions, the last one's id and the first of the calls it foresaw. */
const ARIMA_RUN = ['130 demoted ma60; 590 promoted arima', 34, '9b00d4d2669645a3-1089', 141.47550787941972];

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const limits: fc.Arbitrary<Limits> = fc
  .record({
    minInstances: fc.constantFrom(0, 0, 1, 3),
    more: fc.constantFrom(null, null, 0, 4),
    maxStep: fc.constantFrom(null, null, 1, 5),
    coolDownMs: fc.constantFrom(0, 0, 90_000),
    paused: fc.constantFrom(false, false, false, true),
  })
  .map(({ more, ...some }) => ({
    ...NO_LIMITS,
    ...some,
    maxInstances: more === null ? null : Math.max(1, some.minInstances + more),
  }));

/** Two days of the same traffic, so that a day's pattern comes again, and settings that make pools and bind limits. */
const scenes = fc
  .record({
    traffic: adaptiveTraffic,
    policy: fc.constantFrom(
      'adaptive',
      'adaptive',
      'adaptive-keepalive',
      'recent-peak',
      'hybrid-histogram',
      'fixed-1min',
    ),
    model: fc.constantFrom('auto', 'auto', 'last', 'snaive-day', 'recent-peak'),
    coldStartMs: fc.constantFrom(1000, 1000, 0, 400, 20_000),
    tickMs: fc.constantFrom(30_000, 30_000, 60_000, 20_000),
    memoryMiB: fc.constantFrom(128, 1024, 0.5),
    minInstances: fc.constantFrom(2, 1),
  })
  .map(({ traffic, minInstances, ...some }) => {
    const minutes = Math.min(traffic.minutes, 400);
    const once = traffic.calls.filter(({ startMs }) => startMs < minutes * 60_000);
    const setting = settingOf({ ...some, pool: { minInstances, maxInstances: 20, buffer: 1.2 } });
    return { setting, calls: once, minutes };
  });

function governedOf(setting: ControlSetting, of: Limits): GovernedPolicy {
  using control = new FunctionControl(setting);
  const { coldStartMs, tickMs, horizonMs, pool, memoryMiB, prices } = setting;
  return new GovernedPolicy(
    PolicyStepper.create(control.spec),
    new TrustedForecast({ model: setting.model as 'auto' }),
    {
      tickMs,
      horizonMs,
      pool,
      prices: functionPrices({ ...prices, coldStartMs }, memoryMiB),
      limits: of,
    },
  );
}

it('live, in whichever pieces, it comes to what the offline replay of the same policy does, and compares with the plain one', () => {
  fc.assert(
    fc.property(scenes, limits, fc.array(fc.nat(800), { maxLength: 6 }), ({ setting, calls, minutes }, of, stops) => {
      const { tickMs, coldStartMs, prices, memoryMiB } = setting;
      const lastTick = (minutes * 60_000) / tickMs;
      const first = new FunctionControl(setting);
      let whole = first;
      let pieces = new FunctionControl(setting);
      byTick(calls, tickMs, lastTick).forEach((some, tick) => {
        const input = inputOf(some, tick === 0 ? { limits: of } : {});
        whole.tick(tick, input);
        pieces.tick(tick, input);
        if (stops.includes(tick)) pieces = reloaded(pieces);
      });
      expect(pieces.save()).toEqual(whole.save());
      whole = reloaded(whole);
      const { ours, compared } = whole.totals();
      const { ours: costs } = pieces.savings();
      whole.close();
      pieces.close();

      using governed = governedOf(setting, of);
      const options = { tickMs, coldStartMs, prices };
      const trace = traceOf(calls, minutes, memoryMiB);
      const offline = replayPolicy(trace, 'app/one', governed, options);
      expect(ours).toMatchObject(offline);
      const usd = objectiveUsd(
        { ...prices, coldStartMs },
        offline.idleMs,
        memoryMiB,
        offline.coldStarts,
        offline.preWarms,
      );
      expect(costs.objectiveUsd).toBe(usd);
      using tenMinutes = PolicyStepper.create({ kind: 'window', keepAliveMs: 600_000 });
      expect(compared).toMatchObject(replayPolicy(trace, 'app/one', tenMinutes, options));
    }),
    { numRuns: RUNS },
  );
});

it('every decision follows from any state before it and what was seen since', () => {
  const missing = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 9 })), { maxLength: 2 });
  fc.assert(
    fc.property(scenes, limits, missing, fc.nat(), ({ setting, calls, minutes }, of, gaps, pick) => {
      const lastTick = Math.min((minutes * 60_000) / setting.tickMs, 300);
      const seen = calls.filter(({ startMs }) => startMs < lastTick * setting.tickMs);
      const inputs: [number, TickInput][] = [];
      const states: (Uint8Array | null)[] = [null];
      const receipts: TickReceipt[] = [];
      using control = new FunctionControl(setting);
      byTick(seen, setting.tickMs, lastTick).forEach((some, tick) => {
        const isMissing = tick > 0 && gaps.some(([from, ticks]) => tick >= from && tick < from + ticks);
        const mayChange = tick % 7 !== 0;
        const starts =
          tick % 40 === 11 ? { measuredStartsMs: new Float64Array(9).fill(tick % 80 === 11 ? 250 : 2500) } : {};
        const fed = inputOf(some, { isMissing, ...starts, ...(tick === 2 && { limits: of }) });
        const result = control.tick(tick, { ...fed, mayChange });
        // What a store keeps: nothing of ticks at which nothing happened, refusals only where they held something.
        const isTold = fed.limits !== undefined || fed.measuredStartsMs !== undefined;
        if (some.length > 0 || isMissing || result.isRefused || isTold) {
          inputs.push([tick, { ...fed, mayChange: !result.isRefused }]);
        }
        if (result.receipt !== null) receipts.push(result.receipt);
        states.push(tick % 10 === 0 ? control.save() : null);
      });
      for (const receipt of receipts) {
        const upTo = states.slice(0, receipt.tick + 1).filter((state) => state !== null);
        const checkpoint = [null, ...upTo][pick % (upTo.length + 1)]!;
        const again = recompute({ setting, checkpoint, inputs, tick: receipt.tick });
        expect(again).toEqual(receipt);
        expect(sameReceipt(again, JSON.parse(JSON.stringify({ ...receipt, backend: 'another' })))).toBe(true);
      }
      expect(new Set(receipts.map(({ id }) => id)).size).toBe(receipts.length);
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
});

it('an ARIMA model is fitted, used and left alone again by every backend alike, and each decision computed anew', () => {
  const minutes = 1100;
  let apart = 0;
  const calls = Array.from({ length: minutes }, (_, minute) => {
    if (minute % 10 === 0) apart = -0.85 * apart + 6 * (((minute * 7919) % 1009) / 1009 - 0.5);
    const count = Math.max(0, Math.round(8 + apart));
    return Array.from({ length: count }, (__, i) => ({ startMs: minute * 60_000 + i * 3000, durationMs: 900 }));
  }).flat();
  const setting = settingOf({ model: 'arima', tickMs: 60_000, stream: 2 ** 32 - 1 });
  const inputs: [number, TickInput][] = [];
  const states: [number, Uint8Array][] = [];
  const receipts: TickReceipt[] = [];
  const events: string[] = [];
  let control = new FunctionControl(setting);
  byTick(calls, setting.tickMs, minutes).forEach((some, tick) => {
    const fed = inputOf(some, tick > 700 && tick < 731 ? { isMissing: true } : {});
    const { receipt, events: told } = control.tick(tick, fed);
    inputs.push([tick, fed]);
    if (receipt !== null) receipts.push(receipt);
    events.push(...told.map(({ kind, to }) => `${tick} ${kind} ${to}`));
    if (tick % 83 === 0) states.push([tick, control.save()]);
    if (tick % 400 === 399) control = reloaded(control);
  });
  control.close();
  const late = receipts.filter(({ tick }) => tick > 500);
  expect(late.some(({ forecast }) => forecast?.model === 'arima')).toBe(true);
  for (const receipt of late.filter((_, i) => i % 5 === 0)) {
    const [, checkpoint] = states.findLast(([tick]) => tick < receipt.tick)!;
    expect(recompute({ setting, checkpoint, inputs, tick: receipt.tick })).toEqual(receipt);
  }
  const { id, forecast } = late.at(-1)!;
  expect([events.join('; '), late.length, id, forecast!.calls]).toEqual(ARIMA_RUN);
});

it('a function that is met later is as one that was there from the beginning', () => {
  const calls = Array.from({ length: 40 }, (_, i) => ({ startMs: 3_630_500 + i * 47_000, durationMs: 900 }));
  const from = (firstTick: number, policy: string) => {
    const control = new FunctionControl(settingOf({ firstTick, policy }));
    for (let tick = 0; tick < firstTick; tick++) expect(control.nextTick).toBe(firstTick);
    byTick(calls, 30_000, 240)
      .slice(firstTick)
      .forEach((some, i) => void control.tick(firstTick + i, inputOf(some)));
    const { ours } = control.totals();
    control.close();
    return ours;
  };
  for (const policy of ['adaptive', 'recent-peak', 'hybrid-histogram']) {
    expect(from(122, policy)).toEqual(from(0, policy));
  }
});

it('says what is wanted for a first call and after a long silence', () => {
  const control = run(new FunctionControl(settingOf()), [{ startMs: 12_000, durationMs: 800 }], 1);
  expect(control.decision).toMatchObject({ desiredInstances: 1, starts: 0, bound: [] });
  control.close();
});
