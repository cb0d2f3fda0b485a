/** Many linear assignments of one size at once. */
import { type CostMatrix, emptySolution, entries, infeasible } from './assignment-instance.js';
import { kernels, translated } from './backend.js';
import { IsothermError } from './error.js';
import { checkSizes, columnsChoose, MOST_IN_A_BATCH } from './pure/assignment/instance.js';
import { whole } from './pure/check.js';
import { checkThreads } from './replay-source.js';

export interface AssignmentBatchOptions {
  /** Seeks the largest sums; then either infinity forbids a pair. */
  maximize?: boolean;
  /** At most so many threads, where the backend has them, up to 1024; 0, as left out: as many as the machine has. */
  threads?: number;
}

/** Those of one assignment stand together, in the order of assignments. */
export interface AssignmentBatchSolution {
  /** `[count]`: the sum of each. */
  cost: Float64Array;
  /** `[count, rows]`: the column of each row, -1 for none. */
  rowToCol: Int32Array;
  /** `[count, cols]`: the row of each column, -1 for none. */
  colToRow: Int32Array;
  /** `[count, rows]` */
  rowDuals: Float64Array;
  /** `[count, cols]` */
  colDuals: Float64Array;
}

/**
 * Solves many assignments of one size, each as `solveAssignment` does, to the same bits on any number of threads: for small ones, where a call
 * for each would cost as much as its work.
 *
 * @param cost `[count, rows, cols]`: numbers, or `Infinity`.
 * @param count at most 2^24.
 * @throws IsothermError `INFEASIBLE` for the first that has no solution, with its `hallViolator`; `BAD_LENGTH`, `NOT_FINITE` (NaN, or the wrong infinity),
 * `OUT_OF_RANGE` (count, sizes, threads, sums beyond the largest number).
 *
 * Complexity: that of `solveAssignment`, `count` times over the threads.
 *
 * Source: as `solveAssignment`.
 *
 * @example
 * const { cost, rowToCol } = solveAssignmentBatch([4, 1, 2, 0, 1, 5, 1, 6], 2, 2, 2);
 * [...cost, ...rowToCol]; // [3, 6, 1, 0, 1, 0]
 */
export function solveAssignmentBatch(
  cost: CostMatrix,
  count: number,
  rows: number,
  cols: number,
  options: AssignmentBatchOptions = {},
): AssignmentBatchSolution {
  const costs = entries(cost, options);
  const outs = translated(() => {
    whole('count', count, 0, MOST_IN_A_BATCH);
    checkSizes(cost.length, count * rows, cols);
    return emptySolution({ rows: count * rows, cols: count * cols });
  });
  const { rowToCol, colToRow, rowDuals, colDuals } = outs;
  const { threads = 0, maximize } = options;
  if (threads !== 0) checkThreads(threads);
  const without = translated(() =>
    kernels().assignmentSolveBatch(costs, count, rows, cols, threads, rowToCol, colToRow, rowDuals, colDuals),
  );
  if (without >= 0) {
    const choose = columnsChoose({ rows, cols, unassigned: NONE, capacity: NONE });
    const ofRows = rowToCol.subarray(without * rows, (without + 1) * rows);
    throw infeasible(
      choose,
      ofRows,
      colToRow.subarray(without * cols, (without + 1) * cols),
      `assignment ${without}: `,
    );
  }
  const sums = new Float64Array(count);
  for (let k = 0, row = 0; k < count; k++) {
    let sum = 0;
    for (let i = 0; i < rows; i++, row++) if (rowToCol[row] >= 0) sum += costs[row * cols + rowToCol[row]];
    if (!Number.isFinite(sum))
      throw new IsothermError('OUT_OF_RANGE', `the sum of assignment ${k} is beyond the largest number`);
    sums[k] = maximize ? 0 - sum : sum;
  }
  // Zeros stay positive.
  if (maximize)
    for (const duals of [rowDuals, colDuals]) for (let at = 0; at < duals.length; at++) duals[at] = 0 - duals[at];
  return { cost: sums, ...outs };
}

const NONE = new Float64Array(0);
