/** Linear assignment off the calling thread. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  answered,
  type CostMatrix,
  emptySolution,
  instanceOf,
} from './assignment-instance.js';
import type { AsyncOptions } from './async.js';
import { runInWorker } from './worker-host.js';

/**
 * `solveAssignment` in a worker: the same bits, the event loop free; progress in rows that have their column, or go without.
 *
 * Errors: as `solveAssignment`; `ABORTED` when the signal asks.
 *
 * @example
 * (await solveAssignmentAsync([4, 1, 3, 2, 0, 5, 3, 2, 2], 3, 3)).cost; // 5
 */
export async function solveAssignmentAsync(
  cost: CostMatrix,
  rows: number,
  cols: number,
  options: AssignmentOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<AssignmentSolution> {
  const instance = instanceOf(cost, rows, cols, options);
  const out = await runInWorker({ kind: 'assignment', instance }, asyncOptions);
  const found = emptySolution(instance);
  let at = 1;
  for (const part of [found.rowToCol, found.colToRow, found.rowDuals, found.colDuals]) {
    part.set(out.subarray(at, at + part.length));
    at += part.length;
  }
  return answered(instance, options, out[0] === 1, found);
}
