/** How good forecasts were: errors of totals, costs of capacity, losses and coverage of quantiles. */
import type { LevelForecast } from './conformal-forecast.js';

/** The quantiles that are scored, at blocks of one and of ten minutes. */
export const SCORED_QUANTILES = [0.05, 0.5, 5 / 6, 0.9, 0.95, 0.99] as const;
export const SCORED_LEVELS = [60, 10, 1] as const;

const [Q05, , CAPACITY, , Q95] = [0, 1, 2, 3, 4];
/** Places in `SCORED_QUANTILES` by the share that they are named by. */
const LOSSES: [name: string, place: number][] = [
  ['0.5', 1],
  ['0.9', 3],
  ['0.99', 5],
];
const COVERAGES: [name: string, place: number][] = [
  ['.05', 0],
  ['.5', 1],
  ['.833', 2],
  ['.9', 3],
  ['.95', 4],
  ['.99', 5],
];
/** Minutes ahead at which blocks of ten minutes end. */
export const AHEAD_MINUTES = [10, 20, 30, 40, 50, 60] as const;

/** A minute short of capacity costs so much more than one too many. */
const SHORT_COST = 5;

const QUANTILE_LEVELS = [10, 1];

/** Names of the figures; all but the shares `cov` and `int90` are better the smaller. */
export const FORECAST_SCORES: readonly string[] = [
  ...SCORED_LEVELS.map((level) => `wape${level}`),
  'cap_point',
  'cap_q',
  ...AHEAD_MINUTES.map((minutes) => `ahead${minutes}`),
  ...QUANTILE_LEVELS.flatMap((level) => LOSSES.map(([name]) => `wql${name}_${level}`)),
  ...QUANTILE_LEVELS.flatMap((level) => [
    ...COVERAGES.map(([name]) => `cov${name}_${level}`),
    `int90_${level}`,
    `width90_${level}`,
  ]),
];

/** Sums over blocks; divided by the calls, or the blocks, at the end. */
export class ForecastScore {
  /** Calls there were. */
  calls = 0;
  /** Calls that were forecast, by hours. */
  forecastCalls = 0;
  #sums = new Map<string, number>(FORECAST_SCORES.map((name) => [name, 0]));
  #blocks = new Map<number, number>(SCORED_LEVELS.map((level) => [level, 0]));

  /** `forecast` holds one entry per level of `SCORED_LEVELS`, `actual` the calls per minute of the same horizon. */
  add(forecast: readonly Omit<LevelForecast, 'errors'>[], actual: Float64Array): void {
    for (const calls of actual) this.calls += calls;
    for (const { level, calls, quantiles } of forecast) {
      for (let block = 0; block < calls.length; block++) {
        let came = 0;
        for (let minute = block * level; minute < (block + 1) * level; minute++) came += actual[minute]!;
        this.#block(level, came, calls[block]!, (place) => quantiles[place]![block]!);
        if (level === 10) this.#add(`ahead${(block + 1) * level}`, Math.abs(came - calls[block]!));
      }
    }
  }

  /** The figures by name. NaN where there were no calls. */
  figures(): Record<string, number> {
    const figures: Record<string, number> = {};
    for (const [name, sum] of this.#sums) {
      const isShare = name.startsWith('cov') || name.startsWith('int');
      const of = isShare ? this.#blocks.get(Number(name.slice(name.indexOf('_') + 1)))! : this.calls;
      // The calls that there are in one of six blocks, be they in others than this.
      figures[name] = sum / (name.startsWith('ahead') ? of / AHEAD_MINUTES.length : of);
    }
    return figures;
  }

  #block(level: number, came: number, expected: number, quantile: (place: number) => number): void {
    this.#blocks.set(level, this.#blocks.get(level)! + 1);
    this.#add(`wape${level}`, Math.abs(came - expected));
    if (level === 60) {
      this.forecastCalls += expected;
      return;
    }
    if (level === 1) {
      this.#add('cap_point', capacityCost(came, expected));
      this.#add('cap_q', capacityCost(came, quantile(CAPACITY!)));
    }
    for (const [name, place] of LOSSES) {
      this.#add(`wql${name}_${level}`, 2 * pinball(came, quantile(place), SCORED_QUANTILES[place]!));
    }
    for (const [name, place] of COVERAGES) this.#add(`cov${name}_${level}`, came <= quantile(place) ? 1 : 0);
    const [lower, upper] = [quantile(Q05!), quantile(Q95!)];
    this.#add(`int90_${level}`, lower <= came && came <= upper ? 1 : 0);
    this.#add(`width90_${level}`, upper - lower);
  }

  #add(name: string, amount: number): void {
    this.#sums.set(name, this.#sums.get(name)! + amount);
  }
}

const capacityCost = (came: number, ready: number): number =>
  came > ready ? SHORT_COST * (came - ready) : ready - came;

const pinball = (came: number, quantile: number, q: number): number =>
  Math.max(q * (came - quantile), (1 - q) * (quantile - came));
