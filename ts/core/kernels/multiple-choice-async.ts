/** The multiple-choice knapsack off the calling thread. */
import type { AsyncOptions } from './async.js';
import { type ChoiceColumns, choiceArrays, type MultipleChoiceSolution, SUMMARY, totals } from './multiple-choice.js';
import { runInWorker } from './worker-host.js';

/**
 * `solveMultipleChoice` in a worker: the same bits, the event loop free; progress in functions.
 *
 * Errors: as `solveMultipleChoice`; `ABORTED` when the signal asks.
 *
 * @example
 * const fleet = { offsets: [0, 2], cost: [9, 1], resource: [0, 5] };
 * (await solveMultipleChoiceAsync({ ...fleet, limit: 5 })).cost; // 1
 */
export async function solveMultipleChoiceAsync(
  problem: ChoiceColumns & { limit: number },
  options: AsyncOptions = {},
): Promise<MultipleChoiceSolution> {
  const { limit } = problem;
  const out = await runInWorker({ kind: 'multipleChoice', choices: choiceArrays(problem), limit }, options);
  const choice = Int32Array.from(out.subarray(1 + SUMMARY));
  return { ...totals(out[0] === 1, limit, out.subarray(1, 1 + SUMMARY)), choice };
}
