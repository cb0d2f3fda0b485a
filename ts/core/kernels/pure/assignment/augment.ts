/** Adds one row along a shortest augmenting path. */
import { type Matching, NONE, type Table } from './matching.js';
import { open, relax } from './scan.js';

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
    const { prices, first, next } = this.#matching;
    const distance = this.#distance;
    const reachedFrom = this.#reachedFrom;
    this.#count = 0;
    this.#last = source;
    let without = table.unassigned(source);
    let least = open(costs, table.begin(source), prices, distance);
    reachedFrom.fill(source);
    let head = 0;
    for (;;) {
      // On a tie a row is served rather than left out.
      if (without < least) {
        this.#level = without;
        return NONE;
      }
      if (least === INFINITY) return undefined;
      // A zero has one sign on all backends.
      const level = least + 0;
      this.#level = level;
      const found = this.#settle(level);
      if (found !== NONE) return found;
      while (head < this.#count) {
        const j = this.#settled[head];
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
          least = relax(costs, begin, prices, height, i, distance, reachedFrom);
          if (least > level) continue;
          const end = this.#settle(level);
          if (end !== NONE) return end;
        }
      }
    }
  }

  /** Settles the columns at this distance, unless one of them has room: the first such. */
  #settle(level: number): number {
    const distance = this.#distance;
    const { prices, room } = this.#matching;
    const settled = this.#settled;
    const before = this.#count;
    let count = before;
    for (let j = 0; j < distance.length; j++) {
      if (distance[j] > level) continue;
      if (room[j] > 0) return j;
      settled[count++] = j;
    }
    for (let at = before; at < count; at++) {
      const j = settled[at];
      this.#finalDistance[at] = distance[j];
      this.#price[at] = prices[j];
      distance[j] = INFINITY;
      prices[j] = Number.NEGATIVE_INFINITY;
    }
    this.#count = count;
    return NONE;
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
