/**
 * Counts renewed every step. The demand of a step to come is foreseen as a sample of past steps: the latest ones, and those at the same time on earlier
 * days; the count is the quantile of that sample which the prices choose. Several ways to take the sample are tried, and a function has the one
 * that would have cost least so far.
 */
import { bestCount, extraUsd, type PricedDemand, type Steps } from './ready-count.js';

const DAY_STEPS = 288;

/**
 * Steps between the last one that a decision knows and the one that it is for: metrics come late, and instances take their
 * time to be ready.
 */
const LEAD_STEPS = 1;

/** A way to take the sample. */
export interface ForecastMethod {
  name: string;
  /** How many of the latest steps. */
  latest: number;
  /** How many earlier days, and how many steps around the same time on each. */
  days: number;
  around: number;
}

export const FORECAST_METHODS: readonly ForecastMethod[] = [
  { name: 'the last 15 minutes', latest: 3, days: 0, around: 0 },
  { name: 'the last hour', latest: 12, days: 0, around: 0 },
  { name: 'the last six hours', latest: 72, days: 0, around: 0 },
  { name: 'the last two days', latest: 2 * DAY_STEPS, days: 0, around: 0 },
  { name: 'the last hour and the same time on earlier days', latest: 12, days: 7, around: 3 },
  { name: 'the same time on earlier days', latest: 0, days: 7, around: 6 },
];

function rangesFor(step: number, { latest, days, around }: ForecastMethod): Steps[] {
  const known = Math.max(0, step - LEAD_STEPS);
  const ranges: Steps[] = latest > 0 ? [{ from: Math.max(0, known - latest), to: known }] : [];
  for (let day = 1; day <= days; day++) {
    const same = step - day * DAY_STEPS;
    if (same - around < 0) break;
    ranges.push({ from: same - around, to: Math.min(same + around + 1, known) });
  }
  return ranges;
}

/** The count for each step of a range, each from what was known in time; steps with no past have none ready. O(steps x ranges x groups). */
export function forecastCounts(demand: PricedDemand, method: ForecastMethod, { from, to }: Steps): Int32Array {
  const counts = new Int32Array(to - from);
  for (let i = 0; i < counts.length; i++) {
    counts[i] = bestCount(demand, rangesFor(from + i, method), i === 0 ? 0 : counts[i - 1]!);
  }
  return counts;
}

/** The method that would have cost least over some steps; the first of those that cost the same. */
export function bestForecastMethod(demand: PricedDemand, known: Steps): ForecastMethod {
  let best = FORECAST_METHODS[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const method of FORECAST_METHODS) {
    const usd = extraUsd(demand, forecastCounts(demand, method, known), known);
    if (usd < least) {
      least = usd;
      best = method;
    }
  }
  return best;
}
