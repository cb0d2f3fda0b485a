/** What policies came to, in the shapes of the API and of the store. */
import type { CarbonRates, ControlSetting, FunctionControl, LiveCosts } from 'isotherm/evaluate';
import type { Against, Savings, Totals } from '../api/schemas/figures.js';
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

/** One side, in the shape of the API. */
function totalsOf(memoryMiB: number, calls: number, { carbonGco2e, ...costs }: LiveCosts): Totals {
  const idleGbHours = (costs.idleMs / HOUR_MS) * (memoryMiB / 1024);
  return { calls, ...costs, idleGbHours, carbonGco2e: carbonGco2e ?? 0 };
}

/** What a control has come to, valued at its setting or at another one. */
export function comparedOf(
  control: FunctionControl,
  carbon: CarbonRates,
  setting: ControlSetting = control.setting,
): Compared {
  const { memoryMiB } = setting;
  const { calls, ours, theirs, against } = control.savings(carbon, setting);
  return {
    ours: totalsOf(memoryMiB, calls, ours),
    compared: totalsOf(memoryMiB, calls, theirs),
    against: against === 'replayed' ? 'fixed-10min replayed' : against,
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

export function takeTotals(from: Totals, less: Totals): void {
  for (const name of Object.keys(from) as (keyof Totals)[]) from[name] -= less[name];
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
