/** A forecast over a horizon with its quantiles, from a history alone. */
import { IsothermError } from '../kernels/index.js';
import { CONFORMAL_ORIGINS, conformalQuantile, errorScale } from './conformal.js';
import type { MinuteHistory } from './minute-history.js';
import { type ForecastModel, MOST_HORIZON_MINUTES } from './model.js';

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
  /** Forecast calls per block. */
  calls: Float64Array;
  /** Per quantile that was asked for: calls per block. */
  quantiles: Float64Array[];
  /** Past errors that the quantiles are made of; a 90 % interval takes 19, and of none it is the forecast itself. */
  errors: number;
}

/**
 * What a model expects after the end of a history, with quantiles from what it would have been wrong by at the last 24 origins whose horizon has passed.
 * O(origins x minutes). Errors: `OUT_OF_RANGE`.
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
  check(options);
  return forecastWithErrors(model, history, options, new PastErrors(model, options));
}

/** The same with errors that may be known from earlier origins. */
export function forecastWithErrors(
  model: ForecastModel,
  history: MinuteHistory,
  options: ConformalOptions,
  past: PastErrors,
): LevelForecast[] {
  const { minutes, levels, quantiles } = options;
  const found = pastOrigins(history, options).map((origin) => past.at(history, origin));
  const mean = history.meanBefore(history.end);
  return levels.map((level, l) => {
    const count = found.reduce((sum, errors) => sum + errors[l]!.length, 0);
    const sorted = new Float64Array(count);
    let at = 0;
    for (const errors of found) {
      sorted.set(errors[l]!, at);
      at += errors[l]!.length;
    }
    sorted.sort();
    const calls = new Float64Array(minutes / level);
    model.forecast(history, history.end, level, calls);
    const quantile = (q: number): Float64Array =>
      calls.map((expected) => conformalQuantile(expected, mean * level, sorted, count, q));
    return { level, calls, quantiles: quantiles.map(quantile), errors: count };
  });
}

/** A model's errors by origin: what it would have said then does not change any more. */
export class PastErrors {
  #model: ForecastModel;
  #minutes: number;
  #levels: readonly number[];
  #byOrigin = new Map<number, Float64Array[]>();

  constructor(model: ForecastModel, { minutes, levels }: Pick<ConformalOptions, 'minutes' | 'levels'>) {
    this.#model = model;
    this.#minutes = minutes;
    this.#levels = levels;
  }

  /** Per level the errors of the blocks from `origin` on, in units of the scale, without blocks of which what came or what was said is not known. */
  at(history: MinuteHistory, origin: number): Float64Array[] {
    let errors = this.#byOrigin.get(origin);
    if (errors === undefined) {
      const actual = new Float64Array(this.#minutes);
      history.read(origin, actual, actual.length);
      const mean = history.meanBefore(origin);
      errors = this.#levels.map((level) => this.#errors(history, origin, level, actual, mean));
      this.#byOrigin.set(origin, errors);
    }
    return errors;
  }

  #errors(history: MinuteHistory, origin: number, level: number, actual: Float64Array, mean: number): Float64Array {
    const expected = new Float64Array(actual.length / level);
    this.#model.forecast(history, origin, level, expected);
    const errors = new Float64Array(expected.length);
    let count = 0;
    for (let block = 0; block < expected.length; block++) {
      let came = 0;
      for (let minute = block * level; minute < (block + 1) * level; minute++) came += actual[minute]!;
      const apart = came - expected[block]!;
      if (!Number.isNaN(apart)) errors[count++] = apart / errorScale(expected[block]!, mean * level);
    }
    return errors.subarray(0, count);
  }
}

/** The latest first. */
function pastOrigins(history: MinuteHistory, options: ConformalOptions): number[] {
  const { minutes, originStep, origins: most = CONFORMAL_ORIGINS, firstOrigin } = options;
  const first = Math.max(history.keptFrom, firstOrigin ?? history.start + 60);
  const origins: number[] = [];
  for (let i = 0, at = history.end - minutes; i < most && at >= first; i++, at -= originStep) origins.push(at);
  return origins;
}

function check({ minutes, levels, quantiles, originStep }: ConformalOptions): void {
  const refuse = (what: string, value: number, expected: string): void => {
    throw new IsothermError('OUT_OF_RANGE', `${what} is ${value}, expected ${expected}`);
  };
  if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_HORIZON_MINUTES)) {
    refuse('minutes', minutes, `a whole number from 1 to ${MOST_HORIZON_MINUTES}`);
  }
  for (const level of levels) {
    if (!(level >= 1 && Number.isInteger(level) && minutes % level === 0)) {
      refuse('a level', level, `whole minutes that divide ${minutes}`);
    }
  }
  for (const q of quantiles) if (!(q >= 0 && q <= 1)) refuse('a quantile', q, '0 to 1');
  if (!(Number.isInteger(originStep) && originStep >= 1)) refuse('originStep', originStep, 'whole minutes from 1');
}
