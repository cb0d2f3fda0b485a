/** Why there is no placement: which limits conflict, and what was found to do. */
import { type BuiltProblem, buildProblem, type PlacementOptions, type Relaxable } from './build.js';
import type { PlacementInput, PlacementLimits } from './input.js';
import { amountOf, type PlacementProblem, R, RESOURCES } from './problem.js';
import { solve } from './solve/solve.js';
import { BARRIERS } from './term-rows.js';

/** What would do, all other limits kept. */
export interface Relaxation {
  limit: Relaxable;
  /** The function that it is about; null for one of all. */
  functionName: string | null;
  /** The least value that was found to do: USD or grams an hour, ms; for resources a factor on every node's; for residency how many functions must be let out. */
  value: number;
  /** The names of these functions. */
  functionNames: readonly string[];
}

export interface Conflict {
  /** Of one function that has no node at all, or null where all have one and yet not all find room. */
  functionName: string | null;
  /** Limits that cannot all be kept. Of one function each of them is needed for the conflict; of all together as far as a short search found: with any one of them, and those not named, left out there is a placement. */
  limits: readonly Relaxable[];
  /** One for each of the limits that was found to do it by itself. */
  nearest: readonly Relaxation[];
}

const ALL: readonly Relaxable[] = [...BARRIERS, 'budget', 'carbon'];
/** Factors on resources and ceilings are found to within this. */
const CLOSE = 0.01;
const MOST_FACTOR = 1e4;
/** The question is only whether there is a placement. */
const LITTLE_WORK = { work: 1_000_000, looks: 40 };
const MOST_CONFLICTS = 20;

/** The conflicts of a problem without a placement: of each function without a node (20 of them), else of all together. */
export function conflictsOf(built: BuiltProblem, options: PlacementOptions): Conflict[] {
  const { input, problem, barriers } = built;
  const { nodes } = problem;
  const stuck = input.functions.flatMap((_, f) =>
    barriers.subarray(f * nodes, (f + 1) * nodes).every((bits) => bits !== 0) ? [f] : [],
  );
  if (stuck.length > 0) return stuck.slice(0, MOST_CONFLICTS).map((f) => ofOne(built, f));
  return [ofAll(input, options)];
}

/** A function that may go nowhere: the fewest limits that shut all nodes. */
function ofOne({ input, barriers, rows, problem }: BuiltProblem, f: number): Conflict {
  const { nodes } = problem;
  const bits = [...barriers.subarray(f * nodes, (f + 1) * nodes)];
  let kept = BARRIERS.reduce((all, _, i) => all | (1 << i), 0);
  for (let i = 0; i < BARRIERS.length; i++) {
    const without = kept & ~(1 << i);
    if (bits.every((one) => (one & without) !== 0)) kept = without;
  }
  const limits = BARRIERS.filter((_, i) => (kept & (1 << i)) !== 0);
  const { name } = input.functions[f];
  rows.load(f);
  const nearest = limits.flatMap((limit): Relaxation[] => {
    const others = ~(1 << BARRIERS.indexOf(limit));
    const open = bits.flatMap((one, n) => ((one & others) === 0 ? [n] : []));
    if (open.length === 0) return [];
    const least = (figure: (n: number) => number): number => Math.min(...open.map(figure));
    const about = { limit, functionName: name, functionNames: [name] };
    if (limit === 'latency') return [{ ...about, value: least((n) => rows.meanRoundTripMs[n]) }];
    if (limit === 'residency') return [{ ...about, value: 1 }];
    const r = RESOURCES.indexOf(limit);
    return [{ ...about, value: least((n) => problem.demand[f * R + r] / problem.capacity[n * R + r]) }];
  });
  return { functionName: name, limits, nearest: nearest.filter(({ value }) => Number.isFinite(value)) };
}

/** Every function has a node, and not all find room: limits are left out one by one, and those that matter stay. */
function ofAll(input: PlacementInput, options: PlacementOptions): Conflict {
  let without: readonly Relaxable[] = [];
  const isPlaced = (left: readonly Relaxable[]): boolean =>
    solve(buildProblem(input, options, left).problem, LITTLE_WORK).assignment !== null;
  for (const limit of ALL) {
    if (isOut(input, options, limit)) continue;
    const more = [...without, limit];
    if (!isPlaced(more)) without = more;
  }
  const limits = ALL.filter((limit) => !without.includes(limit) && !isOut(input, options, limit));
  const nearest = limits.flatMap((limit) => relaxed(input, options, limit));
  return { functionName: null, limits, nearest };
}

