/** What intervals would have cost over the idle times known so far: the terms in a receipt. */
import type { CostTerms } from './receipt.js';

/** Prices of one function. */
export interface FunctionPrices {
  idleUsdPerMs: number;
  coldStartUsd: number;
  preWarmUsd: number;
}

/** A running mean of the cost of one interval. */
class IntervalCost {
  #idleMs = 0;
  #coldStarts = 0;
  #preWarms = 0;
  readonly prewarmMs: number;
  readonly keepAliveMs: number;

  constructor(prewarmMs: number, keepAliveMs: number) {
    this.prewarmMs = prewarmMs;
    this.keepAliveMs = keepAliveMs;
  }

  /** An idle time that ended before the interval cancels its pre-warm; see `docs/replay.md`. */
  add(gapMs: number): void {
    const intoMs = gapMs - this.prewarmMs;
    if (intoMs < 0) {
      this.#coldStarts++;
      return;
    }
    if (this.prewarmMs > 0) this.#preWarms++;
    if (intoMs > this.keepAliveMs) this.#coldStarts++;
    this.#idleMs += Math.min(intoMs, this.keepAliveMs);
  }

  mean(count: number, { idleUsdPerMs, coldStartUsd: eachUsd, preWarmUsd: startUsd }: FunctionPrices): CostTerms {
    const idleUsd = (this.#idleMs * idleUsdPerMs) / count;
    const coldStartUsd = (this.#coldStarts * eachUsd) / count;
    const preWarmUsd = (this.#preWarms * startUsd) / count;
    return { idleUsd, coldStartUsd, preWarmUsd, objectiveUsd: idleUsd + coldStartUsd + preWarmUsd };
  }
}

/** Costs of intervals over a growing list of idle times; O(intervals asked for) per idle time. */
export class IdleCosts {
  readonly gapsMs: number[] = [];
  #costs = new Map<string, IntervalCost>();

  add(gapMs: number): void {
    this.gapsMs.push(gapMs);
    for (const cost of this.#costs.values()) cost.add(gapMs);
  }

  /** Null while no idle time is known. */
  terms(prewarmMs: number, keepAliveMs: number, prices: FunctionPrices): CostTerms | null {
    if (this.gapsMs.length === 0) return null;
    const key = `${prewarmMs} ${keepAliveMs}`;
    let cost = this.#costs.get(key);
    if (cost === undefined) {
      cost = new IntervalCost(prewarmMs, keepAliveMs);
      for (const gap of this.gapsMs) cost.add(gap);
      this.#costs.set(key, cost);
    }
    return cost.mean(this.gapsMs.length, prices);
  }
}
