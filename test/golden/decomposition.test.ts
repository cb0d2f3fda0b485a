import { expect, test } from 'vitest';
import { decompose } from '../../ts/core/kernels/arima-decomposition.js';

const figures = (values: Float64Array, places: number[]) => places.map((place) => values[place]);

function expectNear(found: number[], expected: number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 10);
}

// Figures of statsmodels' STL: `seasonal=11, seasonal_deg=0, seasonal_jump=2`, two inner iterations, the other steps a tenth of their windows.
test('a decomposition agrees with statsmodels', () => {
  const y = Float64Array.from(
    { length: 50 },
    (_, t) => ((t * 7) % 11) + [0, 6, -3, 9][t % 4] * (1 + t / 20) + (t * t) / 50,
  );
  const { season, remainder } = decompose(y, 4);
  const places = [0, 1, 25, 49];
  expectNear(figures(season, places), [-5.650644090371614, 5.503262742918942, 7.166406847727417, 7.892030953706819]);
  expectNear(figures(remainder, places), [-0.707210549541645, 0.143335123390309, 3.493174159714513, -0.92205299459367]);
});

test('a decomposition agrees with statsmodels where smoothed values lie apart', () => {
  const y = Float64Array.from({ length: 200 }, (_, t) => Math.abs((t % 30) - 15) + ((t * 37) % 41) / 10);
  const { season, remainder } = decompose(y, 30);
  const places = [0, 1, 25, 111, 199];
  expectNear(
    figures(season, places),
    [6.151129107386971, 6.357086409221463, 3.3704196712797145, -2.4382549329464043, -3.823109047270528],
  );
  expectNear(
    figures(remainder, places),
    [-0.7272272898341203, 1.7686142560570168, -0.5985933425395604, -0.385875404861709, 0.4525071721736822],
  );
});
