/** Places functions one after another on the node that a score likes best and that has room. */
import { amountOf, isWithin, type PlacementProblem, R } from '../problem.js';

export interface FillOptions {
  /** Functions in the order in which they are placed; as they come where left out. */
  order?: Int32Array;
  /** Fills `out` with the score of each node for a function, the least is best; `room` is what is left, `[nodes, 3]`. */
  score: (f: number, room: Float64Array, out: Float64Array) => void;
}

/** The placement; null where a function finds no room, or a limit on a sum is passed in the end. O(functions nodes). */
export function fill(problem: PlacementProblem, { order, score }: FillOptions): Int32Array | null {
  const { functions, nodes, cost, demand, sums } = problem;
  const room = problem.capacity.slice();
  const assignment = new Int32Array(functions).fill(-1);
  const scores = new Float64Array(nodes);
  for (let i = 0; i < functions; i++) {
    const f = order?.[i] ?? i;
    score(f, room, scores);
    const [d0, d1, d2] = [demand[f * R], demand[f * R + 1], demand[f * R + 2]];
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let n = 0; n < nodes; n++) {
      if (!(scores[n] < least) || cost[f * nodes + n] === Number.POSITIVE_INFINITY) continue;
      if (room[n * R] < d0 || room[n * R + 1] < d1 || room[n * R + 2] < d2) continue;
      [best, least] = [n, scores[n]];
    }
    if (best < 0) return null;
    assignment[f] = best;
    for (let r = 0; r < R; r++) room[best * R + r] -= demand[f * R + r];
  }
  const isHeld = sums.every((limit) => isWithin(amountOf(problem, limit, assignment), limit.most));
  return isHeld ? assignment : null;
}

/** Functions by the share of all room that they take of the scarcest resource, the largest first. */
export function bySize({ functions, nodes, demand, capacity }: PlacementProblem): Int32Array {
  const all = new Float64Array(R);
  for (let n = 0; n < nodes; n++) for (let r = 0; r < R; r++) all[r] += capacity[n * R + r];
  const size = Float64Array.from({ length: functions }, (_, f) => {
    let most = 0;
    for (let r = 0; r < R; r++) if (all[r] > 0) most = Math.max(most, demand[f * R + r] / all[r]);
    return most;
  });
  return Int32Array.from({ length: functions }, (_, f) => f).sort((a, b) => size[b] - size[a] || a - b);
}

/** The largest first, each where it costs least. */
export function byCost(problem: PlacementProblem): FillOptions {
  const { nodes, cost } = problem;
  return {
    order: bySize(problem),
    score: (f, _room, out) => out.set(cost.subarray(f * nodes, (f + 1) * nodes)),
  };
}
