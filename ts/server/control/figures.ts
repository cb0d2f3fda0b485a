/** What policies came to, in the shapes of the API and of the store. */
import { type FootprintPlace, footprint } from 'isotherm/decide';
import type { ControlSetting, FunctionControl, LiveTotals } from 'isotherm/evaluate';
import type { Against, Savings, Totals } from '../api/schemas.js';
import type { Totals as StoredTotals } from '../store/index.js';

const HOUR_MS = 3_600_000;

export const NOTHING: Totals = {
  calls: 0,
  coldStarts: 0,
  preWarms: 0,
  idleMs: 0,
  idleGbHours: 0,
  waitMs: 0,
  idleUsd: 0,
  coldStartUsd: 0,
  preWarmUsd: 0,
  objectiveUsd: 0,
  carbonGco2e: 0,
};

/** Both sides of the comparison. */
export interface Compared {
  ours: Totals;
  compared: Totals;
  against: Against;
}

/** What a unit of each thing costs that one function does. Everything is linear in them; a tick of a large fleet has no time for more. */
export interface UnitCosts {
  idleUsdPerMs: number;
  /** How long starts took at first, what one cost then, and what a ms of one costs whenever it was. */
  startMs: number;
  coldStartUsd: number;
  preWarmUsd: number;
  startUsdPerMs: number;
  preWarmUsdPerMs: number;
  idleGPerMs: number;
  busyGPerMs: number;
  gb: number;
}

export function unitCosts({ memoryMiB, coldStartMs, prices }: ControlSetting, place: FootprintPlace): UnitCosts {
  const coldStartUsd = (prices.coldStartUsdPerS * coldStartMs) / 1000;
  const grams = (busyMs: number, idleMs: number): number => {
    const calls = [{ calls: 1, durationMs: busyMs, initMs: 0, onReady: false }];
    return footprint([{ periodMs: HOUR_MS, memoryMiB, calls, ready: [], preWarmMs: 0, idleMs }], place).carbonGco2e;
  };
  return {
    idleUsdPerMs: (memoryMiB / 1024 / 1000) * prices.idleUsdPerGbS,
    startMs: coldStartMs,
    coldStartUsd,
    preWarmUsd: coldStartUsd * prices.preWarmShare,
    startUsdPerMs: prices.coldStartUsdPerS / 1000,
    preWarmUsdPerMs: (prices.preWarmShare * prices.coldStartUsdPerS) / 1000,
    idleGPerMs: grams(0, HOUR_MS) / HOUR_MS,
    busyGPerMs: grams(HOUR_MS, 0) / HOUR_MS,
    gb: memoryMiB / 1024,
  };
}

/** What starts cost that took so long in all: each what it took when it was made, also where starts take another time by now. */
const startsUsd = (count: number, inAllMs: number, startMs: number, eachUsd: number, usdPerMs: number): number =>
  inAllMs === count * startMs ? count * eachUsd : inAllMs * usdPerMs;

/** Carbon is that of everything: calls, starts and idle time. `coldMs` is what the cold starts cost the price of. */
function side(
  { calls, coldStarts, preWarms, idleMs, waitMs, preWarmMs }: LiveTotals,
  coldMs: number,
  busyMs: number,
  unit: UnitCosts,
): Totals {
  const idleUsd = idleMs * unit.idleUsdPerMs;
  const coldStartUsd = startsUsd(coldStarts, coldMs, unit.startMs, unit.coldStartUsd, unit.startUsdPerMs);
  const preWarmUsd = startsUsd(preWarms, preWarmMs, unit.startMs, unit.preWarmUsd, unit.preWarmUsdPerMs);
  const runMs = busyMs + waitMs + preWarmMs;
  return {
    calls,
    coldStarts,
    preWarms,
    idleMs,
    idleGbHours: (idleMs / HOUR_MS) * unit.gb,
    waitMs,
    idleUsd,
    coldStartUsd,
    preWarmUsd,
    objectiveUsd: idleUsd + coldStartUsd + preWarmUsd,
    carbonGco2e: runMs * unit.busyGPerMs + idleMs * unit.idleGPerMs,
  };
}

/** Where the provider said of every call whether it began cold, its cold starts stand for those of the policy that is replayed; idle memory it never reports. */
export function comparedOf(control: FunctionControl, unit: UnitCosts): Compared {
  const { ours, compared, reported, reportedStartMs, busyMs } = control.totals();
  const isReported = reported.calls > 0 && reported.calls === ours.calls;
  const theirs = isReported ? { ...compared, coldStarts: reported.coldStarts, waitMs: reported.waitMs } : compared;
  return {
    ours: side(ours, ours.waitMs, busyMs, unit),
    compared: side(theirs, isReported ? reportedStartMs : compared.waitMs, busyMs, unit),
    against: isReported ? 'provider reported' : 'fixed-10min replayed',
  };
}

/** As the store has them: idle memory follows from the idle time. */
export function storedTotals({ idleGbHours: _, ...totals }: Totals): StoredTotals {
  return totals;
}

/** As they were before they were stored, of a function with so much memory. */
export const withIdleMemory = (totals: StoredTotals, memoryMiB: number): Totals => ({
  ...totals,
  idleGbHours: (totals.idleMs / HOUR_MS) * (memoryMiB / 1024),
});

export function addTotals(into: Totals, more: Totals): void {
  for (const name of Object.keys(into) as (keyof Totals)[]) into[name] += more[name];
}

/** Which comparison holds for several functions together. */
export function againstOf(all: ReadonlySet<Against>): Against {
  const [only] = all;
  return all.size > 1 ? 'mixed' : (only ?? 'fixed-10min replayed');
}

export function savingsOf(ours: Totals, compared: Totals, against: Against): Savings {
  return {
    objectiveUsd: compared.objectiveUsd - ours.objectiveUsd,
    idleUsd: compared.idleUsd - ours.idleUsd,
    coldStarts: compared.coldStarts - ours.coldStarts,
    waitMs: compared.waitMs - ours.waitMs,
    carbonGco2e: compared.carbonGco2e - ours.carbonGco2e,
    against,
  };
}
