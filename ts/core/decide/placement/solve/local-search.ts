/** Makes a feasible placement better by small changes until none is left: moves, exchanges, and moves that push another one on. */
import { type PlacementProblem, R } from '../problem.js';
import type { Pieces } from './pieces.js';
import type { PlacementState } from './state.js';
import type { Work } from './work.js';

/** A gain below this share of what is at stake is rounding. */
const ROUNDING = 1e-10;
/** What looking along a row takes of what it takes to look here and there. */
const ALONG = 1 / 16;

/** Costs by node, `[nodes, functions]`: those of who is on one node for another one lie together. Null where functions see each other, and costs change with every move. */
export function costsByNode({ functions, nodes, cost, pairs }: PlacementProblem): Float64Array | null {
  if (pairs !== null) return null;
  const byNode = new Float64Array(functions * nodes);
  for (let f = 0; f < functions; f++) for (let n = 0; n < nodes; n++) byNode[n * functions + f] = cost[f * nodes + n];
  return byNode;
}

/** Changes `state` until nothing small makes it better, or the work is used up. */
export function* localSearch(state: PlacementState, byNode: Float64Array | null, work: Work): Pieces<void> {
  for (;;) {
    let changed = yield* moveAll(state, work);
    if (!changed) changed = yield* exchangeAll(state, byNode, work);
    if (!changed) changed = yield* pushAll(state, work);
    if (!changed || work.left <= 0) return;
  }
}

const gains = (delta: number, size: number): boolean => delta < -ROUNDING * size;

/** Each function to the cheapest node that has room. */
function* moveAll(state: PlacementState, work: Work): Pieces<boolean> {
  const { functions, nodes } = state.problem;
  let changed = false;
  for (let f = 0; f < functions && work.left > 0; f++) {
    if (work.isDue) yield work.tell();
    work.left -= nodes * ALONG;
    const to = cheapest(state, f, -1);
    if (to >= 0) {
      state.move(f, to);
      changed = true;
    }
  }
  return changed;
}

/** The cheapest node for `f` with room, cheaper than its own and not `but`; -1 for none. */
function cheapest(state: PlacementState, f: number, but: number): number {
  const { nodes, sums } = state.problem;
  const { cost } = state.effective;
  const own = cost[f * nodes + state.assignment[f]];
  let [best, least] = [-1, own];
  for (let n = 0; n < nodes; n++) {
    const value = cost[f * nodes + n];
    if (!(value < least) || n === but || !gains(value - own, Math.abs(own))) continue;
    if (!state.fits(f, n)) continue;
    if (sums.length > 0 && !state.allows((s) => state.changeOfSum(s, f, n))) continue;
    [best, least] = [n, value];
  }
  return best;
}

/** Nodes that `f` would rather be on, the most wanted first. */
function wishes(state: PlacementState, f: number): number[] {
  const { nodes } = state.problem;
  const { cost } = state.effective;
  const at = f * nodes;
  const own = cost[at + state.assignment[f]];
  const better: number[] = [];
  for (let n = 0; n < nodes; n++) if (gains(cost[at + n] - own, Math.abs(own))) better.push(n);
  return better.sort((a, b) => cost[at + a] - cost[at + b]);
}

