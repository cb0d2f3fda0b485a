/** What is fitted of a function's calls by ten minutes, and how a fit is kept. */
import { type ArimaModel, autoArima, IsothermError } from '../kernels/index.js';
import { loadModel } from '../kernels/pure/arima/saved.js';
import { BLOCK_MINUTES, blockCalls } from './blocks.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import type { MinuteHistory } from './minute-history.js';

/** Between the last minute that a fit knows and the first that it is used in: time to make it in. */
export const FIT_LEAD_MINUTES = 10;

/** Two days are fitted: on the public series more of them foretold less. */
const MOST_BLOCKS = 288;
/** Eight hours must be known, of which a tenth is not silent. */
const LEAST_BLOCKS = 48;
const LEAST_BUSY = 0.1;
/** Orders that are tried: up to so much. */
export const ARIMA_SEARCH = { maxP: 2, maxQ: 2 } as const;
/** Numbers of a saved model, at most. */
const MOST_SAVED = 120;
const MOST_CALLS = 2 ** 57;
const NO_NUMBERS = new Float64Array(0);

/** Errors that say that a series has no such model, or that none can be had: a fault in one series must not end the forecasts of all others. */
const NO_MODEL: ReadonlySet<string> = new Set(['INFEASIBLE', 'BAD_LENGTH', 'OUT_OF_RANGE', 'INTERNAL']);

/** Calls scatter more the more there are: their square roots scatter evenly. */
export const evened = (calls: number): number => Math.sqrt(calls);
export const asCalls = (value: number): number => (value > 0 ? value * value : 0);

/** A model as it was fitted. */
export interface ArimaFit {
  /** From this minute on it is used; the blocks that it knows end `FIT_LEAD_MINUTES` before. */
  fromMinute: number;
  /** Blocks that it knew. */
  blocks: number;
  /** The largest of them, in calls. */
  most: number;
  /** The model at their end; empty where there is none for them. */
  saved: Float64Array;
}

/** What is to be fitted. */
export interface ArimaTask {
  /** Square roots of the calls by ten minutes, NaN where not known; empty where there is nothing to be fitted. */
  series: Float64Array;
  /** The fit, but for its model. */
  fit: ArimaFit;
}

/** Nothing is known. */
export const noFit = (fromMinute: number): ArimaFit => ({ fromMinute, blocks: 0, most: 0, saved: NO_NUMBERS });

/** The blocks before that of `minute`. O(blocks). */
export function arimaTask(history: MinuteHistory, minute: number): ArimaTask {
  const end = Math.floor(minute / BLOCK_MINUTES);
  const first = Math.max(Math.ceil(history.keptFrom / BLOCK_MINUTES), end - MOST_BLOCKS);
  const series = new Float64Array(Math.max(0, end - first));
  const fit = noFit(minute + FIT_LEAD_MINUTES);
  let busy = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < series.length; i++) {
    const calls = blockCalls(history, first + i);
    series[i] = evened(calls);
    if (Number.isNaN(calls)) continue;
    fit.blocks++;
    if (calls > 0) busy++;
    if (calls > fit.most) fit.most = calls;
    if (calls < least) least = calls;
  }
  const isPlain = fit.blocks < LEAST_BLOCKS || busy < LEAST_BUSY * fit.blocks || least === fit.most;
  return { series: isPlain ? NO_NUMBERS : series, fit };
}

/** Whether enough is known to say what there is to be fitted, be it nothing. */
export const isKnown = ({ blocks }: ArimaFit): boolean => blocks >= LEAST_BLOCKS;

/** The task done. O(orders tried x blocks). */
export function arimaFit(task: ArimaTask): ArimaFit {
  if (task.series.length === 0) return task.fit;
  try {
    using model = autoArima(task.series, ARIMA_SEARCH);
    return fitWith(task, model);
  } catch (error) {
    if (error instanceof IsothermError) return fitWith(task, error);
    throw error;
  }
}

/** The fit with what `autoArima` found. Errors: all but those that say that a series has no such model. */
export function fitWith({ fit }: ArimaTask, found: ArimaModel | IsothermError): ArimaFit {
  if (found instanceof IsothermError) {
    if (NO_MODEL.has(found.code)) return fit;
    throw found;
  }
  const saved = new Float64Array(found.save().buffer);
  return saved.length > MOST_SAVED ? fit : { ...fit, saved };
}

export function saveFit(out: ByteWriter, { fromMinute, blocks, most, saved }: ArimaFit): void {
  for (const value of [fromMinute, blocks, most, saved.length]) out.f64(value);
  out.array(saved);
}

/** Errors: `BAD_STATE`. */
export function loadFit(state: ByteReader): ArimaFit {
  const fromMinute = state.count();
  const blocks = state.count(MOST_BLOCKS);
  const most = state.f64(MOST_CALLS);
  const saved = state.fill(new Float64Array(state.count(MOST_SAVED)));
  state.check(saved.length === 0 || loadModel(saved).slopes.length === 0, 'a model with regressors');
  return { fromMinute, blocks, most, saved };
}
