/**
 * Linear assignment in plain TypeScript: the operations of `crates/assignment` in their order, so that all bits are the same. The crate's
 * first comment says how it is solved.
 */
import type { AssignmentHandle, AssignmentKernels } from '../../contract.js';
import { whole } from '../check.js';
import { checkFits, type Solution } from './answer.js';
import { checkCosts, checkInstance, checkLength, checkSparseInstance, MOST, MOST_IN_A_BATCH } from './instance.js';
import { solve, solveSparse } from './solve.js';
import { Solver } from './solver.js';

const NONE = new Float64Array(0);

const solution = (
  rowToCol: Int32Array,
  colToRow: Int32Array,
  rowDuals: Float64Array,
  colDuals: Float64Array,
): Solution => ({ rowToCol, colToRow, rowDuals, colDuals });

const opened = (handle: AssignmentHandle): Solver => (handle as Solver).open();

export const assignment: AssignmentKernels = {
  assignmentSolve(costs, rows, cols, unassigned, capacity, ...outs) {
    const instance = { costs, rows, cols, unassigned, capacity };
    const large = checkInstance(instance);
    const out = solution(...outs);
    checkFits(out, rows, cols);
    return solve(instance, large, out);
  },
  assignmentSolveSparse(offsets, columns, costs, cols, unassigned, capacity, ...outs) {
    const rows = Math.max(0, offsets.length - 1);
    const instance = { offsets, columns, costs, rows, cols, unassigned, capacity };
    const large = checkSparseInstance(instance);
    const out = solution(...outs);
    checkFits(out, rows, cols);
    return solveSparse(instance, large, out);
  },
  assignmentSolveBatch(costs, count, rows, cols, _threads, ...outs) {
    whole('count', count, 0, MOST_IN_A_BATCH);
    whole('rows', rows, 0, MOST);
    whole('cols', cols, 0, MOST);
    checkLength('costs', costs.length, count * rows * cols);
    checkCosts('costs', costs);
    checkFits(solution(...outs), count * rows, count * cols);
    const [rowToCol, colToRow, rowDuals, colDuals] = outs;
    let without = -1;
    for (let k = 0; k < count; k++) {
      const own = costs.subarray(k * rows * cols, (k + 1) * rows * cols);
      const instance = { costs: own, rows, cols, unassigned: NONE, capacity: NONE };
      const met = solve(instance, checkInstance(instance), {
        rowToCol: rowToCol.subarray(k * rows, (k + 1) * rows),
        colToRow: colToRow.subarray(k * cols, (k + 1) * cols),
        rowDuals: rowDuals.subarray(k * rows, (k + 1) * rows),
        colDuals: colDuals.subarray(k * cols, (k + 1) * cols),
      });
      if (!met && without < 0) without = k;
    }
    return without;
  },
  assignmentOpen: (costs, rows, cols, unassigned, capacity) => new Solver({ costs, rows, cols, unassigned, capacity }),
  assignmentUpdateRow: (handle, row, costs, unassigned) => opened(handle).updateRow(row, costs, unassigned),
  assignmentUpdateCol: (handle, col, costs) => opened(handle).updateCol(col, costs),
  assignmentUpdateCost: (handle, row, col, cost) => opened(handle).updateCost(row, col, cost),
  assignmentAddRow: (handle, costs, unassigned) => opened(handle).addRow(costs, unassigned),
  assignmentRemoveRow: (handle, row) => opened(handle).removeRow(row),
  assignmentAdvance: (handle, most) => opened(handle).advance(most),
  assignmentFinish(handle, outRowToCol, outColToRow, outRowDuals, outColDuals, outCost) {
    const sum = opened(handle).finish(solution(outRowToCol, outColToRow, outRowDuals, outColDuals));
    checkLength('out', outCost.length, 1);
    outCost[0] = sum ?? Number.NaN;
    return sum !== undefined;
  },
};
