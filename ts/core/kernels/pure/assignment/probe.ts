/** Looks at a few rows to choose a route. */
import type { Table } from './matching.js';

/** Rows that are looked at. */
const SAMPLE = 32;
const INFINITY = Number.POSITIVE_INFINITY;

/** How many times more the columns' sums over a few rows vary than those of columns that do not differ. */
export function columnEffect(table: Table, rows: number): number {
  const { costs, width } = table;
  const sums = new Float64Array(width);
  let squares = 0;
  let count = 0;
  for (let k = 0; k < SAMPLE; k++) {
    const begin = table.begin(Math.floor((k * rows) / SAMPLE));
    let sum = 0;
    let square = 0;
    let finite = 0;
    for (let at = begin; at < begin + width; at++) {
      if (costs[at] === INFINITY) continue;
      sum += costs[at];
      finite++;
    }
    if (finite === 0) continue;
    const mean = sum / finite;
    for (let j = 0; j < width; j++) {
      if (costs[begin + j] === INFINITY) continue;
      const own = costs[begin + j] - mean;
      sums[j] += own;
      square += own * own;
    }
    squares += square;
    count++;
  }
  let between = 0;
  for (let j = 0; j < width; j++) between += sums[j] * sums[j];
  return count > 1 && squares > 0 ? between / squares : 0;
}
