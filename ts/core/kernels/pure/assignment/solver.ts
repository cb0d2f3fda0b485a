/** An assignment that stays: rows and columns change, and only what they touch is searched for again. */
import type { AssignmentHandle } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';
import { checkFits, closeColumns, type Failed, type Solution, writeRows } from './answer.js';
import { Search } from './augment.js';
import { ROUNDING } from './core.js';
import {
  checkCosts,
  checkInstance,
  checkLength,
  columnsChoose,
  type Instance,
  isFull,
  MOST,
  type Rules,
} from './instance.js';
import { Lists } from './lists.js';
import { Matching, NONE, Table } from './matching.js';
import { Raise } from './raise.js';
import { Seek } from './seek.js';
import { begin, CORE, roomOf, solve } from './solve.js';

const INFINITY = Number.POSITIVE_INFINITY;

/** Searches by lists at a time: where prices move much, searches in whole rows are as good, and always right. */
const MOST_BY_LISTS = 64;

interface Searches {
  table: Table;
  search: Search;
  raise: Raise;
  seek: Seek;
}

/** Costs, duals and rows on columns. Where too few columns choose among the rows, every solution is a fresh one. */
export class Solver implements AssignmentHandle {
  readonly #cols: number;
  /** Lines of costs, and room for more; a row's is `line[i]`, and others are free. */
  #costs: Float64Array;
  #lines: number;
  #line: number[];
  #free: number[] = [];
  #unassigned: number[];
  /** Whether rows may be left out at a price. */
  readonly #priced: boolean;
  readonly #capacity: Float64Array;
  #matching: Matching;
  /** Searches in the rows as they stand; made when they are needed. */
  #searches: Searches | undefined;
  /** For large squares: most searches go by the best entries of each row. */
  readonly #lists: Lists;
  /** Searches by lists that are left before all rows are served. */
  #listSearches = 0;
  /** Whether rows were put on columns since all was new. */
  #begun = false;
  /** Rows to search for, and which they are. */
  #waiting: number[] = [];
  #waits: boolean[];
  #failed: Failed | undefined;
  #closed = false;

  constructor(instance: Instance) {
    moderate(checkInstance(instance));
    const { costs, rows, cols, unassigned, capacity } = instance;
    this.#cols = cols;
    this.#costs = costs.slice();
    this.#lines = rows;
    this.#line = Array.from({ length: rows }, (_, i) => i);
    this.#unassigned = [...unassigned];
    this.#priced = unassigned.length > 0;
    this.#capacity = capacity.slice();
    this.#matching = new Matching(rows, roomOf(instance));
    this.#waits = new Array<boolean>(rows).fill(false);
    this.#lists = new Lists(cols);
  }

