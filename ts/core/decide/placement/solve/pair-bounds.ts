/** Costs of functions by themselves that count in what their pairs cost at least: what a bound is made of. */
import { solveAssignment } from '../../../kernels/assignment.js';
import { IsothermError } from '../../../kernels/error.js';
import { incidence, type PairCosts, type PlacementProblem, pairCost, R } from '../problem.js';

/** Up to so many assignments are solved for the better of the two bounds. */
const MOST_ASSIGNMENTS = 1500;

/** `[functions, nodes]`: own costs and half of what each pair costs at least. The problem itself without pairs. */
export function withPairBounds(problem: PlacementProblem): Float64Array {
  const { pairs, functions, nodes } = problem;
  if (pairs === null) return problem.cost;
  const isSmall = functions * nodes <= MOST_ASSIGNMENTS;
  return isSmall ? gilmoreLawler(problem, pairs) : eachAtItsBest(problem, pairs);
}

/** Each pair by itself: the other end wherever that end may be and is cheapest. O(pairs nodes + kinds nodes²). */
function eachAtItsBest(problem: PlacementProblem, pairs: PairCosts): Float64Array {
  const { functions, nodes, cost } = problem;
  const bounded = cost.slice();
  const least = new Map<string, { ms: Float64Array; out: Float64Array; back: Float64Array }>();
  const kind = Array.from({ length: functions }, (_, f) =>
    Array.from(cost.subarray(f * nodes, (f + 1) * nodes), (one) => (one < Number.POSITIVE_INFINITY ? '1' : '0')).join(
      '',
    ),
  );
  const leastOf = (g: number): { ms: Float64Array; out: Float64Array; back: Float64Array } => {
    const known = least.get(kind[g]);
    if (known !== undefined) return known;
    const may = Array.from({ length: nodes }, (_, n) => n).filter((n) => kind[g][n] === '1');
    const over = (figure: (n: number, m: number) => number): Float64Array =>
      Float64Array.from({ length: nodes }, (_, n) =>
        may.reduce((low, m) => Math.min(low, figure(n, m)), Number.POSITIVE_INFINITY),
      );
    const found = {
      ms: over((n, m) => Math.min(pairs.ms[n * nodes + m], pairs.ms[m * nodes + n])),
      out: over((n, m) => pairs.usdPerGb[n * nodes + m]),
      back: over((n, m) => pairs.usdPerGb[m * nodes + n]),
    };
    least.set(kind[g], found);
    return found;
  };
  for (let p = 0; p < pairs.from.length; p++) {
    for (const isFrom of [true, false]) {
      const [f, g] = isFrom ? [pairs.from[p], pairs.to[p]] : [pairs.to[p], pairs.from[p]];
      const { ms, out, back } = leastOf(g);
      const [sent, got] = isFrom ? [pairs.gbOut[p], pairs.gbBack[p]] : [pairs.gbBack[p], pairs.gbOut[p]];
      for (let n = 0; n < nodes; n++) {
        if (ms[n] === Number.POSITIVE_INFINITY) continue;
        bounded[f * nodes + n] += (pairs.perMs[p] * ms[n] + pairs.perUsd * (sent * out[n] + got * back[n])) / 2;
      }
    }
  }
  return bounded;
}

/**
 * For each function on each node, its partners placed as cheaply for it as room allows: an assignment with the number of functions that each node
 * can hold at most.
 *
 * Source: Gilmore, "Optimal and suboptimal algorithms for the quadratic assignment problem", SIAM Journal 10, 1962; Lawler, Management Science 9, 1963.
 */
function gilmoreLawler(problem: PlacementProblem, pairs: PairCosts): Float64Array {
  const { functions, nodes, cost, demand, capacity } = problem;
  const { start, pair } = incidence(functions, pairs);
  const bounded = cost.slice();
  for (let f = 0; f < functions; f++) {
    const incident = [...pair.subarray(start[f], start[f + 1])];
    if (incident.length === 0) continue;
    const partnerOf = (p: number): number => (pairs.from[p] === f ? pairs.to[p] : pairs.from[p]);
    const partners = [...new Set(incident.map(partnerOf))];
    const least = [0, 1, 2].map((r) => Math.min(...partners.map((g) => demand[g * R + r])));
    for (let n = 0; n < nodes; n++) {
      if (cost[f * nodes + n] === Number.POSITIVE_INFINITY) continue;
      const inner = new Float64Array(partners.length * nodes);
      partners.forEach((g, i) => {
        for (let m = 0; m < nodes; m++) {
          const isOut = cost[g * nodes + m] === Number.POSITIVE_INFINITY;
          inner[i * nodes + m] = isOut ? Number.POSITIVE_INFINITY : 0;
        }
      });
      for (const p of incident) {
        const at = partners.indexOf(partnerOf(p)) * nodes;
        const isFrom = pairs.from[p] === f;
        for (let m = 0; m < nodes; m++)
          inner[at + m] += isFrom ? pairCost(pairs, nodes, p, n, m) : pairCost(pairs, nodes, p, m, n);
      }
      const columnCapacity = Int32Array.from({ length: nodes }, (_, m) => {
        let most = partners.length;
        for (let r = 0; r < R; r++) {
          const left = capacity[m * R + r] - (m === n ? demand[f * R + r] : 0);
          if (least[r] > 0) most = Math.min(most, Math.max(0, Math.floor(left / least[r])));
        }
        return most;
      });
      bounded[f * nodes + n] += innerCost(inner, partners.length, nodes, columnCapacity) / 2;
    }
  }
  return bounded;
}

/** The least cost of the partners; Infinity where they cannot all be placed, and so the function cannot be there. */
function innerCost(inner: Float64Array, rows: number, cols: number, columnCapacity: Int32Array): number {
  if (columnCapacity.reduce((sum, most) => sum + most, 0) < rows) return Number.POSITIVE_INFINITY;
  try {
    return solveAssignment(inner, rows, cols, { columnCapacity }).cost;
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.code === 'INFEASIBLE') return Number.POSITIVE_INFINITY;
    throw thrown;
  }
}
