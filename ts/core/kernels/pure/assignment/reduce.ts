/** Cheap steps that give most rows a column before any search. */
import { type Choices, type Matching, NONE, type Table } from './matching.js';

/** Steps per row that the bidding may take: on costs of a metric it would go on for long, and a search does better. */
const STEPS_PER_ROW = 4;
const INFINITY = Number.POSITIVE_INFINITY;

/**
 * Prices every column at its least cost, and gives it to the row that has it, where that has none yet. For squares: all columns
 * will be taken.
 */
export function reduceColumns(table: Table, matching: Matching): void {
  const { costs, width } = table;
  const { prices, colOf } = matching;
  const at = new Uint32Array(width);
  prices.set(costs.subarray(table.begin(0), table.begin(0) + width));
  for (let i = 1; i < colOf.length; i++) {
    const begin = table.begin(i);
    for (let j = 0; j < width; j++) {
      const cost = costs[begin + j];
      if (cost < prices[j]) {
        prices[j] = cost;
        at[j] = i;
      }
    }
  }
  for (let j = 0; j < width; j++) {
    // A column that nothing may take has no price yet; a search will find out.
    if (prices[j] === INFINITY) prices[j] = 0;
    else if (colOf[at[j]] === NONE) matching.put(at[j], j, prices[j]);
  }
}

/** What the bidding came to. */
export interface Bids {
  /** The rows that still wait. */
  waiting: Int32Array;
  /** Bids that lowered a price, and others. */
  lowered: number;
  ties: number;
}

/** Prices every column at its least cost; one that nothing may take has no price yet: a search will find out. */
export function leastPrices(table: Table, { prices, colOf }: Matching): void {
  const { costs, width } = table;
  prices.set(costs.subarray(table.begin(0), table.begin(0) + width));
  for (let i = 1; i < colOf.length; i++) {
    const begin = table.begin(i);
    for (let j = 0; j < width; j++) if (costs[begin + j] < prices[j]) prices[j] = costs[begin + j];
  }
  for (let j = 0; j < width; j++) if (prices[j] === INFINITY) prices[j] = 0;
}

/**
 * Waiting rows bid for columns: each takes the one where `cost - price` is least, and lowers its price until the second best is as good.
 * Columns take one row each. `floor`: what no `cost - price` is below.
 */
export function bid(table: Choices, matching: Matching, rows: Int32Array, floor = Number.NEGATIVE_INFINITY): Bids {
  const waiting = rows.slice();
  // Bids that lowered a price, and others.
  const bids = new Int32Array(2);
  const least = new Float64Array(2);
  let count = waiting.length;
  const most = STEPS_PER_ROW * matching.colOf.length;
  for (let round = 0; round < 2; round++) {
    const before = count;
    count = 0;
    // What a row starts leaves one row waiting at most: they are written behind where they are read.
    for (let k = 0; k < before; k++) {
      let bidder = waiting[k];
      while (bidder >= 0 && bids[0] + bids[1] < most) bidder = step(table, matching, bidder, bids, least, floor);
      if (bidder !== NONE) waiting[count++] = bidder >= 0 ? bidder : waits(bidder);
    }
  }
  return { waiting: waiting.subarray(0, count), lowered: bids[0], ties: bids[1] };
}

/** A row that waits for the next round, as a step tells it, and back. */
const waits = (row: number): number => -2 - row;

/** One bid of `i`: the row that it put out and that bids next, or `waits` of one, or `NONE`. */
function step(
  table: Choices,
  matching: Matching,
  i: number,
  bids: Int32Array,
  least: Float64Array,
  floor: number,
): number {
  const { costs } = table;
  const { prices, first, room } = matching;
  const at = table.twoLeast(i, prices, least, floor);
  const best = least[0];
  let second = least[1];
  const without = table.unassigned(i);
  if (without < best) return NONE;
  if (best === INFINITY) return waits(i);
  if (without < second) second = without;
  const j = table.column(i, at);
  const lower = prices[j] - (second - best);
  const putOut = first[j];
  if (second < INFINITY && lower < prices[j]) {
    prices[j] = lower;
    bids[0]++;
    return replace(matching, i, j, costs[at], putOut);
  }
  bids[1]++;
  if (putOut === NONE) {
    matching.put(i, j, costs[at]);
    return NONE;
  }
  // A tie: a column that nobody has, or else the second one, whose row waits for the next round.
  const free = table.firstOpen(i, prices, best, at + 1, room);
  if (free >= 0) {
    matching.put(i, table.column(i, free), costs[free]);
    return NONE;
  }
  const other = table.firstEqual(i, prices, best, at + 1);
  if (other < 0) return waits(i);
  const column = table.column(i, other);
  return waits(replace(matching, i, column, costs[other], first[column]));
}

/** Puts `i` on a column in the place of the row that it puts out, if any. */
export function replace(matching: Matching, i: number, j: number, cost: number, putOut: number): number {
  if (putOut !== NONE) matching.take(putOut);
  matching.put(i, j, cost);
  return putOut;
}

/** Gives rows, one by one, the column of least cost, where it has room; all prices stay 0. Gives the rows that still wait. */
export function firstChoices(table: Choices, matching: Matching): Int32Array {
  const { prices, room } = matching;
  const least = new Float64Array(2);
  const waiting = new Int32Array(matching.colOf.length);
  let count = 0;
  for (let i = 0; i < matching.colOf.length; i++) {
    const first = table.twoLeast(i, prices, least, Number.NEGATIVE_INFINITY);
    const best = least[0];
    if (table.unassigned(i) < best) continue;
    const at = first < 0 ? NONE : table.firstOpen(i, prices, best, first, room);
    if (at >= 0) matching.put(i, table.column(i, at), table.costs[at]);
    else waiting[count++] = i;
  }
  return waiting.subarray(0, count);
}
