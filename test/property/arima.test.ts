/** What holds of every fit, whatever the series. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitArima, IsothermError } from '../../ts/core/kernels/index.js';
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';

/** Noise, walks, lines, counts and waves, in any unit, some with gaps. */
function series(kind: number, n: number, seed: number, unit: number, gaps: number): Float64Array {
  const random = new SplitMix64(0, seed);
  let level = 0;
  return Float64Array.from({ length: n }, (_, t) => {
    const e = random.unit() - 0.5;
    level = kind === 1 ? level + e : 0.99 * level + e;
    const value = [e, level, level, t + 1e-9 * e, Math.floor(3 * random.unit()), Math.sin(0.7 * t) + 0.01 * e][kind]!;
    return random.unit() < gaps ? Number.NaN : unit * value;
  });
}

const ERRORS = ['BAD_LENGTH', 'INFEASIBLE', 'OUT_OF_RANGE'];

describe('fitArima', () => {
  it('gives finite figures, or says why it cannot', () => {
    const small = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.record({
          order: fc.tuple(small, fc.integer({ min: 0, max: 2 }), small),
          seasonal: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.integer({ min: 2, max: 6 })),
          mean: fc.boolean(),
          kind: fc.nat(5),
          n: fc.integer({ min: 0, max: 80 }),
          seed: fc.nat(),
          unit: fc.constantFrom(1, 1e-140, 1e140, 1e9),
          gaps: fc.constantFrom(0, 0, 0.2),
        }),
        ({ order, seasonal, mean, kind, n, seed, unit, gaps }) => {
          const y = series(kind, n, seed, unit, gaps);
          try {
            using model = fitArima(y, { order, seasonal, mean });
            const figures = () => {
              const { mean: next, standardError } = model.forecast(8);
              return [...next, ...standardError];
            };
            expect([model.sigma2, model.logLik, ...figures()].every(Number.isFinite)).toBe(true);
            expect(model.sigma2).toBeGreaterThan(0);
            model.update(model.forecast(1).mean[0]!);
            model.update(Number.NaN);
            expect(figures().every(Number.isFinite)).toBe(true);
          } catch (thrown) {
            if (!(thrown instanceof IsothermError)) throw thrown;
            expect(ERRORS).toContain(thrown.code);
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  it('covers what comes as often as it says, where the model is the right one', () => {
    const random = new SplitMix64(0, 17);
    let inside = 0;
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      let level = 0;
      const y = Float64Array.from({ length: 121 }, () => {
        let e = -6;
        for (let i = 0; i < 12; i++) e += random.unit();
        level = 0.6 * level + e;
        return level;
      });
      using model = fitArima(y.subarray(0, 120), { order: [1, 0, 0] });
      const { lower, upper } = model.forecast(1, { levels: [0.9] });
      if (lower[0]![0]! <= y[120]! && y[120]! <= upper[0]![0]!) inside++;
    }
    // Three standard deviations of a share of 0.9 in 200 draws.
    expect(Math.abs(inside / runs - 0.9)).toBeLessThan(0.064);
  });

  it('simulates paths that spread as the forecast says', () => {
    const y = series(2, 200, 5, 1, 0);
    using model = fitArima(y, { order: [1, 0, 1] });
    const { mean, standardError } = model.forecast(5);
    const paths = model.simulate(5, { paths: 4000, seed: 3 });
    for (let h = 0; h < 5; h++) {
      const values = paths.map((path) => path[h]!);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
      expect(Math.abs(average - mean[h]!)).toBeLessThan((4 * standardError[h]!) / Math.sqrt(4000));
      expect(Math.abs(spread / standardError[h]! - 1)).toBeLessThan(0.05);
    }
  });
});
