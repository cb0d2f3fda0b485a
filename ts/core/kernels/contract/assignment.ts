/** The kernel contract: linear assignment. */

/** An assignment that stays, owned by the backend that made it. */
export interface AssignmentHandle {
  close(): void;
}

/** Linear assignment: columns for rows at the least cost. */
export interface AssignmentKernels {
  /**
   * `costs: [rows, cols]`, infinity where a pair is forbidden; `unassigned: [rows]`, what it costs to leave a row out, or empty for
   * never; `capacity: [cols]`, how many rows a column takes, or empty for one each. With more rows than places and no `unassigned` the columns
   * are filled and choose among the rows. Writes -1 for none, of a column its lowest row, and duals. Returns false where there is no
   * solution: then `outRowToCol` and `outColToRow` are 1 for a Hall violator and 0 elsewhere, and duals NaN.
   */
  assignmentSolve(
    costs: Float64Array,
    rows: number,
    cols: number,
    unassigned: Float64Array,
    capacity: Float64Array,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
  ): boolean;
  /**
   * `assignmentSolve` where only those pairs are allowed that have an entry: of row `i` at `offsets[i]..offsets[i + 1]`, each with its
   * column, in any order; of several entries of a pair the least counts.
   */
  assignmentSolveSparse(
    offsets: Float64Array,
    columns: Int32Array,
    costs: Float64Array,
    cols: number,
    unassigned: Float64Array,
    capacity: Float64Array,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
  ): boolean;
  /** `assignmentSolve` of many: `costs: [count, rows, cols]`, outputs one behind the other. The first that has no solution, or -1. */
  assignmentSolveBatch(
    costs: Float64Array,
    count: number,
    rows: number,
    cols: number,
    threads: number,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
  ): number;
  /** Copies an instance, as of `assignmentSolve`, with no number beyond 2^1000; nothing is solved yet. */
  assignmentOpen(
    costs: Float64Array,
    rows: number,
    cols: number,
    unassigned: Float64Array,
    capacity: Float64Array,
  ): AssignmentHandle;
  /** Replaces a row, and what it costs to leave it out, which is not looked at where no row may be. A refusal changes nothing. */
  assignmentUpdateRow(handle: AssignmentHandle, row: number, costs: Float64Array, unassigned: number): void;
  assignmentUpdateCol(handle: AssignmentHandle, col: number, costs: Float64Array): void;
  assignmentUpdateCost(handle: AssignmentHandle, row: number, col: number, cost: number): void;
  /** Adds a row behind the others. */
  assignmentAddRow(handle: AssignmentHandle, costs: Float64Array, unassigned: number): void;
  /** Removes a row; those behind it move up by one. */
  assignmentRemoveRow(handle: AssignmentHandle, row: number): void;
  /** Serves at most so many waiting rows; how many still wait, 0 too where there is no solution. The first call serves most. */
  assignmentAdvance(handle: AssignmentHandle, most: number): number;
  /** Serves all rows and writes what `assignmentSolve` does; `outCost: [1]`, the sum in the order of rows, NaN where there is none. */
  assignmentFinish(
    handle: AssignmentHandle,
    outRowToCol: Int32Array,
    outColToRow: Int32Array,
    outRowDuals: Float64Array,
    outColDuals: Float64Array,
    outCost: Float64Array,
  ): boolean;
}
