/** A fitted model, standing at the end of its series: the pure twin of `model.rs`. */
import { ln, SplitMix64 } from '../numeric.js';
import type { Filter } from './filter.js';
import type { Order } from './order.js';
import { signedUnit } from './starts.js';

export interface Fitted {
  order: Order;
  hasMean: boolean;
  /** AR, MA, seasonal AR, seasonal MA, and their standard errors. */
  coefficients: Float64Array;
  coefficientErrors: Float64Array;
  /** The mean, where there is one, and the regressors' effects, and their standard errors. */
  effects: Float64Array;
  effectErrors: Float64Array;
  sigma2: number;
  logLikelihood: number;
  used: number;
  evaluations: number;
  /** Whether the search for the coefficients ended at an optimum; false where they were given. */
  converged: boolean;
  /** Innovations over the root of their variance, NaN where there is none. */
  residuals: Float64Array;
  filter: Filter;
}

export class Model {
  readonly fitted: Fitted;

  constructor(fitted: Fitted) {
    this.fitted = fitted;
  }

  get slopes(): Float64Array {
    return this.fitted.effects.subarray(Number(this.fitted.hasMean));
  }

  /** Means and standard errors of the next values; `regressors: [k, horizon]`. */
  forecast(regressors: Float64Array, mean: Float64Array, error: Float64Array): void {
    const horizon = mean.length;
    this.fitted.filter.forecast(mean, error);
    this.slopes.forEach((slope, i) => {
      for (let h = 0; h < horizon; h++) mean[h] += slope * regressors[i * horizon + h];
    });
    for (let h = 0; h < horizon; h++) error[h] = Math.sqrt(error[h] * this.fitted.sigma2);
  }

  /** One more value, NaN for a gap, and its regressors. Returns the innovation over the root of its variance. */
  update(value: number, regressors: Float64Array): number {
    let rest = value;
    this.slopes.forEach((slope, i) => {
      rest -= slope * regressors[i];
    });
    return this.fitted.filter.observe(rest);
  }

  /** Paths that the next values may take, `out: [paths, horizon]`. */
  simulate(regressors: Float64Array, seed: number, horizon: number, out: Float64Array): void {
    const normal = new Normal(seed);
    const next = new Float64Array(1);
    const variance = new Float64Array(1);
    const { slopes } = this;
    for (let path = 0; path < out.length; path += horizon) {
      const filter = this.fitted.filter.copied();
      for (let t = 0; t < horizon; t++) {
        filter.forecast(next, variance);
        const drawn = next[0] + Math.sqrt(variance[0] * this.fitted.sigma2) * normal.draw();
        filter.observe(drawn);
        let value = drawn;
        for (let i = 0; i < slopes.length; i++) value += slopes[i] * regressors[i * horizon + t];
        out[path + t] = value;
      }
    }
  }
}

/** Standard normal numbers. Source: Marsaglia, Bray, "A convenient method for generating normal variables", SIAM Review 6(3), 1964. */
class Normal {
  #random: SplitMix64;
  #second = Number.NaN;

  constructor(seed: number) {
    this.#random = new SplitMix64(0, seed);
  }

  draw(): number {
    if (!Number.isNaN(this.#second)) {
      const value = this.#second;
      this.#second = Number.NaN;
      return value;
    }
    for (;;) {
      const u = signedUnit(this.#random);
      const v = signedUnit(this.#random);
      const square = u * u + v * v;
      if (square < 1 && square > 0) {
        const factor = Math.sqrt((-2 * ln(square)) / square);
        this.#second = v * factor;
        return u * factor;
      }
    }
  }
}
