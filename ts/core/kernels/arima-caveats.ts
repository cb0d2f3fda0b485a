/** What is not as was asked for in an ARIMA model, and why. */
import { FEWEST_SEASONS } from './arima-differences.js';
import { type ArimaCandidate, type ArimaSearch, MOST_MODELS } from './arima-search.js';
import { LARGEST_GAPPED_STATE } from './pure/arima/filter.js';
import { isInReach, lostValues, stateSize } from './pure/arima/order.js';

/** Stable codes: see `ArimaCaveat`. */
export type ArimaCaveatCode =
  | 'NOT_CONVERGED'
  | 'SEASON_TOO_LONG'
  | 'SEASON_WITH_GAPS'
  | 'NO_CANDIDATE'
  | 'SEARCH_CUT_SHORT';

/**
 * Why a model is simpler than what was asked for, or may not be the best one.
 *
 * `NOT_CONVERGED`: the search for the coefficients got nowhere, or ended after 400 evaluations. Of `autoArima`: `SEASON_TOO_LONG`: the series is shorter
 * than three seasons, so that no seasonal model was tried, or some reach back too far; `SEASON_WITH_GAPS`: seasonal models were left out whose state is
 * too large where values are missing; `NO_CANDIDATE`: none of the models could be compared, and the one without coefficients was taken;
 * `SEARCH_CUT_SHORT`: as many models were compared as are at most.
 */
export interface ArimaCaveat {
  code: ArimaCaveatCode;
  /** For people. */
  message: string;
}

export const NOT_CONVERGED: ArimaCaveat = {
  code: 'NOT_CONVERGED',
  message: 'the search for the coefficients ended before it was at an optimum: a better model of this order may exist',
};

/** What a search could not do for this series, by the models that it compared. */
export function searchCaveats(
  { y, season }: Pick<ArimaSearch, 'y' | 'season'>,
  candidates: readonly ArimaCandidate[],
): ArimaCaveat[] {
  const caveats: ArimaCaveat[] = [];
  const add = (code: ArimaCaveatCode, message: string) => caveats.push({ code, message });
  // Differences that were asked for make a model seasonal, however short the series.
  const isSeasonal = candidates.some(({ seasonal: [P, D, Q] }) => P + D + Q > 0);
  if (season > 0 && !isSeasonal && y.length < FEWEST_SEASONS * season) {
    const message = `no seasonal model was tried: the series has ${y.length} values, three seasons have ${FEWEST_SEASONS * season}`;
    add('SEASON_TOO_LONG', message);
  }
  const orders = candidates.filter(({ aicc }) => aicc === Number.POSITIVE_INFINITY).map(orderOf);
  const tooFar = orders.filter((order) => !isInReach(order)).length;
  if (tooFar > 0) add('SEASON_TOO_LONG', `${tooFar} of the models were left out: they reach back too far`);
  const largest = Math.max(0, ...orders.filter(isInReach).map((order) => stateSize(order) + lostValues(order)));
  if (largest > LARGEST_GAPPED_STATE && y.some(Number.isNaN)) {
    const message = `values are missing, and seasonal models were left out whose state has up to ${largest} values: at most ${LARGEST_GAPPED_STATE} are carried then`;
    add('SEASON_WITH_GAPS', message);
  }
  if (candidates.every(({ aicc }) => aicc === Number.POSITIVE_INFINITY)) {
    const message =
      'none of the models could be fitted and compared: this is the one without coefficients, after differences';
    add('NO_CANDIDATE', message);
  }
  if (candidates.length >= MOST_MODELS) {
    add('SEARCH_CUT_SHORT', `${MOST_MODELS} models were compared, which is the most: a better one may exist`);
  }
  return caveats;
}

function orderOf({ order: [p, d, q], seasonal: [seasonalP, seasonalD, seasonalQ, season] }: ArimaCandidate) {
  return { p, d, q, seasonalP, seasonalD, seasonalQ, season };
}
