/** The assignment whose worst pair is as good as can be. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  type CostMatrix,
  emptySolution,
  instanceOf,
  solved,
  solveOn,
} from './assignment-instance.js';
import { kernels, translated } from './backend.js';
import { columnsChoose, type Instance } from './pure/assignment/instance.js';

/** The duals are those of the least sum among the entries within `bottleneck`. */
export interface BottleneckAssignment extends AssignmentSolution {
  /** The largest (with `maximize`: the smallest) chosen entry; of none minus infinity (infinity). */
  bottleneck: number;
}

/**
 * Finds the assignment whose largest entry is least (with `maximize`: whose smallest is largest), and of several such the one of least
 * (largest) sum.
 *
 * The thresholds between what rows need at least and the largest entry of the assignment of least sum are halved; whether one will do is an
 * assignment without costs.
 *
 * @param cost `[rows, cols]`, with the options of `solveAssignment`; `unassignedCost` counts as the entry of a row that is left out.
 * @throws IsothermError `INFEASIBLE` with the `hallViolator`; `BAD_LENGTH`, `NOT_FINITE` (NaN, or the wrong infinity), `OUT_OF_RANGE` (sizes, capacities,
 * sums beyond the largest number).
 *
 * Complexity: O(log(rows cols)) assignments without costs, one with, and O(rows cols log(rows cols)) to sort.
 *
 * Source: Burkard, Dell'Amico and Martello, "Assignment Problems", SIAM 2009, section 6.2.
 *
 * @example
 * // The least sum is 0 + 10; no entry of 6 + 5 is as large.
 * const { bottleneck, rowToCol } = solveBottleneckAssignment([0, 6, 5, 10], 2, 2);
 * [bottleneck, ...rowToCol]; // [6, 1, 0]
 */
export function solveBottleneckAssignment(
  cost: CostMatrix,
  rows: number,
  cols: number,
  options: AssignmentOptions = {},
): BottleneckAssignment {
  const instance = instanceOf(cost, rows, cols, options);
  const cheapest = solved(instance, options);
  const most = largestOf(instance, cheapest.rowToCol);
  const thresholds = candidates(instance, most);
  let [low, high] = [0, thresholds.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEnough(instance, thresholds[middle])) high = middle;
    else low = middle + 1;
  }
  const bottleneck = thresholds.length === 0 ? most : thresholds[low];
  const found =
    bottleneck === most
      ? cheapest
      : solved(
          within(instance, bottleneck, (entry) => entry),
          options,
        );
  return { ...found, bottleneck: options.maximize ? 0 - bottleneck : bottleneck + 0 };
}

/** The entry of a row, with or without a column; of a row that is left out as there are too many, none. */
function largestOf({ costs, cols, unassigned }: Instance, rowToCol: Int32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  rowToCol.forEach((j, i) => {
    if (j >= 0) most = Math.max(most, costs[i * cols + j]);
    else if (unassigned.length > 0) most = Math.max(most, unassigned[i]);
  });
  return most;
}

/** Entries that can be the largest of an assignment, ascending: at least what the row that needs most does, at most `most`. */
function candidates(instance: Instance, most: number): Float64Array {
  const { costs, rows, cols, unassigned } = instance;
  let needed = Number.NEGATIVE_INFINITY;
  if (!columnsChoose(instance)) {
    for (let i = 0; i < rows; i++) {
      let least = unassigned.length === 0 ? Number.POSITIVE_INFINITY : unassigned[i];
      for (let j = 0; j < cols; j++) least = Math.min(least, costs[i * cols + j]);
      needed = Math.max(needed, least);
    }
  }
  const between = (entry: number): boolean => entry >= needed && entry <= most;
  const [paired, alone] = [costs.filter(between), unassigned.filter(between)];
  const sorted = new Float64Array(paired.length + alone.length);
  sorted.set(paired);
  sorted.set(alone, paired.length);
  sorted.sort();
  return sorted.filter((entry, at) => at === 0 || entry !== sorted[at - 1]);
}

const isEnough = (instance: Instance, threshold: number): boolean => {
  const allowed = within(instance, threshold, () => 0);
  return translated(() => solveOn(kernels(), allowed, emptySolution(allowed)));
};

/** The instance with entries above the threshold forbidden. */
function within(instance: Instance, threshold: number, kept: (entry: number) => number): Instance {
  const limited = (entry: number): number => (entry <= threshold ? kept(entry) : Number.POSITIVE_INFINITY);
  return { ...instance, costs: instance.costs.map(limited), unassigned: instance.unassigned.map(limited) };
}
