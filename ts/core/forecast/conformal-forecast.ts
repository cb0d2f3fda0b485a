/** A forecast over a horizon with its quantiles, from a history alone. */
import { CONFORMAL_ORIGINS, conformalQuantile, errorScale } from './conformal.js';
import type { MinuteHistory } from './minute-history.js';
import type { ForecastModel } from './model.js';

export interface ConformalOptions {
  /** The horizon, a multiple of every level, at most 720. */
  minutes: number;
  /** Minutes per block. */
  levels: readonly number[];
  /** From 0 to 1. */
  quantiles: readonly number[];
  /** Minutes between the past origins whose errors count. */
  originStep: number;
  /** How many of them, 24 by default. */
  origins?: number;
  /** The first origin whose errors may count; an hour after the start of the history by default. */
  firstOrigin?: number;
}

/** Blocks of one level. */
export interface LevelForecast {
  /** Minutes per block. */
  level: number;
  /** Calls expected per block. */
  calls: Float64Array;
  /** Per quantile that was asked for: calls per block. */
  quantiles: Float64Array[];
}

/**
 * What a model expects after the end of a history, with quantiles from what it would have been wrong by at the last 24 origins whose horizon has passed.
 * O(origins x minutes).
 *
 * @example
 * const history = new MinuteHistory(0);
 * for (let minute = 0; minute < 600; minute++) history.push(minute % 2 === 0 ? 3 : 5);
 * const [hour] = conformalForecast(forecastModel('ma60'), history, { minutes: 60, levels: [60], quantiles: [0.9], originStep: 60 });
 * hour.calls[0] // 240
 */
export function conformalForecast(
  model: ForecastModel,
  history: MinuteHistory,
  options: ConformalOptions,
): LevelForecast[] {
  const { minutes, levels, quantiles } = options;
  const origins = pastOrigins(history, options);
  const oldest = origins.at(-1) ?? history.end;
  const since = new Float64Array(history.end - oldest);
  history.read(oldest, since, since.length);
  const means = pastMeans(history, oldest, since, origins);
  const meanNow = means.pop()!;
  return levels.map((level) => {
    const blocks = minutes / level;
    const calls = new Float64Array(blocks);
    const errors = new Float64Array(origins.length * blocks);
    let count = 0;
    for (let i = 0; i < origins.length; i++) {
      const origin = origins[i]!;
      model.forecast(history, origin, level, calls);
      for (let block = 0; block < blocks; block++) {
        const from = origin - oldest + block * level;
        let actual = 0;
        for (let minute = from; minute < from + level; minute++) actual += since[minute]!;
        if (Number.isNaN(actual)) continue;
        errors[count++] = (actual - calls[block]!) / errorScale(calls[block]!, means[i]! * level);
      }
    }
    const sorted = errors.subarray(0, count).sort();
    model.forecast(history, history.end, level, calls);
    const quantile = (q: number): Float64Array =>
      calls.map((expected) => conformalQuantile(expected, meanNow * level, sorted, count, q));
    return { level, calls, quantiles: quantiles.map(quantile) };
  });
}

/** The latest first. */
function pastOrigins(history: MinuteHistory, options: ConformalOptions): number[] {
  const { minutes, originStep, origins: most = CONFORMAL_ORIGINS, firstOrigin } = options;
  const first = Math.max(history.keptFrom, firstOrigin ?? history.start + 60);
  const origins: number[] = [];
  for (let i = 0, at = history.end - minutes; i < most && at >= first; i++, at -= originStep) origins.push(at);
  return origins;
}

/** Mean calls per minute of all that is known before each origin, and at last before the end. */
function pastMeans(history: MinuteHistory, oldest: number, since: Float64Array, origins: readonly number[]): number[] {
  let { calls, minutes } = history.before(oldest);
  let at = 0;
  const means: number[] = [];
  for (const origin of [...origins.toReversed(), history.end]) {
    for (; at < origin - oldest; at++) {
      if (Number.isNaN(since[at])) continue;
      calls += since[at]!;
      minutes++;
    }
    means.push(minutes === 0 ? 0 : calls / minutes);
  }
  return [...means.slice(0, -1).reverse(), means.at(-1)!];
}
