/** References that no policy can be: they see the future. */
import type { AdaptivePrices } from '../../policy.js';
import type { Outcome } from './feed.js';
import type { Matched } from './matching.js';

/** Prices as a replay uses them. */
export interface Prices {
  idleUsdPerGbS: number;
  coldStartUsdPerS: number;
  preWarmShare: number;
  coldStartMs: number;
}

/** Idle memory and starts in USD; the one expression of it, for all backends. */
export function objectiveUsd(
  prices: Prices,
  idleMs: number,
  memoryMiB: number,
  coldStarts: number,
  preWarms: number,
): number {
  return (
    idleUsd(prices, idleMs, memoryMiB) +
    ((coldStarts + preWarms * prices.preWarmShare) * prices.coldStartUsdPerS * prices.coldStartMs) / 1000
  );
}

/** What a function of this memory pays: the one expression of it, for all backends. */
export function functionPrices(prices: Prices, memoryMiB: number): AdaptivePrices {
  return {
    idleUsdPerMs: Math.min((memoryMiB / 1024 / 1000) * prices.idleUsdPerGbS, Number.MAX_VALUE),
    coldStartUsd: Math.min((prices.coldStartUsdPerS * prices.coldStartMs) / 1000, Number.MAX_VALUE),
    preWarmUsd: Math.min((prices.preWarmShare * prices.coldStartUsdPerS * prices.coldStartMs) / 1000, Number.MAX_VALUE),
    coldStartMs: prices.coldStartMs,
  };
}

function idleUsd(prices: Prices, idleMs: number, memoryMiB: number): number {
  return ((idleMs * memoryMiB) / 1024 / 1000) * prices.idleUsdPerGbS;
}

/** Provisioned for the peak: `horizon` for every instance, less the time it served. */
export function provisionedPeak(matched: Matched, horizon: number): Outcome {
  return {
    coldStarts: 0,
    preWarms: 0,
    idleMs: matched.peakBusy * horizon - matched.busyMs,
    windowMs: Number.NaN,
  };
}

/** Warm over a gap where that is no dearer than what a gap costs otherwise: a cold start, or with `prewarm` a pre-warm. */
export function clairvoyant(matched: Matched, prices: Prices, memoryMiB: number, prewarm: boolean): Outcome {
  const otherwise = objectiveUsd(prices, 0, memoryMiB, prewarm ? 0 : 1, prewarm ? 1 : 0);
  let idleMs = 0;
  let givenUp = 0;
  matched.gaps.forEach((gap, i) => {
    if (idleUsd(prices, gap, memoryMiB) <= otherwise) idleMs += gap * matched.times[i];
    else givenUp += matched.times[i];
  });
  return {
    coldStarts: matched.unmatched + (prewarm ? 0 : givenUp),
    preWarms: prewarm ? givenUp : 0,
    idleMs,
    windowMs: Number.NaN,
  };
}

/** The smallest window whose cost in the matching is within 1e-12 of the cheapest. */
export function bestFixedWindow(matched: Matched, prices: Prices, memoryMiB: number): number {
  let cheapest = Number.POSITIVE_INFINITY;
  eachWindow(matched, prices, memoryMiB, (_, cost) => {
    cheapest = Math.min(cheapest, cost);
    return true;
  });
  let best = 0;
  eachWindow(matched, prices, memoryMiB, (window, cost) => {
    best = window;
    return cost > cheapest + cheapest * 1e-12;
  });
  return best;
}

/** Calls `visit(window, cost)` for 0 and each gap ascending, until it answers false. */
function eachWindow(
  matched: Matched,
  prices: Prices,
  memoryMiB: number,
  visit: (window: number, cost: number) => boolean,
): void {
  const { gaps, times, tails, unmatched } = matched;
  let longer = 0;
  for (const count of times) longer += count;
  let coveredMs = 0;
  let endedMs = 0;
  let ended = 0;
  const costOf = (window: number): number => {
    for (; ended < tails.length && tails[ended] <= window; ended++) endedMs += tails[ended];
    const idleMs = coveredMs + endedMs + window * (longer + tails.length - ended);
    return objectiveUsd(prices, idleMs, memoryMiB, unmatched + longer, 0);
  };
  if ((gaps.length === 0 || gaps[0] > 0) && !visit(0, costOf(0))) return;
  for (let i = 0; i < gaps.length; i++) {
    longer -= times[i];
    coveredMs += gaps[i] * times[i];
    if (!visit(gaps[i], costOf(gaps[i]))) return;
  }
}
