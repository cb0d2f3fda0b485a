/** The forecast decides: another forecaster makes other decisions, and saves another sum. */
import { describe, expect, it } from 'vitest';
import { GovernedPolicy } from '../../ts/core/decide/index.js';
import { FunctionControl, replayPolicy, sumSavings } from '../../ts/core/evaluate/index.js';
import { type FunctionForecast, TrustedForecast } from '../../ts/core/forecast/index.js';
import { PolicyStepper } from '../../ts/core/kernels/index.js';
import { functionPrices } from '../../ts/core/kernels/pure/replay/bounds.js';
import { type Call, run, settingOf, traceOf } from '../control-runs.js';

const DAYS = 6;
const MINUTES = DAYS * 1440;

/** Bursts at four times of each day that are no beat of the hour: thirty calls of 6 s within 12 s. */
const BURSTS: Call[] = Array.from({ length: DAYS }, (_, day) =>
  [546, 704, 871, 1218].map((minute) =>
    Array.from({ length: 30 }, (__, i) => {
      return { startMs: (day * 1440 + minute) * 60_000 + 3000 + i * 400, durationMs: 6000 };
    }),
  ),
).flat(2);

function outcome(policy: string, model: string) {
  const decisions: string[] = [];
  const control = run(
    new FunctionControl(settingOf({ policy, model, memoryMiB: 256 })),
    BURSTS,
    MINUTES * 2,
    (tick, result) => {
      if (result.receipt !== null) decisions.push(`${tick} ${JSON.stringify(result.receipt.decision)}`);
      return undefined;
    },
  );
  const savings = control.savings();
  control.close();
  return { decisions, savings };
}

describe('bursts at the same times of each day', () => {
  it.each(['fixed-1min', 'adaptive-keepalive', 'adaptive'])(
    'under %s: with the last value for a forecast other decisions are made, and less is saved',
    (policy) => {
      const daily = outcome(policy, 'snaive-day');
      const last = outcome(policy, 'last');
      expect(daily.decisions).not.toEqual(last.decisions);
      expect(daily.decisions.join()).toContain('lacks');
      expect(daily.savings.ours.coldStarts).toBeLessThan(0.9 * last.savings.ours.coldStarts);
      const gained = daily.savings.saved.objectiveUsd - last.savings.saved.objectiveUsd;
      expect(gained).toBeGreaterThan(0.05 * last.savings.ours.objectiveUsd);
    },
  );

  it('offline as well, where the last value is used however wrong it is', () => {
    class LastValue extends TrustedForecast {
      override forecast(atMs: number, ticks: number, tickMs: number): FunctionForecast {
        const last = (this.history?.meanOfLast(1, this.history.end) ?? 0) * (tickMs / 60_000);
        return { ...super.forecast(atMs, ticks, tickMs), model: 'last', calls: new Float64Array(ticks).fill(last) };
      }
    }
    const setting = settingOf({ memoryMiB: 256 });
    const { tickMs, horizonMs, pool, coldStartMs, prices, memoryMiB } = setting;
    const costs = (forecast: TrustedForecast) => {
      using policy = new GovernedPolicy(PolicyStepper.create({ kind: 'window', keepAliveMs: 60_000 }), forecast, {
        tickMs,
        horizonMs,
        pool,
        prices: functionPrices({ ...prices, coldStartMs }, memoryMiB),
      });
      return replayPolicy(traceOf(BURSTS, MINUTES, memoryMiB), 'app/one', policy, { tickMs, coldStartMs, prices });
    };
    const auto = costs(new TrustedForecast({ model: 'auto' }));
    const last = costs(new LastValue({ model: 'auto' }));
    expect(auto.coldStarts).toBeLessThan(0.8 * last.coldStarts);
    // The last value foresees no burst, and no pool of it is trusted: the policy's own cold starts are left.
    expect(last).toMatchObject({ coldStarts: 18 * 4 * DAYS, preWarms: 0 });
  });

  it('demotes a model that is wrong, says so, and sums what functions save', () => {
    const kinds: string[] = [];
    const control = run(new FunctionControl(settingOf({ model: 'last' })), BURSTS, MINUTES * 2, (_, { events }) => {
      for (const { kind, model, to } of events) kinds.push(`${kind} ${model} ${to}`);
      return undefined;
    });
    expect(kinds[0]).toBe('demoted last snaive-day');
    const one = control.savings({ provider: 'aws', region: 'eu-west-1' });
    const sum = sumSavings([one, one]);
    expect(sum).toMatchObject({ functions: 2, reported: 0, calls: 2 * BURSTS.length });
    expect(sum.saved.objectiveUsd).toBe(one.saved.objectiveUsd * 2);
    expect(sum.ours.carbonGco2e).toBe(one.ours.carbonGco2e! * 2);
    control.close();
  });
});