  open(): this {
    if (this.#closed) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this;
  }

  close(): void {
    this.#closed = true;
    this.#costs = new Float64Array(0);
    this.#searches = undefined;
  }

  updateRow(row: number, costs: Float64Array, unassigned: number): void {
    const i = this.#row(row);
    this.#checkRow(costs, unassigned);
    this.#costs.set(costs, this.#line[i] * this.#cols);
    if (this.#priced) this.#unassigned[i] = unassigned;
    this.#searches = this.#priced ? undefined : this.#searches;
    this.#touch(i);
  }

  updateCol(col: number, costs: Float64Array): void {
    const j = this.#col(col);
    checkLength('costs', costs.length, this.#line.length);
    moderate(checkCosts('costs', costs));
    for (let i = 0; i < costs.length; i++) this.#costs[this.#line[i] * this.#cols + j] = costs[i];
    const { first, prices } = this.#matching;
    this.#lists.clear();
    if (this.#begun && prices[j] > Number.NEGATIVE_INFINITY) {
      while (first[j] !== NONE) this.#touch(first[j]);
      this.#priceAnew(j);
    }
    this.#unsettle();
  }

  updateCost(row: number, col: number, cost: number): void {
    const i = this.#row(row);
    const j = this.#col(col);
    moderate(checkCosts('cost', Float64Array.of(cost)));
    const cell = this.#line[i] * this.#cols + j;
    const before = this.#costs[cell];
    this.#costs[cell] = cost;
    if (this.#lists.stand) this.#look(i);
    const { colOf, own, prices } = this.#matching;
    // Its column was the best of the row, and is the more so.
    if (colOf[i] === j && cost <= before) own[i] = cost;
    else if (colOf[i] === j || cost - prices[j] < this.#value(i)) this.#touch(i);
    this.#unsettle();
  }

  addRow(costs: Float64Array, unassigned: number): void {
    this.#checkRow(costs, unassigned);
    whole('rows', this.#line.length + 1, 0, MOST);
    const line = this.#free.pop() ?? this.#lines++;
    if (this.#lines * this.#cols > this.#costs.length) this.#grow();
    this.#costs.set(costs, line * this.#cols);
    this.#line.push(line);
    if (this.#priced) this.#unassigned.push(unassigned);
    this.#matching = this.#matching.withRow();
    this.#searches = undefined;
    this.#waits.push(false);
    this.#touch(this.#line.length - 1);
  }

  removeRow(row: number): void {
    const i = this.#row(row);
    this.#unsettle();
    this.#free.push(...this.#line.splice(i, 1));
    if (this.#priced) this.#unassigned.splice(i, 1);
    this.#matching = this.#matching.withoutRow(i);
    this.#searches = undefined;
    this.#waits.splice(i, 1);
    this.#waiting = this.#waiting.filter((other) => other !== i).map((other) => (other > i ? other - 1 : other));
    this.#unsettle();
  }

  /** Serves at most so many waiting rows, and gives how many still wait: none where nothing can be done for them. */
  advance(most: number): number {
    whole('most', most, 1, MOST);
    const rules = this.#rules();
    if (columnsChoose(rules, this.#priced) || this.#failed !== undefined) return 0;
    const full = isFull(rules, this.#priced);
    if (!this.#begun) {
      this.#matching = new Matching(this.#line.length, roomOf(rules));
      this.#searches = undefined;
      this.#lists.clear();
      this.#listSearches = 0;
      this.#waiting = [...begin(this.#searching().table, this.#matching, full)].reverse();
      this.#waits.fill(false);
      for (const i of this.#waiting) this.#waits[i] = true;
      this.#begun = true;
    } else {
      const byLists = full && this.#capacity.length === 0 && this.#line.length >= CORE && this.#listSearches > 0;
      if (!full) this.#matching.lowerPrices();
      if (byLists && !this.#lists.stand) this.#line.forEach((_, i) => void this.#look(i));
      for (let k = 0; k < most && this.#waiting.length > 0; k++) {
        const row = this.#waiting[this.#waiting.length - 1];
        if (byLists && this.#listSearches > 0 && this.#serveByList(row)) this.#listSearches--;
        else if (!this.#serve(row)) return 0;
      }
    }
    if (this.#waiting.length === 0 && !full) {
      this.#lists.clear();
      const { room, prices } = this.#matching;
      const { raise } = this.#searching();
      for (let j = 0; j < this.#cols; j++) while (room[j] > 0 && prices[j] < 0) raise.raise(j);
    }
    if (this.#waiting.length === 0) this.#listSearches = MOST_BY_LISTS;
    return this.#waiting.length;
  }

  /** Serves all rows and writes the result; the sum of the costs, in the order of rows, or undefined. */
  finish(out: Solution): number | undefined {
    const rows = this.#line.length;
    checkFits(out, rows, this.#cols);
    const rules = this.#rules();
    if (columnsChoose(rules, this.#priced)) {
      const costs = this.#inOrder();
      if (!solve({ ...rules, costs }, false, out)) return undefined;
      let sum = 0;
      for (let i = 0; i < rows; i++) if (out.rowToCol[i] !== NONE) sum += costs[i * this.#cols + out.rowToCol[i]];
      return sum;
    }
    while (this.advance(MOST) > 0);
    const { colOf, own } = this.#matching;
    if (!writeRows(rules.unassigned, this.#matching, this.#failed, out)) return undefined;
    closeColumns(this.#capacity, out, (i, j) => this.#costs[this.#line[i] * this.#cols + j]);
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += colOf[i] === NONE ? this.#unassigned[i] : own[i];
    return sum;
  }

  /** Searches in whole rows for the row that waits last. False: it found nothing. */
  #serve(row: number): boolean {
    if (this.#lists.stand) this.#look(row);
    const { search } = this.#searching();
    if (!search.augment(row)) {
      this.#failed = { row, settled: search.settled().slice() };
      return false;
    }
    this.#waiting.pop();
    this.#waits[row] = false;
    return true;
  }

  /**
   * Searches in lists for the row that waits last. Rows for which an entry that is not listed is better now wait instead. False, with
   * nothing changed: it found nothing.
   */
  #serveByList(row: number): boolean {
    const { seek } = this.#searching();
    const { colOf, own, prices, first } = this.#matching;
    this.#look(row);
    if (!seek.augment(this.#lists, row)) return false;
    this.#waiting.pop();
    this.#waits[row] = false;
    const rows = Array.from(seek.settled(), (j) => first[j]);
    if (seek.end() !== NONE) rows.push(first[seek.end()]);
    for (const i of rows) {
      const value = this.#value(i);
      if (value <= this.#lists.rest(this.#line[i])) continue;
      const least = this.#look(i);
      const size = Math.abs(own[i]) + Math.abs(prices[colOf[i]]);
      if (least < value - size * ROUNDING) this.#touch(i);
    }
    return true;
  }

  /** Lists the best entries of a row; its least `cost - price`. */
  #look(i: number): number {
    const line = this.#line[i];
    this.#lists.line = this.#line;
    return this.#lists.look(line, this.#costs, line * this.#cols, this.#matching.prices);
  }

  #rules(): Rules {
    const [cols, capacity] = [this.#cols, this.#capacity];
    return { rows: this.#line.length, cols, unassigned: Float64Array.from(this.#unassigned), capacity };
  }

  #searching(): Searches {
    if (this.#searches !== undefined) return this.#searches;
    const { unassigned } = this.#rules();
    const table = new Table(this.#costs, this.#cols, unassigned, Uint32Array.from(this.#line));
    const matching = this.#matching;
    this.#searches = {
      table,
      search: new Search(table, matching),
      raise: new Raise(table, matching),
      seek: new Seek(this.#cols, matching),
    };
    return this.#searches;
  }

  #row(row: number): number {
    return whole('row', row, 0, this.#line.length - 1);
  }

  #col(col: number): number {
    return whole('col', col, 0, this.#cols - 1);
  }

  #checkRow(costs: Float64Array, unassigned: number): void {
    checkLength('costs', costs.length, this.#cols);
    moderate(checkCosts('costs', costs));
    if (this.#priced) moderate(checkCosts('unassigned', Float64Array.of(unassigned)));
  }

  /** The least `cost - price` of a row that does not wait. */
  #value(i: number): number {
    const { colOf, own, prices } = this.#matching;
    if (colOf[i] !== NONE) return own[i] - prices[colOf[i]];
    return this.#priced ? this.#unassigned[i] : INFINITY;
  }

  /** What was found of a failure holds no more; nor does anything where columns choose. */
  #unsettle(): void {
    this.#failed = undefined;
    if (columnsChoose(this.#rules(), this.#priced)) this.#begun = false;
  }

  /** Takes a row off its column, to be searched for. */
  #touch(i: number): void {
    this.#unsettle();
    if (!this.#begun || this.#waits[i]) return;
    if (this.#matching.colOf[i] !== NONE) this.#matching.take(i);
    this.#waits[i] = true;
    this.#waiting.push(i);
  }

  /** The highest price of a column without rows under which none would gain by it. */
  #priceAnew(j: number): void {
    let price = isFull(this.#rules(), this.#priced) ? INFINITY : 0;
    for (let i = 0; i < this.#line.length; i++) {
      if (this.#waits[i]) continue;
      const slack = this.#costs[this.#line[i] * this.#cols + j] - this.#value(i);
      if (slack < price) price = slack;
    }
    this.#matching.prices[j] = price < INFINITY ? price : 0;
  }

  /** Costs without lines that are free. */
  #inOrder(): Float64Array {
    const costs = new Float64Array(this.#line.length * this.#cols);
    this.#line.forEach((line, i) => {
      costs.set(this.#costs.subarray(line * this.#cols, (line + 1) * this.#cols), i * this.#cols);
    });
    return costs;
  }

  #grow(): void {
    const costs = new Float64Array(2 * this.#lines * this.#cols);
    costs.set(this.#costs);
    this.#costs = costs;
  }
}

function moderate(large: boolean): void {
  ensure(!large, 'OUT_OF_RANGE', () => 'a cost is beyond 2^1000');
}
