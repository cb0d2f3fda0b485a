/** Which rows sit on which column, and the columns' prices. */

import { twoLeast } from './scan.js';

/** No row, no column. */
export const NONE = -1;

/** What rows can choose among: entries, each with a column and a cost. */
export interface Choices {
  readonly costs: Float64Array;
  /**
   * Writes the two least `cost - price` of a row to `least`, infinity where there are none; where the first of the least stands, or -1.
   * `floor`: what none of them is below.
   */
  twoLeast(i: number, prices: Float64Array, least: Float64Array, floor: number): number;
  /** Where the first entry of a row from `from` on stands whose `cost - price` equals `value`, or -1. */
  firstEqual(i: number, prices: Float64Array, value: number, from: number): number;
  /** As `firstEqual`, of columns with room. */
  firstOpen(i: number, prices: Float64Array, value: number, from: number, room: Uint32Array): number;
  /** The column of the entry of a row that stands there. */
  column(i: number, at: number): number;
  /** What it costs to leave a row out, infinity where it must be served. */
  unassigned(i: number): number;
}

/** Costs as the solver walks them: lines of `width`, of which a row may share one with others. */
export class Table implements Choices {
  readonly costs: Float64Array;
  readonly width: number;
  readonly #line: Uint32Array | undefined;
  readonly #unassigned: Float64Array;

  constructor(costs: Float64Array, width: number, unassigned: Float64Array, line?: Uint32Array) {
    this.costs = costs;
    this.width = width;
    this.#line = line;
    this.#unassigned = unassigned;
  }

  /** Where the costs of a row begin. */
  begin(i: number): number {
    return (this.#line === undefined ? i : this.#line[i]) * this.width;
  }

  twoLeast(i: number, prices: Float64Array, least: Float64Array, floor: number): number {
    const begin = this.begin(i);
    const j = twoLeast(this.costs, begin, prices, least, floor);
    return j < 0 ? -1 : begin + j;
  }

  firstEqual(i: number, prices: Float64Array, value: number, from: number): number {
    const begin = this.begin(i);
    for (let j = from - begin; j < this.width; j++) if (this.costs[begin + j] - prices[j] === value) return begin + j;
    return -1;
  }

  firstOpen(i: number, prices: Float64Array, value: number, from: number, room: Uint32Array): number {
    const { costs, width } = this;
    const begin = this.begin(i);
    for (let j = from - begin; j < width; j++)
      if (room[j] > 0 && costs[begin + j] - prices[j] === value) return begin + j;
    return -1;
  }

  column(i: number, at: number): number {
    return at - this.begin(i);
  }

  unassigned(i: number): number {
    return this.#unassigned.length === 0 ? Number.POSITIVE_INFINITY : this.#unassigned[i];
  }
}

/** Rows on columns. A row without one waits, or was left out for good. */
export class Matching {
  readonly colOf: Int32Array;
  /** What each row on a column costs there. */
  readonly own: Float64Array;
  /** The rows on a column are a list: its first, and after each row the next. */
  readonly first: Int32Array;
  readonly next: Int32Array;
  /** Rows that each column still takes. */
  readonly room: Uint32Array;
  /** Negative infinity for a column that takes none at all, and for one that a search has settled. */
  readonly prices: Float64Array;

  /** Nothing on columns with this room, all prices 0. */
  constructor(rows: number, room: Uint32Array) {
    this.colOf = new Int32Array(rows).fill(NONE);
    this.own = new Float64Array(rows);
    this.first = new Int32Array(room.length).fill(NONE);
    this.next = new Int32Array(rows).fill(NONE);
    this.room = room;
    this.prices = new Float64Array(room.length);
    for (let j = 0; j < room.length; j++) if (room[j] === 0) this.prices[j] = Number.NEGATIVE_INFINITY;
  }

  /** Takes all rows off columns of one place each; prices stay. */
  clear(): void {
    this.colOf.fill(NONE);
    this.first.fill(NONE);
    this.next.fill(NONE);
    this.room.fill(1);
  }

  /** Lowers all prices alike so that none is above 0. */
  lowerPrices(): void {
    let most = 0;
    for (const price of this.prices) if (price > most) most = price;
    if (most > 0) for (let j = 0; j < this.prices.length; j++) this.prices[j] -= most;
  }

  /** The same with one more row, which has no column. */
  withRow(): Matching {
    const grown = new Matching(this.colOf.length + 1, this.room);
    for (const part of ['colOf', 'own', 'first', 'next', 'prices'] as const) grown[part].set(this[part]);
    return grown;
  }

  /** The same without one row; those behind it move up by one. */
  withoutRow(i: number): Matching {
    if (this.colOf[i] !== NONE) this.take(i);
    const shrunk = new Matching(this.colOf.length - 1, this.room);
    for (const part of ['colOf', 'own', 'next'] as const) {
      shrunk[part].set(this[part].subarray(0, i));
      shrunk[part].set(this[part].subarray(i + 1), i);
    }
    shrunk.first.set(this.first);
    shrunk.prices.set(this.prices);
    for (const rows of [shrunk.first, shrunk.next])
      for (let at = 0; at < rows.length; at++) if (rows[at] > i) rows[at]--;
    return shrunk;
  }

  /** Rows without a column. */
  alone(): Int32Array {
    const rows = new Int32Array(this.colOf.length);
    let count = 0;
    for (let i = 0; i < rows.length; i++) if (this.colOf[i] === NONE) rows[count++] = i;
    return rows.subarray(0, count);
  }

  /** Puts a row that has no column on one with room, at a cost. */
  put(i: number, j: number, cost: number): void {
    this.own[i] = cost;
    this.next[i] = this.first[j];
    this.first[j] = i;
    this.colOf[i] = j;
    this.room[j]--;
  }

  /** Takes a row off its column. */
  take(i: number): void {
    const j = this.colOf[i];
    if (this.first[j] === i) this.first[j] = this.next[i];
    else {
      let before = this.first[j];
      while (this.next[before] !== i) before = this.next[before];
      this.next[before] = this.next[i];
    }
    this.colOf[i] = NONE;
    this.room[j]++;
  }
}
