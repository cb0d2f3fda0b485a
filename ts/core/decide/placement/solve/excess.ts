/** What no placement can keep, by sums alone: more is wanted of all nodes together than they have, or the least of a limited sum is above it. */
import { isWithin, type PlacementProblem, R, RESOURCES, type Resource, type SumLimit } from '../problem.js';

export interface Excess {
  limit: Resource | SumLimit['name'];
  /** What there would have to be, at least, over what there is; Infinity where there is nothing. */
  factor: number;
}

/** Limits that nobody can keep, whatever the others; none where sums do not tell. O(functions nodes). */
export function excesses({ functions, nodes, cost, demand, capacity, sums }: PlacementProblem): Excess[] {
  const found: Excess[] = [];
  const add = (limit: Excess['limit'], least: number, most: number): void => {
    if (!isWithin(least, most)) found.push({ limit, factor: most > 0 ? least / most : Number.POSITIVE_INFINITY });
  };
  for (let r = 0; r < R; r++) {
    let [wanted, room] = [0, 0];
    for (let f = 0; f < functions; f++) wanted += demand[f * R + r];
    for (let n = 0; n < nodes; n++) room += capacity[n * R + r];
    add(RESOURCES[r], wanted, room);
  }
  for (const { name, amount, most } of sums) {
    let least = 0;
    for (let f = 0; f < functions; f++) {
      let own = Number.POSITIVE_INFINITY;
      for (let n = 0; n < nodes; n++) {
        if (cost[f * nodes + n] < Number.POSITIVE_INFINITY) own = Math.min(own, amount[f * nodes + n]);
      }
      // Who may go nowhere says so by itself.
      if (own < Number.POSITIVE_INFINITY) least += own;
    }
    add(name, least, most);
  }
  return found;
}
