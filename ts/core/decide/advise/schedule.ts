/** Counts that are fixed in advance, from the demand of the past: one for all the time, or one for each hour. */
import { bestCount, type PricedDemand, type Steps } from './ready-count.js';
import { type ConstantCount, type HourlySchedule, hourOf } from './setting.js';

const HOUR_STEPS = 12;
const DAY_STEPS = 24 * HOUR_STEPS;

/** The constant count that would have cost least over some steps. */
export const constantCount = (demand: PricedDemand, known: Steps): ConstantCount => ({
  kind: 'constant',
  ready: bestCount(demand, [known]),
});

/**
 * The count for each hour that would have cost least over some steps: by hour of the week where every hour was seen twice and the dates are
 * known, else by hour of the day; undefined where less than a day was seen, as hours never seen have no demand to go by.
 */
export function hourlySchedule(
  demand: PricedDemand,
  { from, to }: Steps,
  originMs: number,
): HourlySchedule | undefined {
  const days = (to - from) / DAY_STEPS;
  if (days < 1) return undefined;
  const cycle = days >= 14 && !Number.isNaN(originMs) ? 'week' : 'day';
  const byHour: Steps[][] = Array.from({ length: cycle === 'day' ? 24 : 168 }, () => []);
  for (let step = from; step < to; step++) {
    const own = byHour[hourOf(step, cycle, originMs)]!;
    const last = own.at(-1);
    if (last?.to === step) last.to++;
    else own.push({ from: step, to: step + 1 });
  }
  const ready = byHour.map(() => 0);
  // Twice around: the first hour follows the last one.
  for (let turn = 0; turn < 2; turn++) {
    for (const [hour, ranges] of byHour.entries()) {
      ready[hour] = bestCount(demand, ranges, ready.at(hour - 1), HOUR_STEPS);
    }
  }
  return { kind: 'scheduled', cycle, ready };
}
