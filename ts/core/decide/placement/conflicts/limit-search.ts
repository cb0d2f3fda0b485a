/** Whether there is a placement without some limits, and the nearest values of limits with which there is one: within a bound on the problems that are solved. */
import { BARRIERS, BIT } from '../barriers.js';
import { type BuiltProblem, buildingProblem, type PlacementOptions, type Relaxable } from '../build.js';
import { placementNetwork } from '../network/network.js';
import { amountOf, type PlacementProblem } from '../problem.js';
import { excesses } from '../solve/excess.js';
import { byCost, fill } from '../solve/fill.js';
import { type Pieces, part } from '../solve/pieces.js';
import { type SolveOptions, solving } from '../solve/solve.js';
import { type Asked, changed, isSet, type Stretchable, stretched, withSum } from './asked.js';
import { type Conflict, letOut, type Relaxation } from './conflict.js';
import { minimalSets } from './minimal-sets.js';

const ALL: readonly Relaxable[] = [...BARRIERS, 'budget', 'carbon'];
/** Factors on resources and ceilings are found to within this. */
const CLOSE = 0.01;
const MOST_FACTOR = 1e4;
/** The question is only whether there is a placement. */
const LITTLE_WORK = { work: 1_000_000, looks: 40 };
/** Functions times nodes over all problems that are solved for an answer: hundreds of small ones, or three of 10,000 functions on 200 nodes. */
const MOST_ENTRIES = 6_000_000;
/** Problems that are built and not solved, over those that are. */
const BUILT_SHARE = 0.05;
/** A sum that is just enough for a placement may be too little to find one: so many times it is made larger. */
const WIDENED = 5;
/** No sum comes to as much. */
const MOST_SUM = 1e15;

/** What came of looking for a placement: whether there is one, and where not, whether that is proved. */
export interface Found {
  isPlaced: boolean;
  isProved: boolean;
}

/** Limits that cannot all be kept, and those that would have to be let go. */
export interface FoundSets {
  conflicts: Pick<Conflict, 'limits' | 'isProved'>[];
  corrections: Relaxable[][];
}

const PLACED: Found = { isPlaced: true, isProved: false };

/** One limit let loose. */
interface Loosened {
  relaxation: Relaxation;
  asked: Asked;
  /** Whether a placement was found that keeps all limits but those that were left out. */
  isPlaced: boolean;
}

export class LimitSearch {
  readonly #options: PlacementOptions;
  #left = MOST_ENTRIES;

  constructor(options: PlacementOptions) {
    // Made once: for small problems it is most of the work.
    this.#options = { ...options, network: options.network ?? placementNetwork() };
  }

  /** Of what cannot be placed; `isProved` of all limits together. Where the work is used up the conflicts may be larger than they need be, and each limit in them may be one to let go. */
  *sets(asked: Asked, isProved: boolean): Pieces<FoundSets> {
    const set = ALL.filter((limit) => isSet(asked, limit));
    const among = (bits: number, isIn: boolean): Relaxable[] =>
      set.filter((_, i) => ((bits >> i) & 1) === (isIn ? 1 : 0));
    const proved = new Map([[2 ** set.length - 1, isProved]]);
    const placed = (kept: number): Pieces<Found | null> => this.found(asked, among(kept, false));
    const found = yield* minimalSets(set.length, function* (kept) {
      const one = yield* placed(kept);
      if (one !== null) proved.set(kept, one.isProved);
      return one === null ? null : one.isPlaced;
    });
    const conflicts = found.conflicts.map((bits) => ({ limits: among(bits, true), isProved: proved.get(bits)! }));
    const corrections = found.isWhole
      ? found.corrections.map((bits) => among(bits, true))
      : set.filter((limit) => conflicts.every(({ limits }) => limits.includes(limit))).map((limit) => [limit]);
    return { conflicts, corrections };
  }

