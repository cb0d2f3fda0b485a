/** A square solved among few entries of each row, those that look best; what was left out is looked at then, and taken in where it matters. */
import { Gather } from './gather.js';
import { type Matching, NONE, type Table } from './matching.js';
import { bid, leastPrices } from './reduce.js';
import { Seek } from './seek.js';
import { Sparse } from './sparse.js';

/** Prices begin at the columns' least costs where columns differ so many times more than by chance. */
const EFFECT = 2;
/** Of so many rows one may find nothing among its entries; else the core is of no use. */
const FAILED = 8;
/** Times that entries are added; searches of whole rows do the rest. */
const ROUNDS = 10;
/** What is better by less than this part is so by rounding. */
export const ROUNDING = 2 ** -46;
const INFINITY = Number.POSITIVE_INFINITY;
const NO_COSTS = new Float64Array(0);

/**
 * Gives rows columns under prices that hold for all entries, and gives the rows that wait. Undefined, with any prices and rows on columns: the
 * core was of no use. `columnEffect`: see `Probe`.
 */
export function solveCore(table: Table, matching: Matching, columnEffect: number): Int32Array | undefined {
  const rows = matching.colOf.length;
  if (columnEffect > EFFECT) leastPrices(table, matching);
  const core = new Core(table, matching);
  for (const rowsAlike of core.order()) {
    core.serve(bid(core.entries, matching, rowsAlike).waiting);
    if (core.failed.length * FAILED > rows) return undefined;
  }
  for (let round = 0; round < ROUNDS; round++) {
    if (core.failed.length > 0) core.serve(core.addWaysOut());
    else {
      const waiting = core.addBetter();
      if (waiting.length === 0) return waiting;
      core.serve(waiting);
    }
  }
  return Int32Array.from([...core.addBetter(), ...core.failed]);
}

class Core {
  readonly #table: Table;
  readonly #matching: Matching;
  entries: Sparse;
  readonly #gather: Gather;
  readonly #seek: Seek;
  /** Rows that found nothing in the last round, and the columns that they competed for. */
  failed: number[] = [];
  #shut: number[] = [];
  /** A row's least `cost - price` when all of its entries were last looked at: as prices only fall, none is better while that does not rise. */
  readonly #seen: Float64Array;

  constructor(table: Table, matching: Matching) {
    const rows = matching.colOf.length;
    this.#table = table;
    this.#matching = matching;
    const gather = new Gather(table.width, rows);
    const begin = new Uint32Array(rows + 1);
    for (let i = 0; i < rows; i++) {
      gather.take(i, table.costs, table.begin(i), matching.prices, INFINITY);
      begin[i + 1] = gather.count;
    }
    this.entries = new Sparse(begin, gather.cols.slice(0, gather.count), gather.costs.slice(0, gather.count), NO_COSTS);
    gather.count = 0;
    this.#gather = gather;
    this.#seek = new Seek(table.width, matching);
    this.#seen = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  }

  /** Rows that prefer some column, and then those to which all are the same: these take what is left. */
  order(): [Int32Array, Int32Array] {
    const { begin, cols, costs } = this.entries;
    const { prices, colOf } = this.#matching;
    const same: number[] = [];
    const other: number[] = [];
    for (let i = 0; i < colOf.length; i++) {
      let at = begin[i];
      const first = costs[at] - prices[cols[at]];
      while (at < begin[i + 1] && costs[at] - prices[cols[at]] === first) at++;
      (at === begin[i + 1] ? same : other).push(i);
    }
    return [Int32Array.from(other), Int32Array.from(same)];
  }

  /** Searches for waiting rows among the entries. Those that find nothing are noted; searches after them pass by what they settled. */
  serve(waiting: ArrayLike<number>): void {
    const most = Math.floor(this.#matching.colOf.length / FAILED);
    for (let k = 0; k < waiting.length; k++) {
      if (this.failed.length > most) this.failed.push(waiting[k]);
      else if (!this.#seek.augment(this.entries, waiting[k])) {
        this.failed.push(waiting[k]);
        this.#seek.shut();
      }
    }
    this.#shut = this.#shut.concat(this.#seek.reopen());
  }

  /** Takes rows off columns that are not the best among all entries, and takes the better ones in; those rows. */
  addBetter(): Int32Array {
    const { colOf, own, prices } = this.#matching;
    const { costs } = this.#table;
    const gather = this.#gather;
    const seen = this.#seen;
    const better: number[] = [];
    const begin = [0];
    for (let i = 0; i < colOf.length; i++) {
      const j = colOf[i];
      if (j === NONE) continue;
      const value = own[i] - prices[j];
      if (value <= seen[i]) continue;
      const limit = value - (Math.abs(own[i]) + Math.abs(prices[j])) * ROUNDING;
      const before = gather.count;
      const all = gather.take(i, costs, this.#table.begin(i), prices, limit);
      seen[i] = all ? value : Number.NEGATIVE_INFINITY;
      if (gather.count === before) continue;
      better.push(i);
      begin.push(gather.count);
    }
    for (const i of better) this.#matching.take(i);
    this.#extend(better, begin);
    return Int32Array.from(better);
  }

  /** Takes in entries of the rows that compete for too few columns, in others; the rows that found nothing. */
  addWaysOut(): number[] {
    const { first } = this.#matching;
    const prices = this.#matching.prices.slice();
    const { failed } = this;
    const rows = failed.slice();
    for (const j of this.#shut) {
      prices[j] = Number.NEGATIVE_INFINITY;
      rows.push(first[j]);
    }
    this.#shut = [];
    rows.sort((a, b) => a - b);
    const begin = [0];
    for (const i of rows) {
      this.#gather.take(i, this.#table.costs, this.#table.begin(i), prices, INFINITY);
      begin.push(this.#gather.count);
    }
    this.#extend(rows, begin);
    this.failed = [];
    return failed;
  }

  /** Adds what was gathered for these rows, ascending. */
  #extend(rows: readonly number[], begin: readonly number[]): void {
    const { begin: oldBegin, cols: oldCols, costs: oldCosts } = this.entries;
    const gather = this.#gather;
    const newBegin = new Uint32Array(oldBegin.length);
    const cols = new Int32Array(oldCols.length + gather.count);
    const costs = new Float64Array(oldCols.length + gather.count);
    let at = 0;
    for (let i = 0, k = 0; i + 1 < oldBegin.length; i++) {
      for (let old = oldBegin[i]; old < oldBegin[i + 1]; old++, at++) {
        cols[at] = oldCols[old];
        costs[at] = oldCosts[old];
      }
      if (rows[k] === i) {
        for (let own = begin[k]; own < begin[k + 1]; own++, at++) {
          cols[at] = gather.cols[own];
          costs[at] = gather.costs[own];
        }
        k++;
      }
      newBegin[i + 1] = at;
    }
    this.entries = new Sparse(newBegin, cols, costs, NO_COSTS);
    gather.count = 0;
  }
}
