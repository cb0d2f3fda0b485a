/** Costs at prices of room: what an argument from the dual compares. */
import { type PlacementProblem, R } from '../problem.js';

/** What a function costs on a node with what it takes there, and what all prices come to, to be taken off. */
export function reducedCosts(problem: PlacementProblem, cost: Float64Array, prices: Float64Array) {
  const { functions, nodes, demand, capacity, sums } = problem;
  const unit = Float64Array.from({ length: nodes * R }, (_, at) => (capacity[at] > 0 ? prices[at] / capacity[at] : 0));
  const sumUnit = sums.map(({ most }, s) => (most > 0 ? prices[nodes * R + s] / most : 0));
  const at = (f: number, n: number): number => {
    let value = cost[f * nodes + n];
    for (let r = 0; r < R; r++) value += unit[n * R + r] * demand[f * R + r];
    for (let s = 0; s < sums.length; s++) value += sumUnit[s] * sums[s].amount[f * nodes + n];
    return value;
  };
  const table = (): { reduced: Float64Array; offset: number } => {
    const reduced = new Float64Array(functions * nodes);
    for (let f = 0; f < functions; f++) for (let n = 0; n < nodes; n++) reduced[f * nodes + n] = at(f, n);
    let offset = 0;
    for (let i = 0; i < nodes * R; i++) if (capacity[i] > 0) offset -= prices[i];
    for (let s = 0; s < sums.length; s++) if (sums[s].most > 0) offset -= prices[nodes * R + s];
    return { reduced, offset };
  };
  return { at, table };
}
