/** What else could be done with the functions that a decision moves. */
import { rankAssignments } from '../../../kernels/assignment-ranking.js';
import type { BuiltProblem } from '../build.js';
import { amountOf, isWithin, type PlacementProblem, pairCost, R, roomOf } from '../problem.js';
import { EffectiveCosts } from '../solve/effective.js';

/** Moved functions that are looked at; of more, the first. */
const MOST_MOVED = 5;
/** Sets of moves that are looked at, those too that find no room. */
const LOOKED_AT = 32;
const MOST_GIVEN = 3;

/** Where some functions go instead: `f` to place `n` in the list of nodes. */
export interface OtherSet {
  instead: { f: number; n: number }[];
  /** `[functions]`: where everything is then. */
  assignment: Int32Array;
}

/**
 * The best other nodes for functions that are moved, while all others are where they are after the moves: at most three, the best first, of which none passes a capacity
 * or a limit on a sum. `moved`: places in the list of functions, of those that are on another node after the moves.
 *
 * Without calls between functions that are moved none is left out that costs less than one that is given, as long as three of the 32 best find room together;
 * with such calls they are the best of the 32 that would be if each function moved alone. O(functions) and 32 times O(calls), and 160 small assignments.
 *
 * Source: Murty, "An algorithm for ranking all the assignments in order of increasing cost", Operations Research 16(3), 1968.
 */
export function otherSets({ problem }: BuiltProblem, after: Int32Array, moved: readonly number[]): OtherSet[] {
  const rows = moved.slice(0, MOST_MOVED);
  if (rows.length === 0 || after.some((n) => n < 0)) return [];
  const { nodes } = problem;
  const room = roomWithout(problem, after, rows);
  const effective = new EffectiveCosts(problem, after).cost;
  const cost = new Float64Array(rows.length * nodes).fill(Number.POSITIVE_INFINITY);
  const columnCapacity = new Int32Array(nodes);
  rows.forEach((f, i) => {
    for (let n = 0; n < nodes; n++) {
      if (!fits(problem, room, f, n)) continue;
      cost[i * nodes + n] = effective[f * nodes + n];
      if (effective[f * nodes + n] < Number.POSITIVE_INFINITY) columnCapacity[n]++;
    }
  });
  const isKept = sumsKept(problem, after);
  const found: (OtherSet & { cost: number })[] = [];
  for (const { rowToCol } of rankAssignments(cost, rows.length, nodes, LOOKED_AT, { columnCapacity })) {
    const instead = rows.flatMap((f, i) => (rowToCol[i] === after[f] ? [] : [{ f, n: rowToCol[i] }]));
    const assignment = after.slice();
    for (const { f, n } of instead) assignment[f] = n;
    const left = room.slice();
    rows.forEach((f, i) => {
      for (let r = 0; r < R; r++) left[rowToCol[i] * R + r] -= problem.demand[f * R + r];
    });
    const isRoom = rowToCol.every((n) => left.subarray(n * R, (n + 1) * R).every((one) => one >= 0));
    if (instead.length === 0 || !isRoom || !isKept(assignment)) continue;
    found.push({ instead, assignment, cost: costWith(problem, rows, assignment) });
  }
  return found.sort((a, b) => a.cost - b.cost).slice(0, MOST_GIVEN);
}

/** What changes with some functions; others may be where they may not be. */
function costWith({ nodes, cost, pairs }: PlacementProblem, rows: readonly number[], assignment: Int32Array): number {
  let sum = 0;
  for (const f of rows) sum += cost[f * nodes + assignment[f]];
  if (pairs === null) return sum;
  const { from, to } = pairs;
  for (let p = 0; p < from.length; p++) sum += pairCost(pairs, nodes, p, assignment[from[p]], assignment[to[p]]);
  return sum;
}

/** What each node has left while some functions are nowhere. */
function roomWithout(problem: PlacementProblem, after: Int32Array, away: readonly number[]): Float64Array {
  const others = after.slice();
  for (const f of away) others[f] = -1;
  return roomOf(problem, others);
}

function fits({ demand }: PlacementProblem, room: Float64Array, f: number, n: number): boolean {
  for (let r = 0; r < R; r++) if (room[n * R + r] < demand[f * R + r]) return false;
  return true;
}

/** Whether limits on sums are kept, or not passed by more than they are after the moves. */
function sumsKept(problem: PlacementProblem, after: Int32Array): (assignment: Int32Array) => boolean {
  const now = problem.sums.map((limit) => amountOf(problem, limit, after));
  return (assignment) =>
    problem.sums.every((limit, s) => isWithin(amountOf(problem, limit, assignment), Math.max(limit.most, now[s])));
}
