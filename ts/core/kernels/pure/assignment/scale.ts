/** Prices by an auction in steps that get smaller. */
import { type Matching, NONE, type Table } from './matching.js';
import { replace } from './reduce.js';
import { twoLeast } from './scan.js';

/**
 * The first step is this part of the spread of costs under prices; each is a fifth of the one before, as long as it is at least a part
 * of what the spread leaves for each row.
 */
const FIRST = 0.1;
const NEXT = 0.2;
const LAST = 0.01;
/** Bids per row in one step: without an assignment they would go on for ever. */
const BIDS_PER_ROW = 50;
const INFINITY = Number.POSITIVE_INFINITY;

/** Leaves prices under which nearly every row can have one of its best columns, and no row on any. For squares. */
export function scalePrices(table: Table, matching: Matching): void {
  const rows = matching.colOf.length;
  const spread = spreadOf(table, matching.prices, rows);
  const last = (spread * LAST) / rows;
  for (let step = spread * FIRST; step >= last && step > 0; step *= NEXT) {
    matching.clear();
    auction(table, matching, step);
  }
  matching.clear();
}

/** Between the least and the largest of `cost - price`. */
function spreadOf(table: Table, prices: Float64Array, rows: number): number {
  let least = INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  const { costs, width } = table;
  for (let i = 0; i < rows; i++) {
    const begin = table.begin(i);
    for (let j = 0; j < width; j++) {
      const value = costs[begin + j] - prices[j];
      if (value < least) least = value;
      if (value > most && value < INFINITY) most = value;
    }
  }
  return most > least ? most - least : 0;
}

/**
 * Each row in turn, or the one that was put out last, takes its best column and lowers the price by a step more than makes the second
 * best as good.
 */
function auction(table: Table, matching: Matching, step: number): void {
  const { costs } = table;
  const { prices, first, colOf } = matching;
  const least = new Float64Array(2);
  let bids = BIDS_PER_ROW * colOf.length;
  for (let row = 0; row < colOf.length; row++) {
    let bidder = row;
    while (bidder !== NONE) {
      if (bids-- === 0) return;
      const begin = table.begin(bidder);
      const at = twoLeast(costs, begin, prices, least);
      if (at === NONE) break;
      const margin = least[1] < INFINITY ? least[1] - least[0] : 0;
      prices[at] -= margin + step;
      bidder = replace(matching, bidder, at, costs[begin + at], first[at]);
    }
  }
}