/** A limit that nobody set. */
function isOut({ functions }: PlacementInput, { limits }: PlacementOptions, limit: Relaxable): boolean {
  if (limit === 'budget') return limits?.usdPerHour === undefined;
  if (limit === 'carbon') return limits?.gramsPerHour === undefined;
  if (limit === 'residency') return functions.every(({ residency }) => residency === null);
  if (limit === 'latency') return functions.every(({ maxLatencyMs }) => maxLatencyMs === null);
  return false;
}

/** The nearest value of one limit with which all others were found to hold; nothing where none was found. */
function relaxed(input: PlacementInput, options: PlacementOptions, limit: Relaxable): Relaxation[] {
  const about = { limit, functionName: null, functionNames: [] };
  if (limit === 'budget' || limit === 'carbon') {
    const value = leastSum(input, options, limit);
    return value === null ? [] : [{ ...about, value }];
  }
  if (limit === 'residency') return letOut(input, options);
  const isEnough = (factor: number): boolean =>
    solve(buildProblem(stretched(input, limit, factor), options).problem, LITTLE_WORK).assignment !== null;
  let [below, above] = [1, 2];
  while (!isEnough(above)) {
    [below, above] = [above, above * 2];
    if (above > MOST_FACTOR) return [];
  }
  while (above / below > 1 + CLOSE) {
    const middle = Math.sqrt(above * below);
    if (isEnough(middle)) above = middle;
    else below = middle;
  }
  return [{ ...about, value: above }];
}

/** The least sum that was found while all other limits hold. */
function leastSum(input: PlacementInput, options: PlacementOptions, limit: 'budget' | 'carbon'): number | null {
  const field = limit === 'budget' ? 'usdPerHour' : 'gramsPerHour';
  const unlimited: PlacementLimits = { ...options.limits, [field]: Number.MAX_VALUE };
  const { problem, pairs } = buildProblem(input, { ...options, limits: unlimited });
  const sum = problem.sums.find(({ name }) => name === limit)!;
  const cost = problem.cost.map((one, at) => (one === Number.POSITIVE_INFINITY ? one : sum.amount[at]));
  const ownPairs =
    limit === 'budget' && pairs !== null ? { ...pairs, perMs: new Float64Array(pairs.perMs.length) } : null;
  const others = problem.sums.filter(({ name }) => name !== limit);
  const asked: PlacementProblem = { ...problem, cost, pairs: ownPairs, sums: others };
  const { assignment } = solve(asked);
  return assignment === null ? null : amountOf({ ...problem, pairs }, sum, assignment);
}

/** The fewest functions that were found to be enough to let out of their jurisdiction. */
function letOut(input: PlacementInput, options: PlacementOptions): Relaxation[] {
  const { problem, barriers } = buildProblem(input, options, ['residency']);
  const bit = 1 << BARRIERS.indexOf('residency');
  const isOutside = (at: number): boolean => (barriers[at] & bit) !== 0;
  const cost = problem.cost.map((one, at) => (one === Number.POSITIVE_INFINITY ? one : isOutside(at) ? 1 : 0));
  const { assignment } = solve({ ...problem, cost, pairs: null });
  if (assignment === null) return [];
  const names = input.functions.flatMap(({ name }, f) => (isOutside(f * problem.nodes + assignment[f]) ? [name] : []));
  return [{ limit: 'residency', functionName: null, value: names.length, functionNames: names }];
}

function stretched(input: PlacementInput, limit: Relaxable, factor: number): PlacementInput {
  if (limit === 'latency') {
    const functions = input.functions.map((one) =>
      one.maxLatencyMs === null ? one : { ...one, maxLatencyMs: one.maxLatencyMs * factor },
    );
    return { ...input, functions };
  }
  const nodes = input.nodes.map((node) => {
    if (limit === 'memory') return { ...node, memoryMiB: Math.floor(node.memoryMiB * factor) };
    if (limit === 'vcpu') return { ...node, vcpu: node.vcpu * factor };
    return { ...node, instances: Math.floor(node.instances * factor) };
  });
  return { ...input, nodes };
}
