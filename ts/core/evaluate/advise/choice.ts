/** Which of the settings tried is advised, from what each came to on the part that chooses. */
import { SETTING_KINDS, type SettingKind } from '../../decide/advise/setting.js';
import type { Candidate } from './candidates.js';
import type { Figures, Metered } from './runs.js';

/** How a cold start is weighed against the bill: it has no price there, so that the user says it, or what shall be reached. */
export type AdviceGoal =
  /** A second that a caller waits for a start costs so much. */
  | { kind: 'price'; coldStartUsdPerS: number }
  /** The fleet's share of calls that wait for a start is at most so much. */
  | { kind: 'cold-rate'; most: number }
  /** Each function's P99 latency is at most so much. */
  | { kind: 'p99'; ms: number }
  /** Nothing was said: where a further cold start spared begins to cost much more than those before it. */
  | { kind: 'knee' };

/** Prices that are tried where none is given, USD per second: half decades. */
export const PRICE_SWEEP: readonly number[] = [0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];

/** A setting that costs so much more than the cheapest one is as good, if it is simpler. */
const SIMPLER_MARGIN = 0.01;

export interface Tried extends Metered {
  candidate: Candidate;
}

/** What a setting costs with waiting at a price. */
export const costUsd = ({ usd, waitMs }: Figures, coldStartUsdPerS: number): number =>
  usd + (waitMs / 1000) * coldStartUsdPerS;

const rank = ({ candidate }: Tried): number => SETTING_KINDS.indexOf(candidate.setting.kind);

/** The cheapest of some kinds at a price, or a simpler one that costs at most a hundredth more. */
export function cheapest(tried: readonly Tried[], coldStartUsdPerS: number, kinds: readonly SettingKind[]): Tried {
  const allowed = tried.filter(({ candidate }) => kinds.includes(candidate.setting.kind));
  const least = Math.min(...allowed.map(({ figures }) => costUsd(figures, coldStartUsdPerS)));
  const good = allowed.filter(({ figures }) => costUsd(figures, coldStartUsdPerS) <= least * (1 + SIMPLER_MARGIN));
  const simplest = Math.min(...good.map(rank));
  return good
    .filter((one) => rank(one) === simplest)
    .reduce((best, one) =>
      costUsd(one.figures, coldStartUsdPerS) < costUsd(best.figures, coldStartUsdPerS) ? one : best,
    );
}

/**
 * The knee of a curve that falls: the point farthest below the line between its ends, both axes scaled to 0..1. The first where none is
 * below. Source: Satopää et al., "Finding a Kneedle in a Haystack", ICDCSW 2011, without its smoothing.
 *
 * @param x Ascending along the curve.
 */
export function kneeOf(x: readonly number[], y: readonly number[]): number {
  const [fromX, toX] = [x[0]!, x.at(-1)!];
  const [fromY, toY] = [y[0]!, y.at(-1)!];
  let knee = 0;
  let farthest = 0;
  for (let i = 0; i < x.length; i++) {
    const along = toX > fromX ? (x[i]! - fromX) / (toX - fromX) : 0;
    const down = fromY > toY ? (fromY - y[i]!) / (fromY - toY) : 0;
    if (down - along > farthest) {
      farthest = down - along;
      knee = i;
    }
  }
  return knee;
}
