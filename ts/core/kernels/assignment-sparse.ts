/** Linear assignment where few pairs are allowed. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  answeredWith,
  type CostMatrix,
  emptySolution,
  entries,
  rulesOf,
} from './assignment-instance.js';
import { kernels, translated } from './backend.js';
import { checkLength, checkSparseInstance, MOST, type SparseInstance } from './pure/assignment/instance.js';
import { whole } from './pure/check.js';

/** Costs of the pairs that are allowed, row by row (compressed sparse rows). */
export interface SparseCostMatrix {
  rows: number;
  cols: number;
  /** `[rows + 1]`: entries of row `i` stand at `offsets[i]..offsets[i + 1]`. */
  offsets: ArrayLike<number>;
  /** `[entries]`: the column of each, in any order within a row; of several of one column the least counts (with `maximize`: the largest). */
  columns: ArrayLike<number>;
  /** `[entries]` */
  costs: CostMatrix;
}

/**
 * `solveAssignment` over the pairs that have an entry, without a matrix of all: rows and columns, options, duals and answer are the same.
 *
 * @throws IsothermError `INFEASIBLE` with the `hallViolator`; `BAD_LENGTH`, `NOT_FINITE` (NaN, or the wrong infinity), `OUT_OF_RANGE` (sizes, offsets,
 * columns, capacities, sums beyond the largest number).
 *
 * Complexity: O(rows entries log entries) at worst; memory O(entries + rows + cols).
 *
 * Source: as `solveAssignment`; searches keep the columns they reach in a heap.
 *
 * @example
 * const { cost, rowToCol } = solveSparseAssignment({
 *   rows: 2, cols: 3, offsets: [0, 2, 3], columns: [0, 2, 0], costs: [1, 7, 2],
 * });
 * [cost, ...rowToCol]; // [9, 2, 0]
 */
export function solveSparseAssignment(cost: SparseCostMatrix, options: AssignmentOptions = {}): AssignmentSolution {
  const instance = sparseInstanceOf(cost, options);
  const { offsets, columns, costs, cols, unassigned, capacity } = instance;
  const found = emptySolution(instance);
  const { rowToCol, colToRow, rowDuals, colDuals } = found;
  const outs = [rowToCol, colToRow, rowDuals, colDuals] as const;
  const met = translated(() =>
    kernels().assignmentSolveSparse(offsets, columns, costs, cols, unassigned, capacity, ...outs),
  );
  return answeredWith(instance, options, met, found, () => {
    let sum = 0;
    for (let i = 0; i < instance.rows; i++) {
      const j = rowToCol[i];
      if (j >= 0) sum += sparseEntry(instance, i, j);
      else if (unassigned.length > 0) sum += unassigned[i];
    }
    return sum;
  });
}

/** Arguments as the kernels take them, checked. */
export function sparseInstanceOf(cost: SparseCostMatrix, options: AssignmentOptions): SparseInstance {
  const { rows, cols } = cost;
  const instance = {
    offsets: Float64Array.from(cost.offsets),
    // What is no column of 32 bits would become another one: it is looked at first.
    columns: cost.columns instanceof Int32Array ? cost.columns : whole32(cost.columns),
    costs: entries(cost.costs, options),
    ...rulesOf(rows, cols, options),
  };
  checkLengthOfOffsets(instance);
  checkSparseInstance(instance);
  return instance;
}

/** The least entry of a pair, infinity where there is none. */
export function sparseEntry({ offsets, columns, costs }: SparseInstance, i: number, j: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = offsets[i]; at < offsets[i + 1]; at++) if (columns[at] === j && costs[at] < least) least = costs[at];
  return least;
}

function whole32(columns: ArrayLike<number>): Int32Array {
  return Int32Array.from(columns, (column, at) => whole(`column ${at}`, column, 0, MOST));
}

function checkLengthOfOffsets({ offsets, rows }: SparseInstance): void {
  whole('rows', rows, 0, MOST);
  checkLength('offsets', offsets.length, rows + 1);
}
