/** Counts that are fixed in advance, from the demand of the past: one for all the time, or one for each hour. */
import { type PricedDemand, ReadyCounts, type Sample } from './ready-count.js';
import { type ConstantCount, type HourlySchedule, hourOf } from './setting.js';

const HOUR_STEPS = 12;
const DAY_STEPS = 24 * HOUR_STEPS;

function* stepsFrom(from: number, to: number): Generator<Sample> {
  for (let step = from; step < to; step++) yield { step, weight: 1 };
}

/** The constant count that would have cost least over steps `from..to`. */
export function constantCount(demand: PricedDemand, from: number, to: number): ConstantCount {
  return { kind: 'constant', ready: new ReadyCounts().best(demand, stepsFrom(from, to)) };
}

/**
 * The count for each hour that would have cost least over steps `from..to`: by hour of the week where every hour was seen twice and the dates are
 * known, else by hour of the day; undefined where less than a day was seen, as hours never seen have no demand to go by.
 */
export function hourlySchedule(
  demand: PricedDemand,
  from: number,
  to: number,
  originMs: number,
): HourlySchedule | undefined {
  const days = (to - from) / DAY_STEPS;
  if (days < 1) return undefined;
  const cycle = days >= 14 && !Number.isNaN(originMs) ? 'week' : 'day';
  const byHour: Sample[][] = Array.from({ length: cycle === 'day' ? 24 : 168 }, () => []);
  for (const sample of stepsFrom(from, to)) byHour[hourOf(sample.step, cycle, originMs)]!.push(sample);
  const choice = new ReadyCounts();
  const ready = byHour.map(() => 0);
  // Twice around: the first hour follows the last one.
  for (let turn = 0; turn < 2; turn++) {
    for (const [hour, samples] of byHour.entries()) {
      ready[hour] = choice.best(demand, samples, ready.at(hour - 1), HOUR_STEPS);
    }
  }
  return { kind: 'scheduled', cycle, ready };
}
