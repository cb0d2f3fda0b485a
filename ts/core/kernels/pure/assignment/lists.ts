/** The best entries of each row of an assignment that changes, and what the others are at least. */
import { BLOCK, Gather, MOST } from './gather.js';
import type { Lines } from './sparse.js';

/** Entries that a list has room for. */
const ROOM = MOST + BLOCK;

/** Lists by line; `line` says which is whose. */
export class Lists implements Lines {
  readonly #gather: Gather;
  cols = new Int32Array(0);
  costs = new Float64Array(0);
  #count = new Int32Array(0);
  /** What `cost - price` of an entry that is not listed is at least, as long as prices only fall. */
  #rest = new Float64Array(0);
  /** Whether there are lists. */
  stand = false;
  line: readonly number[] = [];

  /** For rows of `width` columns. */
  constructor(width: number) {
    this.#gather = new Gather(width, 1);
  }

  /** Forgets all. */
  clear(): void {
    this.stand = false;
  }

  /** Lists the best entries of a line under prices, whose costs begin at `begin`; the least `cost - price`. */
  look(line: number, costs: Float64Array, begin: number, prices: Float64Array): number {
    if (line >= this.#count.length) this.#grow(2 * (line + 1));
    this.stand = true;
    const gather = this.#gather;
    gather.count = 0;
    gather.take(line, costs, begin, prices, Number.POSITIVE_INFINITY);
    for (let at = 0, to = line * ROOM; at < gather.count; at++, to++) {
      this.cols[to] = gather.cols[at];
      this.costs[to] = gather.costs[at];
    }
    this.#count[line] = gather.count;
    this.#rest[line] = gather.rest;
    return gather.best;
  }

  /** What entries of a line that are not listed are at least. */
  rest(line: number): number {
    return this.#rest[line];
  }

  from(i: number): number {
    return this.line[i] * ROOM;
  }

  to(i: number): number {
    return this.line[i] * ROOM + this.#count[this.line[i]];
  }

  unassigned(_: number): number {
    return Number.POSITIVE_INFINITY;
  }

  #grow(lines: number): void {
    const { cols, costs } = this;
    const [count, rest] = [this.#count, this.#rest];
    this.cols = new Int32Array(lines * ROOM);
    this.cols.set(cols);
    this.costs = new Float64Array(lines * ROOM);
    this.costs.set(costs);
    this.#count = new Int32Array(lines);
    this.#count.set(count);
    this.#rest = new Float64Array(lines);
    this.#rest.set(rest);
  }
}
