/** One way to score forecasts, so that two programs that score one forecaster give the same figures. */
import { exp, ln } from '../kernels/pure/numeric.js';
import { forecastWithErrors, PastErrors } from './conformal-forecast.js';
import { MinuteHistory } from './minute-history.js';
import { type ForecastModel, type ForecastModelName, forecastModel } from './model.js';
import { FORECAST_SCORES, ForecastScore, SCORED_LEVELS, SCORED_QUANTILES } from './scores.js';
import { SERIES_CLASSES, type SeriesClass, seriesClass } from './series-class.js';
import { TrustedForecast } from './trusted-forecast.js';

const MINUTE_MS = 60_000;
const HORIZON_MINUTES = 60;
/** Series with fewer calls in the test part are too quiet to be scored. */
const LEAST_CALLS = 100;
/** One series must not decide a mean: figures are capped. */
const MOST_SHARE = 2;
const MOST_CAPACITY = 5;
const MOST_WIDTH = 9;
const REFERENCE = 'ma60';
/** Keeps a ratio to a figure of 0 finite. */
const RATIO_FLOOR = 0.005;

export interface ForecastSeries {
  name: string;
  /** The first minute of its history; nothing before it exists. */
  start: number;
  /** Calls per minute from minute 0 on. */
  counts: Float64Array;
}

/** Which minutes errors are collected from, and which are scored: whole hours apart. */
export interface ForecastTrial {
  calibrationFrom: number;
  testFrom: number;
  testTo: number;
  /** Past origins whose errors make the quantiles: 24 by default. */
  origins?: number;
}

export interface SeriesScores {
  name: string;
  class: SeriesClass;
  /** Calls in the test part. */
  calls: number;
  /** Whether there are at least 100 calls, so that the figures count. */
  isScored: boolean;
  /** Per model: the figures by the names of `FORECAST_SCORES`. */
  figures: Record<string, Record<string, number>>;
  /** Per model: calls forecast in all. */
  forecastCalls: Record<string, number>;
}

export interface ForecastScores {
  series: SeriesScores[];
  /** Per model: means over the scored series, each figure capped; `gmean_ratio_to_ma60_…` where ma60 is scored too; `wape10_<class>`. */
  means: Record<string, Record<string, number>>;
}

/**
 * Scores models on series: at each hour of the test part a forecast of the next 60 minutes from what was before. `auto` is the model that a
 * `TrustedForecast` uses by then. O(series x origins x models).
 *
 * @example
 * const counts = new Float64Array(1440).map((_, minute) => 4 + (minute % 3));
 * const { means } = scoreForecasts([{ name: 'f', start: 0, counts }], ['ma60'], {
 *   calibrationFrom: 480, testFrom: 960, testTo: 1440,
 * });
 * means.ma60!.wape60 // 0
 */
export function scoreForecasts(
  series: readonly ForecastSeries[],
  models: readonly ('auto' | ForecastModelName)[],
  trial: ForecastTrial,
): ForecastScores {
  return withMeans(
    series.map((one) => scoreSeries(one, models, trial)),
    models,
  );
}

/** Series that were scored, with the means over them. */
export function withMeans(series: SeriesScores[], models: readonly ('auto' | ForecastModelName)[]): ForecastScores {
  const scored = series.filter(({ isScored }) => isScored);
  return { series, means: Object.fromEntries(models.map((model) => [model, meansOf(scored, model)])) };
}

/** One series. O(origins x models). */
export function scoreSeries(
  series: ForecastSeries,
  models: readonly ('auto' | ForecastModelName)[],
  trial: ForecastTrial,
): SeriesScores {
  const { name, start, counts } = series;
  const { calibrationFrom, testFrom, testTo, origins } = trial;
  const history = new MinuteHistory(start);
  const trusted = models.includes('auto') ? new TrustedForecast({ model: 'auto' }) : undefined;
  const scores = models.map(() => new ForecastScore());
  const options = {
    minutes: HORIZON_MINUTES,
    levels: SCORED_LEVELS,
    quantiles: SCORED_QUANTILES,
    originStep: HORIZON_MINUTES,
    firstOrigin: calibrationFrom,
    ...(origins !== undefined && { origins }),
  };
  const own = new Map(models.map((name) => [name, name === 'auto' ? undefined : forecastModel(name)]));
  const modelOf = (name: ForecastModelName): ForecastModel => trusted?.modelOf(name) ?? own.get(name)!;
  const past = new Map<string, PastErrors>();
  const pastOf = (model: ForecastModel): PastErrors => {
    const known = past.get(model.name) ?? new PastErrors(model, options);
    past.set(model.name, known);
    return known;
  };
  for (let origin = testFrom; origin + HORIZON_MINUTES <= testTo; origin += HORIZON_MINUTES) {
    for (; history.end < origin; history.push(counts[history.end]!)) {
      trusted?.observeMinute(history.end * MINUTE_MS, counts[history.end]!);
    }
    const actual = counts.subarray(origin, origin + HORIZON_MINUTES);
    models.forEach((model, i) => {
      const rule = modelOf(model === 'auto' ? trusted!.used : model);
      scores[i]!.add(forecastWithErrors(rule, history, options, pastOf(rule)), actual);
    });
  }
  const calls = scores[0]?.calls ?? 0;
  return {
    name,
    class: seriesClass(counts.subarray(start, testFrom)),
    calls,
    isScored: calls >= LEAST_CALLS,
    figures: Object.fromEntries(models.map((model, i) => [model, scores[i]!.figures()])),
    forecastCalls: Object.fromEntries(models.map((model, i) => [model, scores[i]!.forecastCalls])),
  };
}

function meansOf(series: readonly SeriesScores[], model: string): Record<string, number> {
  const means: Record<string, number> = {};
  const mean = (figure: (one: SeriesScores) => number, of = series): number =>
    of.reduce((sum, one) => sum + figure(one), 0) / of.length;
  for (const name of FORECAST_SCORES) means[name] = mean((one) => capped(name, one.figures[model]![name]!));
  for (const level of ['wape10', 'wape60']) {
    if (!series.every(({ figures }) => REFERENCE in figures)) break;
    const ratio = (one: SeriesScores): number =>
      ln((one.figures[model]![level]! + RATIO_FLOOR) / (one.figures[REFERENCE]![level]! + RATIO_FLOOR));
    means[`gmean_ratio_to_${REFERENCE}_${level}`] = exp(mean(ratio));
  }
  for (const kind of SERIES_CLASSES) {
    const of = series.filter((one) => one.class === kind);
    if (of.length > 0) means[`wape10_${kind}`] = mean((one) => capped('wape10', one.figures[model]!.wape10!), of);
  }
  return means;
}

function capped(name: string, value: number): number {
  if (name.startsWith('cap')) return Math.min(value, MOST_CAPACITY);
  if (name.startsWith('width')) return Math.min(value, MOST_WIDTH);
  return /^(wape|wql|ahead)/.test(name) ? Math.min(value, MOST_SHARE) : value;
}
