/**
 * Linear assignment in plain TypeScript: the operations of `crates/assignment` in their order, so that all bits are the same. The crate's
 * first comment says how it is solved.
 */
import type { AssignmentKernels } from '../../contract.js';
import { ensure } from '../check.js';
import { Search } from './augment.js';
import { solveCore } from './core.js';
import { checkInstance, checkLength, columnsChoose, type Instance } from './instance.js';
import { Matching, NONE, Table } from './matching.js';
import { bid, firstChoices, reduceColumns } from './reduce.js';
import { scalePrices } from './scale.js';

interface Solution {
  rowToCol: Int32Array;
  colToRow: Int32Array;
  rowDuals: Float64Array;
  colDuals: Float64Array;
}

const NO_COSTS = new Float64Array(0);
/** To a scale at which sums along a path do not overflow, and back. */
const UP = 2 ** 100;
const DOWN = 2 ** -100;

function solve(instance: Instance, large: boolean, out: Solution): boolean {
  if (!large) return oriented(instance, out);
  const costs = instance.costs.map((cost) => cost * DOWN);
  const unassigned = instance.unassigned.map((cost) => cost * DOWN);
  const met = oriented({ ...instance, costs, unassigned }, out);
  for (const duals of [out.rowDuals, out.colDuals]) {
    for (let at = 0; at < duals.length; at++) {
      duals[at] *= UP;
      ensure(
        Math.abs(duals[at]) !== Number.POSITIVE_INFINITY,
        'OUT_OF_RANGE',
        () => 'a dual is beyond the largest number',
      );
    }
  }
  return met;
}

function oriented(instance: Instance, out: Solution): boolean {
  out.rowToCol.fill(NONE);
  out.colToRow.fill(NONE);
  const met = columnsChoose(instance) ? solveColumns(instance, out) : solveRows(instance, out);
  if (!met) {
    for (const marks of [out.rowToCol, out.colToRow])
      for (let at = 0; at < marks.length; at++) marks[at] = Number(marks[at] === 1);
    out.rowDuals.fill(Number.NaN);
    out.colDuals.fill(Number.NaN);
    return false;
  }
  for (let i = out.rowToCol.length - 1; i >= 0; i--) if (out.rowToCol[i] !== NONE) out.colToRow[out.rowToCol[i]] = i;
  closeColumns(instance, out);
  return true;
}

function solveColumns({ costs, rows, cols, capacity }: Instance, out: Solution): boolean {
  const turned = new Float64Array(costs.length);
  for (let i = 0, cell = 0; i < rows; i++) for (let j = 0; j < cols; j++, cell++) turned[j * rows + i] = costs[cell];
  // A place of a column is a row here, and shares its line.
  const places: number[] = [];
  for (let j = 0; j < cols; j++) for (let k = capacity.length === 0 ? 1 : capacity[j]; k > 0; k--) places.push(j);
  const line = Uint32Array.from(places);
  const table = new Table(turned, rows, NO_COSTS, line);
  const matching = new Matching(line.length, new Uint32Array(rows).fill(1));
  const failed = run(table, matching, false);
  if (failed !== undefined) {
    out.colToRow[line[failed.row]] = 1;
    for (const i of failed.search.settled()) {
      out.rowToCol[i] = 1;
      out.colToRow[line[matching.first[i]]] = 1;
    }
    return false;
  }
  for (let place = 0; place < line.length; place++) {
    const i = matching.colOf[place];
    out.rowToCol[i] = line[place];
    out.colDuals[line[place]] = turned[table.begin(place) + i] - matching.prices[i] + 0;
  }
  for (let i = 0; i < rows; i++) out.rowDuals[i] = matching.prices[i] + 0;
  return true;
}

function solveRows({ costs, rows, cols, unassigned, capacity }: Instance, out: Solution): boolean {
  const table = new Table(costs, cols, unassigned);
  const room = capacity.length === 0 ? new Uint32Array(cols).fill(1) : Uint32Array.from(capacity);
  const matching = new Matching(rows, room);
  const failed = run(table, matching, rows === cols && unassigned.length === 0);
  if (failed !== undefined) {
    out.rowToCol[failed.row] = 1;
    for (const j of failed.search.settled()) {
      out.colToRow[j] = 1;
      for (let i = matching.first[j]; i !== NONE; i = matching.next[i]) out.rowToCol[i] = 1;
    }
    return false;
  }
  out.rowToCol.set(matching.colOf);
  for (let i = 0; i < rows; i++) {
    const j = matching.colOf[i];
    out.rowDuals[i] = (j === NONE ? unassigned[i] : costs[i * cols + j] - matching.prices[j]) + 0;
  }
  for (let j = 0; j < cols; j++) out.colDuals[j] = matching.prices[j] + 0;
  return true;
}

/** Prices are scaled where more than one row in so many waits, and so many times as many bids lowered a price as met a tie. */
const WAITING = 8;
const TIES = 2;

/** Squares from this size on are solved among few entries of each row first. */
const CORE = 400;

/** Puts all rows on columns or leaves them out; the row that can be neither, and the search that failed. */
function run(table: Table, matching: Matching, square: boolean): { row: number; search: Search } | undefined {
  const waiting = begin(table, matching, square);
  const search = new Search(table, matching);
  for (const row of waiting) if (!search.augment(row)) return { row, search };
  return undefined;
}

/** Gives most rows a column; those that wait for a search. */
function begin(table: Table, matching: Matching, square: boolean): Int32Array {
  const rows = matching.colOf.length;
  if (matching.room.some((most) => most !== 1)) return firstChoices(table, matching);
  if (!square || rows === 0) return bid(table, matching, matching.alone()).waiting;
  if (rows >= CORE) {
    const waiting = solveCore(table, matching);
    if (waiting !== undefined) return waiting;
    matching.clear();
  }
  reduceColumns(table, matching);
  const bids = bid(table, matching, matching.alone());
  // Long searches for many rows are ahead. Among ties they are short, and an auction is slow.
  if (WAITING * bids.waiting.length > rows && bids.lowered > TIES * bids.ties) {
    scalePrices(table, matching);
    return bid(table, matching, matching.alone()).waiting;
  }
  return bids.waiting;
}

/** A column that takes no row has the highest price under which none would gain by it. */
function closeColumns({ costs, cols, capacity }: Instance, { rowDuals, colDuals }: Solution): void {
  for (let j = 0; j < capacity.length; j++) {
    if (capacity[j] !== 0) continue;
    let least = 0;
    for (let i = 0; i < rowDuals.length; i++) {
      const slack = costs[i * cols + j] - rowDuals[i];
      if (slack < least) least = slack;
    }
    colDuals[j] = least;
  }
}

export const assignment: AssignmentKernels = {
  assignmentSolve(costs, rows, cols, unassigned, capacity, outRowToCol, outColToRow, outRowDuals, outColDuals) {
    const instance = { costs, rows, cols, unassigned, capacity };
    const large = checkInstance(instance);
    checkLength('outRowToCol', outRowToCol.length, rows);
    checkLength('outColToRow', outColToRow.length, cols);
    checkLength('outRowDuals', outRowDuals.length, rows);
    checkLength('outColDuals', outColDuals.length, cols);
    return solve(instance, large, {
      rowToCol: outRowToCol,
      colToRow: outColToRow,
      rowDuals: outRowDuals,
      colDuals: outColDuals,
    });
  },
};
