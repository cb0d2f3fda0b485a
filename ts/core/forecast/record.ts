/** How a model did beside the others, series by series: wins and losses. */
import type { ForecastScores, SeriesScores } from './protocol.js';

/** What is compared: the error of ten-minute totals. */
const FIGURE = 'wape10';

export interface ModelRecord {
  /** The other model. */
  against: string;
  /** Scored series on which the model was wrong by less, by more, and by as much. */
  better: number;
  worse: number;
  same: number;
}

/** A series on which another model was wrong by less. */
export interface ModelLoss {
  name: string;
  /** The model that was wrong by least there; known in hindsight only. */
  best: string;
  /** Shares of the calls that the two were wrong by. */
  error: number;
  bestError: number;
}

/**
 * Of `model` against each other one. O(series x models).
 *
 * @example
 * const counts = Float64Array.from({ length: 1440 }, (_, minute) => 5 + (minute % 3));
 * const trial = { calibrationFrom: 480, testFrom: 960, testTo: 1440 };
 * const scores = scoreForecasts([{ name: 'f', start: 0, counts }], ['ma60', 'zero'], trial);
 * modelRecord(scores, 'ma60') // [{ against: 'zero', better: 1, worse: 0, same: 0 }]
 */
export function modelRecord(scores: ForecastScores, model: string): ModelRecord[] {
  const scored = scores.series.filter(({ isScored }) => isScored);
  const count = (against: string, sign: number): number =>
    scored.filter((one) => Math.sign(errorOf(one, model) - errorOf(one, against)) === sign).length;
  return Object.keys(scores.means)
    .filter((against) => against !== model)
    .map((against) => ({
      against,
      better: count(against, -1),
      worse: count(against, 1),
      same: count(against, 0),
    }));
}

/** Where `model` lost by most calls, the largest first. O(series x models). */
export function modelLosses(scores: ForecastScores, model: string): ModelLoss[] {
  const others = Object.keys(scores.means).filter((other) => other !== model);
  return scores.series
    .filter(({ isScored }) => isScored)
    .map((one) => {
      const best = others.reduce((a, b) => (errorOf(one, b) < errorOf(one, a) ? b : a));
      return { name: one.name, best, error: errorOf(one, model), bestError: errorOf(one, best) };
    })
    .filter(({ error, bestError }) => error > bestError)
    .sort((a, b) => b.error - b.bestError - (a.error - a.bestError));
}

const errorOf = ({ figures }: SeriesScores, model: string): number => figures[model]![FIGURE]!;
