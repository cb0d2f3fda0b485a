/** Placement as numbers: what the solvers take. */

/** Resources of a node, in the order of the columns below. */
export const RESOURCES = ['memory', 'vcpu', 'instances'] as const;
export type Resource = (typeof RESOURCES)[number];

/** A limit on a sum over all functions. */
export interface SumLimit {
  name: 'budget' | 'carbon';
  /** `[functions, nodes]`, at least 0. */
  amount: Float64Array;
  most: number;
  /** Bytes between functions count too, at their price. */
  isWithEgress: boolean;
}

/** What pairs of functions cost by where both are; ends `from` and `to` per pair. */
export interface PairCosts {
  from: Int32Array;
  to: Int32Array;
  /** Cost per ms between the two. */
  perMs: Float64Array;
  /** GB an hour there and back. */
  gbOut: Float64Array;
  gbBack: Float64Array;
  /** Cost per USD. */
  perUsd: number;
  /** `[nodes, nodes]`. */
  ms: Float64Array;
  usdPerGb: Float64Array;
}

export interface PlacementProblem {
  functions: number;
  nodes: number;
  /** `[functions, nodes]`, at least 0; Infinity: may not. */
  cost: Float64Array;
  /** `[functions, 3]` and `[nodes, 3]`, whole numbers. */
  demand: Float64Array;
  capacity: Float64Array;
  sums: readonly SumLimit[];
  pairs: PairCosts | null;
}

export const R = RESOURCES.length;

/** USD an hour of bytes between the functions of a pair. */
export function pairUsd(pairs: PairCosts, nodes: number, p: number, n: number, m: number): number {
  return pairs.gbOut[p] * pairs.usdPerGb[n * nodes + m] + pairs.gbBack[p] * pairs.usdPerGb[m * nodes + n];
}

/** Cost of a pair whose `from` is on node `n` and whose `to` is on `m`. */
export function pairCost(pairs: PairCosts, nodes: number, p: number, n: number, m: number): number {
  return pairs.perMs[p] * pairs.ms[n * nodes + m] + pairs.perUsd * pairUsd(pairs, nodes, p, n, m);
}

/** Pairs of each function: those of `f` are `pair[start[f]..start[f + 1]]`. */
export function incidence(functions: number, { from, to }: PairCosts): { start: Int32Array; pair: Int32Array } {
  const start = new Int32Array(functions + 1);
  for (let p = 0; p < from.length; p++) {
    start[from[p] + 1]++;
    start[to[p] + 1]++;
  }
  for (let f = 0; f < functions; f++) start[f + 1] += start[f];
  const pair = new Int32Array(2 * from.length);
  const next = start.slice();
  for (let p = 0; p < from.length; p++) {
    pair[next[from[p]]++] = p;
    pair[next[to[p]]++] = p;
  }
  return { start, pair };
}

/** Cost of an assignment, pairs included. */
export function costOf(problem: PlacementProblem, assignment: Int32Array): number {
  const { functions, nodes, cost, pairs } = problem;
  let sum = 0;
  for (let f = 0; f < functions; f++) sum += cost[f * nodes + assignment[f]];
  if (pairs !== null) {
    for (let p = 0; p < pairs.from.length; p++) {
      sum += pairCost(pairs, nodes, p, assignment[pairs.from[p]], assignment[pairs.to[p]]);
    }
  }
  return sum;
}

/** What a limited sum comes to. */
export function amountOf(
  problem: PlacementProblem,
  { amount, isWithEgress }: SumLimit,
  assignment: Int32Array,
): number {
  const { functions, nodes, pairs } = problem;
  let sum = 0;
  for (let f = 0; f < functions; f++) sum += amount[f * nodes + assignment[f]];
  if (pairs !== null && isWithEgress) {
    for (let p = 0; p < pairs.from.length; p++) {
      sum += pairUsd(pairs, nodes, p, assignment[pairs.from[p]], assignment[pairs.to[p]]);
    }
  }
  return sum;
}

/** What each node has left, `[nodes, 3]`; negative where too much is on it. */
export function roomOf({ functions, demand, capacity }: PlacementProblem, assignment: Int32Array): Float64Array {
  const room = capacity.slice();
  for (let f = 0; f < functions; f++) {
    const n = assignment[f];
    if (n >= 0) for (let r = 0; r < R; r++) room[n * R + r] -= demand[f * R + r];
  }
  return room;
}

/** Sums are of floats: this much over is none. */
const ROUNDING = 1e-9;

/** Whether a sum is within its limit. */
export const isWithin = (value: number, most: number): boolean => value <= most + ROUNDING * Math.abs(most);

/** Whether every function has a node that it may use, and no limit is passed. */
export function isFeasible(problem: PlacementProblem, assignment: Int32Array): boolean {
  const { functions, nodes, cost, sums } = problem;
  for (let f = 0; f < functions; f++) {
    const n = assignment[f];
    if (n < 0 || cost[f * nodes + n] === Number.POSITIVE_INFINITY) return false;
  }
  if (roomOf(problem, assignment).some((left) => left < 0)) return false;
  return sums.every((limit) => isWithin(amountOf(problem, limit, assignment), limit.most));
}
