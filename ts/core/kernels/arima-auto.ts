/** The model of a series, found by a stepwise search. */
import { arimaArrays } from './arima.js';
import { searchCaveats } from './arima-caveats.js';
import { ArimaModel } from './arima-model.js';
import { type ArimaCandidate, type ArimaSearch, searchModel } from './arima-search.js';
import { kernels, translated } from './backend.js';
import type { ArimaKernels } from './contract.js';
import { IsothermError } from './error.js';
import type { Numbers } from './keepalive.js';
import { whole } from './pure/check.js';

export interface AutoArimaOptions {
  /** Values in a season, at least 2; without one no seasonal model is tried. */
  season?: number;
  /** Differences, where they are known: else by tests. */
  d?: number;
  D?: number;
  /** Largest orders tried: 5 and 5, 2 and 2 when left out. */
  maxP?: number;
  maxQ?: number;
  maxSeasonalP?: number;
  maxSeasonalQ?: number;
  /** Whether models with a mean (or drift) are tried; only where `d + D` is at most 1. */
  mean?: boolean;
  xreg?: readonly Numbers[];
}

/** Of the search: the model's order, and what it was compared with. */
export interface AutoArimaFit {
  spec: Float64Array;
  candidates: ArimaCandidate[];
}

/**
 * Finds the orders of a seasonal ARIMA model and fits it.
 *
 * Differences come first: seasonal ones by the strength of the season, others by the KPSS test. Then models around the best so far
 * are compared by AICc on the same values, each by a quick exact fit, until none is better; models with an autoregressive root within
 * 0.1 % of the unit circle, or 1 % of 1, are left out. The best is fitted as `fitArima` does. `candidates` of the result are all that were compared.
 *
 * Orders stay within a third of the values, seasonal ones within a third of the seasons: of a series shorter than three seasons no seasonal model is
 * tried. Where no model can be compared the one without coefficients is taken, after its differences. Such a simpler model says so in `caveats`.
 *
 * @param y `[n]`; NaN is missing.
 * @throws IsothermError `BAD_LENGTH`, `NOT_FINITE`, `OUT_OF_RANGE` (options too) and `INFEASIBLE` as `fitArima`, so the last of a constant, and of a line
 * or a season without noise, which differences leave constant; `BAD_ARGUMENT` (seasonal differences without a season).
 *
 * Complexity: up to 94 quick fits, some 20 as a rule.
 *
 * Source: Hyndman, Khandakar, "Automatic time series forecasting: the forecast package for R", Journal of Statistical Software
 * 27(3), 2008.
 *
 * @example
 * // A line with a wave of four values.
 * const y = Array.from({ length: 60 }, (_, t) => t + [0, 3, 1, -2][t % 4] + ((t * 7) % 5) / 10);
 * using model = autoArima(y, { season: 4 });
 * model.seasonal[1]; // 1
 * Math.round(model.forecast(1).mean[0]); // 60
 */
export function autoArima(y: Numbers, options: AutoArimaOptions = {}): ArimaModel {
  const search = searchOf(y, options);
  const inUse = kernels();
  return translated(() => {
    const { spec, candidates } = searchModel(inUse, search, () => {});
    return fitted(inUse, search, spec, candidates);
  });
}

function fitted(
  inUse: ArimaKernels,
  search: ArimaSearch,
  spec: Float64Array,
  candidates: ArimaCandidate[],
): ArimaModel {
  const handle = inUse.arimaFit(search.y, search.xreg, spec);
  const found = { candidates, caveats: searchCaveats(search, candidates) };
  return new ArimaModel(inUse, handle, spec, inUse.arimaResiduals(handle), found);
}

/** The search that the options ask for. Errors: `OUT_OF_RANGE`, `BAD_LENGTH`, `BAD_ARGUMENT`. */
export function searchOf(series: Numbers, options: AutoArimaOptions): ArimaSearch {
  const { maxP = 5, maxQ = 5, maxSeasonalP = 2, maxSeasonalQ = 2, mean = true, xreg } = options;
  const given = options.season === undefined ? 0 : whole('season', options.season, 2, 1e6);
  const season = options.D === 0 && maxSeasonalP + maxSeasonalQ === 0 ? 0 : given;
  for (const [name, value, most] of [
    ['d', options.d ?? 0, 3],
    ['D', options.D ?? 0, 3],
    ['maxP', maxP, 32],
    ['maxQ', maxQ, 32],
    ['maxSeasonalP', maxSeasonalP, 32],
    ['maxSeasonalQ', maxSeasonalQ, 32],
  ] as const) {
    whole(name, value, 0, most);
  }
  if (season === 0 && (options.D ?? 0) > 0) {
    throw new IsothermError('BAD_ARGUMENT', `D is ${options.D}, expected 0 without a season`);
  }
  const arrays = arimaArrays(series, { order: [0, 0, 0], ...(xreg === undefined ? {} : { xreg }) });
  const { y } = arrays;
  const third = Math.floor(y.length / 3);
  const seasons = season === 0 ? 0 : Math.floor(third / season);
  return {
    y,
    xreg: arrays.xreg,
    season,
    d: options.d,
    D: season === 0 ? 0 : options.D,
    maxP: Math.min(maxP, third),
    maxQ: Math.min(maxQ, third),
    maxSeasonalP: Math.min(maxSeasonalP, seasons),
    maxSeasonalQ: Math.min(maxSeasonalQ, seasons),
    mean,
  };
}
