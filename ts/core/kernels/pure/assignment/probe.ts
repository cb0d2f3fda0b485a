/** Looks at a few rows to choose a route. */
import type { Table } from './matching.js';

/** Rows that are looked at. */
const SAMPLE = 32;
const TIED = 0.1;
const INFINITY = Number.POSITIVE_INFINITY;

/** What a few rows show of all. */
export interface Probe {
  /** How many times more the columns' sums over these rows vary than those of columns that do not differ. */
  columnEffect: number;
  /** The share of these rows in which a tenth of the columns or more cost as little as the least. */
  tied: number;
}

export function probe(table: Table, rows: number): Probe {
  const { costs, width } = table;
  const sums = new Float64Array(width);
  let squares = 0;
  let count = 0;
  let tied = 0;
  for (let k = 0; k < SAMPLE; k++) {
    const begin = table.begin(Math.floor((k * rows) / SAMPLE));
    let sum = 0;
    let square = 0;
    let finite = 0;
    let least = INFINITY;
    for (let at = begin; at < begin + width; at++) {
      if (costs[at] === INFINITY) continue;
      sum += costs[at];
      finite++;
      if (costs[at] < least) least = costs[at];
    }
    if (finite === 0) continue;
    const mean = sum / finite;
    let alike = 0;
    for (let j = 0; j < width; j++) {
      if (costs[begin + j] === INFINITY) continue;
      const own = costs[begin + j] - mean;
      sums[j] += own;
      square += own * own;
      if (costs[begin + j] === least) alike++;
    }
    squares += square;
    if (alike >= TIED * finite) tied++;
    count++;
  }
  let between = 0;
  for (let j = 0; j < width; j++) between += sums[j] * sums[j];
  return {
    columnEffect: count > 1 && squares > 0 ? between / squares : 0,
    tied: count > 0 ? tied / count : 0,
  };
}
