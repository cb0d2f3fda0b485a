/** Rules and their conformal quantiles score as the reference says (../shared/FORECAST.md), on both public sets. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scoreForecasts } from '../../ts/core/forecast/index.js';
import { DATA, isThere, publicLong, publicShort } from '../forecast-sets.js';

const MODELS = ['zero', 'last', 'ma5', 'ma15', 'ma60'] as const;

/** The figures that the reference has beside those of its methods. */
const OTHERS = /^(median|pooled|beats|seconds)/;

interface Reference {
  series: number;
  scored: number;
  classes: Record<string, number>;
  methods: Record<string, Record<string, number>>;
  per_series: Record<string, { class: string; calls: number } & Record<string, Record<string, number>>>;
  silent_series_forecast_calls: Record<string, Record<string, number>>;
}

describe.skipIf(!isThere && !process.env.CI)('against ../shared/data/forecast-reference.json', () => {
  test.each([
    ['public-long', publicLong, [...MODELS, 'snaive-day', 'snaive-level']],
    ['public-short', publicShort, MODELS],
  ] as const)('%s', async (name, load, models) => {
    expect(isThere, `${DATA}forecast-reference.json is missing`).toBe(true);
    const reference: Reference = JSON.parse(readFileSync(`${DATA}forecast-reference.json`, 'utf8')).sets[name];
    const { series, trial } = await load();
    const { series: scored, means } = scoreForecasts(series, models, trial);
    expect(scored.length).toBe(reference.series);
    expect(scored.filter(({ isScored }) => isScored).length).toBe(reference.scored);
    const wrong: string[] = [];
    const compare = (place: string, found: number | undefined, expected: number, within = 1e-4): void => {
      // The reference is rounded to that.
      if (found === undefined || !(Math.abs(found - expected) <= within))
        wrong.push(`${place}: ${found}, expected ${expected}`);
    };
    for (const model of models) {
      const expected = Object.entries(reference.methods[model]).filter(([figure]) => !OTHERS.test(figure));
      expect(expected.length).toBeGreaterThan(20);
      for (const [figure, value] of expected) compare(`${model} ${figure}`, means[model][figure], value);
    }
    for (const one of scored) {
      if (!one.isScored) {
        for (const model of models) {
          const calls = reference.silent_series_forecast_calls[one.name][model];
          if (calls !== undefined) compare(`${one.name} ${model}`, one.forecastCalls[model], calls, 0.051);
        }
        continue;
      }
      const expected = reference.per_series[one.name];
      expect([one.name, one.class, one.calls]).toEqual([one.name, expected.class, expected.calls]);
      for (const figure of ['wape60', 'wape10', 'wape1', 'cap_q']) {
        for (const model of models)
          compare(`${one.name} ${model} ${figure}`, one.figures[model][figure], expected[figure][model]);
      }
    }
    expect(wrong).toEqual([]);
  });
});
