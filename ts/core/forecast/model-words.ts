/** What each model forecasts, in words. */
import type { ForecastModelName } from './model.js';

/** By the name of the model: its forecast of calls in each minute. */
export const MODEL_WORDS: Readonly<Record<ForecastModelName, string>> = {
  zero: 'no calls',
  last: 'as in the last minute',
  ma5: 'the mean of the last 5 minutes',
  ma15: 'the mean of the last 15 minutes',
  ma60: 'the mean of the last hour',
  'snaive-day': 'as in the same minute a day ago',
  'snaive-week': 'as in the same minute a week ago',
  'snaive-level': 'as around the same time of the last three days, moved by how today differs so far',
  'recent-peak': 'as in the busiest of the last ten minutes',
  arima: 'a fitted ARIMA model of totals of ten minutes',
};
