/** What is to be solved, checked. */
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';

/** Rows and columns are 32-bit whole numbers in the results. */
const MOST = 2_147_483_647;
/** Above it, costs are solved at a smaller scale: sums along a path must not overflow. */
const LARGE = 2 ** 1000;

export interface Instance {
  /** `[rows, cols]`, row-major, infinity where a pair is forbidden. */
  costs: Float64Array;
  rows: number;
  cols: number;
  /** What it costs to leave a row without a column; empty: no row may be. */
  unassigned: Float64Array;
  /** Rows that a column takes; empty: one each. */
  capacity: Float64Array;
}

/** Errors: `OUT_OF_RANGE`, `BAD_LENGTH`. */
export function checkSizes(entries: number, rows: number, cols: number): void {
  whole('rows', rows, 0, MOST);
  whole('cols', cols, 0, MOST);
  checkLength('costs', entries, rows * cols);
}

/**
 * Whether a number is so large that sums of a few overflow. Errors: `OUT_OF_RANGE` (sizes, capacities), `BAD_LENGTH`, `NOT_FINITE`
 * (NaN, negative infinity).
 */
export function checkInstance({ costs, rows, cols, unassigned, capacity }: Instance): boolean {
  checkSizes(costs.length, rows, cols);
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

function checkCosts(name: string, values: Float64Array): boolean {
  let large = false;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value <= LARGE && value >= -LARGE) continue;
    if (!(value > Number.NEGATIVE_INFINITY)) {
      const found = Number.isNaN(value) ? 'NaN' : 'negative infinity';
      const sentence = `${name} has ${found} at ${at}, expected numbers, or infinity for what is forbidden`;
      throw new IsothermError('NOT_FINITE', sentence);
    }
    if (value < Number.POSITIVE_INFINITY) large = true;
  }
  return large;
}

/** Whether the columns choose among the rows, as there are too few for all. */
export function columnsChoose({ rows, cols, unassigned, capacity }: Instance): boolean {
  return (
    unassigned.length === 0 && rows > (capacity.length === 0 ? cols : capacity.reduce((sum, most) => sum + most, 0))
  );
}
