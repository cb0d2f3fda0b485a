/** Forecasts: calls per minute to come, with intervals, from models that are trusted as far as they have been right. */
export { ARIMA_SEARCH, type ArimaTask } from './arima-fit.js';
export { callsPerMinute } from './calls-per-minute.js';
export { ERRORS_OF_AN_INTERVAL } from './conformal.js';
export { type ConformalOptions, conformalForecast, type LevelForecast } from './conformal-forecast.js';
export { MinuteHistory } from './minute-history.js';
export { FORECAST_MODELS, type ForecastModel, type ForecastModelName, forecastModel } from './model.js';
export {
  type ForecastScores,
  type ForecastSeries,
  type ForecastTrial,
  type SeriesScores,
  scoreForecasts,
} from './protocol.js';
export { type ModelLoss, type ModelRecord, modelLosses, modelRecord } from './record.js';
export { FORECAST_SCORES } from './scores.js';
export type { SeriesClass } from './series-class.js';
export { ForecastSession } from './session.js';
export {
  type FunctionForecast,
  type ModelTrust,
  type TrustEvent,
  TrustedForecast,
  type TrustedForecastOptions,
} from './trusted-forecast.js';
