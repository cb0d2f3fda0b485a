/** 174 series and models: every fit reaches what R and statsmodels reach, all but a named few the best optimum known. */
import { describe, expect, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { type ArimaModel, fitArima } from '../../ts/core/kernels/index.js';
import { type ArimaCase, cases, missing, optionsOf, seriesOf } from './arima-cases.js';

if (missing && process.env.CI) throw new Error('../shared/data/golden/arima.json is missing');

/** Where a better optimum than ours is known, and by how much at most. */
const MISSED: Record<string, number> = {
  // Optima on the unit circle, where rounding in the coefficients is worth as much.
  'miss-007': 1e-4,
  'seasonal-106': 2e-4,
};

const tolerance = ({ grade }: ArimaCase): number => (grade === 'illcond' ? 1e-3 : 1e-6);

/** The definition's own model: exact likelihood, variance, mean and forecasts at the coefficients of the file. */
function atGivenCoefficients(one: ArimaCase) {
  const y = seriesOf(one);
  const inUse = kernels();
  const spec = Float64Array.of(...one.order, ...one.seasonal.slice(0, 3), one.seasonal[3] ?? 0, Number(one.mean), 0);
  const none = new Float64Array(0);
  const coefficients = Float64Array.of(...one.ar, ...one.ma, ...one.sar, ...one.sma);
  const handle = inUse.arimaAt(y, none, spec, coefficients);
  const [mean, error] = [new Float64Array(10), new Float64Array(10)];
  inUse.arimaForecast(handle, none, mean, error);
  return { summary: inUse.arimaSummary(handle), residuals: inUse.arimaResiduals(handle), mean, error };
}

/** Roots so near the unit circle that the twelve digits of the file do not give the figures beside them. */
const nearUnit = ({ ar, ma, sar, sma }: ArimaCase): boolean => {
  const sum = (all: number[], sign: number) => Math.abs(1 - all.reduce((total, value) => total + sign * value, 0));
  const alternating = (all: number[], sign: number) =>
    Math.abs(1 - all.reduce((total, value, i) => total + sign * value * (i % 2 === 0 ? -1 : 1), 0));
  return [...[ar, sar].map((all) => [all, 1] as const), ...[ma, sma].map((all) => [all, -1] as const)].some(
    ([all, sign]) => all.length > 0 && Math.min(sum(all, sign), alternating(all, sign)) < 1e-4,
  );
};

describe.skipIf(missing)('golden ARIMA', () => {
  it('has every case', () => {
    expect(cases).toHaveLength(174);
  });

  it.each(cases.filter((one) => one.grade !== 'illcond' && !nearUnit(one)))(
    'agrees at the coefficients of $id',
    (one) => {
      const { summary, residuals, mean, error } = atGivenCoefficients(one);
      expect(Math.abs(summary[1]! - one.ll)).toBeLessThan(1e-6);
      expect(summary[2]).toBe(one.n_used);
      expect(Math.abs(summary[0]! / one.sigma2 - 1)).toBeLessThan(1e-6);
      for (let h = 0; h < 10; h++) {
        expect(Math.abs(mean[h]! - one.fc[h]!)).toBeLessThan(1e-4 * one.se[h]!);
        expect(Math.abs(error[h]! / one.se[h]! - 1)).toBeLessThan(1e-5);
      }
      if (one.resid === undefined) return;
      const left = residuals.filter((value) => !Number.isNaN(value));
      const scale = Math.sqrt(one.sigma2);
      expect(Math.abs(left[0]! - one.resid[3]!)).toBeLessThan(1e-5 * scale);
      expect(Math.abs(left[left.length - 1]! - one.resid[4]!)).toBeLessThan(1e-5 * scale);
    },
  );

  it.each(cases)('fits $id', (one) => {
    using model: ArimaModel = fitArima(seriesOf(one), optionsOf(one));
    expect(model.logLik).toBeGreaterThanOrEqual(one.accept - tolerance(one));
    expect(model.logLik).toBeGreaterThanOrEqual(one.ll - Math.max(tolerance(one), MISSED[one.id] ?? 0));
    if (one.grade !== 'regular' || model.logLik > one.ll + 1e-3) return;
    expect(Math.abs(model.sigma2 / one.sigma2 - 1)).toBeLessThan(1e-3);
  });
});
