/** How the replayed policies stand to each other: what the table, the JSON and the page say beside the totals. */
import { type PolicyKind, policyByName } from '../decide/index.js';
import { IsothermError } from '../kernels/error.js';
import type { PolicyTotals, ReplayResult } from './report-model.js';
import { type TargetOutcome, targetOf, targetOutcome } from './target-outcome.js';

/** What the other policies are compared with: the idle time-out that platforms commonly use. */
export const BASELINE = 'fixed-10min';
/** What regret is measured against. */
export const BOUND = 'clairvoyant';

/** What is known of a policy by its name; a name that is not one of Isotherm's is a user's own policy. */
export function describePolicy(name: string): { kind: PolicyKind; about: string; targetColdStartRate?: number } {
  try {
    const known = policyByName(name, 0);
    const target = targetOf(known);
    return {
      kind: known.kind,
      about: known.about,
      ...(target !== undefined && { targetColdStartRate: target }),
    };
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.code === 'UNKNOWN_POLICY') {
      return { kind: 'adaptive', about: "the user's own policy" };
    }
    throw thrown;
  }
}

export interface Standing {
  name: string;
  kind: PolicyKind;
  /** What the policy does, in a sentence. */
  about: string;
  totals: PolicyTotals;
  /** Objective over `clairvoyant`'s; NaN without it. */
  ratioToClairvoyant: number;
  /** Functions whose objective is above (below) the one under `fixed-10min` by more than rounding; NaN without it. */
  worseFunctions: number;
  betterFunctions: number;
  /** Of a policy with a target for cold calls: whether it met it. */
  target?: TargetOutcome;
}

/** Sums of the same terms in another order may differ by this much, relative. */
const ROUNDING = 1e-9;

/** The kinds in the order in which they are shown. */
export const KINDS = ['fixed', 'adaptive', 'capped', 'hindsight', 'bound'] as const satisfies PolicyKind[];

/** Every policy, by kind and then in the order of the result. O(policies x functions). */
export function standings(result: ReplayResult): Standing[] {
  const boundUsd = result.policies[BOUND]?.objectiveUsd ?? Number.NaN;
  const baseline = result.columns[BASELINE]?.objectiveUsd;
  const all = Object.entries(result.policies).map(([name, totals]): Standing => {
    let worse = 0;
    let better = 0;
    const own = result.columns[name]!.objectiveUsd;
    for (let f = 0; baseline !== undefined && f < own.length; f++) {
      if (own[f]! > baseline[f]! * (1 + ROUNDING)) worse++;
      else if (own[f]! < baseline[f]! * (1 - ROUNDING)) better++;
    }
    const { kind, about, targetColdStartRate: target } = describePolicy(name);
    return {
      name,
      kind,
      about,
      ...(target !== undefined && {
        target: targetOutcome(target, result.columns[name]!.coldStarts, result.functionCalls),
      }),
      totals,
      ratioToClairvoyant: boundUsd > 0 ? totals.objectiveUsd / boundUsd : Number.NaN,
      worseFunctions: baseline === undefined ? Number.NaN : worse,
      betterFunctions: baseline === undefined ? Number.NaN : better,
    };
  });
  return KINDS.flatMap((kind) => all.filter((one) => one.kind === kind));
}

/** The cheapest policy that a platform could run, that is of kind `fixed` or `adaptive`; the first of equals. */
export function cheapestRunnable(all: readonly Standing[]): Standing | undefined {
  let best: Standing | undefined;
  for (const one of all) {
    if (one.kind !== 'fixed' && one.kind !== 'adaptive') continue;
    if (best === undefined || one.totals.objectiveUsd < best.totals.objectiveUsd) best = one;
  }
  return best;
}
