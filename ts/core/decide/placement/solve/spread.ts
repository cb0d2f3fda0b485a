/** What softness and gains are measured by. */
import type { PlacementProblem } from '../problem.js';

/** By how much a function's costs differ from its least, on average over functions and the nodes that they may use. */
export function spreadOf({ functions, nodes }: PlacementProblem, cost: Float64Array): number {
  let sum = 0;
  for (let f = 0; f < functions; f++) {
    let [least, whole, count] = [Number.POSITIVE_INFINITY, 0, 0];
    for (let n = 0; n < nodes; n++) {
      const one = cost[f * nodes + n];
      if (one === Number.POSITIVE_INFINITY) continue;
      least = Math.min(least, one);
      whole += one;
      count++;
    }
    if (count > 0) sum += whole / count - least;
  }
  return sum > 0 ? sum / functions : 1;
}
