/** What is to be solved, checked. */
import { ensure, whole } from '../check.js';

/** Rows and columns are 32-bit whole numbers in the results. */
const MOST = 2_147_483_647;

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

/** Errors: `OUT_OF_RANGE` (sizes, capacities), `BAD_LENGTH`, `NOT_FINITE` (NaN, negative infinity). */
export function checkInstance({ costs, rows, cols, unassigned, capacity }: Instance): void {
  checkSizes(costs.length, rows, cols);
  if (unassigned.length > 0) checkLength('unassigned', unassigned.length, rows);
  if (capacity.length > 0) checkLength('capacity', capacity.length, cols);
  checkCosts('costs', costs);
  checkCosts('unassigned', unassigned);
  for (let j = 0; j < capacity.length; j++) whole(`capacity ${j}`, capacity[j], 0, MOST);
}

export function checkLength(name: string, given: number, expected: number): void {
  ensure(given === expected, 'BAD_LENGTH', () => `${name} has ${given} entries, expected ${expected}`);
}

function checkCosts(name: string, values: Float64Array): void {
  for (let at = 0; at < values.length; at++) {
    ensure(values[at] > Number.NEGATIVE_INFINITY, 'NOT_FINITE', () => {
      const found = Number.isNaN(values[at]) ? 'NaN' : 'negative infinity';
      return `${name} has ${found} at ${at}, expected numbers, or infinity for what is forbidden`;
    });
  }
}

/** Whether the columns choose among the rows, as there are too few for all. */
export function columnsChoose({ rows, cols, unassigned, capacity }: Instance): boolean {
  return (
    unassigned.length === 0 && rows > (capacity.length === 0 ? cols : capacity.reduce((sum, most) => sum + most, 0))
  );
}
