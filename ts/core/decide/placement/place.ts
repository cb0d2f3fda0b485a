/** Where functions run best, what that is worth, and how far from the best it can be. */
import type { AsyncOptions } from '../../kernels/async.js';
import { type BaselineName, baselinePlacements, PLACEMENT_BASELINES } from './baselines.js';
import { type BuiltProblem, buildingProblem, factorsOf, type PlacementOptions } from './build.js';
import type { Conflicts } from './conflicts/conflict.js';
import { conflictsOf } from './infeasible.js';
import type { PlacementInput, TermTotals, TermWeights } from './input.js';
import { costOf, isFeasible, R } from './problem.js';
import { inTurns, type Pieces, part, whole } from './solve/pieces.js';
import { type Proof, type SolveOptions, solving } from './solve/solve.js';
import { termsAt, termsOf, totalTerms, weighed } from './totals.js';

export interface PlaceOptions extends PlacementOptions {
  /** A placement of much the same functions on the same nodes: it is begun with, and takes a fraction of the time. Ignored where it is none of these functions and nodes. */
  last?: Pick<Placed, 'assignment' | 'prices'>;
  /** Of the random baseline, 0..4294967295. */
  seed?: number;
}

/** One function and where it goes. */
export interface PlacedFunction {
  name: string;
  /** Where it was; null for a new one. */
  from: string | null;
  node: string;
  isMoved: boolean;
  /** Its part of the terms there, and where it was while all others were where they were; half of what a pair of functions comes to. */
  terms: TermTotals;
  before: TermTotals | null;
  /** The same weighed and added, less what its best nodes would come to in each: its own cost. */
  cost: number;
  costBefore: number | null;
  /** ms on the way of its users' calls, the mean over them. */
  roundTripMs: number;
  roundTripBeforeMs: number | null;
}

export interface NodeUse {
  name: string;
  functions: number;
  /** Shares of what it has, 0..1. */
  memory: number;
  vcpu: number;
  instances: number;
}

export interface BaselineOutcome {
  name: BaselineName;
  /** Null where it leaves a function without room or passes a limit. */
  cost: number | null;
  terms: TermTotals | null;
}

export interface Placed {
  isPlaced: true;
  functions: PlacedFunction[];
  nodes: NodeUse[];
  /** Sums over all functions, each in its own unit (`PLACEMENT_TERM_MEANINGS`). */
  terms: TermTotals;
  /** As it was; null where a function had no node. */
  before: TermTotals | null;
  /** Each term over its scale, times its weight, added, above what every function would have on its best node in each term: 0 is a dream. */
  cost: number;
  costBefore: number | null;
  /** Whether no limit was passed as it was; null where a function had no node. */
  wasAllowed: boolean | null;
  weights: TermWeights;
  /** What the functions together differ by between their best and their worst nodes. */
  scales: TermTotals;
  /** No placement within the limits costs less. */
  bound: number;
  /** How much of the cost may be too much: (cost - bound) / cost. */
  gap: number;
  proof: Proof;
  baselines: BaselineOutcome[];
  /** `[functions]`: places in the list of nodes. */
  assignment: Int32Array;
  /** What room is worth, to begin with the next time. */
  prices: Float64Array;
}

export interface NotPlaced extends Conflicts {
  isPlaced: false;
  /** Whether it is proved that there is none; else none was found. */
  isProved: boolean;
}

