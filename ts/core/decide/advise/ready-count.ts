/** The number of ready instances that costs least over steps of demand: a quantile of demand that the prices choose. */
import type { Demand } from './demand.js';
import { GROUP_TOPS } from './levels.js';
import type { ReadyTerms } from './ready-terms.js';

/** Demand with prices on it: what each group of levels would be worth, were it ready. Laid out as `Demand`. */
export interface PricedDemand {
  stepMs: number;
  /** One instance ready for a step, USD. */
  readyUsd: number;
  offsets: Float64Array;
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
  return { stepMs, readyUsd: terms.readyUsdPerMs * stepMs, offsets, savedUsd };
}

/** A step of the past that stands for one to come. */
export interface Sample {
  step: number;
  weight: number;
}

/** Keeps its buffer from choice to choice. */
export class ReadyCounts {
  #sums = new Float64Array(GROUP_TOPS.length);

  /**
   * The count with the least mean cost over the samples; the smallest of those that cost the same. Nothing known: 0.
   * O(samples x groups).
   */
  best(demand: PricedDemand, samples: Iterable<Sample>): number {
    const sums = this.#sums;
    let groups = 0;
    let weights = 0;
    for (const { step, weight } of samples) {
      weights += weight;
      const from = demand.offsets[step]!;
      const own = demand.offsets[step + 1]! - from;
      if (own > groups) sums.fill(0, groups, own);
      groups = Math.max(groups, own);
      for (let group = 0; group < own; group++) sums[group]! += weight * demand.savedUsd[from + group]!;
    }
    let saved = 0;
    let best = 0;
    let least = 0;
    for (let group = 0; group < groups; group++) {
      saved += sums[group]!;
      const cost = weights * demand.readyUsd * GROUP_TOPS[group]! - saved;
      if (cost < least) {
        least = cost;
        best = GROUP_TOPS[group]!;
      }
    }
    return best;
  }
}

/** What a count of each step in `from..to` costs more (below 0: less) than nothing ready, USD. */
export function extraUsd(demand: PricedDemand, counts: ArrayLike<number>, from: number, to: number): number {
  let usd = 0;
  for (let step = from; step < to; step++) {
    const count = counts[step - from]!;
    usd += count * demand.readyUsd;
    const end = demand.offsets[step + 1]!;
    for (let at = demand.offsets[step]!, group = 0; at < end && GROUP_TOPS[group]! <= count; at++, group++) {
      usd -= demand.savedUsd[at]!;
    }
  }
  return usd;
}
