/** The result of a replay as `--json` writes it: exact figures, in the shape of `report.schema.json`. */
import type { PolicyKind } from '../decide/index.js';
import type { PriorUsed } from './priors.js';
import type { PolicyTotals, ReplayPrices, ReplayResult, TraceSummary } from './report-model.js';
import { BASELINE, standings } from './standings.js';
import type { StartTimeOrigin } from './start-times.js';
import type { TargetOutcome } from './target-outcome.js';

export interface PolicyJson extends PolicyTotals {
  kind: PolicyKind;
  /** Null where `clairvoyant` was not replayed or costs nothing. */
  ratioToClairvoyant: number | null;
  /** Functions that cost more (less) than under `baseline`; null where that was not replayed. */
  functionsWorse: number | null;
  functionsBetter: number | null;
  /** Of a policy with a target for cold calls. */
  target?: TargetOutcome;
}

export interface ReplayJson {
  version: string;
  backend: ReplayResult['backend'];
  threads: number;
  trace: TraceSummary;
  spread: ReplayResult['spread'];
  seed: number;
  /** Of all functions; null where they differ: `startTimes` has the range. */
  coldStartMs: number | null;
  startTimes: StartTimeOrigin[];
  tickMs: number;
  prices: ReplayPrices;
  /** Where a policy begins with one. */
  prior?: PriorUsed;
  baseline: string;
  policies: Record<string, PolicyJson>;
}

/**
 * A replay's totals and settings as plain JSON; policies in the order of the result. O(policies x functions).
 *
 * @example
 * JSON.stringify(replayJson(result), null, 2);
 */
export function replayJson(result: ReplayResult): ReplayJson {
  const { version, backend, threads, trace, spread, seed, startTimes, tickMs, prices, prior } = result;
  const [coldStartMs, ...others] = new Set(startTimes.flatMap(({ leastMs, mostMs }) => [leastMs, mostMs]));
  const byName = new Map(standings(result).map((one) => [one.name, one]));
  const policies = Object.entries(result.policies).map(([name, totals]): [string, PolicyJson] => {
    const { kind, ratioToClairvoyant, worseFunctions, betterFunctions, target } = byName.get(name)!;
    return [
      name,
      {
        ...totals,
        kind,
        ratioToClairvoyant: orNull(ratioToClairvoyant),
        functionsWorse: orNull(worseFunctions),
        functionsBetter: orNull(betterFunctions),
        ...(target && { target }),
      },
    ];
  });
  return {
    version,
    backend,
    threads,
    trace,
    spread,
    seed,
    coldStartMs: others.length === 0 && coldStartMs !== undefined ? coldStartMs : null,
    startTimes,
    tickMs,
    prices,
    ...(prior && { prior }),
    baseline: BASELINE,
    policies: Object.fromEntries(policies),
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