/**
 * Places functions on nodes: the least sum of weighted terms that was found within all limits, with a bound that proves how good it is.
 *
 * Functions that all take the same of what there is too little of are placed exactly; others by a Lagrangian bound, repair and local search, few of them (up to 24) by trying everything that
 * could be better, as far as 200,000 steps go. Never worse than any of the baselines. Where nothing fits, the answer says which limits conflict and what
 * would do.
 *
 * @param input Of `parsePlacement`.
 *
 * Errors: `OUT_OF_RANGE` for weights and limits; `BAD_ARGUMENT` where the network lacks a region or a figure.
 * Complexity: O(functions nodes) some hundred times over; 10,000 functions on 200 nodes take seconds.
 * Source: Held and Karp, "The traveling-salesman problem and minimum spanning trees: part II", Mathematical Programming 1, 1971, for the bound.
 *
 * @example
 * const node = { tier: 'cloud', provider: 'aws', vcpu: 8, memoryGib: 32 };
 * const nodes = [{ ...node, name: 'dublin', region: 'eu-west-1' }, { ...node, name: 'tokyo', region: 'ap-northeast-1' }];
 * const functions = [{ name: 'checkout', memoryMiB: 512, vcpu: 0.5, callsPerHour: { 'gcp:asia-northeast2': 900 }, node: 'dublin' }];
 * const placed = placeFunctions(parsePlacement(nodes, functions));
 * placed.isPlaced && placed.functions[0].node; // 'tokyo'
 */
export function placeFunctions(input: PlacementInput, options: PlaceOptions = {}): Placed | NotPlaced {
  return whole(placing(input, options));
}

/**
 * `placeFunctions` that gives way to other work every some tens of ms, to the same result; progress in thousandths, by estimate.
 *
 * @param input Of `parsePlacement`.
 *
 * Errors: as `placeFunctions`, and `ABORTED` where the signal says so; the promise is rejected with them.
 * Complexity: as `placeFunctions`, and one timer each time that it gives way.
 * Source: as `placeFunctions`.
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const input = parsePlacement(nodes, [{ name: 'checkout', memoryMiB: 512, vcpu: 0.5 }]);
 * const placed = await placeFunctionsAsync(input, {}, { signal: AbortSignal.timeout(60_000) });
 * placed.isPlaced && placed.functions[0].node; // 'dublin'
 */
export function placeFunctionsAsync(
  input: PlacementInput,
  options: PlaceOptions = {},
  asynchronous: AsyncOptions = {},
): Promise<Placed | NotPlaced> {
  return inTurns(placing(input, options), asynchronous);
}

/** How far the work is, about, when the problem is built and when it was placed by simpler methods. */
const BUILT = 0.05;
const COMPARED = 0.1;

function* placing(input: PlacementInput, options: PlaceOptions): Pieces<Placed | NotPlaced> {
  const built = yield* part(buildingProblem(input, options), 0, BUILT);
  const current = currentOf(input);
  const isWhole = current.every((n) => n >= 0);
  const { last } = options;
  const isUsable =
    last?.assignment.length === input.functions.length &&
    last.assignment.every((n) => Number.isInteger(n) && n >= 0 && n < input.nodes.length);
  const starts = isUsable ? [Int32Array.from(last.assignment)] : isWhole ? [current] : [];
  const asked: SolveOptions = { starts, ...(last !== undefined && { prices: last.prices }) };
  const baselines = yield* part(baselinePlacements(built, options.seed ?? 1), BUILT, COMPARED);
  return yield* part(placeBuilt(built, options, asked, baselines), COMPARED, 1);
}

/** Sums of the same costs in another order differ by less. */
const ROUNDING = 1e-12;

const SOLVED = 0.9;

