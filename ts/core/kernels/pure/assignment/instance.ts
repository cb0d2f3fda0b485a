/** What is to be solved, checked. */
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';

/** Rows and columns are 32-bit whole numbers in the results. */
export const MOST = 2_147_483_647;
/** Assignments that one call may solve. */
export const MOST_IN_A_BATCH = 2 ** 24;
/** Above it, costs are solved at a smaller scale: sums along a path must not overflow. */
const LARGE = 2 ** 1000;

/** Sizes, and rules other than the costs of pairs. */
export interface Rules {
  rows: number;
  cols: number;
  /** What it costs to leave a row without a column; empty: no row may be. */
  unassigned: Float64Array;
  /** Rows that a column takes; empty: one each. */
  capacity: Float64Array;
}

export interface Instance extends Rules {
  /** `[rows, cols]`, row-major, infinity where a pair is forbidden. */
  costs: Float64Array;
}

export interface SparseInstance extends Rules {
  /** Entries of row `i` stand at `offsets[i]..offsets[i + 1]`, each with its column. */
  offsets: Float64Array;
  columns: Int32Array;
  costs: Float64Array;
}

/** Errors: `OUT_OF_RANGE`, `BAD_LENGTH`. */
export function checkSizes(entries: number, rows: number, cols: number): void {
  checkCounts(rows, cols);
  checkLength('costs', entries, rows * cols);
}

function checkCounts(rows: number, cols: number): void {
  whole('rows', rows, 0, MOST);
  whole('cols', cols, 0, MOST);
}

/** As `checkInstance`; `OUT_OF_RANGE` of offsets and columns. */
export function checkSparseInstance(instance: SparseInstance): boolean {
  const { offsets, columns, costs, rows, cols } = instance;
  ensure(offsets.length > 0, 'BAD_LENGTH', () => 'offsets has length 0, expected at least 1');
  checkCounts(rows, cols);
  checkLength('columns', columns.length, costs.length);
  for (let i = 0; i < offsets.length; i++) {
    const last = i + 1 === offsets.length;
    const most = i === 0 ? 0 : costs.length;
    whole(`offset ${i}`, offsets[i], last ? costs.length : i === 0 ? 0 : offsets[i - 1], most);
  }
  for (let at = 0; at < columns.length; at++) whole(`column ${at}`, columns[at], 0, cols - 1);
  return checkRules(costs, instance);
}

/**
 * Whether a number is so large that sums of a few overflow. Errors: `OUT_OF_RANGE` (sizes, capacities), `BAD_LENGTH`, `NOT_FINITE`
 * (NaN, negative infinity).
 */
export function checkInstance(instance: Instance): boolean {
  checkSizes(instance.costs.length, instance.rows, instance.cols);
  return checkRules(instance.costs, instance);
}

function checkRules(costs: Float64Array, { rows, cols, unassigned, capacity }: Rules): boolean {
  if (unassigned.length > 0) checkLength('unassigned', unassigned.length, rows);
  if (capacity.length > 0) checkLength('capacity', capacity.length, cols);
  const largeCosts = checkCosts('costs', costs);
  const large = checkCosts('unassigned', unassigned) || largeCosts;
  for (let j = 0; j < capacity.length; j++) whole(`capacity ${j}`, capacity[j], 0, MOST);
  return large;
}

export function checkLength(name: string, given: number, expected: number): void {
  ensure(given === expected, 'BAD_LENGTH', () => `${name} has ${given} entries, expected ${expected}`);
}

/** Errors: `NOT_FINITE`. */
export function checkCosts(name: string, values: Float64Array): boolean {
  let large = false;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (Math.abs(value) <= LARGE) continue;
    if (!(value > Number.NEGATIVE_INFINITY)) {
      const found = Number.isNaN(value) ? 'NaN' : 'negative infinity';
      const sentence = `${name} has ${found} at ${at}, expected numbers, or infinity for what is forbidden`;
      throw new IsothermError('NOT_FINITE', sentence);
    }
    if (value < Number.POSITIVE_INFINITY) large = true;
  }
  return large;
}

/** Rows that all columns take together. */
const placesOf = ({ cols, capacity }: Rules): number =>
  capacity.length === 0 ? cols : capacity.reduce((sum, most) => sum + most, 0);

/** Whether the columns choose among the rows, as there are too few for all; `priced`: rows may be left out at a price. */
export const columnsChoose = (rules: Rules, priced = rules.unassigned.length > 0): boolean =>
  !priced && rules.rows > placesOf(rules);

/** Whether all places will be taken, and by all rows. */
export const isFull = (rules: Rules, priced = rules.unassigned.length > 0): boolean =>
  !priced && rules.rows === placesOf(rules);
