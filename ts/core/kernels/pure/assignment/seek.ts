/** Adds one row along a shortest augmenting path where rows have few entries each. */
import { Heap } from './heap.js';
import { type Matching, NONE } from './matching.js';
import type { Lines } from './sparse.js';

const INFINITY = Number.POSITIVE_INFINITY;

/** Searches, and what they write to. */
export class Seek {
  readonly #matching: Matching;
  /** Infinity where nothing was reached, negative infinity where a distance is final. */
  readonly #distance: Float64Array;
  readonly #reachedFrom: Int32Array;
  /** What the row that a column was reached from costs there. */
  readonly #entry: Float64Array;
  /** Columns with a distance. */
  readonly #touched: Int32Array;
  #touches = 0;
  /** Columns whose distance is final, in order, and their distances. */
  readonly #settled: Int32Array;
  readonly #finalDistance: Float64Array;
  #count = 0;
  readonly #heap = new Heap();
  /** Columns that lead nowhere, and their prices. */
  #closed: number[] = [];
  #closedPrices: number[] = [];
  /** The best end so far, a column with room or else a row that goes without, and how far it is. */
  #endColumn = NONE;
  #endRow = NONE;
  #bound = INFINITY;

  constructor(width: number, matching: Matching) {
    this.#matching = matching;
    this.#distance = new Float64Array(width).fill(INFINITY);
    this.#reachedFrom = new Int32Array(width);
    this.#entry = new Float64Array(width);
    this.#touched = new Int32Array(width);
    this.#settled = new Int32Array(width);
    this.#finalDistance = new Float64Array(width);
  }

  /** The columns that the last search settled: those that a row which cannot be served competes for. */
  settled(): Int32Array {
    return this.#settled.subarray(0, this.#count);
  }

  /** The column with room where the last search ended, if it did, or `NONE`. */
  end(): number {
    return this.#endColumn;
  }

  /** Gives `source` a column, or leaves a row out at its price. False, with nothing changed: neither is possible. */
  augment(table: Lines, source: number): boolean {
    const matching = this.#matching;
    this.#count = 0;
    this.#heap.clear();
    this.#endColumn = NONE;
    this.#endRow = source;
    this.#bound = table.unassigned(source);
    const level = this.#search(table, source);
    for (let at = 0; at < this.#touches; at++) this.#distance[this.#touched[at]] = INFINITY;
    this.#touches = 0;
    if (level === INFINITY) return false;
    for (let at = 0; at < this.#count; at++) {
      // By rounding an end can be nearer than what was settled before; a price never rises.
      const lowered = this.#finalDistance[at] - level;
      matching.prices[this.#settled[at]] += lowered < 0 ? lowered : 0;
    }
    if (this.#endColumn !== NONE) this.#walk(source, this.#endColumn);
    else if (this.#endRow !== source) {
      const j = matching.colOf[this.#endRow];
      matching.take(this.#endRow);
      this.#walk(source, j);
    }
    return true;
  }

  /** Keeps later searches from the columns that a failed one settled: they lead nowhere. */
  shut(): void {
    const { prices } = this.#matching;
    for (let at = 0; at < this.#count; at++) {
      const j = this.#settled[at];
      this.#closed.push(j);
      this.#closedPrices.push(prices[j]);
      prices[j] = Number.NEGATIVE_INFINITY;
    }
  }

  /** Opens what was shut; which columns. */
  reopen(): number[] {
    const closed = this.#closed;
    for (let at = 0; at < closed.length; at++) this.#matching.prices[closed[at]] = this.#closedPrices[at];
    this.#closed = [];
    this.#closedPrices = [];
    return closed;
  }

  /** How far the end is; infinity where there is none. */
  #search(table: Lines, source: number): number {
    const { first, next, own, prices } = this.#matching;
    if (this.#relax(table, source, 0, Number.NEGATIVE_INFINITY)) return this.#bound;
    let head = 0;
    for (;;) {
      const nearest = this.#heap.pop();
      if (nearest === NONE) break;
      const distance = this.#heap.key;
      if (distance >= this.#bound) break;
      // Reached again since, or settled.
      if (distance !== this.#distance[nearest]) continue;
      // A zero has one sign on all backends.
      const level = distance + 0;
      this.#settle(nearest, distance);
      while (head < this.#count) {
        const j = this.#settled[head++];
        for (let i = first[j]; i !== NONE; i = next[i]) {
          const height = own[i] - prices[j] - level;
          const left = table.unassigned(i) - height;
          if (left < this.#bound) {
            this.#bound = left;
            this.#endColumn = NONE;
            this.#endRow = i;
          }
          if (this.#relax(table, i, height, level)) return level;
        }
      }
    }
    return this.#bound;
  }

  #settle(j: number, distance: number): void {
    this.#distance[j] = Number.NEGATIVE_INFINITY;
    this.#settled[this.#count] = j;
    this.#finalDistance[this.#count++] = distance;
  }

  /** Reaches columns from a row. True: one that has room is no farther than `level`. */
  #relax(table: Lines, i: number, height: number, level: number): boolean {
    const { cols, costs } = table;
    const { prices, room } = this.#matching;
    const [distance, reachedFrom, entry] = [this.#distance, this.#reachedFrom, this.#entry];
    const end = table.to(i);
    let bound = this.#bound;
    for (let at = table.from(i); at < end; at++) {
      const j = cols[at];
      const cost = costs[at];
      const found = cost - prices[j] - height;
      if (found >= distance[j] || found > bound) continue;
      if (room[j] > 0) {
        // On a tie a row is served rather than left out.
        if (found < bound || (this.#endColumn === NONE && found < INFINITY)) {
          bound = found;
          this.#bound = found;
          this.#endColumn = j;
          reachedFrom[j] = i;
          entry[j] = cost;
          if (found <= level) return true;
        }
        continue;
      }
      if (found === bound) continue;
      if (distance[j] === INFINITY) this.#touched[this.#touches++] = j;
      reachedFrom[j] = i;
      entry[j] = cost;
      if (found <= level) this.#settle(j, found);
      else {
        distance[j] = found;
        this.#heap.push(found, j);
      }
    }
    return false;
  }

  /** Moves the rows of the path that ends at column `j`. */
  #walk(source: number, end: number): void {
    const matching = this.#matching;
    for (let j = end; ; ) {
      const i = this.#reachedFrom[j];
      const left = matching.colOf[i];
      if (i !== source) matching.take(i);
      matching.put(i, j, this.#entry[j]);
      if (i === source) return;
      j = left;
    }
  }
}
