/** The search for a model, whatever the likelihoods say. */
import { describe, expect, it } from 'vitest';
import { seasonalDifferences } from '../../ts/core/kernels/arima-differences.js';
import { MOST_MODELS, searchModel } from '../../ts/core/kernels/arima-search.js';
import type { ArimaHandle, ArimaKernels } from '../../ts/core/kernels/contract.js';

describe('searchModel', () => {
  it('compares no more models than it says, though every larger one is better', () => {
    const likelihoods = {
      arimaFit: (_y: Float64Array, _xreg: Float64Array, spec: Float64Array) => ({ spec, close: () => {} }),
      arimaSummary(handle: ArimaHandle) {
        const { spec } = handle as unknown as { spec: Float64Array };
        const [p = 0, , q = 0, P = 0, , Q = 0] = spec;
        const count = p + q + P + Q;
        const summary = new Float64Array(5 + 2 * count);
        summary.set([1, 1000 * count, 1e6, 1, 1]);
        return summary;
      },
    } as unknown as ArimaKernels;
    const bounds = { maxP: 32, maxQ: 32, maxSeasonalP: 32, maxSeasonalQ: 32 };
    const y = Float64Array.from({ length: 100 }, (_, t) => (t * t) % 13);
    const counts: number[] = [];
    const search = { y, xreg: new Float64Array(0), season: 4, d: 0, D: 0, ...bounds, mean: true };
    const { candidates } = searchModel(likelihoods, search, (count) => counts.push(count));
    expect(candidates).toHaveLength(MOST_MODELS);
    expect(counts.at(-1)).toBe(MOST_MODELS);
  });
});

describe('seasonalDifferences', () => {
  it('sees a season of either parity, and none in noise', () => {
    for (const season of [4, 5, 12, 25]) {
      const noise = Float64Array.from({ length: 400 }, (_, t) => ((t * 7919 + ((t * t) % 101)) % 103) / 103);
      const wave = noise.map((value, t) => 3 * t + 2 * (t % season) + value);
      expect(seasonalDifferences(wave, season)).toBe(1);
      expect(seasonalDifferences(noise, season)).toBe(0);
      // Of a season and a trend alone the moving average leaves the season.
      expect(
        seasonalDifferences(
          Float64Array.from({ length: 400 }, (_, t) => t + (t % season)),
          season,
        ),
      ).toBe(1);
    }
  });
});
