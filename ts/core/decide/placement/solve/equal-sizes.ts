/** Functions that all take the same: one assignment with capacities, exactly. */
import { assigning } from '../../../kernels/assignment-steps.js';
import { IsothermError } from '../../../kernels/error.js';
import { type PlacementProblem, R } from '../problem.js';
import type { Pieces } from './pieces.js';

/** How many functions each node holds, where all take the same, nothing limits sums and no pairs cost; null otherwise. */
function places({ functions, nodes, demand, capacity, sums, pairs }: PlacementProblem): Int32Array | null {
  if (sums.length > 0 || pairs !== null || functions === 0) return null;
  for (let at = R; at < demand.length; at++) if (demand[at] !== demand[at % R]) return null;
  return Int32Array.from({ length: nodes }, (_, n) => {
    let most = functions;
    for (let r = 0; r < R; r++) if (demand[r] > 0) most = Math.min(most, Math.floor(capacity[n * R + r] / demand[r]));
    return most;
  });
}

/** The best placement; `'none'` where there is none; null where sizes differ. */
export function* placingEqualSizes(problem: PlacementProblem): Pieces<Int32Array | 'none' | null> {
  const columnCapacity = places(problem);
  if (columnCapacity === null) return null;
  const { functions, nodes, cost } = problem;
  // With fewer places than rows the kernel would fill them all and leave rows out.
  if (columnCapacity.reduce((sum, most) => sum + most, 0) < functions) return 'none';
  try {
    return (yield* assigning(cost, functions, nodes, { columnCapacity })).rowToCol;
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.code === 'INFEASIBLE') return 'none';
    throw thrown;
  }
}
