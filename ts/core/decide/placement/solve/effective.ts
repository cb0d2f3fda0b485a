/** Costs as one function sees them while all others stay: its own, and those of its pairs. */
import { incidence, type PlacementProblem, pairCost, pairUsd } from '../problem.js';

export class EffectiveCosts {
  /** `[functions, nodes]`. */
  readonly cost: Float64Array;
  /** Per limited sum, `[functions, nodes]`. */
  readonly amounts: readonly Float64Array[];
  readonly #problem: PlacementProblem;
  readonly #incident: { start: Int32Array; pair: Int32Array } | null;

  constructor(problem: PlacementProblem, assignment: Int32Array) {
    const { pairs, cost, sums, functions } = problem;
    this.#problem = problem;
    this.#incident = pairs === null ? null : incidence(functions, pairs);
    this.cost = pairs === null ? cost : cost.slice();
    this.amounts = sums.map(({ amount, isWithEgress }) => (pairs !== null && isWithEgress ? amount.slice() : amount));
    if (pairs === null) return;
    for (let p = 0; p < pairs.from.length; p++) {
      this.#add(p, pairs.from[p], assignment[pairs.to[p]], 1);
      this.#add(p, pairs.to[p], assignment[pairs.from[p]], 1);
    }
  }

  /** One function went from `old` to `now`: its partners see that. */
  moved(f: number, old: number, now: number): void {
    const { pairs } = this.#problem;
    if (pairs === null || this.#incident === null) return;
    const { start, pair } = this.#incident;
    for (let i = start[f]; i < start[f + 1]; i++) {
      const p = pair[i];
      const partner = pairs.from[p] === f ? pairs.to[p] : pairs.from[p];
      this.#add(p, partner, old, -1);
      this.#add(p, partner, now, 1);
    }
  }

  /** What exchanging `f` on `n` with `g` on `m` costs more than each alone would say, as both go: cost, then the sums. */
  together(f: number, n: number, g: number, m: number, out: Float64Array): void {
    out.fill(0);
    const { pairs, nodes, sums } = this.#problem;
    if (pairs === null || this.#incident === null) return;
    const { start, pair } = this.#incident;
    for (let i = start[f]; i < start[f + 1]; i++) {
      const p = pair[i];
      if (pairs.from[p] !== g && pairs.to[p] !== g) continue;
      // Alone, f would find g on m, and g would find f on n; together they have changed places.
      out[0] += pairCost(pairs, nodes, p, m, n) + pairCost(pairs, nodes, p, n, m);
      out[0] -= pairCost(pairs, nodes, p, n, n) + pairCost(pairs, nodes, p, m, m);
      sums.forEach(({ isWithEgress }, s) => {
        if (!isWithEgress) return;
        out[1 + s] += pairUsd(pairs, nodes, p, m, n) + pairUsd(pairs, nodes, p, n, m);
        out[1 + s] -= pairUsd(pairs, nodes, p, n, n) + pairUsd(pairs, nodes, p, m, m);
      });
    }
  }

  /** Adds what pair `p` costs its end `f` on each node while the other end is on `there`. */
  #add(p: number, f: number, there: number, sign: number): void {
    const { nodes, sums } = this.#problem;
    const pairs = this.#problem.pairs!;
    const isFrom = pairs.from[p] === f;
    const at = f * nodes;
    for (let n = 0; n < nodes; n++) {
      this.cost[at + n] += sign * (isFrom ? pairCost(pairs, nodes, p, n, there) : pairCost(pairs, nodes, p, there, n));
    }
    sums.forEach(({ isWithEgress }, s) => {
      if (!isWithEgress) return;
      const amount = this.amounts[s];
      for (let n = 0; n < nodes; n++) {
        amount[at + n] += sign * (isFrom ? pairUsd(pairs, nodes, p, n, there) : pairUsd(pairs, nodes, p, there, n));
      }
    });
  }
}
