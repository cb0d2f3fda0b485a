/** The entries of a row that look best. */
import { nthLeast } from '../nth-least.js';

/** Columns of which the least entry stands for all: a row is looked through once, and then only where it is worth it. */
export const BLOCK = 16;
/** Blocks of a row that are opened: those of the least entries. What is as good as the best entry of the last of them is taken. */
const BLOCKS = 20;
/** And at most so large a part of all blocks. */
const PART = 3;
/** No further block is opened when so many entries are taken. */
export const MOST = 64;
/** Spreads the blocks where rows begin, so that rows of many ties do not all take the same columns. */
const SPREAD = 0x9e3779b1;
const INFINITY = Number.POSITIVE_INFINITY;

/** Takes entries from rows. */
export class Gather {
  readonly #width: number;
  /** The least `cost - price` of each block. */
  readonly #least: Float64Array;
  readonly #order: Float64Array;
  cols: Int32Array;
  costs: Float64Array;
  count = 0;
  /** Of the row looked at last: its least `cost - price`, and what that of entries that were not taken is at least. */
  best = 0;
  rest = 0;

  /** For rows of `width` columns, with room for `rows` of them at first. */
  constructor(width: number, rows: number) {
    this.#width = width;
    const blocks = Math.ceil(width / BLOCK);
    this.#least = new Float64Array(blocks);
    this.#order = new Float64Array(blocks);
    this.cols = new Int32Array(rows * MOST);
    this.costs = new Float64Array(rows * MOST);
  }

  /**
   * Takes those entries of row `i`, which begins at `begin`, whose `cost - price` is below `limit`, or where they are many, those that look
   * best. False: not all.
   */
  take(i: number, costs: Float64Array, begin: number, prices: Float64Array, limit: number): boolean {
    const width = this.#width;
    const least = this.#least;
    const order = this.#order;
    this.#look(costs, begin, prices);
    this.best = least.reduce((a, b) => (b < a ? b : a), INFINITY);
    this.rest = limit;
    let count = 0;
    for (let block = 0; block < least.length; block++) if (least[block] < limit) order[count++] = least[block];
    if (count === 0) return true;
    const blocks = least.length;
    const nth = Math.min(BLOCKS, 1 + Math.floor(blocks / PART));
    let all = count <= nth;
    const most = all ? limit : nthLeast(order, count, nth - 1);
    this.rest = most;
    const end = this.count + MOST;
    if (end + BLOCK > this.cols.length) this.#grow();
    const { cols: outCols, costs: outCosts } = this;
    const first = Math.floor(((Math.imul(i, SPREAD) >>> 0) * blocks) / 2 ** 32);
    for (let k = 0; k < blocks; k++) {
      const block = first + k < blocks ? first + k : first + k - blocks;
      if (least[block] > most) continue;
      if (this.count >= end) {
        all = false;
        this.rest = this.best;
        break;
      }
      const to = Math.min((block + 1) * BLOCK, width);
      for (let j = block * BLOCK; j < to; j++) {
        const value = costs[begin + j] - prices[j];
        if (value <= most && value < limit) {
          outCols[this.count] = j;
          outCosts[this.count++] = costs[begin + j];
        }
      }
    }
    return all;
  }

  #look(costs: Float64Array, begin: number, prices: Float64Array): void {
    const width = this.#width;
    for (let block = 0, j = 0; j < width; block++) {
      const to = Math.min(j + BLOCK, width);
      let least = INFINITY;
      for (; j < to; j++) {
        const value = costs[begin + j] - prices[j];
        if (value < least) least = value;
      }
      this.#least[block] = least;
    }
  }

  #grow(): void {
    const { cols, costs } = this;
    this.cols = new Int32Array(2 * cols.length + 2 * MOST);
    this.cols.set(cols);
    this.costs = new Float64Array(2 * costs.length + 2 * MOST);
    this.costs.set(costs);
  }
}
