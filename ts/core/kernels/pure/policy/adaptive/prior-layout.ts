/**
 * How a prior of the adaptive policies lies in memory: hazards (the probability that an idle instance is called within a bin of
 * idle time, given that it was not called before) in eight rows. Four rows are for level 0, where no other instance is busy, and
 * four for all levels above; within each four, one row per stage of what is known of the level.
 */
import { BINS } from './bins.js';

/** Bins on either side of a level's own mean that a row about it tells apart. */
export const REACH = 36;
const NEAR = 2 * REACH + 1;

/** What is known of a level: no idle time, one, 2 to 4, or 5 and more. */
export const STAGES = 4;
export const ROWS = 2 * STAGES;

/** Cells of one level's rows: bins for the first row, offsets from the level's mean for the others. */
const LEVEL_LENGTH = BINS + (STAGES - 1) * NEAR;
export const PRIOR_LENGTH = 2 * LEVEL_LENGTH;

/** A level's mean follows its last idle times: each moves it by an eighth at least. */
const MEMORY = 8;

export function stageOf(seen: number): number {
  return seen < 2 ? seen : seen < 5 ? 2 : 3;
}

/** The row of a level's class at a stage. */
export function rowOf(levelClass: number, stage: number): number {
  return (levelClass > 0 ? STAGES : 0) + stage;
}

/** Where a row begins, and how long it is. */
export function rowStart(row: number): number {
  const stage = row % STAGES;
  return (row < STAGES ? 0 : LEVEL_LENGTH) + (stage === 0 ? 0 : BINS + (stage - 1) * NEAR);
}

export function rowLength(row: number): number {
  return row % STAGES === 0 ? BINS : NEAR;
}

/** The bin that a level's mean is in; offsets are counted from there. */
export function centreOf(meanBin: number): number {
  return Math.min(Math.floor(meanBin), BINS - 1);
}

/** The cell of a row that a bin is in; bins beyond the reach of a mean are in the row's ends. */
export function cellOf(row: number, centre: number, bin: number): number {
  if (row % STAGES === 0) return bin;
  const offset = bin - centre;
  return REACH + (offset < -REACH ? -REACH : offset > REACH ? REACH : offset);
}

/**
 * The mean of the middles of a level's bins after an idle time in `bin`, which was its `seen + 1`th. Middles, as a mean that fades towards 0
 * would end among the subnormals, which are slow.
 */
export function meanAfter(meanBin: number, seen: number, bin: number): number {
  return meanBin + (bin + 0.5 - meanBin) / Math.min(seen + 1, MEMORY);
}
