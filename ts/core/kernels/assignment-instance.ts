/** What `solveAssignment` and its kin are asked, as the kernels take it, and what these answer. */
import { kernels, translated } from './backend.js';
import type { AssignmentKernels } from './contract.js';
import { type HallViolator, IsothermError } from './error.js';
import { checkLength, checkSizes, columnsChoose, type Instance, type Rules } from './pure/assignment/instance.js';

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

const NONE = new Float64Array(0);

/** Arguments as the kernels take them: the least sum is sought. */
export function instanceOf(cost: CostMatrix, rows: number, cols: number, options: AssignmentOptions): Instance {
  checkSizes(cost.length, rows, cols);
  return { costs: entries(cost, options), ...rulesOf(rows, cols, options) };
}

/** Arguments other than the costs of pairs. Errors: `BAD_LENGTH`. */
export function rulesOf(rows: number, cols: number, options: AssignmentOptions): Rules {
  const { unassignedCost, columnCapacity } = options;
  const unassigned =
    unassignedCost === undefined ? NONE : entries(perLine('unassignedCost', unassignedCost, rows), options);
  const capacity = columnCapacity === undefined ? NONE : float64(perLine('columnCapacity', columnCapacity, cols));
  return { rows, cols, unassigned, capacity };
}

/** Errors: `BAD_LENGTH`, of none too, which to a kernel would be a rule left out. */
function perLine(name: string, value: number | CostMatrix, lines: number): CostMatrix {
  if (typeof value === 'number') return new Float64Array(lines).fill(value);
  checkLength(name, value.length, lines);
  return value;
}

const float64 = (values: CostMatrix): Float64Array =>
  values instanceof Float64Array ? values : new Float64Array(values);

/** Negated where the largest sum is sought; either infinity then forbids. */
export function entries(values: CostMatrix, { maximize }: AssignmentOptions): Float64Array {
  const taken = float64(values);
  return maximize ? taken.map((value) => (value === Number.POSITIVE_INFINITY ? value : -value)) : taken;
}

/** What a kernel writes. */
export type Found = Omit<AssignmentSolution, 'cost'>;

/** Solves on a backend. False: marks of a Hall violator stand where columns and rows would. */
export function solveOn(inUse: AssignmentKernels, instance: Instance, found: Found): boolean {
  const { costs, rows, cols, unassigned, capacity } = instance;
  const { rowToCol, colToRow, rowDuals, colDuals } = found;
  return inUse.assignmentSolve(costs, rows, cols, unassigned, capacity, rowToCol, colToRow, rowDuals, colDuals);
}

/** Solves on the backend in use. Errors: as `solveAssignment`. */
export function solved(instance: Instance, options: AssignmentOptions): AssignmentSolution {
  const found = emptySolution(instance);
  return answered(
    instance,
    options,
    translated(() => solveOn(kernels(), instance, found)),
    found,
  );
}

/** What a kernel found, as users see it. Errors: `INFEASIBLE`, `OUT_OF_RANGE`. */
export function answered(
  instance: Instance,
  options: AssignmentOptions,
  met: boolean,
  found: Found,
): AssignmentSolution {
  return answeredWith(instance, options, met, found, () => sumOf(instance, found.rowToCol));
}

/** The same where the sum of the entries is known otherwise. */
export function answeredWith(
  rules: Rules,
  options: AssignmentOptions,
  met: boolean,
  found: Found,
  sumOfEntries: () => number,
): AssignmentSolution {
  if (!met) throw infeasible(columnsChoose(rules), found.rowToCol, found.colToRow);
  return finished(sumOfEntries(), found, options);
}

/** Room for the answer. */
export function emptySolution({ rows, cols }: Pick<Rules, 'rows' | 'cols'>): Found {
  return {
    rowToCol: new Int32Array(rows),
    colToRow: new Int32Array(cols),
    rowDuals: new Float64Array(rows),
    colDuals: new Float64Array(cols),
  };
}

/** Sum of the entries of rows' columns, in the order of rows. */
export function sumOf({ costs, cols, unassigned }: Instance, rowToCol: Int32Array): number {
  let sum = 0;
  rowToCol.forEach((j, i) => {
    if (j >= 0) sum += costs[i * cols + j];
    else if (unassigned.length > 0) sum += unassigned[i];
  });
  return sum;
}

/** Errors: `OUT_OF_RANGE`. */
export function finished(sum: number, found: Found, { maximize }: AssignmentOptions): AssignmentSolution {
  if (!Number.isFinite(sum))
    throw new IsothermError('OUT_OF_RANGE', 'the sum of the costs is beyond the largest number');
  if (!maximize) return { cost: sum, ...found };
  // Zeros stay positive.
  for (const duals of [found.rowDuals, found.colDuals])
    for (let at = 0; at < duals.length; at++) duals[at] = 0 - duals[at];
  return { cost: 0 - sum, ...found };
}

/** The refusal that names who competes in vain; `of` says in which instance, where there are several. */
export function infeasible(choose: boolean, rowMarks: Int32Array, colMarks: Int32Array, of = ''): IsothermError {
  const hallViolator: HallViolator = { rows: marked(rowMarks), cols: marked(colMarks) };
  const { rows, cols } = hallViolator;
  const sentence = choose
    ? `${named('column', cols)} can be filled by ${named('row', rows)} only`
    : `${named('row', rows)} may go to ${named('column', cols)} only`;
  return new IsothermError('INFEASIBLE', `${of}${sentence}, which is too few`, { hallViolator });
}

const marked = (marks: Int32Array): Int32Array => Int32Array.from([...marks.keys()].filter((at) => marks[at] === 1));

/** `rows 1, 4, 7`; of many the first ones. */
function named(what: string, which: Int32Array): string {
  if (which.length === 0) return `no ${what}`;
  const most = 8;
  const rest = which.length > most ? ` and ${which.length - most} more` : '';
  return `${what}${which.length === 1 ? '' : 's'} ${[...which.subarray(0, most)].join(', ')}${rest}`;
}
