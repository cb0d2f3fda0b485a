/** The best assignments in order: what else could have been chosen, and at what cost. */
import {
  type AssignmentOptions,
  type AssignmentSolution,
  type CostMatrix,
  emptySolution,
  instanceOf,
  solved,
  solveOn,
  sumOf,
} from './assignment-instance.js';
import { kernels, translated } from './backend.js';
import { columnsChoose, type Instance } from './pure/assignment/instance.js';
import { whole } from './pure/check.js';

export type RankedAssignment = Pick<AssignmentSolution, 'cost' | 'rowToCol' | 'colToRow'>;

/** The best of those assignments in which rows before `fixed` stay, and row `fixed` takes none of `forbidden`. */
interface Part {
  cost: number;
  rowToCol: Int32Array;
  fixed: number;
  /** Columns; -1: to be left out. */
  forbidden: readonly number[];
}

/**
 * Finds the `count` best assignments, the best first: all differ, and none that is left out is better. There may be fewer.
 *
 * The assignments other than the best fall into parts, one per row: rows before it go where the best one has them, and it goes elsewhere. The
 * best one of each part is solved for; the best of these is the next, and its part falls into parts in turn.
 *
 * @param count how many, at least 0.
 * @param cost `[rows, cols]`, with the options of `solveAssignment`.
 * @throws IsothermError `INFEASIBLE` with the `hallViolator` where there is none; `BAD_LENGTH`, `NOT_FINITE` (NaN, or the wrong infinity), `OUT_OF_RANGE`
 * (count, sizes, capacities, sums beyond the largest number).
 *
 * Complexity: O(count rows) assignments.
 *
 * Source: Murty, "An algorithm for ranking all the assignments in order of increasing cost", Operations Research 16(3), 1968; the parts, Lawler,
 * Management Science 18(7), 1972.
 *
 * @example
 * rankAssignments([1, 2, 2, 4], 2, 2, 3).map((one) => one.cost); // [4, 5]
 */
export function rankAssignments(
  cost: CostMatrix,
  rows: number,
  cols: number,
  count: number,
  options: AssignmentOptions = {},
): RankedAssignment[] {
  translated(() => whole('count', count, 0, Number.MAX_SAFE_INTEGER));
  const asked = instanceOf(cost, rows, cols, options);
  const first = solved(asked, options);
  const instance = withColumnForNone(asked);
  const none = instance.cols > cols ? cols : -1;
  const best = first.rowToCol.map((j) => (j === -1 ? none : j));
  const parts: Part[] = [{ cost: sumOf(instance, best), rowToCol: best, fixed: 0, forbidden: [] }];
  const ranked: RankedAssignment[] = [];
  while (ranked.length < count) {
    const next = parts.shift();
    if (next === undefined) break;
    ranked.push(asAsked(next, cols, options));
    if (ranked.length < count) for (const part of partsOf(instance, next)) insert(parts, part);
  }
  return ranked;
}

/** Where too few columns choose: one more column, of no cost, for the rows that go without. */
function withColumnForNone(instance: Instance): Instance {
  if (!columnsChoose(instance)) return instance;
  const { rows, cols, unassigned } = instance;
  const costs = new Float64Array(rows * (cols + 1));
  for (let i = 0; i < rows; i++) costs.set(instance.costs.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
  const capacity = new Float64Array(cols + 1).fill(1);
  if (instance.capacity.length > 0) capacity.set(instance.capacity);
  capacity[cols] = rows - capacity.subarray(0, cols).reduce((sum, most) => sum + most, 0);
  return { costs, rows, cols: cols + 1, unassigned, capacity };
}

/** The best assignment of each part that the others of a part fall into. */
function* partsOf(instance: Instance, whole: Part): Generator<Part> {
  const limited = { ...instance, costs: instance.costs.slice(), unassigned: instance.unassigned.slice() };
  for (let i = 0; i < whole.fixed; i++) fix(limited, i, whole.rowToCol[i]);
  for (let i = whole.fixed; i < instance.rows; i++) {
    const forbidden = [...(i === whole.fixed ? whole.forbidden : []), whole.rowToCol[i]];
    forbid(limited, i, forbidden);
    const found = emptySolution(limited);
    if (translated(() => solveOn(kernels(), limited, found))) {
      yield { cost: sumOf(limited, found.rowToCol), rowToCol: found.rowToCol, fixed: i, forbidden };
    }
    fix(limited, i, whole.rowToCol[i], instance);
  }
}

function forbid({ costs, cols, unassigned }: Instance, i: number, forbidden: readonly number[]): void {
  for (const j of forbidden) {
    if (j >= 0) costs[i * cols + j] = Number.POSITIVE_INFINITY;
    else unassigned[i] = Number.POSITIVE_INFINITY;
  }
}

/** Leaves a row one way to go, at the cost that it has in `from`. */
function fix(limited: Instance, i: number, taken: number, from: Instance = limited): void {
  const { costs, cols, unassigned } = limited;
  const own = taken >= 0 ? from.costs[i * cols + taken] : from.unassigned[i];
  costs.fill(Number.POSITIVE_INFINITY, i * cols, (i + 1) * cols);
  if (unassigned.length > 0) unassigned[i] = Number.POSITIVE_INFINITY;
  if (taken >= 0) costs[i * cols + taken] = own;
  else unassigned[i] = own;
}

/** By cost, behind those of the same. */
function insert(parts: Part[], part: Part): void {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle].cost <= part.cost) low = middle + 1;
    else high = middle;
  }
  parts.splice(low, 0, part);
}

function asAsked({ cost, rowToCol }: Part, cols: number, { maximize }: AssignmentOptions): RankedAssignment {
  const own = rowToCol.map((j) => (j < cols ? j : -1));
  const colToRow = new Int32Array(cols).fill(-1);
  for (let i = own.length - 1; i >= 0; i--) if (own[i] >= 0) colToRow[own[i]] = i;
  return { cost: maximize ? 0 - cost : cost, rowToCol: own, colToRow };
}
