/** Gives back a place that was left: the price of its column rises until a row moves there, or to 0. */
import { type Matching, NONE, type Table } from './matching.js';

const INFINITY = Number.POSITIVE_INFINITY;

/** Searches over columns, and what they write to. */
export class Raise {
  readonly #table: Table;
  readonly #matching: Matching;
  /** By how much less a column's price has to rise than the first one's. */
  readonly #distance: Float64Array;
  readonly #done: Uint8Array;
  readonly #settled: Int32Array;
  /** The row that leaves a column, and where to. */
  readonly #mover: Int32Array;
  readonly #target: Int32Array;

  constructor(table: Table, matching: Matching) {
    const cols = matching.room.length;
    this.#table = table;
    this.#matching = matching;
    this.#distance = new Float64Array(cols);
    this.#done = new Uint8Array(cols);
    this.#settled = new Int32Array(cols);
    this.#mover = new Int32Array(cols);
    this.#target = new Int32Array(cols);
  }

  /** For a column with room and a price below 0, where all rows that wait for none are on one of their best columns, or best left out. */
  raise(source: number): void {
    const { prices, colOf, own } = this.#matching;
    const { costs } = this.#table;
    const [distance, done] = [this.#distance, this.#done];
    distance.fill(INFINITY);
    done.fill(0);
    distance[source] = 0;
    let bound = -prices[source];
    // A place of this column stays free, at price 0, or a row that was left out moves to it.
    let end = source;
    let endRow = NONE;
    let count = 0;
    for (let j = this.#nearest(bound); j !== NONE; j = this.#nearest(bound)) {
      done[j] = 1;
      this.#settled[count++] = j;
      const from = distance[j];
      const price = prices[j];
      for (let i = 0; i < colOf.length; i++) {
        const k = colOf[i];
        const value = costs[this.#table.begin(i) + j] - price;
        if (k === NONE) {
          const found = from + (value - this.#table.unassigned(i));
          if (found < bound) {
            bound = found;
            end = j;
            endRow = i;
          }
        } else if (done[k] === 0) {
          const found = from + (value - (own[i] - prices[k]));
          if (found >= distance[k]) continue;
          distance[k] = found;
          this.#mover[k] = i;
          this.#target[k] = j;
          if (found - prices[k] < bound) {
            bound = found - prices[k];
            end = k;
            endRow = NONE;
          }
        }
      }
    }
    for (let at = 0; at < count; at++) {
      const j = this.#settled[at];
      const raised = prices[j] + (bound - distance[j]);
      prices[j] = raised < 0 ? raised : 0;
    }
    if (endRow === NONE) prices[end] = 0;
    this.#walk(source, end);
    if (endRow !== NONE) this.#matching.put(endRow, end, costs[this.#table.begin(endRow) + end]);
  }

  /** The nearest column that is not done, or `NONE`. */
  #nearest(bound: number): number {
    const [distance, done] = [this.#distance, this.#done];
    let found = NONE;
    let least = bound;
    for (let j = 0; j < distance.length; j++) {
      if (distance[j] < least && done[j] === 0) {
        least = distance[j];
        found = j;
      }
    }
    return found;
  }

  /** Moves rows one column on, towards the first, so that column `end` has a place. */
  #walk(source: number, end: number): void {
    const matching = this.#matching;
    const path: number[] = [];
    for (let j = end; j !== source; j = this.#target[j]) path.push(this.#mover[j]);
    for (const i of path.reverse()) {
      const target = this.#target[matching.colOf[i]];
      matching.take(i);
      matching.put(i, target, this.#table.costs[this.#table.begin(i) + target]);
    }
  }
}
