/** Forecast models that there are, by name; `auto` takes the best of them for each function. */
export const FORECAST_MODELS: readonly string[] = [
  'zero',
  'last',
  'ma5',
  'ma15',
  'ma60',
  'snaive-day',
  'snaive-week',
  'snaive-level',
  'recent-peak',
];
