/** Rules asked by request, as `../shared/FORECAST.md` has a referee run a product: the figures of the reference come out of the answers. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ForecastModelName, ForecastSession } from '../../ts/core/forecast/index.js';
import { type SeriesScores, withMeans } from '../../ts/core/forecast/protocol.js';
import { ForecastScore, SCORED_LEVELS, SCORED_QUANTILES } from '../../ts/core/forecast/scores.js';
import { DATA, isThere, publicLong, publicShort } from '../forecast-sets.js';

const HOUR = 60;
const MODELS: ForecastModelName[] = ['zero', 'last', 'ma5', 'ma15', 'ma60'];
const CASES = [
  ...[...MODELS, 'snaive-day' as const, 'snaive-level' as const].map(
    (model) => ['public-long', model, publicLong] as const,
  ),
  ...MODELS.map((model) => ['public-short', model, publicShort] as const),
];

interface Answer {
  point: Record<string, number[]>;
  quantiles: Record<string, number[][]>;
  model: string;
}

describe.skipIf(!isThere && !process.env.CI)('against ../shared/data/forecast-reference.json', () => {
  test.each(CASES)('%s, %s', async (set, model, load) => {
    const reference = JSON.parse(readFileSync(`${DATA}forecast-reference.json`, 'utf8')).sets[set];
    const { series, trial } = await load();
    const session = new ForecastSession({ model });
    const ask = (request: object): unknown => JSON.parse(session.answer(JSON.stringify(request)));
    const scored = series.map(({ name, start, counts }): SeriesScores => {
      const score = new ForecastScore();
      let from = start;
      for (let origin = trial.testFrom; origin < trial.testTo; origin += HOUR) {
        expect(ask({ op: 'observe', series: name, from, counts: [...counts.subarray(from, origin)] })).toEqual({});
        from = origin;
        const asked = { origin, horizon: HOUR, levels: SCORED_LEVELS, quantiles: SCORED_QUANTILES };
        const { point, quantiles, model: used } = ask({ op: 'forecast', series: name, ...asked }) as Answer;
        expect(used).toBe(model);
        const forecast = SCORED_LEVELS.map((level) => {
          const calls = Float64Array.from(point[level]!);
          const rows = quantiles[level];
          return {
            level,
            calls,
            quantiles: SCORED_QUANTILES.map((_, q) => (rows ? Float64Array.from(rows, (row) => row[q]!) : calls)),
          };
        });
        score.add(forecast, counts.subarray(origin, origin + HOUR));
      }
      const figures = { [model]: score.figures() };
      const { calls, forecastCalls } = score;
      const kind = reference.per_series[name]?.class ?? 'sparse';
      return { name, class: kind, calls, isScored: calls >= 100, figures, forecastCalls: { [model]: forecastCalls } };
    });
    const found = withMeans(scored, [model]).means[model]!;
    const expected = Object.entries(reference.methods[model] as Record<string, number>).filter(
      ([figure]) => figure in found,
    );
    expect(expected.length).toBeGreaterThan(20);
    const wrong = expected
      .map(([figure, value]) => [figure, found[figure]!, value] as const)
      .filter(([, value, known]) => !(Math.abs(value - known) <= 1e-4));
    expect(wrong).toEqual([]);
  });
});
