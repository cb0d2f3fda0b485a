/** The number of ready instances that costs least over steps of demand: a quantile of demand that the prices choose. */
import type { Demand } from './demand.js';
import { GROUP_TOPS } from './levels.js';
import type { ReadyTerms } from './ready-terms.js';

/** Demand with prices on it: what each group of levels would be worth, were it ready. Laid out as `Demand`. */
export interface PricedDemand {
  stepMs: number;
  /** One instance ready for a step, USD. */
  readyUsd: number;
  /** One cold start, its part of the bill included, USD. */
  coldStartUsd: number;
  offsets: Float64Array;
  calls: Float64Array;
  /** USD that the group's levels cost the less for being ready in the step. */
  savedUsd: Float64Array;
}

/** Puts prices on demand. `coldStartUsd` is what a cold start costs beside its part of the bill. */
export function priced(demand: Demand, terms: ReadyTerms, coldStartUsd: number): PricedDemand {
  const { calls, coldStarts, idleMs, offsets, stepMs } = demand;
  const perCold = terms.coldStartBillUsd + coldStartUsd;
  const savedUsd = calls.map(
    (count, i) => count * terms.callSavedUsd + coldStarts[i]! * perCold + idleMs[i]! * terms.ownIdleUsdPerMs,
  );
  return { stepMs, readyUsd: terms.readyUsdPerMs * stepMs, coldStartUsd: perCold, offsets, calls, savedUsd };
}

/** A step of the past that stands for one to come. */
export interface Sample {
  step: number;
  weight: number;
}

/** Levels in a group. */
const widthOf = (group: number): number => GROUP_TOPS[group]! - (group === 0 ? 0 : GROUP_TOPS[group - 1]!);

/** Keeps its buffers from choice to choice. */
export class ReadyCounts {
  #saved = new Float64Array(GROUP_TOPS.length);
  #used = new Float64Array(GROUP_TOPS.length);

  /**
   * The count with the least mean cost over the samples; the smallest of those that cost the same. Nothing known: 0.
   *
   * @param before The count until now: where it falls, the platform has no warm instance for the levels that were ready, and those in use begin cold.
   * @param heldSteps For how many steps the count will stand.
   */
  best(demand: PricedDemand, samples: Iterable<Sample>, before = 0, heldSteps = 1): number {
    const saved = this.#saved;
    const used = this.#used;
    let groups = 0;
    let weights = 0;
    for (const { step, weight } of samples) {
      weights += weight;
      const from = demand.offsets[step]!;
      const own = demand.offsets[step + 1]! - from;
      if (own > groups) {
        saved.fill(0, groups, own);
        used.fill(0, groups, own);
        groups = own;
      }
      for (let group = 0; group < own; group++) {
        saved[group]! += weight * demand.savedUsd[from + group]!;
        if (demand.calls[from + group]! > 0) used[group]! += weight;
      }
    }
    // Against nothing ready: at first all that was ready until now is given up.
    let usd = 0;
    let best = 0;
    let least = 0;
    for (let group = 0; group < groups; group++) {
      const top = GROUP_TOPS[group]!;
      usd += weights * demand.readyUsd * widthOf(group) - saved[group]!;
      if (top <= before) usd -= (used[group]! / heldSteps) * demand.coldStartUsd * widthOf(group);
      if (usd < least) {
        least = usd;
        best = top;
      }
    }
    return best;
  }
}

/** What counts for steps `from..to` cost more (below 0: less) than nothing ready, USD. O(steps x groups). */
export function extraUsd(demand: PricedDemand, counts: ArrayLike<number>, from: number, to: number): number {
  let usd = 0;
  let before = 0;
  for (let step = from; step < to; step++) {
    const count = counts[step - from]!;
    usd += count * demand.readyUsd;
    const end = demand.offsets[step + 1]!;
    for (let at = demand.offsets[step]!, group = 0; at < end; at++, group++) {
      const top = GROUP_TOPS[group]!;
      if (top <= count) usd -= demand.savedUsd[at]!;
      else if (top <= before && demand.calls[at]! > 0) usd += demand.coldStartUsd * widthOf(group);
      else if (top > before) break;
    }
    before = count;
  }
  return usd;
}
