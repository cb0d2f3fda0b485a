/** An assignment some rows at a time, so that others get their turn in between, and it can be given up. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  answered,
  type CostMatrix,
  emptySolution,
  type Found,
  instanceOf,
  solveOn,
} from './assignment-instance.js';
import { kernels, translated } from './backend.js';
import type { AssignmentKernels } from './contract.js';
import { checkInstance, type Instance } from './pure/assignment/instance.js';

/** `solveOn` by a handle, which takes the same steps, so many rows at a time; yields how many wait. One takes no numbers that are solved at a smaller scale. */
export function* solvingOn(
  inUse: AssignmentKernels,
  instance: Instance,
  found: Found,
  rowsAtOnce: number,
): Generator<number, boolean> {
  const { costs, rows, cols, unassigned, capacity } = instance;
  if (checkInstance(instance)) return solveOn(inUse, instance, found);
  const handle = inUse.assignmentOpen(costs, rows, cols, unassigned, capacity);
  try {
    for (let waiting = rows; waiting > 0; ) {
      waiting = inUse.assignmentAdvance(handle, rowsAtOnce);
      yield waiting;
    }
    const { rowToCol, colToRow, rowDuals, colDuals } = found;
    return inUse.assignmentFinish(handle, rowToCol, colToRow, rowDuals, colDuals, new Float64Array(1));
  } finally {
    handle.close();
  }
}

/** Some ms each, so that little is lost between them. */
const ROWS_AT_ONCE = 128;

/** `solveAssignment` in steps, to the same bits: yields which share of the rows is served. Who gives it up before its end calls `return`. Errors: as `solveAssignment`. */
export function* assigning(
  cost: CostMatrix,
  rows: number,
  cols: number,
  options: AssignmentOptions = {},
): Generator<number, AssignmentSolution> {
  const instance = instanceOf(cost, rows, cols, options);
  const found = emptySolution(instance);
  const steps = solvingOn(kernels(), instance, found, ROWS_AT_ONCE);
  try {
    for (;;) {
      const step = translated(() => steps.next());
      if (step.done) return answered(instance, options, step.value, found);
      yield 1 - step.value / rows;
    }
  } finally {
    steps.return(false);
  }
}
