/** Intervals hold as often as they say, and choosing pays, on public series whose minutes are all still to come when they are forecast. */
import { describe, expect, it } from 'vitest';
import { FORECAST_MODELS, scoreForecasts, TrustedForecast } from '../../ts/core/forecast/index.js';
import { isThere, publicLong, publicShort } from '../forecast-sets.js';

const MINUTE_MS = 60_000;
const MODELS = ['auto', ...FORECAST_MODELS] as const;

describe.skipIf(!isThere && !process.env.CI)('on the public series (../shared/data)', () => {
  it('the interval of the next ten minutes holds in 90 % of cases or somewhat more', () => {
    expect(isThere, '../shared/data is missing').toBe(true);
    for (const { name, start, counts } of publicLong().series) {
      const trusted = new TrustedForecast({ model: 'auto' });
      let blocks = 0;
      let covered = 0;
      for (let minute = start; minute < counts.length; minute++) {
        if (minute % 10 === 0 && minute > start + 300 && minute + 10 <= counts.length) {
          const { lower, upper } = trusted.forecast(minute * MINUTE_MS, 20, 30_000);
          const came = counts.subarray(minute, minute + 10).reduce((sum, calls) => sum + calls, 0);
          blocks++;
          // An interval is rounded: what came like the least before may lie beside it by the last bit.
          if (lower[0] <= came * (1 + 1e-12) && came <= upper[0] * (1 + 1e-12)) covered++;
        }
        trusted.observeMinute(minute * MINUTE_MS, counts[minute]);
      }
      // Between the least and the largest of 24 errors lie 23 of 25 in the long run; more where most blocks are 0.
      expect(covered / blocks, name).toBeGreaterThan(0.9);
      expect(covered / blocks, name).toBeLessThan(0.99);
    }
  });

  it('conformal quantiles cover what they say, by the hour, for every rule', async () => {
    expect(isThere, '../shared/data is missing').toBe(true);
    for (const { series, trial } of [publicLong(), await publicShort()]) {
      const { means } = scoreForecasts(series, MODELS, trial);
      const least = trial.origins === undefined ? 0.87 : 0.8;
      for (const model of MODELS) {
        for (const level of [1, 10]) {
          expect(means[model][`int90_${level}`], `${model} ${level}`).toBeGreaterThan(least);
          expect(means[model][`cov.9_${level}`], `${model} ${level}`).toBeGreaterThan(0.87);
          expect(means[model][`cov.99_${level}`], `${model} ${level}`).toBeGreaterThan(0.95);
        }
      }
      // The model that was wrong by least of late is, over all series, better than any one model.
      for (const level of ['wape60', 'wape10', 'wape1']) {
        for (const model of FORECAST_MODELS) expect(means.auto[level]).toBeLessThan(means[model][level]);
      }
    }
  });
});
