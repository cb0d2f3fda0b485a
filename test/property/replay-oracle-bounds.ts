/** What is known in hindsight: the provisioned peak, both clairvoyants and the best fixed window, by their definitions. */

import { type Call, type Outcome, type Scene, simulate } from './replay-oracle.js';
import { constant } from './replay-oracle-policies.js';

/** Prices of one function: what one ms of its idle memory costs, one cold start, one pre-warm. */
export interface Prices {
  idleUsdPerMs: number;
  coldStartUsd: number;
  preWarmUsd: number;
}

/** Prices as a replay is given them. */
export interface ReplayPrices {
  idleUsdPerGbS: number;
  coldStartUsdPerS: number;
  preWarmShare: number;
}

export function pricesOf(given: ReplayPrices, memoryMiB: number, coldStartMs: number): Prices {
  const coldStartUsd = (given.coldStartUsdPerS * coldStartMs) / 1000;
  return {
    idleUsdPerMs: (memoryMiB / 1024 / 1000) * given.idleUsdPerGbS,
    coldStartUsd,
    preWarmUsd: coldStartUsd * given.preWarmShare,
  };
}

export const objective = (outcome: Outcome, prices: Prices): number =>
  outcome.idleMs * prices.idleUsdPerMs +
  outcome.coldStarts * prices.coldStartUsd +
  outcome.preWarms * prices.preWarmUsd;

/** The calls that a call may take its instance from when nobody waits: released at or before its arrival. */
function releasedBefore(calls: readonly Call[], at: number): number[] {
  // Arrivals are in trace order, so an earlier call of 0 ms at the same instant is released in time.
  return calls.flatMap((call, i) => (i < at && call.startMs + call.durationMs <= calls[at].startMs ? [i] : []));
}

const endMs = (call: Call): number => call.startMs + call.durationMs;

/**
 * Which call's release each arrival takes: the latest not yet taken. Equal ones: calls of 0 ms are released after their own
 * arrival, so after the releases of that instant; the rest in the order of the calls.
 */
export function nestedMatching(calls: readonly Call[]): (number | undefined)[] {
  const taken = new Set<number>();
  const atItsArrival = (i: number): number => (calls[i].durationMs === 0 ? 1 : 0);
  return calls.map((_, at) => {
    const free = releasedBefore(calls, at).filter((i) => !taken.has(i));
    free.sort((a, b) => endMs(calls[a]) - endMs(calls[b]) || atItsArrival(a) - atItsArrival(b) || a - b);
    const latest = free.at(-1);
    if (latest !== undefined) taken.add(latest);
    return latest;
  });
}

const gapsOf = (calls: readonly Call[], matching: readonly (number | undefined)[]): number[] =>
  matching.flatMap((from, at) => (from === undefined ? [] : [calls[at].startMs - endMs(calls[from])]));

export function clairvoyant(calls: readonly Call[], prices: Prices): Outcome {
  const gaps = gapsOf(calls, nestedMatching(calls));
  const kept = gaps.filter((gap) => gap * prices.idleUsdPerMs <= prices.coldStartUsd);
  return { coldStarts: calls.length - kept.length, preWarms: 0, idleMs: kept.reduce((sum, gap) => sum + gap, 0) };
}

export function clairvoyantPrewarm(calls: readonly Call[], prices: Prices): Outcome {
  const gaps = gapsOf(calls, nestedMatching(calls));
  const kept = gaps.filter((gap) => gap * prices.idleUsdPerMs <= prices.preWarmUsd);
  return {
    coldStarts: calls.length - gaps.length,
    preWarms: gaps.length - kept.length,
    idleMs: kept.reduce((sum, gap) => sum + gap, 0),
  };
}

/** The cheapest over every way to give arrivals releases, each taken once; `gapUsd` is what a match over a gap costs. */
export function cheapestAssignment(calls: readonly Call[], coldStartUsd: number, gapUsd: (gapMs: number) => number) {
  const from = (at: number, taken: ReadonlySet<number>): number => {
    if (at === calls.length) return 0;
    let best = coldStartUsd + from(at + 1, taken);
    for (const i of releasedBefore(calls, at)) {
      if (taken.has(i)) continue;
      const usd = gapUsd(calls[at].startMs - endMs(calls[i]));
      best = Math.min(best, usd + from(at + 1, new Set([...taken, i])));
    }
    return best;
  };
  return from(0, new Set());
}

/** Every window that can be best and what it costs in the matching, the unmatched cold starts included. */
export function windowCosts(scene: Scene, prices: Prices): { windowMs: number; usd: number }[] {
  const { calls } = scene;
  const horizonMs = 60_000 * scene.minutes;
  const matching = nestedMatching(calls);
  const gaps = gapsOf(calls, matching);
  const neverTaken = calls.filter((_, i) => !matching.includes(i));
  const windows = [...new Set([0, ...gaps])].sort((a, b) => a - b);
  return windows.map((windowMs) => {
    let idleMs = 0;
    let coldStarts = calls.length - gaps.length;
    for (const gap of gaps) {
      idleMs += Math.min(gap, windowMs);
      if (gap > windowMs) coldStarts += 1;
    }
    for (const call of neverTaken) idleMs += Math.min(windowMs, Math.max(0, horizonMs - endMs(call)));
    return { windowMs, usd: objective({ coldStarts, preWarms: 0, idleMs }, prices) };
  });
}

export function bestFixedInHindsight(scene: Scene, prices: Prices): Outcome & { windowMs: number } {
  const costs = windowCosts(scene, prices);
  const cheapest = Math.min(...costs.map(({ usd }) => usd));
  const { windowMs } = costs.find(({ usd }) => usd <= cheapest * (1 + 1e-12))!;
  return { ...simulate(scene, constant(0, windowMs)), windowMs };
}

/** As many always-warm instances as are ever busy at once when no call is cold. */
export function provisionedPeak(scene: Scene): Outcome {
  const { calls } = scene;
  const horizonMs = 60_000 * scene.minutes;
  // Busy right after an arrival: earlier calls not yet released, and itself.
  const busy = calls.map((_, at) => at - releasedBefore(calls, at).length + 1);
  const n = Math.max(0, ...busy);
  const within = calls.map((call) => Math.max(0, Math.min(endMs(call), horizonMs) - Math.max(0, call.startMs)));
  return { coldStarts: 0, preWarms: 0, idleMs: n * horizonMs - within.reduce((sum, ms) => sum + ms, 0) };
}