/** Places what is numbers already; no worse than the baselines that are given, nor than what is where that is allowed: which is kept where nothing is better. */
export function* placeBuilt(
  built: BuiltProblem,
  options: PlacementOptions,
  asked: SolveOptions,
  baselines: Partial<Record<BaselineName, Int32Array | null>>,
): Pieces<Placed | NotPlaced> {
  const { problem, input } = built;
  const current = currentOf(input);
  const isWhole = current.every((n) => n >= 0);
  let solution = yield* part(solving(problem, asked), 0, SOLVED);
  const stays = isWhole && isFeasible(problem, current) ? current : null;
  const known = [...Object.values(baselines), stays].filter((one) => one !== null);
  const best = known.toSorted((a, b) => costOf(problem, a) - costOf(problem, b))[0];
  if (best !== undefined && (solution.assignment === null || costOf(problem, best) < solution.cost)) {
    solution = yield* part(solving(problem, { ...asked, starts: [best] }), SOLVED, 1);
  }
  if (solution.assignment === null) {
    const { conflicts, together } = yield* conflictsOf(built, options, solution.isProved);
    const isProved = solution.isProved || conflicts.some((conflict) => conflict.isProved);
    return { isPlaced: false, isProved, conflicts, together };
  }
  const { bound: found, proof, prices } = solution;
  // Nobody moves for nothing.
  const isTie = stays !== null && costOf(problem, stays) <= solution.cost * (1 + ROUNDING);
  const assignment = isTie ? stays : solution.assignment;
  const cost = isTie ? costOf(problem, stays) : solution.cost;
  const bound = Math.min(found, cost);
  const terms = termsOf(built, assignment);
  const before = termsOf(built, current);
  const places = placedFunctions(built, assignment, terms, current, before);
  return {
    isPlaced: true,
    functions: places,
    nodes: usesOf(built, assignment),
    terms: totalTerms(terms),
    before: isWhole ? totalTerms(before) : null,
    cost,
    costBefore: isWhole ? places.reduce((sum, one) => sum + one.costBefore!, 0) : null,
    wasAllowed: isWhole ? stays !== null : null,
    weights: built.weights,
    scales: built.scales,
    bound,
    gap: cost > 0 ? (cost - bound) / cost : 0,
    proof,
    baselines: PLACEMENT_BASELINES.flatMap((name) => {
      const found = baselines[name];
      return found === undefined ? [] : [outcomeOf(built, name, found)];
    }),
    assignment,
    prices,
  };
}

/** `[functions]`: the node of each now; -1 for none. */
export function currentOf({ nodes, functions }: PlacementInput): Int32Array {
  const at = new Map(nodes.map(({ name }, n) => [name, n]));
  return Int32Array.from(functions, ({ node }) => (node === null ? -1 : at.get(node)!));
}

function outcomeOf(built: BuiltProblem, name: BaselineName, assignment: Int32Array | null): BaselineOutcome {
  if (assignment === null) return { name, cost: null, terms: null };
  return { name, cost: costOf(built.problem, assignment), terms: totalTerms(termsOf(built, assignment)) };
}

function placedFunctions(
  { input, rows, weights, scales, floors }: BuiltProblem,
  assignment: Int32Array,
  terms: Float64Array,
  current: Int32Array,
  before: Float64Array,
): PlacedFunction[] {
  const factors = factorsOf(weights, scales);
  const roundTripMs = (f: number, n: number): number => {
    rows.loadAt(f, n);
    return rows.meanRoundTripMs[n];
  };
  return input.functions.map(({ name, node }, f) => {
    const [now, old] = [termsAt(terms, f), current[f] < 0 ? null : termsAt(before, f)];
    return {
      name,
      from: node,
      node: input.nodes[assignment[f]].name,
      isMoved: node !== null && current[f] !== assignment[f],
      terms: now,
      before: old,
      cost: weighed(now, factors) - floors[f],
      costBefore: old === null ? null : weighed(old, factors) - floors[f],
      roundTripMs: roundTripMs(f, assignment[f]),
      roundTripBeforeMs: current[f] < 0 ? null : roundTripMs(f, current[f]),
    };
  });
}

/** What is taken of each node; who is nowhere takes nothing. */
export function usesOf({ problem, input }: BuiltProblem, assignment: Int32Array): NodeUse[] {
  const { demand, capacity } = problem;
  const taken = new Float64Array(capacity.length);
  const counts = new Int32Array(problem.nodes);
  assignment.forEach((n, f) => {
    if (n < 0) return;
    counts[n]++;
    for (let r = 0; r < R; r++) taken[n * R + r] += demand[f * R + r];
  });
  const share = (at: number): number => (capacity[at] > 0 ? taken[at] / capacity[at] : 0);
  return input.nodes.map(({ name }, n) => {
    const [memory, vcpu, instances] = [share(n * R), share(n * R + 1), share(n * R + 2)];
    return { name, functions: counts[n], memory, vcpu, instances };
  });
}
