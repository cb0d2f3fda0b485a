/** ARIMA in plain TypeScript: the pure twin of `crates/arima`. */
import type { ArimaFitHandle, ArimaHandle, ArimaKernels } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure } from '../check.js';
import { autoBatch, fitBatch } from './batch.js';
import { fitModel, modelAt } from './fit.js';
import { PureFit } from './fit-steps.js';
import type { Model } from './model.js';
import { coefficientCount } from './order.js';
import { Problem } from './problem.js';
import { loadModel, saveModel } from './saved.js';
import { parseTask } from './spec.js';

class PureArima implements ArimaHandle {
  #model: Model | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  open(): Model {
    if (this.#model === undefined) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this.#model;
  }

  close(): void {
    this.#model = undefined;
  }
}

const fit = (handle: ArimaFitHandle): PureFit => (handle as PureFit).open();
const model = (handle: ArimaHandle): Model => (handle as PureArima).open();

function checkRegressors(of: Model, regressors: Float64Array, horizon: number): void {
  const expected = of.slopes.length * horizon;
  const sentence = () => `xreg has ${regressors.length} entries, expected ${expected}`;
  ensure(regressors.length === expected, 'BAD_LENGTH', sentence);
  ensure(regressors.every(Number.isFinite), 'NOT_FINITE', () => 'xreg has an entry that is not finite');
}

const NOT_SEARCHED = { evaluations: 0, converged: false };

export const arima: ArimaKernels = {
  arimaFit: (y, regressors, spec) => new PureArima(fitModel(parseTask(y, regressors, spec))),
  arimaOpen: (y, regressors, spec) => new PureFit(parseTask(y.slice(), regressors.slice(), spec)),
  arimaAdvance: (handle, most) => fit(handle).advance(most),
  arimaFinish: (handle) => new PureArima(fit(handle).finish()),
  arimaAt(y, regressors, spec, coefficients) {
    const task = parseTask(y, regressors, spec);
    const count = coefficientCount(task.order);
    const sentence = () => `coefficients has ${coefficients.length} entries, expected ${count}`;
    ensure(coefficients.length === count, 'BAD_LENGTH', sentence);
    const unknown = new Float64Array(count).fill(Number.NaN);
    return new PureArima(modelAt(task, new Problem(task), coefficients.slice(), unknown, NOT_SEARCHED));
  },
  arimaSummary(handle) {
    const { fitted } = model(handle);
    return Float64Array.of(
      ...[fitted.sigma2, fitted.logLikelihood, fitted.used, fitted.evaluations, Number(fitted.converged)],
      ...fitted.coefficients,
      ...fitted.coefficientErrors,
      ...fitted.effects,
      ...fitted.effectErrors,
    );
  },
  arimaResiduals: (handle) => model(handle).fitted.residuals.slice(),
  arimaForecast(handle, regressors, outMean, outError) {
    const of = model(handle);
    const sentence = () => `out has ${outError.length} entries, expected ${outMean.length}`;
    ensure(outMean.length === outError.length, 'BAD_LENGTH', sentence);
    checkRegressors(of, regressors, outMean.length);
    of.forecast(regressors, outMean, outError);
  },
  arimaSimulate(handle, regressors, seed, horizon, out) {
    const of = model(handle);
    const sentence = () => `out has ${out.length} entries, expected a multiple of ${horizon}`;
    ensure(horizon > 0 && out.length % horizon === 0, 'BAD_LENGTH', sentence);
    checkRegressors(of, regressors, horizon);
    of.simulate(regressors, seed, horizon, out);
  },
  arimaUpdate(handle, value, regressors) {
    const of = model(handle);
    const infinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    ensure(!infinite, 'NOT_FINITE', () => 'the value is infinite, expected a number or NaN');
    checkRegressors(of, regressors, 1);
    return of.update(value, regressors);
  },
  arimaSave: (handle) => saveModel(model(handle)),
  arimaLoad: (saved) => new PureArima(loadModel(saved)),
  arimaFitBatch: (offsets, y, specs, _threads) => fitBatch(offsets, y, specs),
  arimaAutoBatch: (offsets, y, searches, _threads) => autoBatch(arima, offsets, y, searches),
};
