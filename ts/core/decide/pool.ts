/** How many instances a forecast holds ready, and what each of them is for. */
import { exp } from '../kernels/pure/numeric.js';
import type { PoolAlternative } from './receipt.js';

/** A pool of instances that a forecast holds ready. */
export interface PoolOptions {
  /** Fewer are no pool: the policy's own keep-alive governs. */
  minInstances: number;
  /** 0 for no pool. */
  maxInstances: number;
  /** The offered load is multiplied by this; at least 1. */
  buffer: number;
}

/** What instances cost, and how long they are needed. */
export interface PoolTerms {
  tickMs: number;
  /** How long a start takes. */
  coldStartMs: number;
  /** Mean time that a call keeps its instance. */
  busyMs: number;
  idleUsdPerMs: number;
  coldStartUsd: number;
  preWarmUsd: number;
}

/** A pool: for how many ticks from now on each of its instances earns its place, the first instance first. */
export interface Pool {
  instances: number;
  ticks: readonly number[];
}

/** No instance is held ready. */
export const NO_POOL: Pool = { instances: 0, ticks: [] };

/** Expected calls of a tick that find `others` instances busy, where `load` are busy on average and their number is Poisson's. */
function finding(
  callsPerTick: number,
  load: number,
  most: number,
  visit: (others: number, calls: number) => boolean,
): void {
  let term = exp(-load);
  let below = 0;
  for (let others = 0; others < most; others++) {
    if (!visit(others, callsPerTick * Math.max(0, 1 - below))) return;
    below += term;
    term *= load / (others + 1);
  }
}

function saves({ idleUsdPerMs, coldStartUsd, tickMs }: PoolTerms, calls: number): boolean {
  const avoidedUsd = coldStartUsd * Math.min(1, calls);
  return avoidedUsd > 0 && idleUsdPerMs * tickMs <= avoidedUsd;
}

/** The most calls of a tick, up to the one in which an instance would be warm that is started at the next tick. */
function nearCalls(callsPerTick: Float64Array, { coldStartMs, tickMs }: PoolTerms): number {
  const ticks = Math.min(callsPerTick.length, 1 + Math.max(1, Math.ceil(coldStartMs / tickMs)));
  let most = 0;
  for (let tick = 0; tick < ticks; tick++) most = Math.max(most, callsPerTick[tick]!);
  return most;
}

const offeredLoad = (calls: number, { busyMs, tickMs }: PoolTerms, { buffer }: PoolOptions): number =>
  (calls * busyMs * buffer) / tickMs;

/** How many instances, from the first on, earn their place in a tick of `calls`. */
function earning(calls: number, terms: PoolTerms, options: PoolOptions, most: number): number {
  let instances = 0;
  finding(calls, offeredLoad(calls, terms, options), most, (_, served) => {
    if (!saves(terms, served)) return false;
    instances++;
    return true;
  });
  return instances;
}

/**
 * The pool of a forecast, calls per tick from now on. An instance earns its place in a tick when its idle time costs no more than the cold starts that it
 * avoids: one at most, and no more than there are calls that would find all instances before it busy. How many are busy is Poisson's around the offered load,
 * calls per ms x mean busy ms x buffer. As many as earn
 * their place in any of the ticks for which a start at the next one would be late are the pool; too few are none.
 *
 * O(ticks x instances).
 *
 * @example
 * const terms = { tickMs: 30_000, coldStartMs: 1000, busyMs: 600, idleUsdPerMs: 5e-10, coldStartUsd: 5e-4, preWarmUsd: 5e-5 };
 * poolOf(Float64Array.of(100, 100, 0), terms, { minInstances: 2, maxInstances: 100, buffer: 1.2 });
 * // { instances: 10, ticks: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2] }
 */
export function poolOf(callsPerTick: Float64Array, terms: PoolTerms, options: PoolOptions): Pool {
  const calls = nearCalls(callsPerTick, terms);
  // The first instance serves the most calls.
  if (options.maxInstances === 0 || !saves(terms, calls)) return NO_POOL;
  const instances = earning(calls, terms, options, options.maxInstances);
  if (instances < options.minInstances) return NO_POOL;
  const ticks = new Array<number>(instances).fill(1);
  let still = instances;
  for (let tick = 1; tick < callsPerTick.length && still > 0; tick++) {
    still = earning(callsPerTick[tick]!, terms, options, still);
    for (let i = 0; i < still; i++) ticks[i]!++;
  }
  return { instances, ticks };
}

/** What the last instance of the chosen pool and of sizes beside it costs and saves over a tick, ascending by size. */
export function poolAlternatives(
  callsPerTick: Float64Array,
  terms: PoolTerms,
  options: PoolOptions,
  chosen: number,
): PoolAlternative[] {
  const calls = nearCalls(callsPerTick, terms);
  const { minInstances, maxInstances } = options;
  const sizes = new Set([minInstances, chosen - 1, chosen, chosen + 1].filter((n) => n >= 1 && n <= maxInstances + 1));
  const found: PoolAlternative[] = [];
  finding(calls, offeredLoad(calls, terms, options), Math.max(0, ...sizes), (others, served) => {
    const instances = others + 1;
    if (!sizes.has(instances)) return true;
    const idleUsd = terms.idleUsdPerMs * terms.tickMs;
    const coldStartUsd = terms.coldStartUsd * Math.min(1, served);
    const name = `pool of ${instances}`;
    found.push({ name, instances, callsServed: served, idleUsd, coldStartUsd, objectiveUsd: idleUsd - coldStartUsd });
    return true;
  });
  return found;
}
