/** Why there is no placement: which limits conflict, and what was found to do. */
import { type BuiltProblem, buildingProblem, type PlacementOptions, type Relaxable } from './build.js';
import type { PlacementInput, PlacementLimits } from './input.js';
import { amountOf, type PlacementProblem, R, RESOURCES } from './problem.js';
import { type Excess, excesses } from './solve/excess.js';
import { byCost, fill } from './solve/fill.js';
import { type Pieces, part } from './solve/pieces.js';
import { type SolveOptions, solving } from './solve/solve.js';
import { BARRIERS } from './term-rows.js';

/** What would do, all other limits kept. */
export interface Relaxation {
  limit: Relaxable;
  /** The function that it is about; null for one of all. */
  functionName: string | null;
  /** The least value that was found to do: USD or grams an hour, ms; for resources a factor on every node's; for residency how many functions must be let out. */
  value: number;
  /** The names of these functions, the first 20 of them. */
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
/** Names that are given of many. */
const MOST_NAMES = 20;
/** Functions times nodes over all problems that are solved for an answer: hundreds of small ones, or three of 10,000 functions on 200 nodes. */
const MOST_ENTRIES = 6_000_000;
/** Problems that are built and not solved, over those that are. */
const BUILT_SHARE = 0.05;

/** The conflicts of a problem without a placement: of each function without a node (20 of them), else of all together. */
export function* conflictsOf(built: BuiltProblem, options: PlacementOptions): Pieces<Conflict[]> {
  const { input, problem, barriers } = built;
  const { nodes } = problem;
  const stuck = input.functions.flatMap((_, f) =>
    barriers.subarray(f * nodes, (f + 1) * nodes).every((bits) => bits !== 0) ? [f] : [],
  );
  if (stuck.length > 0) return stuck.slice(0, MOST_CONFLICTS).map((f) => ofOne(built, f));
  return yield* new Conflicts(built, options).found();
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

/** Every function has a node, and not all find room: what conflicts, and what would do, within a bound on the problems that are solved. */
class Conflicts {
  readonly #input: PlacementInput;
  readonly #options: PlacementOptions;
  readonly #built: BuiltProblem;
  #left = MOST_ENTRIES;

  constructor(built: BuiltProblem, options: PlacementOptions) {
    this.#built = built;
    this.#input = built.input;
    this.#options = options;
  }

  *found(): Pieces<Conflict[]> {
    const { problem } = this.#built;
    // Wherever functions may go: what is too much only where they may is in conflict with what keeps them there.
    const plain = excesses({ ...problem, cost: new Float64Array(problem.cost.length) });
    if (plain.length > 0) return yield* this.#plain(plain);
    const limits = yield* this.#needed();
    const nearest: Relaxation[] = [];
    for (const limit of limits) nearest.push(...(yield* this.#relaxed(limit, 1)));
    return [{ functionName: null, limits, nearest }];
  }

  /** Each of these nobody can keep, whatever the others: where there are several, none alone would do. */
  *#plain(plain: readonly Excess[]): Pieces<Conflict[]> {
    const [only, ...others] = plain;
    const nearest = others.length === 0 ? yield* this.#relaxed(only.limit, only.factor) : [];
    return plain.map(({ limit }) => ({ functionName: null, limits: [limit], nearest: [...nearest] }));
  }

  /** Limits are left out one by one, and those that matter stay; all that are left where the work is used up. */
  *#needed(): Pieces<Relaxable[]> {
    let without: readonly Relaxable[] = [];
    for (const limit of ALL) {
      if (this.#isOut(limit)) continue;
      const more = [...without, limit];
      const isPlaced = yield* this.#isPlaced(this.#input, more);
      if (isPlaced === false) without = more;
    }
    return ALL.filter((limit) => !without.includes(limit) && !this.#isOut(limit));
  }

  /** A limit that nobody set. */
  #isOut(limit: Relaxable): boolean {
    const { functions } = this.#input;
    const { limits } = this.#options;
    if (limit === 'budget') return limits?.usdPerHour === undefined;
    if (limit === 'carbon') return limits?.gramsPerHour === undefined;
    if (limit === 'residency') return functions.every(({ residency }) => residency === null);
    if (limit === 'latency') return functions.every(({ maxLatencyMs }) => maxLatencyMs === null);
    return false;
  }

  /** Null where the work is used up. */
  *#isPlaced(input: PlacementInput, without: readonly Relaxable[] = []): Pieces<boolean | null> {
    if (!this.#takes(BUILT_SHARE)) return null;
    const { problem } = yield* part(buildingProblem(input, this.#options, without), 1, 1);
    // What is plain costs next to nothing.
    if (excesses(problem).length > 0) return false;
    if (fill(problem, byCost(problem)) !== null) return true;
    if (!this.#takes(1)) return null;
    const { assignment } = yield* part(solving(problem, LITTLE_WORK), 1, 1);
    return assignment !== null;
  }

  /** Whether there is work left for one more problem, or a share of one. */
  #takes(share: number): boolean {
    const { functions, nodes } = this.#built.problem;
    const left = this.#left - share * functions * nodes;
    if (left < 0) return false;
    this.#left = left;
    return true;
  }

  /** The nearest value of one limit with which all others were found to hold; nothing where none was found. Below `least` it cannot be. */
  *#relaxed(limit: Relaxable, least: number): Pieces<Relaxation[]> {
    const about = { limit, functionName: null, functionNames: [] };
    if (limit === 'budget' || limit === 'carbon') {
      const value = yield* this.#leastSum(limit);
      return value === null ? [] : [{ ...about, value }];
    }
    if (limit === 'residency') return yield* this.#letOut();
    let [below, above] = [least, least * (least > 1 ? 1 + CLOSE : 2)];
    for (;;) {
      if (!(above <= MOST_FACTOR)) return [];
      const isEnough = yield* this.#isPlaced(stretched(this.#input, limit, above));
      if (isEnough === null) return [];
      if (isEnough) break;
      [below, above] = [above, above * 2];
    }
    while (above / below > 1 + CLOSE) {
      const middle = Math.sqrt(above * below);
      const isEnough = yield* this.#isPlaced(stretched(this.#input, limit, middle));
      // Without work left what was found by now has to do.
      if (isEnough === null) break;
      if (isEnough) above = middle;
      else below = middle;
    }
    return [{ ...about, value: above }];
  }

  /** The least sum that was found while all other limits hold. */
  *#leastSum(limit: 'budget' | 'carbon'): Pieces<number | null> {
    const field = limit === 'budget' ? 'usdPerHour' : 'gramsPerHour';
    const unlimited: PlacementLimits = { ...this.#options.limits, [field]: MOST_SUM };
    const { problem, pairs } = yield* part(buildingProblem(this.#input, { ...this.#options, limits: unlimited }), 1, 1);
    const sum = problem.sums.find(({ name }) => name === limit)!;
    const cost = problem.cost.map((one, at) => (one === Number.POSITIVE_INFINITY ? one : sum.amount[at]));
    const ownPairs =
      limit === 'budget' && pairs !== null ? { ...pairs, perMs: new Float64Array(pairs.perMs.length) } : null;
    const others = problem.sums.filter(({ name }) => name !== limit);
    const asked: PlacementProblem = { ...problem, cost, pairs: ownPairs, sums: others };
    const { assignment } = yield* part(solving(asked, this.#effort()), 1, 1);
    return assignment === null ? null : amountOf({ ...problem, pairs }, sum, assignment);
  }

  /** Of a small problem the best is looked for, of a large one something good. */
  #effort(): SolveOptions {
    const { functions, nodes } = this.#built.problem;
    return functions * nodes * LITTLE_WORK.looks <= MOST_ENTRIES ? {} : LITTLE_WORK;
  }

  /** The fewest functions that were found to be enough to let out of their jurisdiction. */
  *#letOut(): Pieces<Relaxation[]> {
    const { problem, barriers } = yield* part(buildingProblem(this.#input, this.#options, ['residency']), 1, 1);
    const bit = 1 << BARRIERS.indexOf('residency');
    const isOutside = (at: number): boolean => (barriers[at] & bit) !== 0;
    const cost = problem.cost.map((one, at) => (one === Number.POSITIVE_INFINITY ? one : isOutside(at) ? 1 : 0));
    const { assignment } = yield* part(solving({ ...problem, cost, pairs: null }, this.#effort()), 1, 1);
    if (assignment === null) return [];
    const names = this.#input.functions.flatMap(({ name }, f) =>
      isOutside(f * problem.nodes + assignment[f]) ? [name] : [],
    );
    const functionNames = names.slice(0, MOST_NAMES);
    return [{ limit: 'residency', functionName: null, value: names.length, functionNames }];
  }
}

/** No sum comes to as much. */
const MOST_SUM = 1e15;

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
