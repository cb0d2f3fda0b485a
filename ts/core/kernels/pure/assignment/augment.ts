/** Adds one row along a shortest augmenting path. */
import { type Matching, NONE, type Table } from './matching.js';
import { open } from './scan.js';

const INFINITY = Number.POSITIVE_INFINITY;

/** Searches in one table, and what they write to. */
export class Search {
  readonly #table: Table;
  readonly #matching: Matching;
  readonly #distance: Float64Array;
  readonly #reachedFrom: Int32Array;
  /** Columns whose distance is final, in order, and with each its distance and its price. */
  readonly #settled: Int32Array;
  readonly #finalDistance: Float64Array;
  readonly #price: Float64Array;
  #count = 0;
  /** The row that is cheapest to leave out. */
  #last = NONE;
  /** How far the columns are that were settled last, then the end. */
  #level = 0;

  constructor(table: Table, matching: Matching) {
    this.#table = table;
    this.#matching = matching;
    this.#distance = new Float64Array(table.width);
    this.#reachedFrom = new Int32Array(table.width);
    this.#settled = new Int32Array(table.width);
    this.#finalDistance = new Float64Array(table.width);
    this.#price = new Float64Array(table.width);
  }

  /** The columns that the last search settled: those that a row which cannot be served competes for. */
  settled(): Int32Array {
    return this.#settled.subarray(0, this.#count);
  }

  /** Gives `source` a column, or leaves a row out at its price. False, with nothing changed: neither is possible. */
  augment(source: number): boolean {
    const matching = this.#matching;
    const end = this.#search(source);
    for (let at = 0; at < this.#count; at++) {
      // By rounding an end can be nearer than what was settled before; a price never rises.
      const lowered = this.#finalDistance[at] - this.#level;
      matching.prices[this.#settled[at]] = this.#price[at] + (lowered < 0 && end !== undefined ? lowered : 0);
    }
    if (end === undefined) return false;
    if (end !== NONE) this.#walk(source, end);
    else if (this.#last !== source) {
      const j = matching.colOf[this.#last];
      matching.take(this.#last);
      this.#walk(source, j);
    }
    return true;
  }

  /** The column where a shortest path ends; `NONE` where it ends by leaving out the last row; undefined where there is none. */
  #search(source: number): number | undefined {
    const table = this.#table;
    const { costs } = table;
    const { prices, first, next, room } = this.#matching;
    const settled = this.#settled;
    this.#count = 0;
    this.#last = source;
    let without = table.unassigned(source);
    open(costs, table.begin(source), prices, this.#distance);
    this.#reachedFrom.fill(source);
    let head = 0;
    for (;;) {
      const count = this.#nearest();
      const level = this.#level;
      // On a tie a row is served rather than left out.
      if (without < level) {
        this.#level = without;
        return NONE;
      }
      if (level === INFINITY) return undefined;
      for (let at = head; at < count; at++) if (room[settled[at]] > 0) return settled[at];
      this.#settle(count);
      while (head < this.#count) {
        const j = settled[head];
        const price = this.#price[head];
        head++;
        for (let i = first[j]; i !== NONE; i = next[i]) {
          const begin = table.begin(i);
          const height = costs[begin + j] - price - level;
          const left = table.unassigned(i) - height;
          if (left < without) {
            without = left;
            this.#last = i;
          }
          const end = this.#relax(i, begin, height);
          if (end !== NONE) return end;
        }
      }
    }
  }

  /** Finds the level of the nearest columns, and writes them behind those that are settled: the end of the list. */
  #nearest(): number {
    const distance = this.#distance;
    const settled = this.#settled;
    const from = this.#count;
    let count = from;
    let level = INFINITY;
    for (let j = 0; j < distance.length; j++) {
      const own = distance[j];
      if (own > level || own === INFINITY) continue;
      if (own < level) {
        level = own;
        count = from;
      }
      settled[count++] = j;
    }
    // A zero has one sign on all backends.
    this.#level = level + 0;
    return count;
  }

  /** Reaches columns from row `i`, whose costs begin at `begin`, and settles those at the level, unless one of them has room: the first such. */
  #relax(i: number, begin: number, height: number): number {
    const { costs } = this.#table;
    const { prices, room } = this.#matching;
    const distance = this.#distance;
    const reachedFrom = this.#reachedFrom;
    const level = this.#level;
    let count = this.#count;
    for (let j = 0; j < distance.length; j++) {
      const found = costs[begin + j] - prices[j] - height;
      if (found >= distance[j]) continue;
      distance[j] = found;
      reachedFrom[j] = i;
      if (found > level) continue;
      if (room[j] > 0) return j;
      this.#settled[count++] = j;
    }
    this.#settle(count);
    return NONE;
  }

  /** Settles the columns up to the end of the list. */
  #settle(count: number): void {
    const distance = this.#distance;
    const { prices } = this.#matching;
    for (let at = this.#count; at < count; at++) {
      const j = this.#settled[at];
      this.#finalDistance[at] = distance[j];
      this.#price[at] = prices[j];
      distance[j] = INFINITY;
      prices[j] = Number.NEGATIVE_INFINITY;
    }
    this.#count = count;
  }

  /** Moves the rows of the path that ends at column `j`. */
  #walk(source: number, end: number): void {
    const matching = this.#matching;
    const { costs } = this.#table;
    for (let j = end; ; ) {
      const i = this.#reachedFrom[j];
      if (i === source) {
        matching.put(i, j, costs[this.#table.begin(i) + j]);
        return;
      }
      const left = matching.colOf[i];
      matching.take(i);
      matching.put(i, j, costs[this.#table.begin(i) + j]);
      j = left;
    }
  }
}
