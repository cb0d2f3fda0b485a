/** Which rows sit on which column, and the columns' prices. */

/** No row, no column. */
export const NONE = -1;

/** Costs as the solver walks them: lines of `width`, of which a row may share one with others. */
export class Table {
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

  unassigned(i: number): number {
    return this.#unassigned.length === 0 ? Number.POSITIVE_INFINITY : this.#unassigned[i];
  }
}

/** Rows on columns. A row without one waits, or was left out for good. */
export class Matching {
  readonly colOf: Int32Array;
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
    this.first = new Int32Array(room.length).fill(NONE);
    this.next = new Int32Array(rows).fill(NONE);
    this.room = room;
    this.prices = Float64Array.from(room, (most) => (most === 0 ? Number.NEGATIVE_INFINITY : 0));
  }

  /** Takes all rows off columns of one place each; prices stay. */
  clear(): void {
    this.colOf.fill(NONE);
    this.first.fill(NONE);
    this.next.fill(NONE);
    this.room.fill(1);
  }

  /** Puts a row that has no column on one with room. */
  put(i: number, j: number): void {
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
