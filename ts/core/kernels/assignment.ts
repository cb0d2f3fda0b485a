/** Linear assignment: columns for rows at the least cost in sum, with duals that prove it. */
import { kernels, translated } from './backend.js';
import { type HallViolator, IsothermError } from './error.js';
import { checkInstance, checkLength, checkSizes, columnsChoose, type Instance } from './pure/assignment/instance.js';
import { ensure } from './pure/check.js';

/** Numbers, row by row; a `Float64Array` is used as it is, others are copied. */
export type CostMatrix = Float64Array | Float32Array | Int32Array | readonly number[];

export interface AssignmentOptions {
  /** Seeks the largest sum; then either infinity forbids a pair. */
  maximize?: boolean;
  /**
   * What a row without a column adds to the sum, as if each row had a column of its own with that entry: one number for all rows, or
   * `[rows]`; infinity: that row must have a column. Left out: all must, or with more rows than places, as many as there are places.
   */
  unassignedCost?: number | CostMatrix;
  /** How many rows a column takes, whole, at least 0: one number for all columns, or `[cols]`. Left out: 1. */
  columnCapacity?: number | CostMatrix;
}

export interface AssignmentSolution {
  /** Sum of the chosen entries, and of `unassignedCost` for rows without a column. */
  cost: number;
  /** `[rows]`: the column of each row, -1 for none. */
  rowToCol: Int32Array;
  /** `[cols]`: the row of each column, -1 for none; where it has several, the lowest. */
  colToRow: Int32Array;
  /** `[rows]`: by how much the sum grows with this row's entries. */
  rowDuals: Float64Array;
  /** `[cols]`: what one more place in the column would add to the sum, at the margin. */
  colDuals: Float64Array;
}

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

const NONE = new Float64Array(0);

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
  const instance = instanceOf(cost, rows, cols, options);
  const found = emptySolution(instance);
  const { costs, unassigned, capacity } = instance;
  const { rowToCol, colToRow, rowDuals, colDuals } = found;
  const met = translated(() =>
    kernels().assignmentSolve(costs, rows, cols, unassigned, capacity, rowToCol, colToRow, rowDuals, colDuals),
  );
  if (!met) throw infeasible(instance, rowToCol, colToRow);
  return finished(instance, found, options);
}

/**
 * Proves how good an assignment is from its column duals, which may come from anywhere: plain TypeScript that shares nothing with the solver.
 *
 * For any prices of the columns, the least `cost - price` of each row, and the prices of all places, sum to a bound that no assignment passes.
 *
 * @param solution `rowToCol`, `rowDuals` and `colDuals` as of `solveAssignment` with the same arguments.
 * @throws IsothermError `BAD_ARGUMENT` where `rowToCol` breaks a rule: a forbidden pair, a column past its capacity, a row left out that
 * may not be, a column with room whose dual is not 0; and as `solveAssignment` for the arguments.
 *
 * Complexity: O(rows cols).
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
  const { costs, capacity } = instance;
  const sign = options.maximize ? -1 : 1;
  const prices = Float64Array.from(solution.colDuals, (dual) => sign * dual);
  checkMatching(instance, solution.rowToCol, prices);
  const filled = columnsChoose(instance);
  let [sum, bound, size, leastSlack] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < rows; i++) {
    const without = filled ? 0 : withoutColumn(instance, i);
    const taken = solution.rowToCol[i];
    const own = taken < 0 ? without : costs[i * cols + taken];
    let least = without;
    for (let j = 0; j < cols; j++) least = Math.min(least, costs[i * cols + j] - prices[j]);
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

/** Arguments as the kernels take them: the least sum is sought. */
function instanceOf(cost: CostMatrix, rows: number, cols: number, options: AssignmentOptions): Instance {
  checkSizes(cost.length, rows, cols);
  const costs = entries(cost, options);
  const { unassignedCost, columnCapacity } = options;
  const unassigned = unassignedCost === undefined ? NONE : entries(perLine(unassignedCost, rows), options);
  const capacity = columnCapacity === undefined ? NONE : float64(perLine(columnCapacity, cols));
  return { costs, rows, cols, unassigned, capacity };
}

