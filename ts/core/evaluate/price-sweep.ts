/** Policies at other prices of a cold start: each gives a curve of idle memory against cold starts, not a point. */
import type { AsyncOptions } from '../kernels/index.js';
import type { Trace } from '../trace/index.js';
import { type ReplayOptions, replay, replayAsync, replayPlan } from './replay.js';
import type { ReplayResult } from './report-model.js';

/** Prices of a cold start that are tried, over the one of the replay: half decades. */
export const PRICE_FACTORS: readonly number[] = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

export interface PricePoint {
  coldStartUsdPerS: number;
  idleGbS: number;
  coldStarts: number;
}

/** What one policy came to, by rising price. */
export interface PriceCurve {
  policy: string;
  points: PricePoint[];
}

interface Sweep {
  runs: ReplayOptions[];
  curves: (results: readonly ReplayResult[]) => PriceCurve[];
}

function planned(policies: readonly string[], options: ReplayOptions): Sweep {
  const names = [...new Set(policies)];
  const { prices } = replayPlan({ ...options, policies: names });
  const runs = PRICE_FACTORS.map((factor) => ({
    ...options,
    policies: names,
    prices: { ...prices, coldStartUsdPerS: prices.coldStartUsdPerS * factor },
  }));
  const curves = (results: readonly ReplayResult[]): PriceCurve[] =>
    names.map((policy) => ({
      policy,
      points: results.map((result) => {
        const { idleGbS, coldStarts } = result.policies[policy]!;
        return { coldStartUsdPerS: result.prices.coldStartUsdPerS, idleGbS, coldStarts };
      }),
    }));
  return { runs, curves };
}

/**
 * Replays policies at prices of a cold start from a hundredth to a hundred times that of `options`: what they trade for what.
 * A policy that knows no prices comes to the same at each.
 *
 * Errors: as `replay`. Complexity: that of `replay`, once per price.
 *
 * @example
 * const [curve] = priceSweep(trace, ['clairvoyant']);
 * curve!.points.length; // 9
 */
export function priceSweep(trace: Trace, policies: readonly string[], options: ReplayOptions = {}): PriceCurve[] {
  const { runs, curves } = planned(policies, options);
  return curves(runs.map((run) => replay(trace, run)));
}

/** `priceSweep` that leaves the event loop free; progress in calls, each once per price. Errors: as `replayAsync`. */
export async function priceSweepAsync(
  trace: Trace,
  policies: readonly string[],
  options: ReplayOptions = {},
  { signal, onProgress }: AsyncOptions = {},
): Promise<PriceCurve[]> {
  const { runs, curves } = planned(policies, options);
  const total = trace.calls * runs.length;
  const results: ReplayResult[] = [];
  for (const [i, run] of runs.entries()) {
    const within = (done: number): void => onProgress?.(i * trace.calls + done, total);
    results.push(await replayAsync(trace, run, { onProgress: within, ...(signal !== undefined && { signal }) }));
  }
  return curves(results);
}
