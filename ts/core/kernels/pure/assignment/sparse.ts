/** Rows that may go to few columns each. */
import type { Choices } from './matching.js';

/** Rows of entries, columns and costs. */
export interface Lines {
  readonly cols: Int32Array;
  readonly costs: Float64Array;
  /** Where the entries of a row begin and end. */
  from(i: number): number;
  to(i: number): number;
  /** What it costs to leave a row out, infinity where it must be served. */
  unassigned(i: number): number;
}

/** Entries row by row. */
export class Sparse implements Choices, Lines {
  /** Entries of row `i` stand at `begin[i]..begin[i + 1]`. */
  readonly begin: ArrayLike<number>;
  readonly cols: Int32Array;
  readonly costs: Float64Array;
  readonly #unassigned: Float64Array;
  readonly #line: Uint32Array | undefined;

  constructor(
    begin: ArrayLike<number>,
    cols: Int32Array,
    costs: Float64Array,
    unassigned: Float64Array,
    line?: Uint32Array,
  ) {
    this.begin = begin;
    this.cols = cols;
    this.costs = costs;
    this.#unassigned = unassigned;
    this.#line = line;
  }

  from(i: number): number {
    return this.begin[this.#line === undefined ? i : this.#line[i]];
  }

  to(i: number): number {
    return this.begin[(this.#line === undefined ? i : this.#line[i]) + 1];
  }

  /** Lines for columns, of which there are `width`, and rows in them, ascending; rows then have the given lines, or their own. */
  transposed(rows: number, width: number, line?: Uint32Array): Sparse {
    const { begin, cols, costs } = this;
    const ends = new Uint32Array(width + 1);
    for (const j of cols) ends[j + 1]++;
    for (let j = 0; j < width; j++) ends[j + 1] += ends[j];
    const next = ends.slice();
    const turnedCols = new Int32Array(cols.length);
    const turnedCosts = new Float64Array(cols.length);
    for (let i = 0; i < rows; i++) {
      for (let at = begin[i]; at < begin[i + 1]; at++) {
        const to = next[cols[at]]++;
        turnedCols[to] = i;
        turnedCosts[to] = costs[at];
      }
    }
    return new Sparse(ends, turnedCols, turnedCosts, new Float64Array(0), line);
  }

  twoLeast(i: number, prices: Float64Array, least: Float64Array, floor: number): number {
    const { cols, costs } = this;
    const end = this.to(i);
    let best = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let first = -1;
    for (let at = this.from(i); at < end; at++) {
      const value = costs[at] - prices[cols[at]];
      if (value >= second) continue;
      if (value < best) {
        second = best;
        best = value;
        first = at;
      } else {
        second = value;
        if (value <= floor) break;
      }
    }
    least[0] = best;
    least[1] = second;
    return first;
  }

  firstEqual(i: number, prices: Float64Array, value: number, from: number): number {
    const end = this.to(i);
    for (let at = from; at < end; at++) if (this.costs[at] - prices[this.cols[at]] === value) return at;
    return -1;
  }

  firstOpen(i: number, prices: Float64Array, value: number, from: number, room: Uint32Array): number {
    const { costs, cols } = this;
    const end = this.to(i);
    for (let at = from; at < end; at++) if (room[cols[at]] > 0 && costs[at] - prices[cols[at]] === value) return at;
    return -1;
  }

  column(_i: number, at: number): number {
    return this.cols[at];
  }

  unassigned(i: number): number {
    return this.#unassigned.length === 0 ? Number.POSITIVE_INFINITY : this.#unassigned[i];
  }
}
