/** Cheap steps that give most rows a column before any search. */
import { type Matching, NONE, type Table } from './matching.js';
import { twoLeast } from './scan.js';

/** Steps per row that the bidding may take: on costs of a metric it would go on for long, and a search does better. */
const STEPS_PER_ROW = 4;
const INFINITY = Number.POSITIVE_INFINITY;

/**
 * Prices every column at its least cost, and gives it to the row that has it, where that has none yet. For squares: all columns
 * will be taken.
 */
export function reduceColumns({ costs, width }: Table, matching: Matching): void {
  const { prices, colOf } = matching;
  const at = new Uint32Array(width);
  prices.set(costs.subarray(0, width));
  for (let i = 1, cell = width; i < colOf.length; i++) {
    for (let j = 0; j < width; j++, cell++) {
      if (costs[cell] < prices[j]) {
        prices[j] = costs[cell];
        at[j] = i;
      }
    }
  }
  for (let j = 0; j < width; j++) {
    // A column that nothing may take has no price yet; a search will find out.
    if (prices[j] === INFINITY) prices[j] = 0;
    else if (colOf[at[j]] === NONE) matching.put(at[j], j);
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

/**
 * Rows bid for columns: each takes the one where `cost - price` is least, and lowers its price until the second best is as good.
 * Columns take one row each.
 */
export function bid(table: Table, matching: Matching): Bids {
  const { colOf } = matching;
  const waiting = new Int32Array(colOf.length);
  // Bids that lowered a price, and others.
  const bids = new Int32Array(2);
  const least = new Float64Array(2);
  let count = 0;
  for (let i = 0; i < colOf.length; i++) if (colOf[i] === NONE) waiting[count++] = i;
  const most = STEPS_PER_ROW * colOf.length;
  for (let round = 0; round < 2; round++) {
    const before = count;
    count = 0;
    // What a row starts leaves one row waiting at most: they are written behind where they are read.
    for (let k = 0; k < before; k++) {
      let bidder = waiting[k];
      while (bidder >= 0 && bids[0] + bids[1] < most) bidder = step(table, matching, bidder, bids, least);
      if (bidder !== NONE) waiting[count++] = bidder >= 0 ? bidder : waits(bidder);
    }
  }
  return { waiting: waiting.subarray(0, count), lowered: bids[0], ties: bids[1] };
}

/** A row that waits for the next round, as a step tells it, and back. */
const waits = (row: number): number => -2 - row;

/** One bid of `i`: the row that it put out and that bids next, or `waits` of one, or `NONE`. */
function step(table: Table, matching: Matching, i: number, bids: Int32Array, least: Float64Array): number {
  const { costs, width } = table;
  const { prices, first } = matching;
  const begin = table.begin(i);
  const at = twoLeast(costs, begin, prices, least);
  const best = least[0];
  let second = least[1];
  const without = table.unassigned(i);
  if (without < best) return NONE;
  if (best === INFINITY) return waits(i);
  if (without < second) second = without;
  const lower = prices[at] - (second - best);
  const putOut = first[at];
  if (second < INFINITY && lower < prices[at]) {
    prices[at] = lower;
    bids[0]++;
    return replace(matching, i, at, putOut);
  }
  bids[1]++;
  if (putOut === NONE) {
    matching.put(i, at);
    return NONE;
  }
  // A tie: a column that nobody has, or else the second one, whose row waits for the next round.
  let other = NONE;
  for (let j = at + 1; j < width; j++) {
    if (costs[begin + j] - prices[j] !== best) continue;
    if (first[j] === NONE) {
      matching.put(i, j);
      return NONE;
    }
    if (other === NONE) other = j;
  }
  return waits(other === NONE ? i : replace(matching, i, other, first[other]));
}

/** Puts `i` on a column in the place of the row that it puts out, if any. */
export function replace(matching: Matching, i: number, j: number, putOut: number): number {
  if (putOut !== NONE) matching.take(putOut);
  matching.put(i, j);
  return putOut;
}

/** Gives rows, one by one, the column of least cost, where it has room; all prices stay 0. Gives the rows that still wait. */
export function firstChoices(table: Table, matching: Matching): Int32Array {
  const { costs, width } = table;
  const { prices, room } = matching;
  const waiting = new Int32Array(matching.colOf.length);
  let count = 0;
  for (let i = 0; i < matching.colOf.length; i++) {
    const begin = table.begin(i);
    let best = INFINITY;
    let at = NONE;
    for (let j = 0; j < width; j++) {
      const value = costs[begin + j] - prices[j];
      if (value < best || (value === best && at !== NONE && room[at] === 0 && room[j] > 0)) {
        best = value;
        at = j;
      }
    }
    if (table.unassigned(i) < best) continue;
    if (at !== NONE && room[at] > 0) matching.put(i, at);
    else waiting[count++] = i;
  }
  return waiting.subarray(0, count);
}
