/** Tries everything that could be better, for small problems: what is found is the best, or nothing is. */
import { costOf, incidence, isWithin, type PlacementProblem, pairCost, pairUsd, R } from '../problem.js';
import { bySize } from './fill.js';
import type { Pieces } from './pieces.js';

/** Larger problems are not tried. */
export const MOST_SEARCHED = 24;

const ROUNDING = 1e-12;
/** Nodes looked at between two pieces: some tens of milliseconds. */
const PIECE = 200_000;

export interface Searched {
  /** The best placement; null where nothing better than the known one is there. */
  best: Int32Array | null;
  /** False where the search was cut off: something better may be left. */
  isWhole: boolean;
}

/**
 * Branch and bound in the order of sizes. `reduced` is `[functions, nodes]`, costs at prices of room, which bound what is left from below together with
 * `offset`; `known` is the cost to be beaten.
 */
export function* searchingAll(
  problem: PlacementProblem,
  { reduced, offset }: { reduced: Float64Array; offset: number },
  known: number,
  visits: number,
): Pieces<Searched> {
  const { functions, nodes, cost, demand, sums, pairs } = problem;
  const order = bySize(problem);
  const incident = pairs === null ? null : incidence(functions, pairs);
  const room = problem.capacity.slice();
  const total = new Float64Array(sums.length);
  const assignment = new Int32Array(functions).fill(-1);
  // What those from the i-th on come to at least: at prices, without, and of the limited sums.
  const [restReduced, rest] = [new Float64Array(functions + 1), new Float64Array(functions + 1)];
  const restSums = sums.map(() => new Float64Array(functions + 1));
  const leastOf = (table: Float64Array, f: number): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < nodes; n++)
      if (cost[f * nodes + n] < Number.POSITIVE_INFINITY) least = Math.min(least, table[f * nodes + n]);
    return least;
  };
  for (let i = functions - 1; i >= 0; i--) {
    restReduced[i] = restReduced[i + 1] + leastOf(reduced, order[i]);
    rest[i] = rest[i + 1] + leastOf(cost, order[i]);
    sums.forEach(({ amount }, s) => {
      restSums[s][i] = restSums[s][i + 1] + leastOf(amount, order[i]);
    });
  }
  let [best, least, left, looked]: [Int32Array | null, number, number, number] = [null, known, visits, 0];

  function* place(i: number, own: number, atPrices: number): Pieces<void> {
    if (i === functions) {
      const whole = costOf(problem, assignment);
      if (whole < least) [best, least] = [assignment.slice(), whole];
      return;
    }
    looked += nodes;
    if (looked >= PIECE) {
      looked = 0;
      yield 1 - Math.max(0, left) / visits;
    }
    const f = order[i];
    const options: { n: number; value: number }[] = [];
    for (let n = 0; n < nodes; n++) {
      const value = cost[f * nodes + n];
      if (value === Number.POSITIVE_INFINITY) continue;
      if ([0, 1, 2].some((r) => room[n * R + r] < demand[f * R + r])) continue;
      options.push({ n, value: value + withPartners(f, n) });
    }
    options.sort((a, b) => a.value - b.value);
    for (const { n, value } of options) {
      if (left-- <= 0) return;
      const nextOwn = own + value;
      const nextPrices = atPrices + reduced[f * nodes + n] + (value - cost[f * nodes + n]);
      const bound = Math.max(nextOwn + rest[i + 1], nextPrices + restReduced[i + 1] + offset);
      if (bound >= least - ROUNDING * Math.abs(least)) continue;
      const added = sums.map(
        ({ amount, isWithEgress }) => amount[f * nodes + n] + (isWithEgress ? usdWithPartners(f, n) : 0),
      );
      if (sums.some(({ most }, s) => !isWithin(total[s] + added[s] + restSums[s][i + 1], most))) continue;
      assignment[f] = n;
      for (let r = 0; r < R; r++) room[n * R + r] -= demand[f * R + r];
      for (let s = 0; s < sums.length; s++) total[s] += added[s];
      yield* place(i + 1, nextOwn, nextPrices);
      for (let s = 0; s < sums.length; s++) total[s] -= added[s];
      for (let r = 0; r < R; r++) room[n * R + r] += demand[f * R + r];
      assignment[f] = -1;
    }
  }
  const overPartners = (f: number, n: number, figure: (p: number, a: number, b: number) => number): number => {
    if (pairs === null || incident === null) return 0;
    let sum = 0;
    for (let at = incident.start[f]; at < incident.start[f + 1]; at++) {
      const p = incident.pair[at];
      const isFrom = pairs.from[p] === f;
      const other = assignment[isFrom ? pairs.to[p] : pairs.from[p]];
      if (other >= 0) sum += isFrom ? figure(p, n, other) : figure(p, other, n);
    }
    return sum;
  };
  const withPartners = (f: number, n: number): number =>
    overPartners(f, n, (p, a, b) => pairCost(pairs!, nodes, p, a, b));
  const usdWithPartners = (f: number, n: number): number =>
    overPartners(f, n, (p, a, b) => pairUsd(pairs!, nodes, p, a, b));
  yield* place(0, 0, 0);
  return { best, isWhole: left > 0 };
}
