/** New functions are started before others move: where there is room, and within the limits on sums. */
import { incidence, isWithin, type PlacementProblem, pairUsd, R } from './problem.js';
import { PlacementState } from './solve/state.js';

export interface Begun {
  state: PlacementState;
  started: number[];
  /** Those that find no room, or no place within the limits on sums: they take nothing. */
  waiting: ReadonlySet<number>;
}

/** What those who run take of room and sums, as they come one by one. */
class Taken {
  /** `[functions]`: the node of each; -1 for who does not run. */
  readonly assignment: Int32Array;
  readonly #problem: PlacementProblem;
  readonly #room: Float64Array;
  readonly #sums: Float64Array;
  readonly #partners: { start: Int32Array; pair: Int32Array } | null;

  constructor(problem: PlacementProblem) {
    this.#problem = problem;
    this.assignment = new Int32Array(problem.functions).fill(-1);
    this.#room = problem.capacity.slice();
    this.#sums = new Float64Array(problem.sums.length);
    this.#partners = problem.pairs === null ? null : incidence(problem.functions, problem.pairs);
  }

  allows(f: number, n: number): boolean {
    const { demand, sums } = this.#problem;
    for (let r = 0; r < R; r++) if (this.#room[n * R + r] < demand[f * R + r]) return false;
    return sums.every(({ most }, s) => {
      const by = this.#amount(s, f, n);
      return by === 0 || isWithin(this.#sums[s] + by, most);
    });
  }

  add(f: number, n: number): void {
    const { demand, sums } = this.#problem;
    for (let s = 0; s < sums.length; s++) this.#sums[s] += this.#amount(s, f, n);
    for (let r = 0; r < R; r++) this.#room[n * R + r] -= demand[f * R + r];
    this.assignment[f] = n;
  }

  /** What a sum grows by: its own part, and bytes to and from those who run. */
  #amount(s: number, f: number, n: number): number {
    const { nodes, pairs, sums } = this.#problem;
    const { amount, isWithEgress } = sums[s];
    let sum = amount[f * nodes + n];
    if (pairs === null || this.#partners === null || !isWithEgress) return sum;
    const { start, pair } = this.#partners;
    for (const p of pair.subarray(start[f], start[f + 1])) {
      const isFrom = pairs.from[p] === f;
      const there = this.assignment[isFrom ? pairs.to[p] : pairs.from[p]];
      if (there >= 0) sum += isFrom ? pairUsd(pairs, nodes, p, n, there) : pairUsd(pairs, nodes, p, there, n);
    }
    return sum;
  }
}

/** How things stand once new functions are started: where the target has them if they may, else on the cheapest node where they may. */
export function begin(problem: PlacementProblem, current: Int32Array, target: Int32Array): Begun {
  const { functions, nodes, cost } = problem;
  const taken = new Taken(problem);
  for (let f = 0; f < functions; f++) if (current[f] >= 0) taken.add(f, current[f]);
  const [started, waiting] = [[] as number[], new Set<number>()];
  for (let f = 0; f < functions; f++) {
    if (current[f] >= 0) continue;
    let best = taken.allows(f, target[f]) ? target[f] : -1;
    for (let n = 0; n < nodes && best !== target[f]; n++) {
      const value = cost[f * nodes + n];
      if (value === Number.POSITIVE_INFINITY || !taken.allows(f, n)) continue;
      if (best < 0 || value < cost[f * nodes + best]) best = n;
    }
    if (best < 0) {
      waiting.add(f);
    } else {
      started.push(f);
      taken.add(f, best);
    }
  }
  const assignment = taken.assignment.map((n, f) => (n < 0 ? target[f] : n));
  return { state: new PlacementState(withoutThose(problem, waiting), assignment), started, waiting };
}

/** Those who wait stand where the target has them, and take no room and nothing of the sums; what calls to them will cost still counts for who moves. */
function withoutThose(problem: PlacementProblem, waiting: ReadonlySet<number>): PlacementProblem {
  if (waiting.size === 0) return problem;
  const { nodes, pairs } = problem;
  const demand = problem.demand.slice();
  const sums = problem.sums.map((limit) => ({ ...limit, amount: limit.amount.slice() }));
  for (const f of waiting) {
    demand.fill(0, f * R, (f + 1) * R);
    for (const { amount } of sums) amount.fill(0, f * nodes, (f + 1) * nodes);
  }
  const sent = (gb: Float64Array, { from, to }: { from: Int32Array; to: Int32Array }): Float64Array =>
    gb.map((one, p) => (waiting.has(from[p]) || waiting.has(to[p]) ? 0 : one));
  return {
    ...problem,
    demand,
    sums,
    pairs: pairs && { ...pairs, gbOut: sent(pairs.gbOut, pairs), gbBack: sent(pairs.gbBack, pairs) },
  };
}