  /** Null where the work is used up. */
  *found(asked: Asked, without: readonly Relaxable[] = [], effort: SolveOptions = LITTLE_WORK): Pieces<Found | null> {
    if (!this.#takes(asked, BUILT_SHARE)) return null;
    const { problem } = yield* this.#built(asked, without);
    // What is plain costs next to nothing.
    if (excesses(problem).length > 0) return { isPlaced: false, isProved: true };
    if (fill(problem, byCost(problem)) !== null) return PLACED;
    if (!this.#takes(asked, 1)) return null;
    const solution = yield* part(solving(problem, effort), 1, 1);
    return solution.assignment === null ? { isPlaced: false, isProved: solution.isProved } : PLACED;
  }

  *#isPlaced(asked: Asked, without: readonly Relaxable[] = [], effort?: SolveOptions): Pieces<boolean | null> {
    const found = yield* this.found(asked, without, effort);
    return found === null ? null : found.isPlaced;
  }

  /** Lets limits go one after another, each as little as was found to be enough while those that come later are left out; null where no placement was found with what they come to. */
  *way(limits: readonly Relaxable[], asked: Asked): Pieces<Relaxation[] | null> {
    const relaxations: Relaxation[] = [];
    let [now, isPlaced] = [asked, false];
    for (let i = 0; i < limits.length; i++) {
      const next = yield* this.#loosened(limits[i], now, limits.slice(i + 1));
      if (next === null) return null;
      relaxations.push(next.relaxation);
      ({ asked: now, isPlaced } = next);
    }
    if (isPlaced) return relaxations;
    return yield* this.#proved(relaxations, now);
  }

  /** Places with all values; a sum that comes last is made a little larger until that is found to do. */
  *#proved(relaxations: readonly Relaxation[], asked: Asked): Pieces<Relaxation[] | null> {
    const last = relaxations.at(-1)!;
    const others = relaxations.slice(0, -1);
    if (yield* this.#isPlaced(asked, [], this.#effort(asked))) return [...relaxations];
    if (last.limit !== 'budget' && last.limit !== 'carbon') return null;
    let { value } = last;
    for (let times = 0; times < WIDENED; times++) {
      value *= 1 + CLOSE;
      const wider = withSum(asked, last.limit, value);
      if (yield* this.#isPlaced(wider, [], this.#effort(asked))) return [...others, { ...last, value }];
    }
    return null;
  }

  #loosened(limit: Relaxable, asked: Asked, without: readonly Relaxable[]): Pieces<Loosened | null> {
    if (limit === 'budget' || limit === 'carbon') return this.#leastSum(limit, asked, without);
    return limit === 'residency' ? this.#fewestOut(asked, without) : this.#leastFactor(limit, asked, without);
  }

  *#leastFactor(limit: Stretchable, asked: Asked, without: readonly Relaxable[]): Pieces<Loosened | null> {
    if (!this.#takes(asked, BUILT_SHARE)) return null;
    const { problem } = yield* this.#built(asked, without);
    // Where sums tell, less than they say would not do.
    const least = excesses(problem).find((one) => one.limit === limit)?.factor ?? 1;
    let [below, above] = [least, least * (least > 1 ? 1 + CLOSE : 2)];
    for (;;) {
      if (!(above <= MOST_FACTOR)) return null;
      const isEnough = yield* this.#isPlaced(stretched(asked, limit, above), without);
      if (isEnough === null) return null;
      if (isEnough) break;
      [below, above] = [above, above * 2];
    }
    while (above / below > 1 + CLOSE) {
      const middle = Math.sqrt(above * below);
      const isEnough = yield* this.#isPlaced(stretched(asked, limit, middle), without);
      // Without work left what was found by now has to do.
      if (isEnough === null) break;
      if (isEnough) above = middle;
      else below = middle;
    }
    const relaxation = { limit, functionName: null, value: above, functionNames: [] };
    return { relaxation, asked: stretched(asked, limit, above), isPlaced: true };
  }

  /** The least sum that was found while all other limits hold. */
  *#leastSum(limit: 'budget' | 'carbon', asked: Asked, without: readonly Relaxable[]): Pieces<Loosened | null> {
    if (!this.#takes(asked, BUILT_SHARE)) return null;
    const { problem, pairs } = yield* this.#built(withSum(asked, limit, MOST_SUM), without);
    const sum = problem.sums.find(({ name }) => name === limit)!;
    const cost = problem.cost.map((one, at) => (one === Number.POSITIVE_INFINITY ? one : sum.amount[at]));
    const ownPairs =
      limit === 'budget' && pairs !== null ? { ...pairs, perMs: new Float64Array(pairs.perMs.length) } : null;
    const others = problem.sums.filter(({ name }) => name !== limit);
    const assignment = yield* this.#best(asked, { ...problem, cost, pairs: ownPairs, sums: others });
    if (assignment === null) return null;
    const value = amountOf({ ...problem, pairs }, sum, assignment);
    const relaxation = { limit, functionName: null, value, functionNames: [] };
    return { relaxation, asked: withSum(asked, limit, value), isPlaced: false };
  }

  /** The fewest functions that were found to be enough to let out of their jurisdictions. */
  *#fewestOut(asked: Asked, without: readonly Relaxable[]): Pieces<Loosened | null> {
    if (!this.#takes(asked, BUILT_SHARE)) return null;
    const { problem, barriers } = yield* this.#built(asked, [...without, 'residency']);
    const isOutside = (at: number): boolean => (barriers[at] & BIT.residency) !== 0;
    const cost = problem.cost.map((one, at) => (one === Number.POSITIVE_INFINITY ? one : isOutside(at) ? 1 : 0));
    const assignment = yield* this.#best(asked, { ...problem, cost, pairs: null });
    if (assignment === null) return null;
    const free = [...assignment.keys()].filter((f) => isOutside(f * problem.nodes + assignment[f]));
    const names = free.map((f) => asked.input.functions[f].name);
    const loose = changed(asked, new Map(free.map((f) => [f, { residency: null }])));
    return { relaxation: letOut(names), asked: loose, isPlaced: false };
  }

  *#best(asked: Asked, problem: PlacementProblem): Pieces<Int32Array | null> {
    if (!this.#takes(asked, 1)) return null;
    return (yield* part(solving(problem, this.#effort(asked)), 1, 1)).assignment;
  }

  #built({ input, limits }: Asked, without: readonly Relaxable[]): Pieces<BuiltProblem> {
    return part(buildingProblem(input, { ...this.#options, limits }, without), 1, 1);
  }

  /** Whether there is work left for one more problem, or a share of one. */
  #takes({ input }: Asked, share: number): boolean {
    const left = this.#left - share * input.functions.length * input.nodes.length;
    if (left < 0) return false;
    this.#left = left;
    return true;
  }

  /** Of a small problem the best is looked for, of a large one something good. */
  #effort({ input }: Asked): SolveOptions {
    return input.functions.length * input.nodes.length * LITTLE_WORK.looks <= MOST_ENTRIES ? {} : LITTLE_WORK;
  }
}
