/** Makes a placement of choices that pass limits: out of nodes that are too full, then below the limits on sums. */
import { isWithin, R } from '../problem.js';
import type { Pieces } from './pieces.js';
import type { PlacementState } from './state.js';
import type { Work } from './work.js';

const isFull = ({ room }: PlacementState, n: number): boolean =>
  room[n * R] < 0 || room[n * R + 1] < 0 || room[n * R + 2] < 0;

/**
 * Moves functions until nothing is passed; false where that was not found, or not with the work that is left. `rate` is what a change of a function's node costs at the present prices.
 *
 * Of a node that is too full those go first whose going costs least for what it frees.
 */
export function* repair(state: PlacementState, rate: (f: number, n: number) => number, work: Work): Pieces<boolean> {
  return (yield* unload(state, rate, work)) && (yield* lessen(state));
}

function* unload(state: PlacementState, rate: (f: number, n: number) => number, work: Work): Pieces<boolean> {
  const { nodes, demand, cost } = state.problem;
  /** The cheapest node with room for `f`; -1 for none. */
  const refuge = (f: number): number => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let n = 0; n < nodes; n++) {
      if (n === state.assignment[f] || cost[f * nodes + n] === Number.POSITIVE_INFINITY || !state.fits(f, n)) continue;
      const value = rate(f, n);
      if (value < least) [best, least] = [n, value];
    }
    return best;
  };
  const over = Array.from({ length: nodes }, (_, n) => n).filter((n) => isFull(state, n));
  for (const n of over) {
    yield 0;
    const going = Array.from(state.members[n].subarray(0, state.countOn(n)), (f) => {
      const to = refuge(f);
      const freed = [0, 1, 2].reduce((sum, r) => {
        const passed = -state.room[n * R + r];
        return passed > 0 ? sum + Math.min(1, demand[f * R + r] / passed) : sum;
      }, 0);
      return { f, score: to < 0 || freed === 0 ? Number.POSITIVE_INFINITY : (rate(f, to) - rate(f, n)) / freed };
    }).sort((a, b) => a.score - b.score || a.f - b.f);
    for (const { f, score } of going) {
      if (!isFull(state, n) || score === Number.POSITIVE_INFINITY) break;
      const helps = [0, 1, 2].some((r) => state.room[n * R + r] < 0 && demand[f * R + r] > 0);
      const to = helps ? refuge(f) : -1;
      if (to >= 0) state.move(f, to);
    }
    if (isFull(state, n) && !(yield* makeRoom(state, n, rate, work))) return false;
  }
  return true;
}

/** Where nobody finds a place: exchanges a function for one that takes less, wherever that passes no other limit. */
function* makeRoom(
  state: PlacementState,
  n: number,
  rate: (f: number, n: number) => number,
  work: Work,
): Pieces<boolean> {
  const { nodes, demand, cost } = state.problem;
  while (isFull(state, n)) {
    if (work.left <= 0) return false;
    if (work.isDue) yield 0;
    let [best, least] = [[-1, -1], Number.POSITIVE_INFINITY];
    for (let i = 0; i < state.countOn(n); i++) {
      const f = state.members[n][i];
      for (let m = 0; m < nodes; m++) {
        if (m === n || cost[f * nodes + m] === Number.POSITIVE_INFINITY) continue;
        work.left -= state.countOn(m);
        for (let j = 0; j < state.countOn(m); j++) {
          const g = state.members[m][j];
          if (cost[g * nodes + n] === Number.POSITIVE_INFINITY || !state.fits(f, m, g)) continue;
          let freed = 0;
          for (let r = 0; r < R; r++) {
            const passed = -state.room[n * R + r];
            const less = demand[f * R + r] - demand[g * R + r];
            if (passed > 0) freed += Math.min(1, less / passed);
            else if (-less > state.room[n * R + r]) freed = Number.NEGATIVE_INFINITY;
          }
          if (!(freed > 0)) continue;
          const score = (rate(f, m) - rate(f, n) + rate(g, n) - rate(g, m)) / freed;
          if (score < least) [best, least] = [[f, g], score];
        }
      }
    }
    const [f, g] = best;
    if (f < 0) return false;
    const m = state.assignment[g];
    state.move(f, m);
    state.move(g, n);
  }
  return true;
}

const ROUNDS = 30;

/** Below the limits on sums, by the moves that cost least for what they save. */
function* lessen(state: PlacementState): Pieces<boolean> {
  const { functions, nodes, sums } = state.problem;
  for (let round = 0; round < ROUNDS; round++) {
    const passed = sums.findIndex(({ most }, s) => !isWithin(state.sums[s], most));
    if (passed < 0) return true;
    yield 0;
    const moves: { f: number; n: number; score: number }[] = [];
    for (let f = 0; f < functions; f++) {
      const own = state.effective.cost[f * nodes + state.assignment[f]];
      let [best, least] = [-1, Number.POSITIVE_INFINITY];
      for (let n = 0; n < nodes; n++) {
        const extra = state.effective.cost[f * nodes + n] - own;
        const saved = -state.changeOfSum(passed, f, n);
        if (!(saved > 0) || extra === Number.POSITIVE_INFINITY || !state.fits(f, n)) continue;
        const score = Math.max(extra, 0) / saved;
        if (score < least) [best, least] = [n, score];
      }
      if (best >= 0) moves.push({ f, n: best, score: least });
    }
    if (moves.length === 0) return false;
    moves.sort((a, b) => a.score - b.score || a.f - b.f);
    for (const { f, n } of moves) {
      if (isWithin(state.sums[passed], sums[passed].most)) break;
      const lessens = state.changeOfSum(passed, f, n) < 0;
      const others = state.allows((s) => (s === passed ? 0 : state.changeOfSum(s, f, n)));
      if (lessens && others && state.fits(f, n)) state.move(f, n);
    }
  }
  return sums.every(({ most }, s) => isWithin(state.sums[s], most));
}
