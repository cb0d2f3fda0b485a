/** What policies came to, in the shapes of the API and of the store. */
import { type FootprintPlace, footprint } from 'isotherm/decide';
import type { ControlSetting, ControlTotals, LiveTotals } from 'isotherm/evaluate';
import type { Against, Savings, Totals } from '../api/schemas.js';
import type { Totals as StoredTotals } from '../store/index.js';

/** Prices and carbon of one function, per unit of what is counted. */
export interface UnitCosts {
  idleUsdPerMs: number;
  coldStartUsd: number;
  preWarmUsd: number;
  memoryMiB: number;
  /** Grams per millisecond of an idle instance. */
  carbonGPerMs: number;
}

const HOUR_MS = 3_600_000;

export function unitCosts({ memoryMiB, coldStartMs, prices }: ControlSetting, place: FootprintPlace): UnitCosts {
  const coldStartUsd = (prices.coldStartUsdPerS * coldStartMs) / 1000;
  const hour = { periodMs: HOUR_MS, memoryMiB, calls: [], ready: [], preWarmMs: 0, idleMs: HOUR_MS };
  return {
    idleUsdPerMs: (memoryMiB / 1024 / 1000) * prices.idleUsdPerGbS,
    coldStartUsd,
    preWarmUsd: coldStartUsd * prices.preWarmShare,
    memoryMiB,
    carbonGPerMs: footprint([hour], place).carbonGco2e / HOUR_MS,
  };
}

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

function totalsOf({ calls, coldStarts, preWarms, idleMs, waitMs }: LiveTotals, costs: UnitCosts): Totals {
  const idleUsd = idleMs * costs.idleUsdPerMs;
  const coldStartUsd = coldStarts * costs.coldStartUsd;
  const preWarmUsd = preWarms * costs.preWarmUsd;
  return {
    calls,
    coldStarts,
    preWarms,
    idleMs,
    idleGbHours: (idleMs / 3_600_000) * (costs.memoryMiB / 1024),
    waitMs,
    idleUsd,
    coldStartUsd,
    preWarmUsd,
    objectiveUsd: idleUsd + coldStartUsd + preWarmUsd,
    carbonGco2e: idleMs * costs.carbonGPerMs,
  };
}

/** Both sides of the comparison. */
export interface Compared {
  ours: Totals;
  compared: Totals;
  against: Against;
}

/** Where the provider says of all calls which were cold, its cold starts stand in for those of the replayed policy; its idle memory nobody reports. */
export function comparedOf(totals: ControlTotals, costs: UnitCosts): Compared {
  const { reported } = totals;
  const isReported = reported.calls > 0 && reported.calls >= totals.compared.calls;
  const theirs: LiveTotals = isReported
    ? { ...totals.compared, coldStarts: reported.coldStarts, waitMs: reported.waitMs }
    : totals.compared;
  return {
    ours: totalsOf(totals.ours, costs),
    compared: totalsOf(theirs, costs),
    against: isReported ? 'provider reported' : 'fixed-10min replayed',
  };
}

/** As the store has them: idle memory follows from the idle time. */
export function storedTotals({ idleGbHours: _, ...totals }: Totals): StoredTotals {
  return totals;
}

export function addTotals(into: Totals, more: Totals): void {
  for (const name of Object.keys(into) as (keyof Totals)[]) into[name] += more[name];
}

export function minus(a: Totals, b: Totals): Totals {
  const difference = { ...a };
  for (const name of Object.keys(difference) as (keyof Totals)[]) difference[name] -= b[name];
  return difference;
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
