/** From an instance to columns, duals, or the rows that compete in vain. */
import { ensure } from '../check.js';
import { closeColumns, type Failed, type Solution, writeColumns, writeRows } from './answer.js';
import { Search } from './augment.js';
import { solveCore } from './core.js';
import { chooseFew } from './few.js';
import { columnsChoose, type Instance, isFull, type Rules, type SparseInstance } from './instance.js';
import { Matching, Table } from './matching.js';
import { probe } from './probe.js';
import { bid, firstChoices, reduceColumns } from './reduce.js';
import { scalePrices } from './scale.js';
import { Seek } from './seek.js';
import { Sparse } from './sparse.js';

const NO_COSTS = new Float64Array(0);
/** To a scale at which sums along a path do not overflow, and back. */
const UP = 2 ** 100;
const DOWN = 2 ** -100;

/** False: some rows (or columns, where these choose) have too few columns to go to, and are named instead. Errors: `OUT_OF_RANGE`. */
export function solve(instance: Instance, large: boolean, out: Solution): boolean {
  if (!large) return dense(instance, out);
  const met = dense({ ...instance, ...scaledDown(instance) }, out);
  scaleUp(out);
  return met;
}

/** As `solve`, where pairs that have no entry are forbidden. Of several entries of one pair the least counts. */
export function solveSparse(instance: SparseInstance, large: boolean, out: Solution): boolean {
  if (!large) return sparse(instance, out);
  const met = sparse({ ...instance, ...scaledDown(instance) }, out);
  scaleUp(out);
  return met;
}

const scaledDown = ({ costs, unassigned }: Rules & { costs: Float64Array }) => ({
  costs: costs.map((cost) => cost * DOWN),
  unassigned: unassigned.map((cost) => cost * DOWN),
});

function scaleUp(out: Solution): void {
  for (const duals of [out.rowDuals, out.colDuals]) {
    for (let at = 0; at < duals.length; at++) {
      duals[at] *= UP;
      const fine = Math.abs(duals[at]) !== Number.POSITIVE_INFINITY;
      ensure(fine, 'OUT_OF_RANGE', () => 'a dual is beyond the largest number');
    }
  }
}

function dense(instance: Instance, out: Solution): boolean {
  const { costs, rows, cols, unassigned, capacity } = instance;
  let met: boolean;
  if (columnsChoose(instance)) {
    const line = placesOf(instance);
    if (capacity.length === 0) {
      const matching = new Matching(cols, new Uint32Array(rows).fill(1));
      if (chooseFew(costs, rows, cols, matching)) return writeColumns(line, matching, undefined, out);
    }
    const turned = new Float64Array(costs.length);
    for (let i = 0, cell = 0; i < rows; i++) for (let j = 0; j < cols; j++, cell++) turned[j * rows + i] = costs[cell];
    const matching = new Matching(line.length, new Uint32Array(rows).fill(1));
    met = writeColumns(line, matching, run(new Table(turned, rows, NO_COSTS, line), matching, false), out);
  } else {
    const matching = new Matching(rows, roomOf(instance));
    const failed = run(new Table(costs, cols, unassigned), matching, isFull(instance));
    met = writeRows(unassigned, matching, failed, out);
  }
  if (met) closeColumns(capacity, out, (i, j) => costs[i * cols + j]);
  return met;
}

function sparse(instance: SparseInstance, out: Solution): boolean {
  const { offsets, columns, costs, rows, cols, unassigned, capacity } = instance;
  const table = new Sparse(offsets, columns, costs, unassigned);
  let met: boolean;
  if (columnsChoose(instance)) {
    const line = placesOf(instance);
    const matching = new Matching(line.length, new Uint32Array(rows).fill(1));
    met = writeColumns(line, matching, runSparse(table.transposed(rows, cols, line), matching), out);
  } else {
    const matching = new Matching(rows, roomOf(instance));
    met = writeRows(unassigned, matching, runSparse(table, matching), out);
  }
  if (met && capacity.includes(0)) closeSparseColumns(table.transposed(rows, cols), capacity, out);
  return met;
}

function closeSparseColumns({ begin, cols, costs }: Sparse, capacity: Float64Array, out: Solution): void {
  for (let j = 0; j < capacity.length; j++) {
    if (capacity[j] !== 0) continue;
    let least = 0;
    for (let at = begin[j]; at < begin[j + 1]; at++) {
      const slack = costs[at] - out.rowDuals[cols[at]];
      if (slack < least) least = slack;
    }
    out.colDuals[j] = least;
  }
}

/** Rows that each column takes. */
export const roomOf = ({ cols, capacity }: Rules): Uint32Array =>
  capacity.length === 0 ? new Uint32Array(cols).fill(1) : Uint32Array.from(capacity);

/** The column of each place: a place is a row where columns choose, and shares its line with others of its column. */
function placesOf({ cols, capacity }: Rules): Uint32Array {
  const places: number[] = [];
  for (let j = 0; j < cols; j++) for (let k = capacity.length === 0 ? 1 : capacity[j]; k > 0; k--) places.push(j);
  return Uint32Array.from(places);
}

/** Prices are scaled where more than one row in so many waits, and so many times as many bids lowered a price as met a tie. */
const WAITING = 2;
const TIES = 2;

/** Squares from this size on are solved among few entries of each row first, */
export const CORE = 400;
/**
 * and from this size on where a look at a few rows finds nothing special: columns that differ by less than so many times what chance makes of them, and
 * ties in less than this share of rows.
 */
const SMALL_CORE = 200;
const PLAIN = 1.5;
const TIED = 0.5;
/** Where columns differ so many times more than by chance, as in products, rows want the same few entries: a core would be of no use. */
const PRODUCT = 12;

/** Puts all rows on columns or leaves them out; the row that can be neither. */
function run(table: Table, matching: Matching, full: boolean): Failed | undefined {
  const waiting = begin(table, matching, full);
  const search = new Search(table, matching);
  for (const row of waiting) if (!search.augment(row)) return { row, settled: search.settled() };
  return undefined;
}

/** Gives most rows a column; those that wait for a search. `full`: all places will be taken. */
export function begin(table: Table, matching: Matching, full: boolean): Int32Array {
  const rows = matching.colOf.length;
  if (matching.room.some((most) => most !== 1)) return firstChoices(table, matching);
  if (!full || rows === 0) return bid(table, matching, matching.alone()).waiting;
  if (rows >= SMALL_CORE) {
    const { columnEffect, tied } = probe(table, rows);
    const plain = columnEffect < PLAIN && tied < TIED;
    if (columnEffect < PRODUCT && (plain || rows >= CORE)) {
      const waiting = solveCore(table, matching, columnEffect);
      if (waiting !== undefined) return waiting;
      matching.clear();
    }
  }
  reduceColumns(table, matching);
  // Prices are the columns' least costs, and only fall.
  const bids = bid(table, matching, matching.alone(), 0);
  // Long searches for many rows are ahead. Among ties they are short, and an auction is slow.
  if (WAITING * bids.waiting.length > rows && bids.lowered > TIES * bids.ties) {
    scalePrices(table, matching);
    return bid(table, matching, matching.alone(), 0).waiting;
  }
  return bids.waiting;
}

function runSparse(table: Sparse, matching: Matching): Failed | undefined {
  const waiting = matching.room.some((most) => most !== 1)
    ? firstChoices(table, matching)
    : bid(table, matching, matching.alone()).waiting;
  const seek = new Seek(matching.room.length, matching);
  for (const row of waiting) if (!seek.augment(table, row)) return { row, settled: seek.settled() };
  return undefined;
}
