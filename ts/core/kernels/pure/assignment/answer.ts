/** Where results go. */
import { checkLength } from './instance.js';
import { type Matching, NONE } from './matching.js';

/** Arrays that are written to. */
export interface Solution {
  /** The column of each row, -1 for none; where there is no solution, 1 for the rows of a Hall violator, 0 for others. */
  rowToCol: Int32Array;
  /** The lowest row of each column, -1 for none; where there is no solution, 1 for the columns of the Hall violator. */
  colToRow: Int32Array;
  /** Prices of rows and columns; NaN where there is no solution. */
  rowDuals: Float64Array;
  colDuals: Float64Array;
}

/** A row that found nothing, and the columns that it competes for. */
export interface Failed {
  row: number;
  settled: Int32Array;
}

/** Errors: `BAD_LENGTH`. */
export function checkFits(out: Solution, rows: number, cols: number): void {
  checkLength('outRowToCol', out.rowToCol.length, rows);
  checkLength('outColToRow', out.colToRow.length, cols);
  checkLength('outRowDuals', out.rowDuals.length, rows);
  checkLength('outColDuals', out.colDuals.length, cols);
}

/** What rows chose, or those that compete in vain. */
export function writeRows(
  unassigned: Float64Array,
  matching: Matching,
  failed: Failed | undefined,
  out: Solution,
): boolean {
  const { colOf, own, prices, first, next } = matching;
  if (failed !== undefined) {
    writeNothing(out);
    out.rowToCol[failed.row] = 1;
    for (const j of failed.settled) {
      out.colToRow[j] = 1;
      for (let i = first[j]; i !== NONE; i = next[i]) out.rowToCol[i] = 1;
    }
    return false;
  }
  out.rowToCol.set(colOf);
  for (let i = 0; i < colOf.length; i++) {
    const j = colOf[i];
    out.rowDuals[i] = (j === NONE ? unassigned[i] : own[i] - prices[j]) + 0;
  }
  for (let j = 0; j < prices.length; j++) out.colDuals[j] = prices[j] + 0;
  writeLowestRows(out);
  return true;
}

/** What columns chose, or those that cannot be filled: place `p` is of column `line[p]`. */
export function writeColumns(
  line: Uint32Array,
  matching: Matching,
  failed: Failed | undefined,
  out: Solution,
): boolean {
  const { colOf, own, prices, first } = matching;
  if (failed !== undefined) {
    writeNothing(out);
    out.colToRow[line[failed.row]] = 1;
    for (const i of failed.settled) {
      out.rowToCol[i] = 1;
      out.colToRow[line[first[i]]] = 1;
    }
    return false;
  }
  out.rowToCol.fill(NONE);
  for (let place = 0; place < line.length; place++) {
    const i = colOf[place];
    out.rowToCol[i] = line[place];
    out.colDuals[line[place]] = own[place] - prices[i] + 0;
  }
  for (let i = 0; i < prices.length; i++) out.rowDuals[i] = prices[i] + 0;
  writeLowestRows(out);
  return true;
}

/** A column that takes no row has the highest price under which none would gain by it. */
export function closeColumns(capacity: Float64Array, out: Solution, cost: (i: number, j: number) => number): void {
  for (let j = 0; j < capacity.length; j++) {
    if (capacity[j] !== 0) continue;
    let least = 0;
    for (let i = 0; i < out.rowDuals.length; i++) {
      const slack = cost(i, j) - out.rowDuals[i];
      if (slack < least) least = slack;
    }
    out.colDuals[j] = least;
  }
}

function writeNothing(out: Solution): void {
  out.rowToCol.fill(0);
  out.colToRow.fill(0);
  out.rowDuals.fill(Number.NaN);
  out.colDuals.fill(Number.NaN);
}

function writeLowestRows({ rowToCol, colToRow }: Solution): void {
  colToRow.fill(NONE);
  for (let i = rowToCol.length - 1; i >= 0; i--) if (rowToCol[i] !== NONE) colToRow[rowToCol[i]] = i;
}