const perLine = (value: number | CostMatrix, lines: number): CostMatrix =>
  typeof value === 'number' ? new Float64Array(lines).fill(value) : value;

const float64 = (values: CostMatrix): Float64Array =>
  values instanceof Float64Array ? values : new Float64Array(values);

/** Negated where the largest sum is sought; either infinity then forbids. */
function entries(values: CostMatrix, { maximize }: AssignmentOptions): Float64Array {
  const taken = float64(values);
  return maximize ? taken.map((value) => (value === Number.POSITIVE_INFINITY ? value : -value)) : taken;
}

function emptySolution({ rows, cols }: Instance): Omit<AssignmentSolution, 'cost'> {
  return {
    rowToCol: new Int32Array(rows),
    colToRow: new Int32Array(cols),
    rowDuals: new Float64Array(rows),
    colDuals: new Float64Array(cols),
  };
}

function withoutColumn({ unassigned }: Instance, i: number): number {
  return unassigned.length === 0 ? Number.POSITIVE_INFINITY : unassigned[i];
}

function finished(
  instance: Instance,
  found: Omit<AssignmentSolution, 'cost'>,
  { maximize }: AssignmentOptions,
): AssignmentSolution {
  const { costs, cols, unassigned } = instance;
  let sum = 0;
  found.rowToCol.forEach((j, i) => {
    if (j >= 0) sum += costs[i * cols + j];
    else if (unassigned.length > 0) sum += unassigned[i];
  });
  if (!Number.isFinite(sum))
    throw new IsothermError('OUT_OF_RANGE', 'the sum of the costs is beyond the largest number');
  if (!maximize) return { cost: sum, ...found };
  // Zeros stay positive.
  for (const duals of [found.rowDuals, found.colDuals])
    for (let at = 0; at < duals.length; at++) duals[at] = 0 - duals[at];
  return { cost: 0 - sum, ...found };
}

function infeasible(instance: Instance, rowMarks: Int32Array, colMarks: Int32Array): IsothermError {
  const hallViolator: HallViolator = { rows: marked(rowMarks), cols: marked(colMarks) };
  const { rows, cols } = hallViolator;
  const sentence = columnsChoose(instance)
    ? `${named('column', cols)} can be filled by ${named('row', rows)} only`
    : `${named('row', rows)} may go to ${named('column', cols)} only`;
  return new IsothermError('INFEASIBLE', `${sentence}, which is too few`, { hallViolator });
}

const marked = (marks: Int32Array): Int32Array => Int32Array.from([...marks.keys()].filter((at) => marks[at] === 1));

/** `rows 1, 4, 7`; of many the first ones. */
function named(what: string, which: Int32Array): string {
  if (which.length === 0) return `no ${what}`;
  const most = 8;
  const rest = which.length > most ? ` and ${which.length - most} more` : '';
  return `${what}${which.length === 1 ? '' : 's'} ${[...which.subarray(0, most)].join(', ')}${rest}`;
}

function checkMatching(instance: Instance, rowToCol: Int32Array, prices: Float64Array): void {
  const { costs, rows, cols, unassigned, capacity } = instance;
  checkLength('rowToCol', rowToCol.length, rows);
  checkLength('colDuals', prices.length, cols);
  const chosen = columnsChoose(instance);
  const room = capacity.length === 0 ? new Float64Array(cols).fill(1) : capacity.slice();
  const places = room.reduce((sum, most) => sum + most, 0);
  rowToCol.forEach((j, i) => {
    const allowed =
      j === -1
        ? chosen || withoutColumn(instance, i) < Number.POSITIVE_INFINITY
        : costs[i * cols + j] < Number.POSITIVE_INFINITY;
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
