/** The number of ready instances that costs least over steps of demand: a quantile of demand that the prices choose. */
import type { Demand } from './demand.js';
import { GROUP_TOPS } from './levels.js';
import type { ReadyTerms } from './ready-terms.js';

/** Running sums over steps, so that any range of steps is a difference: `[steps + 1, groups]` each. */
interface RunningSums {
  groups: number;
  calls: Float64Array;
  coldStarts: Float64Array;
  idleMs: Float64Array;
  /** Steps in which the group had calls. */
  used: Float64Array;
}

/** Demand with prices on it. */
export interface PricedDemand {
  demand: Demand;
  sums: RunningSums;
  /** One instance ready for a step, USD. */
  readyUsd: number;
  callSavedUsd: number;
  /** One cold start, its part of the bill included, USD. */
  coldStartUsd: number;
  ownIdleUsdPerMs: number;
}

/** The sums of a demand, for all prices. O(steps x groups). */
export function runningSums({ offsets, calls, coldStarts, idleMs }: Demand): RunningSums {
  const steps = offsets.length - 1;
  let groups = 0;
  for (let step = 0; step < steps; step++) groups = Math.max(groups, offsets[step + 1]! - offsets[step]!);
  const summed = (of: (at: number) => number): Float64Array => {
    const sums = new Float64Array((steps + 1) * groups);
    for (let step = 0; step < steps; step++) {
      const from = offsets[step]!;
      const own = offsets[step + 1]! - from;
      const row = step * groups;
      for (let group = 0; group < groups; group++) {
        sums[row + groups + group] = sums[row + group]! + (group < own ? of(from + group) : 0);
      }
    }
    return sums;
  };
  return {
    groups,
    calls: summed((at) => calls[at]!),
    coldStarts: summed((at) => coldStarts[at]!),
    idleMs: summed((at) => idleMs[at]!),
    used: summed((at) => Number(calls[at]! > 0)),
  };
}

/** Puts prices on demand. `coldStartUsd` is what a cold start costs beside its part of the bill. */
export function priced(
  demand: Demand,
  { readyUsdPerMs, callSavedUsd, coldStartBillUsd, ownIdleUsdPerMs }: ReadyTerms,
  coldStartUsd: number,
  sums: RunningSums = runningSums(demand),
): PricedDemand {
  return {
    ...{ demand, sums, callSavedUsd, ownIdleUsdPerMs },
    readyUsd: readyUsdPerMs * demand.stepMs,
    coldStartUsd: coldStartBillUsd + coldStartUsd,
  };
}

/** Steps of the past that stand for one to come: `from..to`. */
export interface Steps {
  from: number;
  to: number;
}

/** Levels in a group. */
const widthOf = (group: number): number => GROUP_TOPS[group]! - (group === 0 ? 0 : GROUP_TOPS[group - 1]!);

/**
 * The count with the least mean cost over ranges of steps; the smallest of those that cost the same. Nothing known: 0.
 *
 * @param before The count until now: where it falls, the platform has no warm instance for the levels that were ready, and those in use begin cold.
 * @param heldSteps For how many steps the count will stand.
 *
 * Complexity: O(ranges x groups).
 */
export function bestCount(of: PricedDemand, ranges: readonly Steps[], before = 0, heldSteps = 1): number {
  const { sums, callSavedUsd, coldStartUsd, ownIdleUsdPerMs } = of;
  const { groups } = sums;
  let steps = 0;
  for (const { from, to } of ranges) steps += to - from;
  const readyUsd = steps * of.readyUsd;
  let usd = 0;
  let best = 0;
  let least = 0;
  for (let group = 0; group < groups; group++) {
    let calls = 0;
    let coldStarts = 0;
    let idleMs = 0;
    let used = 0;
    for (const { from, to } of ranges) {
      const first = from * groups + group;
      const last = to * groups + group;
      calls += sums.calls[last]! - sums.calls[first]!;
      coldStarts += sums.coldStarts[last]! - sums.coldStarts[first]!;
      idleMs += sums.idleMs[last]! - sums.idleMs[first]!;
      used += sums.used[last]! - sums.used[first]!;
    }
    const top = GROUP_TOPS[group]!;
    usd += readyUsd * widthOf(group) - (calls * callSavedUsd + coldStarts * coldStartUsd + idleMs * ownIdleUsdPerMs);
    if (top <= before) usd -= (used / heldSteps) * coldStartUsd * widthOf(group);
    if (usd < least) {
      least = usd;
      best = top;
    }
  }
  return best;
}

/** What counts for steps `from..to` cost more (below 0: less) than nothing ready, USD. O(steps x groups). */
export function extraUsd(of: PricedDemand, counts: ArrayLike<number>, { from, to }: Steps): number {
  const { readyUsd, callSavedUsd, coldStartUsd, ownIdleUsdPerMs } = of;
  const { offsets, calls, coldStarts, idleMs } = of.demand;
  let usd = 0;
  let before = 0;
  for (let step = from; step < to; step++) {
    const count = counts[step - from]!;
    usd += count * readyUsd;
    const end = offsets[step + 1]!;
    for (let at = offsets[step]!, group = 0; at < end; at++, group++) {
      const top = GROUP_TOPS[group]!;
      if (top <= count) {
        usd -= calls[at]! * callSavedUsd + coldStarts[at]! * coldStartUsd + idleMs[at]! * ownIdleUsdPerMs;
      } else if (top > before) break;
      else if (calls[at]! > 0) usd += coldStartUsd * widthOf(group);
    }
    before = count;
  }
  return usd;
}
