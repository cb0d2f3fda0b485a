/** Rules without training: what every other model has to beat. */
import { exp } from '../kernels/pure/numeric.js';
import { DAY_MINUTES } from './day-counts.js';
import type { ForecastModel } from './model.js';

type Rule = ForecastModel['forecast'];

let scratch = new Float64Array(256);

function scratchOf(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length);
  return scratch;
}

const mean =
  (minutes: number): Rule =>
  (history, origin, level, out) => {
    out.fill(level * history.meanOfLast(minutes, origin));
  };

/** The same minutes some days ago, 0 before the history. What was not known then is taken to be like the last hour. */
const samePeriodAgo =
  (days: number): Rule =>
  (history, origin, level, out) => {
    const minutes = out.length * level;
    const past = scratchOf(minutes);
    history.read(origin - days * DAY_MINUTES, past, minutes);
    const unknown = history.isWhole ? 0 : history.meanOfLast(60, origin);
    for (let block = 0, i = 0; block < out.length; block++) {
      let calls = 0;
      for (const end = i + level; i < end; i++) calls += Number.isNaN(past[i]) ? unknown : past[i]!;
      out[block] = calls;
    }
  };

const PROFILE_DAYS = 3;
const AROUND_MINUTES = 15;
const RECENT_MINUTES = 30;
const FADE_MINUTES = 120;

/** Sum and count of what is known of some minutes. */
function known(values: Float64Array, from: number, to: number): [sum: number, minutes: number] {
  let sum = 0;
  let minutes = 0;
  for (let i = from; i < to; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i]!;
    minutes++;
  }
  return [sum, minutes];
}

/**
 * The mean of the last three days around the block, moved by how much more the last half hour had than the hour before had yesterday; that fades.
 */
const seasonalLevel: Rule = (history, origin, level, out) => {
  const recent = history.meanOfLast(RECENT_MINUTES, origin);
  const minutes = out.length * level;
  const past = scratchOf(Math.max(60, minutes + 2 * AROUND_MINUTES));
  history.read(origin - DAY_MINUTES - 60, past, 60);
  const [calls, knownMinutes] = known(past, 0, 60);
  const moved = knownMinutes === 0 ? 0 : recent - calls / knownMinutes;
  out.fill(0);
  for (let day = 1; day <= PROFILE_DAYS; day++) {
    history.read(origin - day * DAY_MINUTES - AROUND_MINUTES, past, minutes + 2 * AROUND_MINUTES);
    for (let block = 0; block < out.length; block++) {
      const [sum, count] = known(past, block * level, (block + 1) * level + 2 * AROUND_MINUTES);
      // A stretch of which nothing is known is taken to be like the last half hour.
      out[block] = out[block]! + (count === 0 ? recent : sum / count) / PROFILE_DAYS;
    }
  }
  for (let block = 0; block < out.length; block++) {
    const shift = moved * exp(-((block + 0.5) * level) / FADE_MINUTES);
    out[block] = Math.max(0, level * (out[block]! + shift));
  }
};

const RECENT_PEAK_MINUTES = 10;

const NAMED: Record<string, Rule> = {
  zero: (_history, _origin, _level, out) => {
    out.fill(0);
  },
  last: mean(1),
  ma5: mean(5),
  ma15: mean(15),
  ma60: mean(60),
  'snaive-day': samePeriodAgo(1),
  'snaive-week': samePeriodAgo(7),
  'snaive-level': seasonalLevel,
  'recent-peak': (history, origin, level, out) => {
    out.fill(level * history.mostOfLast(RECENT_PEAK_MINUTES, origin));
  },
};

export const RULES: readonly ForecastModel[] = Object.entries(NAMED).map(([name, forecast]) => ({
  name,
  version: '1',
  forecast,
}));
