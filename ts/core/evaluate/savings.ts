/** What a function's control saved, in every unit. */
import { type FootprintPlace, footprint } from '../decide/bill/energy/footprint.js';
import type { CallGroup } from '../decide/bill/usage.js';
import { objectiveUsd } from '../kernels/pure/replay/bounds.js';
import type { ControlSetting, ControlTotals, LiveCosts, LiveTotals, Savings, SavingsSum } from './control-model.js';

/** What an instance did: `busyMs` is of all calls, whoever ran them. */
interface Spent {
  coldStarts: number;
  preWarms: number;
  idleMs: number;
  waitMs: number;
  /** What cold starts and pre-warms took, each as long as starts took then, ms in all: what they cost. */
  coldMs: number;
  preWarmMs: number;
}

const ofTotals = ({ coldStarts, preWarms, idleMs, waitMs, preWarmMs }: LiveTotals): Spent => {
  return { coldStarts, preWarms, idleMs, waitMs, coldMs: waitMs, preWarmMs };
};

/** Starts cost what they took when they were made: a start time that has moved prices nothing anew. */
function priced({ prices, coldStartMs, memoryMiB }: ControlSetting, spent: Spent): number {
  const { coldStarts, preWarms, idleMs, coldMs, preWarmMs } = spent;
  const all = { ...prices, coldStartMs };
  if (coldMs === coldStarts * coldStartMs && preWarmMs === preWarms * coldStartMs) {
    return objectiveUsd(all, idleMs, memoryMiB, coldStarts, preWarms);
  }
  const startsUsd = ((coldMs + preWarmMs * prices.preWarmShare) * prices.coldStartUsdPerS) / 1000;
  return objectiveUsd(all, idleMs, memoryMiB, 0, 0) + startsUsd;
}

function carbon(setting: ControlSetting, totals: ControlTotals, spent: Spent, place: FootprintPlace): number {
  const { calls } = totals.ours;
  const durationMs = calls > 0 ? totals.busyMs / calls : 0;
  const group = (count: number, initMs: number): CallGroup => ({ calls: count, durationMs, initMs, onReady: false });
  const { coldStarts, waitMs } = spent;
  const usage = {
    periodMs: Math.max(1, totals.observedMs),
    memoryMiB: setting.memoryMiB,
    calls: [group(calls - coldStarts, 0), group(coldStarts, coldStarts > 0 ? waitMs / coldStarts : 0)],
    ready: [],
    preWarmMs: spent.preWarmMs,
    idleMs: spent.idleMs,
  };
  return footprint([usage], place).carbonGco2e;
}

function costs(setting: ControlSetting, totals: ControlTotals, spent: Spent, place?: FootprintPlace): LiveCosts {
  const { memoryMiB, coldStartMs } = setting;
  const prices = { ...setting.prices, coldStartMs };
  const { coldStarts, preWarms, idleMs, waitMs } = spent;
  return {
    coldStarts,
    preWarms,
    idleUsd: objectiveUsd(prices, idleMs, memoryMiB, 0, 0),
    objectiveUsd: priced(setting, spent),
    waitMs,
    carbonGco2e: place === undefined || memoryMiB === 0 ? null : carbon(setting, totals, spent, place),
  };
}

const less = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);

const saved = (ours: LiveCosts, theirs: LiveCosts): Savings['saved'] => ({
  coldStarts: theirs.coldStarts - ours.coldStarts,
  idleUsd: theirs.idleUsd - ours.idleUsd,
  objectiveUsd: theirs.objectiveUsd - ours.objectiveUsd,
  waitMs: theirs.waitMs - ours.waitMs,
  carbonGco2e: less(theirs.carbonGco2e, ours.carbonGco2e),
});

/** Of one function; `FunctionControl.savings` is the way to it. */
export function savingsOf(setting: ControlSetting, totals: ControlTotals, place?: FootprintPlace): Savings {
  const { reported, reportedStartMs, ours, compared } = totals;
  const isReported = reported.calls > 0 && reported.calls === ours.calls;
  const spent = isReported
    ? { ...ofTotals(compared), ...reported, coldMs: reportedStartMs, preWarms: 0, preWarmMs: 0 }
    : ofTotals(compared);
  const own = costs(setting, totals, ofTotals(ours), place);
  const theirs = costs(setting, totals, spent, place);
  return {
    against: isReported ? 'provider reported' : 'replayed',
    compared: setting.compared,
    calls: ours.calls,
    ours: own,
    theirs,
    saved: saved(own, theirs),
  };
}

const NOTHING: LiveCosts = {
  coldStarts: 0,
  preWarms: 0,
  idleUsd: 0,
  objectiveUsd: 0,
  waitMs: 0,
  carbonGco2e: null,
};

function added(sum: LiveCosts, one: LiveCosts): LiveCosts {
  return {
    coldStarts: sum.coldStarts + one.coldStarts,
    preWarms: sum.preWarms + one.preWarms,
    idleUsd: sum.idleUsd + one.idleUsd,
    objectiveUsd: sum.objectiveUsd + one.objectiveUsd,
    waitMs: sum.waitMs + one.waitMs,
    carbonGco2e: one.carbonGco2e === null ? sum.carbonGco2e : (sum.carbonGco2e ?? 0) + one.carbonGco2e,
  };
}

/**
 * Savings of many functions in sum, added in their order; carbon over those of which it is known. O(functions).
 *
 * @example
 * const control = new FunctionControl({ ...CONTROL_DEFAULTS, functionKey: 'shop/cart', memoryMiB: 256 });
 * sumSavings([control.savings()]).functions; // 1
 */
export function sumSavings(all: Iterable<Savings>): SavingsSum {
  let functions = 0;
  let reported = 0;
  let calls = 0;
  let ours = NOTHING;
  let theirs = NOTHING;
  for (const one of all) {
    functions++;
    if (one.against === 'provider reported') reported++;
    calls += one.calls;
    ours = added(ours, one.ours);
    theirs = added(theirs, one.theirs);
  }
  return { functions, reported, calls, ours, theirs, saved: saved(ours, theirs) };
}
