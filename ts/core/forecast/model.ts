/** What forecasts: a named, versioned function of a history. */
import { IsothermError } from '../kernels/index.js';
import { ArimaForecast } from './arima-forecast.js';
import type { MinuteHistory } from './minute-history.js';
import { RULES } from './rules.js';

/**
 * A way to forecast. Its answer depends on the history before the origin alone, so that what it would have said at an earlier origin can be asked again
 * at any time, and is the same.
 */
export interface ForecastModel {
  readonly name: string;
  /** Another version may answer otherwise. */
  readonly version: string;
  /**
   * Writes the calls expected in the blocks from `origin` on, `level` minutes each, one block per place of `out`; all finite, from 0, but NaN where
   * what was said at an earlier origin is not known any more. Reads minutes before `origin` only. The horizon, all blocks together, is at most half a day.
   */
  forecast(history: MinuteHistory, origin: number, level: number, out: Float64Array): void;
}

/** Names of the models that are there: rules without training, and what is fitted. */
export const FORECAST_MODELS = [
  'zero',
  'last',
  'ma5',
  'ma15',
  'ma60',
  'snaive-day',
  'snaive-week',
  'snaive-level',
  'recent-peak',
  'arima',
] as const;

export type ForecastModelName = (typeof FORECAST_MODELS)[number];

/** The longest horizon: what a day ago is known of is before the origin, with what lies around it. */
export const MOST_HORIZON_MINUTES = 720;

/** Names that configurations may have, of models that are not there yet. */
const TO_COME: readonly string[] = ['lstm', 'hybrid', 'boosting'];

/**
 * The model of a name. One that is fitted follows the first history that it is asked about, and is for that one alone. Errors: `MODEL_UNAVAILABLE` where that is one of a model that is not there.
 *
 * @example
 * const history = new MinuteHistory(0);
 * for (const calls of [3, 5, 4]) history.push(calls);
 * const next = new Float64Array(2);
 * forecastModel('ma5').forecast(history, history.end, 10, next);
 * next // Float64Array [40, 40]: calls in the next ten minutes, and in the ten after those
 */
export function forecastModel(name: string): ForecastModel {
  if (name === 'arima') return new ArimaForecast();
  const model = RULES.find((rule) => rule.name === name);
  if (model !== undefined) return model;
  const why = TO_COME.includes(name) ? `the model '${name}' is not available yet` : `there is no model '${name}'`;
  throw new IsothermError('MODEL_UNAVAILABLE', `${why}; there are auto, ${FORECAST_MODELS.join(', ')}`);
}
