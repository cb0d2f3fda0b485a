/** How often each cell of a prior was reached by an idle time, and how often one ended there. */
import { BINS } from '../kernels/pure/policy/adaptive/bins.js';
import { cellOf, PRIOR_LENGTH, rowStart } from '../kernels/pure/policy/adaptive/prior-layout.js';
import type { GapRecords } from './gap-records.js';

/** Per cell of a prior: idle times that reached it, and those of them that ended in it. */
export interface HazardCounts {
  reached: Float64Array;
  ended: Float64Array;
}

export function noCounts(): HazardCounts {
  return { reached: new Float64Array(PRIOR_LENGTH), ended: new Float64Array(PRIOR_LENGTH) };
}

/**
 * Adds the idle times of the `f`th function. One that went on when the trace ended has reached the bins that it passed, and tells
 * nothing of the one it was in; the last bin ends every idle time that reaches it, which tells nothing either.
 */
export function countFunction(records: GapRecords, f: number, into: HazardCounts): void {
  const { reached, ended } = into;
  for (let at = records.starts[f]!; at < records.starts[f + 1]!; at++) {
    const row = records.rows[at]!;
    const centre = records.centres[at]!;
    const last = records.bins[at]!;
    const tells = records.ended[at] === 1 && last < BINS - 1;
    const start = rowStart(row);
    for (let bin = 0; bin < last; bin++) reached[start + cellOf(row, centre, bin)]!++;
    if (!tells) continue;
    reached[start + cellOf(row, centre, last)]!++;
    ended[start + cellOf(row, centre, last)]!++;
  }
}

export function sumOfCounts(parts: readonly HazardCounts[]): HazardCounts {
  const sum = noCounts();
  for (const { reached, ended } of parts) {
    reached.forEach((count, cell) => {
      sum.reached[cell]! += count;
      sum.ended[cell]! += ended[cell]!;
    });
  }
  return sum;
}
