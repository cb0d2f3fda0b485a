/** A linear assignment that stays, and changes. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  answeredWith,
  type CostMatrix,
  emptySolution,
  entries,
  instanceOf,
} from './assignment-instance.js';
import { kernels, translated } from './backend.js';
import type { AssignmentHandle, AssignmentKernels } from './contract.js';
import type { Instance } from './pure/assignment/instance.js';
import { ensure } from './pure/check.js';

const ZERO = new Float64Array(1);

/**
 * An assignment that stays: change rows, columns or single costs, add and remove rows, and only the rows that a change touches are searched
 * for again, from the prices and the assignment that stand.
 *
 * The costs are copied once and owned. The sums are those of `solveAssignment`; of several best assignments it may find another. Duals prove them
 * all the same. With more rows than places, and no `unassignedCost`, every solution is a fresh one. Close it, or let `using` do so.
 *
 * Complexity: a changed row or cost, O(cols) and one search; a changed column O(rows) and a search for each row on it; a search takes O(cols) for
 * each row that it passes.
 *
 * Errors: as `solveAssignment`, and `OUT_OF_RANGE` for rows and columns that there are not and for numbers beyond 2^1000; `CLOSED_HANDLE`. A
 * refused change changes nothing; after `INFEASIBLE` the next change may help.
 *
 * Source: Mills-Tettey, Stentz and Dias, "The dynamic Hungarian algorithm for the assignment problem with changing costs", 2007.
 *
 * @example
 * using solver = AssignmentSolver.create([4, 1, 3, 2, 0, 5, 3, 2, 2], 3, 3);
 * solver.solve().cost; // 5
 * solver.updateRow(1, [9, 9, 1]);
 * [solver.solve().cost, ...solver.solve().rowToCol]; // [5, 1, 2, 0]
 */
export class AssignmentSolver {
  readonly #kernels: AssignmentKernels;
  readonly #handle: AssignmentHandle;
  readonly #options: AssignmentOptions;
  readonly #cols: number;
  /** Rules that do not change. */
  readonly #capacity: Float64Array;
  readonly #priced: boolean;
  #rows: number;

  private constructor(inUse: AssignmentKernels, instance: Instance, options: AssignmentOptions, priced: boolean) {
    const { costs, rows, cols, unassigned, capacity } = instance;
    this.#kernels = inUse;
    this.#options = options;
    this.#rows = rows;
    this.#cols = cols;
    this.#capacity = capacity.slice();
    this.#priced = priced;
    if (priced && rows === 0) {
      // A kernel learns by its first rows that they may be left out.
      this.#handle = inUse.assignmentOpen(new Float64Array(cols), 1, cols, ZERO, capacity);
      inUse.assignmentRemoveRow(this.#handle, 0);
    } else {
      this.#handle = inUse.assignmentOpen(costs, rows, cols, unassigned, capacity);
    }
  }

  /** The instance of `solveAssignment` with these arguments; `rows` may be 0. Errors: as of the class. O(rows cols). */
  static create(cost: CostMatrix, rows: number, cols: number, options: AssignmentOptions = {}): AssignmentSolver {
    const { maximize = false, unassignedCost } = options;
    const instance = instanceOf(cost, rows, cols, options);
    const priced = unassignedCost !== undefined;
    return translated(() => new AssignmentSolver(kernels(), instance, { maximize }, priced));
  }

  /** How many rows there are. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Replaces the costs of a row, `cost: [cols]`; `unassignedCost` where the solver was made with one, and only there.
   *
   * Errors: `OUT_OF_RANGE` (row, numbers beyond 2^1000), `BAD_LENGTH`, `NOT_FINITE`, `BAD_ARGUMENT` (`unassignedCost`), `CLOSED_HANDLE`. O(cols).
   */
  updateRow(row: number, cost: CostMatrix, unassignedCost?: number): void {
    const [costs, without] = this.#row(cost, unassignedCost);
    translated(() => this.#kernels.assignmentUpdateRow(this.#handle, row, costs, without));
  }

  /** Replaces the costs of a column, `cost: [rows]`. Errors: `OUT_OF_RANGE`, `BAD_LENGTH`, `NOT_FINITE`, `CLOSED_HANDLE`. O(rows). */
  updateCol(col: number, cost: CostMatrix): void {
    const costs = entries(cost, this.#options);
    translated(() => this.#kernels.assignmentUpdateCol(this.#handle, col, costs));
  }

  /** Replaces the cost of one pair. Errors: `OUT_OF_RANGE`, `NOT_FINITE`, `CLOSED_HANDLE`. O(1). */
  updateCost(row: number, col: number, cost: number): void {
    const [entry] = entries([cost], this.#options);
    translated(() => this.#kernels.assignmentUpdateCost(this.#handle, row, col, entry));
  }

  /**
   * Adds a row behind the others, `cost: [cols]`, and says which it is; `unassignedCost` as of `updateRow`.
   *
   * Errors: as `updateRow`. O(cols).
   *
   * @example
   * using solver = AssignmentSolver.create([], 0, 2, { unassignedCost: 9 });
   * solver.addRow([4, 1], 9); // 0
   * solver.solve().rowToCol; // [1]
   */
  addRow(cost: CostMatrix, unassignedCost?: number): number {
    const [costs, without] = this.#row(cost, unassignedCost);
    translated(() => this.#kernels.assignmentAddRow(this.#handle, costs, without));
    return this.#rows++;
  }

  /** Removes a row; those behind it move up by one. Errors: `OUT_OF_RANGE`, `CLOSED_HANDLE`. O(rows). */
  removeRow(row: number): void {
    translated(() => this.#kernels.assignmentRemoveRow(this.#handle, row));
    this.#rows--;
  }

  /** The best assignment as things stand. Errors: `INFEASIBLE` with its `hallViolator`, `OUT_OF_RANGE` (the sum), `CLOSED_HANDLE`. Complexity: as of the class. */
  solve(): AssignmentSolution {
    const [rows, cols] = [this.#rows, this.#cols];
    const found = emptySolution({ rows, cols });
    const sum = new Float64Array(1);
    const { rowToCol, colToRow, rowDuals, colDuals } = found;
    const met = translated(() =>
      this.#kernels.assignmentFinish(this.#handle, rowToCol, colToRow, rowDuals, colDuals, sum),
    );
    const unassigned = new Float64Array(this.#priced ? 1 : 0);
    return answeredWith({ rows, cols, unassigned, capacity: this.#capacity }, this.#options, met, found, () => sum[0]);
  }

  /** Frees the costs; every later call fails with `CLOSED_HANDLE`. */
  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A row's arguments as the kernels take them. Errors: `BAD_ARGUMENT`. */
  #row(cost: CostMatrix, unassignedCost: number | undefined): [Float64Array, number] {
    const fine = (unassignedCost !== undefined) === this.#priced;
    const expected = this.#priced ? 'unassignedCost is missing' : 'unassignedCost was not given at first';
    translated(() => ensure(fine, 'BAD_ARGUMENT', () => expected));
    const [without] = unassignedCost === undefined ? [0] : entries([unassignedCost], this.#options);
    return [entries(cost, this.#options), without];
  }
}
