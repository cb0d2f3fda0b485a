/** Hazards from counts: the ratio in each cell, drawn towards its neighbours and its row where it was reached seldom. */
import {
  PRIOR_LENGTH,
  REACH,
  ROWS,
  rowLength,
  rowStart,
  STAGES,
} from '../kernels/pure/policy/adaptive/prior-layout.js';
import type { HazardCounts } from './hazard-counts.js';

/**
 * In rows about a level's mean a cell takes in its neighbours up to so many offsets away, with a weight that falls in a straight
 * line, as hazards rise and fall slowly there. Not where one of them is the mean itself, nor in rows over bins: idle times of one
 * length, such as a timer's, are a peak that a neighbour would blur. Each choice has the least loss on held-out functions of
 * those tried (docs/prior.md).
 */
const RADIUS = 3;
/** As how many idle times the mean of a row counts in each of its cells, and the mean of all rows in that of one. */
const MEAN_MASS = 16;
/** Figures that a hazard keeps: far below what is known of it, and short to write. */
const FIGURES = 6;
const HIGHEST = 1 - 10 ** -FIGURES;

/** The hazards of a prior: `[586]`, each within (0, 1). `counts` must hold an idle time that ended. */
export function smoothed(counts: HazardCounts): Float64Array {
  const hazards = new Float64Array(PRIOR_LENGTH);
  const overall = ratio(counts, 0, PRIOR_LENGTH, 0, 0);
  for (let row = 0; row < ROWS; row++) {
    const from = rowStart(row);
    const to = from + rowLength(row);
    const mean = ratio(counts, from, to, overall, MEAN_MASS);
    for (let cell = from; cell < to; cell++) {
      const offset = cell - from - REACH;
      const radius = row % STAGES === 0 || Math.abs(offset) <= RADIUS ? 0 : RADIUS;
      const hazard = Math.min(near(counts, cell, radius, from, to, mean), HIGHEST);
      hazards[cell] = Number(hazard.toPrecision(FIGURES));
    }
  }
  return hazards;
}

/** Ended over reached in cells `from..to`, where `mass` more were reached at the hazard `mean`. */
function ratio({ reached, ended }: HazardCounts, from: number, to: number, mean: number, mass: number): number {
  let reachedHere = mass;
  let endedHere = mass * mean;
  for (let cell = from; cell < to; cell++) {
    reachedHere += reached[cell]!;
    endedHere += ended[cell]!;
  }
  return endedHere / reachedHere;
}

function near(
  { reached, ended }: HazardCounts,
  cell: number,
  radius: number,
  from: number,
  to: number,
  mean: number,
): number {
  let reachedNear = MEAN_MASS;
  let endedNear = MEAN_MASS * mean;
  for (let other = Math.max(from, cell - radius); other <= cell + radius && other < to; other++) {
    const weight = 1 - Math.abs(other - cell) / (radius + 1);
    reachedNear += weight * reached[other]!;
    endedNear += weight * ended[other]!;
  }
  return endedNear / reachedNear;
}
