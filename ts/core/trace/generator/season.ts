/** How traffic swings over a day and a week. Minute 0 of a synthetic trace is midnight, the first of a Monday. */

const DAY = 1440;
/** Rates change in steps of a quarter of an hour: smooth enough, and what a rate costs is computed once a step. */
const STEP = 15;
/** Minute of the day with the most traffic. */
const PEAK = 14 * 60;

/** Traffic relative to its mean over a week, minute by minute, and its running sum. */
export interface Season {
  /** `[minutes]` */
  relative: Float64Array;
  /** `[minutes + 1]`: the sum of `relative` before each minute. */
  before: Float64Array;
}

/**
 * A day that swings by `swing` (0..1) around its mean, peak at 14:00, and a week whose two last days have `weekend` times the
 * traffic of the other five; the mean over a whole week is 1.
 */
export function season(minutes: number, swing: number, weekend: number): Season {
  const weekday = 7 / (5 + 2 * weekend);
  const relative = new Float64Array(minutes);
  const before = new Float64Array(minutes + 1);
  for (let minute = 0; minute < minutes; minute++) {
    const step = minute - (minute % STEP);
    const ofWeek = Math.floor(minute / DAY) % 7 < 5 ? weekday : weekday * weekend;
    relative[minute] = ofWeek * (1 + swing * wave(((step % DAY) + STEP / 2 - PEAK) / DAY));
    before[minute + 1] = before[minute] + relative[minute];
  }
  return { relative, before };
}

/** 1 at whole turns, -1 half-way between, mean 0: two parabolas, which need no cosine. */
function wave(turns: number): number {
  const quarter = turns + 0.25;
  const x = quarter - Math.floor(quarter);
  return x < 0.5 ? 16 * x * (0.5 - x) : -16 * (x - 0.5) * (1 - x);
}
