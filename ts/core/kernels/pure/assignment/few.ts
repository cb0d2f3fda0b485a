/** Few columns that choose among many rows: each among the rows that cost it least, found in one pass over all costs. */
import { nthLeast } from '../nth-least.js';
import type { Matching } from './matching.js';
import { bid } from './reduce.js';
import { Seek } from './seek.js';
import { Sparse } from './sparse.js';

/** Rows to choose among, for every column that does: with fewer, columns come to what was not kept for them. */
const MANY = 4;
/** Costs from which on it is worth it: fewer are in the cache when they are looked at again. */
const CELLS = 2 ** 19;
/** Rows that are kept for a column, at least: after as many more the dearest of both go. */
const KEPT = 8;
/** Of so many costs one may be kept for a while; where it is more, costs come in an order that this pass is no good for. */
const PART = 8;
const NO_COSTS = new Float64Array(0);

/**
 * Gives each column (a row of the matching) one of the rows (its columns). False, with anything in the matching: some column needs a row that was not kept for
 * it. `costs` are `[rows, cols]` by rows.
 */
export function chooseFew(costs: Float64Array, rows: number, cols: number, matching: Matching): boolean {
  if (rows < MANY * cols || costs.length < CELLS) return false;
  const kept = new Kept(cols);
  if (!kept.look(costs, rows)) return false;
  const entries = kept.entries();
  const seek = new Seek(rows, matching);
  for (const j of bid(entries, matching, matching.alone()).waiting) if (!seek.augment(entries, j)) return false;
  const { own, prices, colOf } = matching;
  // Prices are 0 or less, so that no row that was not kept is better than its cost.
  return kept.limit.every((limit, j) => own[j] - prices[colOf[j]] <= limit);
}

/** The cheapest rows of every column. */
class Kept {
  readonly #cols: number;
  /** What was not kept costs at least as much. */
  readonly limit: Float64Array;
  readonly #count: Uint32Array;
  /** Room for `2 KEPT` of each column; rows ascend. */
  readonly #rows: Int32Array;
  readonly #costs: Float64Array;
  /** To find the dearest of one column. */
  readonly #order = new Float64Array(2 * KEPT);

  constructor(cols: number) {
    this.#cols = cols;
    this.limit = new Float64Array(cols).fill(Number.POSITIVE_INFINITY);
    this.#count = new Uint32Array(cols);
    this.#rows = new Int32Array(2 * KEPT * cols);
    this.#costs = new Float64Array(2 * KEPT * cols);
  }

  /** False: too many are cheaper than all before them, or so many cost the least that all columns keep the same first ones. */
  look(costs: Float64Array, rows: number): boolean {
    const cols = this.#cols;
    const { limit } = this;
    let left = Math.floor(costs.length / PART) + 2 * KEPT * cols;
    let tied = 0;
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, at++) {
        const cost = costs[at];
        if (!(cost < limit[j])) continue;
        if (left-- === 0) return false;
        if (this.#add(i, j, cost) && i < cols && 2 * ++tied > cols) return false;
      }
    }
    return true;
  }

  /** True: from now on all that a column keeps costs the same. */
  #add(i: number, j: number, cost: number): boolean {
    const at = j * 2 * KEPT + this.#count[j];
    this.#rows[at] = i;
    this.#costs[at] = cost;
    return ++this.#count[j] === 2 * KEPT && this.#thin(j) === 0;
  }

  /** Lets the dearer half of a column's rows go, of those alike the last; how many are cheaper than the dearest that stay. */
  #thin(j: number): number {
    const from = j * 2 * KEPT;
    const end = from + 2 * KEPT;
    const costs = this.#costs;
    for (let at = from; at < end; at++) this.#order[at - from] = costs[at];
    const limit = nthLeast(this.#order, 2 * KEPT, KEPT);
    let below = 0;
    for (let at = from; at < end; at++) if (costs[at] < limit) below++;
    let alike = KEPT - below;
    for (let at = from, to = from; at < end; at++) {
      const cost = costs[at];
      if (cost > limit || (cost === limit && alike-- <= 0)) continue;
      this.#rows[to] = this.#rows[at];
      costs[to++] = cost;
    }
    this.#count[j] = KEPT;
    this.limit[j] = limit;
    return below;
  }

  entries(): Sparse {
    const begin = new Uint32Array(this.#cols + 1);
    for (let j = 0; j < this.#cols; j++) begin[j + 1] = begin[j] + this.#count[j];
    const rows = new Int32Array(begin[this.#cols]);
    const costs = new Float64Array(begin[this.#cols]);
    for (let j = 0; j < this.#cols; j++) {
      const from = j * 2 * KEPT;
      rows.set(this.#rows.subarray(from, from + this.#count[j]), begin[j]);
      costs.set(this.#costs.subarray(from, from + this.#count[j]), begin[j]);
    }
    return new Sparse(begin, rows, costs, NO_COSTS);
  }
}