/** Each function changes places with the one with which that saves most. */
function* exchangeAll(state: PlacementState, byNode: Float64Array | null, work: Work): Pieces<boolean> {
  const { functions, nodes, sums, pairs } = state.problem;
  const { cost, amounts } = state.effective;
  const both = new Float64Array(1 + sums.length);
  // What each costs where it is.
  const here = Float64Array.from(state.assignment, (n, f) => cost[f * nodes + n]);
  let changed = false;
  for (let f = 0; f < functions && work.left > 0; f++) {
    if (work.isDue) yield work.tell();
    const n = state.assignment[f];
    const own = cost[f * nodes + n];
    let [best, least] = [-1, 0];
    // With pairs an exchange may gain though neither alone does.
    const targets = pairs === null ? wishes(state, f) : Array.from({ length: nodes }, (_, m) => m);
    for (const m of targets) {
      const toward = cost[f * nodes + m] - own;
      if (m === n || toward === Number.POSITIVE_INFINITY) continue;
      const list = state.members[m];
      const count = state.countOn(m);
      work.left -= count;
      for (let i = 0; i < count; i++) {
        const g = list[i];
        let delta =
          byNode === null
            ? toward + cost[g * nodes + n] - cost[g * nodes + m]
            : toward + byNode[n * functions + g] - here[g];
        if (pairs !== null) {
          if (!(delta < Number.POSITIVE_INFINITY)) continue;
          state.effective.together(f, n, g, m, both);
          delta += both[0];
        }
        if (!(delta < least) || !gains(delta, Math.abs(own))) continue;
        if (!state.fits(f, m, g) || !state.fits(g, n, f)) continue;
        const isAllowed = state.allows(
          (s) =>
            amounts[s][f * nodes + m] -
            amounts[s][f * nodes + n] +
            amounts[s][g * nodes + n] -
            amounts[s][g * nodes + m] +
            both[1 + s],
        );
        if (sums.length === 0 || isAllowed) [best, least] = [g, delta];
      }
    }
    if (best < 0) continue;
    const m = state.assignment[best];
    state.move(f, m);
    state.move(best, n);
    here[f] = cost[f * nodes + m];
    here[best] = cost[best * nodes + n];
    changed = true;
  }
  return changed;
}

/** Each function to a node from which another one goes to a third. */
function* pushAll(state: PlacementState, work: Work): Pieces<boolean> {
  const { functions, nodes, demand, sums, pairs } = state.problem;
  // What a push gains is known beforehand only where functions do not see each other.
  if (pairs !== null) return false;
  const { cost } = state.effective;
  // Where each function would go if it had to, among nodes with room now, and what that costs it more.
  const refuge = new Int32Array(functions).fill(-2);
  let changed = false;
  const refugeOf = (g: number): number => {
    const m = state.assignment[g];
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    work.left -= nodes * ALONG;
    for (let k = 0; k < nodes; k++) {
      const value = cost[g * nodes + k];
      if (k !== m && value < least && state.fits(g, k)) [best, least] = [k, value];
    }
    return best;
  };
  for (let f = 0; f < functions && work.left > 0; f++) {
    if (work.isDue) yield work.tell();
    const n = state.assignment[f];
    const own = cost[f * nodes + n];
    let [best, least] = [-1, 0];
    for (const m of wishes(state, f)) {
      const toward = cost[f * nodes + m] - own;
      if (!(toward < least)) break;
      const list = state.members[m];
      const count = state.countOn(m);
      work.left -= count;
      for (let i = 0; i < count; i++) {
        const g = list[i];
        if (!state.fits(f, m, g)) continue;
        if (refuge[g] === -2) refuge[g] = refugeOf(g);
        const k = refuge[g];
        if (k < 0 || k === n) continue;
        const delta = toward + cost[g * nodes + k] - cost[g * nodes + m];
        if (!(delta < least) || !gains(delta, Math.abs(own))) continue;
        const isAllowed = () => state.allows((s) => state.changeOfSum(s, g, k) + state.changeOfSum(s, f, m));
        if (sums.length === 0 || isAllowed()) [best, least] = [g, delta];
      }
    }
    if (best < 0) continue;
    const [m, k] = [state.assignment[best], refuge[best]];
    refuge[best] = -2;
    refuge[f] = -2;
    // Others may have gone there since it was looked up.
    if (!state.fits(best, k)) continue;
    state.move(best, k);
    if (demandFits(state.room, demand, f, m)) {
      state.move(f, m);
      changed = true;
    } else state.move(best, m);
  }
  return changed;
}

function demandFits(room: Float64Array, demand: Float64Array, f: number, n: number): boolean {
  for (let r = 0; r < R; r++) if (room[n * R + r] < demand[f * R + r]) return false;
  return true;
}
