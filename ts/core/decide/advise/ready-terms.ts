/** What one more ready instance costs a function and what it spares, from a provider's model of billing. */
import type { BillModel } from '../bill/bill.js';
import type { CallGroup, Usage } from '../bill/usage.js';
import { checkAmount, checkSize } from '../bill/usage.js';

/** USD; each is a difference of two bills of the model, so that its rounding and its prices are in it. */
export interface ReadyTerms {
  /** An instance that is ready for one ms and idle all the time. */
  readyUsdPerMs: number;
  /** What one call costs less on a ready instance, its idle time included; negative where it costs more. */
  callSavedUsd: number;
  /** What initialisation adds to the bill of one call on demand. */
  coldStartBillUsd: number;
  /** One ms that an instance of the platform's own idles. */
  ownIdleUsdPerMs: number;
}

/** A function as a bill sees it: its calls by duration, without initialisation. */
export interface BilledFunction {
  memoryMiB: number;
  /** How long an instance takes to start, ms. */
  coldStartMs: number;
  durations: readonly Pick<CallGroup, 'calls' | 'durationMs'>[];
}

const HOUR_MS = 3_600_000;

/**
 * The terms on which a function's instances are kept ready under a model, without its free allowance or higher tiers.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`. Complexity: O(durations).
 *
 * @example
 * const terms = readyTerms({ memoryMiB: 1024, coldStartMs: 1000, durations: [{ calls: 1, durationMs: 100 }] }, lambdaProvisioned());
 * (terms.readyUsdPerMs * 1000).toFixed(10); // '0.0000041667'
 * terms.callSavedUsd.toFixed(12); // '0.000000694450'
 */
export function readyTerms({ memoryMiB, coldStartMs, durations }: BilledFunction, model: BillModel): ReadyTerms {
  checkSize('memoryMiB', memoryMiB);
  checkAmount('coldStartMs', coldStartMs);
  let calls = 0;
  let busyMs = 0;
  for (const group of durations) {
    checkAmount('calls', group.calls);
    checkAmount('durationMs', group.durationMs);
    calls += group.calls;
    busyMs += group.calls * group.durationMs;
  }
  const periodMs = Math.max(HOUR_MS, busyMs);
  const usd = (usage: Partial<Usage>): number => {
    const quantities = model.meter({ periodMs, memoryMiB, calls: [], ready: [], preWarmMs: 0, idleMs: 0, ...usage });
    // A month's tiers and no allowance: of the smallest quantities the first price holds.
    return model.price(quantities, 1).reduce((sum, line) => sum + line.usd, 0);
  };
  const groups = (onReady: boolean, initMs = 0): CallGroup[] =>
    durations.map((group) => ({ ...group, initMs, onReady }));
  const ready = [{ fromMs: 0, toMs: periodMs, instances: 1 }];
  const nothing = usd({});
  const onDemand = usd({ ready, calls: groups(false), idleMs: periodMs });
  const onReady = usd({ ready, calls: groups(true), idleMs: periodMs - busyMs });
  const each = calls > 0 ? 1 / calls : 0;
  return {
    readyUsdPerMs: (usd({ ready, idleMs: periodMs }) - nothing) / periodMs,
    callSavedUsd: (onDemand - onReady) * each,
    coldStartBillUsd: (usd({ calls: groups(false, coldStartMs) }) - usd({ calls: groups(false) })) * each,
    ownIdleUsdPerMs: (usd({ idleMs: periodMs }) - nothing) / periodMs,
  };
}
