/** Adds one row along a shortest augmenting path. */
import { type Matching, NONE, type Table } from './matching.js';

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
  #least = INFINITY;
  /** The row that is cheapest to leave out, and how far that is. */
  #last = NONE;
  #without = INFINITY;
  /** How far the end is. */
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
      const lowered = end === undefined ? 0 : this.#finalDistance[at] - this.#level;
      matching.prices[this.#settled[at]] = this.#price[at] + lowered;
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
    const matching = this.#matching;
    const table = this.#table;
    this.#count = 0;
    this.#open(source);
    this.#without = table.unassigned(source);
    this.#last = source;
    let head = 0;
    for (;;) {
      // On a tie a row is served rather than left out.
      if (this.#without < this.#least) {
        this.#level = this.#without;
        return NONE;
      }
      if (this.#least === INFINITY) return undefined;
      // A zero has one sign on all backends.
      const level = this.#least + 0;
      this.#level = level;
      const open = this.#settle(level);
      if (open !== NONE) return open;
      while (head < this.#count) {
        const j = this.#settled[head];
        const price = this.#price[head];
        head++;
        for (let i = matching.first[j]; i !== NONE; i = matching.next[i]) {
          const height = table.costs[table.begin(i) + j] - price - level;
          const left = table.unassigned(i) - height;
          if (left < this.#without) {
            this.#without = left;
            this.#last = i;
          }
          this.#relax(i, height);
          if (this.#least > level) continue;
          const found = this.#settle(level);
          if (found !== NONE) return found;
        }
      }
    }
  }

  #open(source: number): void {
    const { costs, width } = this.#table;
    const { prices } = this.#matching;
    const distance = this.#distance;
    const begin = this.#table.begin(source);
    let least = INFINITY;
    for (let j = 0; j < width; j++) {
      const found = costs[begin + j] - prices[j];
      distance[j] = found;
      if (found < least) least = found;
    }
    this.#reachedFrom.fill(source);
    this.#least = least;
  }

  /** Lowers distances to `costs - prices - height` where that is less. */
  #relax(row: number, height: number): void {
    const { costs, width } = this.#table;
    const { prices } = this.#matching;
    const distance = this.#distance;
    const reachedFrom = this.#reachedFrom;
    const begin = this.#table.begin(row);
    let least = INFINITY;
    for (let j = 0; j < width; j++) {
      const found = costs[begin + j] - prices[j] - height;
      let own = distance[j];
      if (found < own) {
        distance[j] = found;
        reachedFrom[j] = row;
        own = found;
      }
      if (own < least) least = own;
    }
    this.#least = least;
  }

  /** Settles the columns at this distance, unless one of them has room: the first such. */
  #settle(level: number): number {
    const distance = this.#distance;
    const { prices, room } = this.#matching;
    for (let j = 0; j < distance.length; j++) if (distance[j] <= level && room[j] > 0) return j;
    for (let j = 0; j < distance.length; j++) {
      if (distance[j] > level) continue;
      this.#settled[this.#count] = j;
      this.#finalDistance[this.#count] = distance[j];
      this.#price[this.#count++] = prices[j];
      distance[j] = INFINITY;
      prices[j] = Number.NEGATIVE_INFINITY;
    }
    return NONE;
  }

  /** Moves the rows of the path that ends at column `j`. */
  #walk(source: number, end: number): void {
    const matching = this.#matching;
    for (let j = end; ; ) {
      const i = this.#reachedFrom[j];
      if (i === source) {
        matching.put(i, j);
        return;
      }
      const left = matching.colOf[i];
      matching.take(i);
      matching.put(i, j);
      j = left;
    }
  }
}
