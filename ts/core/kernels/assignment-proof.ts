/** The proof that an assignment is the best, from its duals. */
import { type AssignmentOptions, type AssignmentSolution, type CostMatrix, instanceOf } from './assignment-instance.js';
import { type SparseCostMatrix, sparseEntry, sparseInstanceOf } from './assignment-sparse.js';
import { checkInstance, checkLength, columnsChoose, type Rules } from './pure/assignment/instance.js';
import { ensure } from './pure/check.js';

/** What `verifyAssignment` found. */
export interface AssignmentProof {
  /** The assignment's sum. */
  cost: number;
  /** No assignment's sum is less (with `maximize`: more), by the column duals. */
  bound: number;
  /** Between the two: 0 but for rounding where the assignment is optimal. */
  gap: number;
  /** The least `cost - rowDual - colDual` of a pair (with `maximize`: of its negative); 0 but for rounding where the duals are feasible. */
  leastSlack: number;
  /** Gap and slack are at most 1e-9 of the sums' sizes. */
  optimal: boolean;
}

/**
 * Proves how good an assignment is from its column duals, which may come from anywhere: plain TypeScript that shares nothing with the solver.
 *
 * For any prices of the columns, the least `cost - price` of each row, and the prices of all places, sum to a bound that no assignment passes.
 *
 * @param solution `rowToCol`, `rowDuals` and `colDuals` as of `solveAssignment` with the same arguments.
 * @throws IsothermError `BAD_ARGUMENT` where `rowToCol` breaks a rule: a forbidden pair, a column past its capacity, a row left out that
 * may not be, a column with room whose dual is not 0; `BAD_LENGTH`, `NOT_FINITE` and `OUT_OF_RANGE` of the arguments as `solveAssignment`.
 *
 * Complexity: O(rows cols).
 *
 * Source: weak duality of the assignment problem, Burkard, Dell'Amico and Martello, "Assignment Problems", SIAM 2009, section 4.1.
 *
 * @example
 * const cost = [4, 1, 3, 2, 0, 5, 3, 2, 2];
 * const { gap, optimal } = verifyAssignment(cost, 3, 3, solveAssignment(cost, 3, 3));
 * [gap, optimal]; // [0, true]
 */
export function verifyAssignment(
  cost: CostMatrix,
  rows: number,
  cols: number,
  solution: Pick<AssignmentSolution, 'rowToCol' | 'rowDuals' | 'colDuals'>,
  options: AssignmentOptions = {},
): AssignmentProof {
  const instance = instanceOf(cost, rows, cols, options);
  checkInstance(instance);
  const { costs } = instance;
  const entry = (i: number, j: number): number => costs[i * cols + j];
  const least = (i: number, prices: Float64Array): number => {
    let found = Number.POSITIVE_INFINITY;
    for (let j = 0; j < cols; j++) found = Math.min(found, costs[i * cols + j] - prices[j]);
    return found;
  };
  return proof({ ...instance, entry, least }, solution, options);
}

/**
 * `verifyAssignment` for `solveSparseAssignment`.
 *
 * @throws IsothermError `BAD_ARGUMENT` as `verifyAssignment`; `BAD_LENGTH`, `NOT_FINITE` and `OUT_OF_RANGE` of the arguments as `solveSparseAssignment`.
 *
 * Complexity: O(entries).
 *
 * Source: as `verifyAssignment`.
 *
 * @example
 * const cost = { rows: 2, cols: 3, offsets: [0, 2, 3], columns: [0, 2, 0], costs: [1, 7, 2] };
 * verifySparseAssignment(cost, solveSparseAssignment(cost)).optimal; // true
 */
export function verifySparseAssignment(
  cost: SparseCostMatrix,
  solution: Pick<AssignmentSolution, 'rowToCol' | 'rowDuals' | 'colDuals'>,
  options: AssignmentOptions = {},
): AssignmentProof {
  const instance = sparseInstanceOf(cost, options);
  const { offsets, columns, costs } = instance;
  const least = (i: number, prices: Float64Array): number => {
    let found = Number.POSITIVE_INFINITY;
    for (let at = offsets[i]; at < offsets[i + 1]; at++) found = Math.min(found, costs[at] - prices[columns[at]]);
    return found;
  };
  return proof({ ...instance, entry: (i, j) => sparseEntry(instance, i, j), least }, solution, options);
}

/** Rules, and costs in whatever form. */
interface Costs extends Rules {
  /** Infinity where a pair is forbidden. */
  entry(i: number, j: number): number;
  /** The least `cost - price` of a row. */
  least(i: number, prices: Float64Array): number;
}

function proof(
  instance: Costs,
  solution: Pick<AssignmentSolution, 'rowToCol' | 'rowDuals' | 'colDuals'>,
  options: AssignmentOptions,
): AssignmentProof {
  const { rows, cols, capacity } = instance;
  const sign = options.maximize ? -1 : 1;
  const prices = Float64Array.from(solution.colDuals, (dual) => sign * dual);
  checkMatching(instance, solution.rowToCol, prices);
  const filled = columnsChoose(instance);
  let [sum, bound, size, leastSlack] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < rows; i++) {
    const without = filled ? 0 : withoutColumn(instance, i);
    const taken = solution.rowToCol[i];
    const own = taken < 0 ? without : instance.entry(i, taken);
    const least = Math.min(without, instance.least(i, prices));
    const dual = sign * solution.rowDuals[i];
    leastSlack = Math.min(leastSlack, least - dual);
    sum += own;
    bound += least;
    size += Math.abs(own) + Math.abs(least);
  }
  for (let j = 0; j < cols; j++) {
    const price = (capacity.length === 0 ? 1 : capacity[j]) * prices[j];
    bound += price;
    size += Math.abs(price);
  }
  if (rows === 0) leastSlack = 0;
  const gap = sum - bound;
  const tolerance = 1e-9 * size;
  return {
    cost: sign * sum + 0,
    bound: sign * bound + 0,
    gap,
    leastSlack,
    optimal: gap <= tolerance && leastSlack >= -tolerance,
  };
}

function withoutColumn({ unassigned }: Rules, i: number): number {
  return unassigned.length === 0 ? Number.POSITIVE_INFINITY : unassigned[i];
}

function checkMatching(instance: Costs, rowToCol: Int32Array, prices: Float64Array): void {
  const { rows, cols, unassigned, capacity } = instance;
  checkLength('rowToCol', rowToCol.length, rows);
  checkLength('colDuals', prices.length, cols);
  const chosen = columnsChoose(instance);
  const room = capacity.length === 0 ? new Float64Array(cols).fill(1) : capacity.slice();
  const places = room.reduce((sum, most) => sum + most, 0);
  rowToCol.forEach((j, i) => {
    const allowed =
      j === -1
        ? chosen || withoutColumn(instance, i) < Number.POSITIVE_INFINITY
        : instance.entry(i, j) < Number.POSITIVE_INFINITY;
    ensure(allowed, 'BAD_ARGUMENT', () => `row ${i} may not go to column ${j}`);
    if (j >= 0) room[j]--;
  });
  room.forEach((left, j) => {
    ensure(left >= 0, 'BAD_ARGUMENT', () => `column ${j} has more rows than places`);
    // Where every assignment fills all places, a dual may have either sign.
    const full = unassigned.length === 0 && rows >= places;
    const allowed = full ? left === 0 : prices[j] <= 0 && (left === 0 || prices[j] === 0);
    ensure(allowed, 'BAD_ARGUMENT', () => `column ${j} has room for ${left} and a dual of ${prices[j]}`);
  });
}
