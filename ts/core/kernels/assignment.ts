/** Linear assignment: columns for rows at the least cost in sum, with duals that prove it. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  type CostMatrix,
  instanceOf,
  solved,
} from './assignment-instance.js';

/**
 * Finds the assignment of rows to columns whose entries sum to the least (or most), exactly.
 *
 * Each row gets one column and each column at most one row, or as many as its capacity. Infinity forbids a pair. With more rows than
 * places, and no `unassignedCost`, all places are filled with the rows that make the sum least, and the others get none.
 * `cost - rowDual - colDual` is at least 0 for all pairs and 0 for those chosen, which proves the answer (`verifyAssignment`); duals of
 * columns with room are 0, those of full ones at most 0 (of either sign where every place is taken). Of several best assignments all
 * backends give the same one, and the same bits.
 *
 * @param cost `[rows, cols]`, row-major: numbers, or `Infinity`.
 * @throws IsothermError `INFEASIBLE` with the `hallViolator`: rows that may only go to fewer places; `BAD_LENGTH`, `NOT_FINITE` (NaN,
 * or the wrong infinity), `OUT_OF_RANGE` (sizes, capacities, sums beyond the largest number).
 *
 * Complexity: O(rows² cols) at worst, with r the lesser of rows and places O(r rows cols); memory O(rows + cols), and a copy of the costs where it must be turned.
 *
 * Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38, 1987; Crouse,
 * "On implementing 2D rectangular assignment algorithms", IEEE TAES 52(4), 2016.
 *
 * @example
 * const { cost, rowToCol } = solveAssignment([4, 1, 3, 2, 0, 5, 3, 2, 2], 3, 3);
 * [cost, ...rowToCol]; // [5, 1, 0, 2]
 */
export function solveAssignment(
  cost: CostMatrix,
  rows: number,
  cols: number,
  options: AssignmentOptions = {},
): AssignmentSolution {
  return solved(instanceOf(cost, rows, cols, options), options);
}
