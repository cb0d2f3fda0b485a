/** What a function's control saved, in every unit. */
import { type FootprintPlace, footprint } from '../decide/bill/energy/footprint.js';
import { objectiveUsd } from '../kernels/pure/replay/bounds.js';
import type { ControlSetting, ControlTotals, LiveCosts, LiveTotals, Savings, SavingsSum } from './control-model.js';

const HOUR_MS = 3_600_000;

/** Grams of CO2e of an instance's time. */
export interface CarbonRates {
  busyGPerMs: number;
  idleGPerMs: number;
}

/**
 * What an instance of this memory emits there: everything is linear in these two, so that who asks at every tick asks `footprint` once.
 *
 * Errors: as of `footprint`.
 *
 * @example
 * carbonRates(1769, { provider: 'aws', region: 'us-east-1' }).busyGPerMs * 3_600_000; // g CO2e of an hour at work
 */
export function carbonRates(memoryMiB: number, place: FootprintPlace): CarbonRates {
  const gramsPerMs = (busyMs: number, idleMs: number): number => {
    const calls = [{ calls: 1, durationMs: busyMs, initMs: 0, onReady: false }];
    const usage = { periodMs: HOUR_MS, memoryMiB, calls, ready: [], preWarmMs: 0, idleMs };
    return footprint([usage], place).carbonGco2e / HOUR_MS;
  };
  return { busyGPerMs: gramsPerMs(HOUR_MS, 0), idleGPerMs: gramsPerMs(0, HOUR_MS) };
}

/** What instances did; `coldMs` is what the cold starts took, each as long as starts took then: what they cost. */
type Spent = Omit<LiveTotals, 'calls'> & { coldMs: number };

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

/** Carbon is that of everything: `busyMs` of all calls, whoever ran them, starts and idle time. */
function costs(setting: ControlSetting, busyMs: number, spent: Spent, carbon: CarbonRates | null): LiveCosts {
  const { memoryMiB, coldStartMs, prices } = setting;
  const { coldStarts, preWarms, idleMs, waitMs, coldMs, preWarmMs } = spent;
  const runMs = busyMs + waitMs + preWarmMs;
  return {
    coldStarts,
    preWarms,
    idleMs,
    idleUsd: objectiveUsd({ ...prices, coldStartMs }, idleMs, memoryMiB, 0, 0),
    coldStartUsd: (coldMs * prices.coldStartUsdPerS) / 1000,
    preWarmUsd: (preWarmMs * prices.preWarmShare * prices.coldStartUsdPerS) / 1000,
    objectiveUsd: priced(setting, spent),
    waitMs,
    carbonGco2e: carbon === null ? null : runMs * carbon.busyGPerMs + idleMs * carbon.idleGPerMs,
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

function ratesOf({ memoryMiB }: ControlSetting, carbon: FootprintPlace | CarbonRates | undefined): CarbonRates | null {
  if (carbon === undefined || memoryMiB === 0) return null;
  return 'provider' in carbon ? carbonRates(memoryMiB, carbon) : carbon;
}

/** Of one function; `FunctionControl.savings` is the way to it. */
export function savingsOf(
  setting: ControlSetting,
  totals: ControlTotals,
  carbon?: FootprintPlace | CarbonRates,
): Savings {
  const { reported, reportedStartMs, ours, compared, busyMs } = totals;
  const isReported = reported.calls > 0 && reported.calls === ours.calls;
  const replayed = { ...compared, coldMs: compared.waitMs };
  const spent = isReported
    ? { ...replayed, ...reported, coldMs: reportedStartMs, preWarms: 0, preWarmMs: 0 }
    : replayed;
  const rates = ratesOf(setting, carbon);
  const own = costs(setting, busyMs, { ...ours, coldMs: ours.waitMs }, rates);
  const theirs = costs(setting, busyMs, spent, rates);
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
  idleMs: 0,
  idleUsd: 0,
  coldStartUsd: 0,
  preWarmUsd: 0,
  objectiveUsd: 0,
  waitMs: 0,
  carbonGco2e: null,
};

function added(sum: LiveCosts, one: LiveCosts): LiveCosts {
  return {
    coldStarts: sum.coldStarts + one.coldStarts,
    preWarms: sum.preWarms + one.preWarms,
    idleMs: sum.idleMs + one.idleMs,
    idleUsd: sum.idleUsd + one.idleUsd,
    coldStartUsd: sum.coldStartUsd + one.coldStartUsd,
    preWarmUsd: sum.preWarmUsd + one.preWarmUsd,
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
