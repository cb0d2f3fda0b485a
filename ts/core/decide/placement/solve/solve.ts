/** The best placement that can be found, with a bound that proves how good it is. */
import { costOf, isFeasible, isWithin, type PlacementProblem } from '../problem.js';
import { type Climb, climb } from './climb.js';
import { EffectiveCosts } from './effective.js';
import { placingEqualSizes } from './equal-sizes.js';
import { excesses } from './excess.js';
import { byCost, fill } from './fill.js';
import { costsByNode, localSearch } from './local-search.js';
import { withPairBounds } from './pair-bounds.js';
import { type Pieces, part, whole } from './pieces.js';
import { reducedCosts } from './reduced.js';
import { repair } from './repair.js';
import { MOST_SEARCHED, searchingAll } from './search.js';
import { SmoothDual, sizeOf } from './smooth-dual.js';
import { spreadOf } from './spread.js';
import { PlacementState } from './state.js';
import { Work } from './work.js';

/** How it is known how good a placement is. */
export type Proof =
  /** Nodes hold so many functions, whichever they are: an assignment, solved exactly. */
  | 'assignment'
  /** Everything that could be better was tried. */
  | 'search'
  /** A bound from below; the gap says how far away it is. */
  | 'bound';

export interface PlacementSolution {
  /** `[functions]`: the node of each. */
  assignment: Int32Array;
  cost: number;
  /** No placement costs less. */
  bound: number;
  proof: Proof;
  /** Prices of room, to begin with the next time. */
  prices: Float64Array;
}

/** Where no placement was found. */
export interface NoPlacement {
  assignment: null;
  /** Whether it is proved that there is none. */
  isProved: boolean;
}

export interface SolveOptions {
  /** Placements to begin with; those that pass a limit are mended first. */
  starts?: readonly Int32Array[];
  /** Of a solution for much the same problem; passed over where it had other nodes or limits on sums. */
  prices?: Float64Array;
  /** Looks at the dual, at most. */
  looks?: number;
  /** Changes that the local search looks at, at most. */
  work?: number;
}

const LOOKS = 120;
const WARM_LOOKS = 10;
const LINEAR_LOOKS = 20;
const WORK = 35_000_000;
const WARM_WORK = 2_000_000;
/** Of the work, for placements that are not from prices. */
const START_SHARE = 0.3;
const VISITS = 200_000;
const ALTERNATIONS = 6;
/** How far the work is, about, when the dual is climbed, when its choices are mended and when the starts are. */
const CLIMBED = 0.4;
const MENDED = 0.8;
const STARTED = 0.95;
const ROUNDING = 1e-9;
/** Shares of what functions' costs differ by: the softness of the first and of the last climb. */
const SOFTNESS = [0.3, 0.0005] as const;
/** Of many functions: what a step must gain of the bound to be worth it. */
const LITTLE = 2e-5;
/** Prices of much the same problem are near the top: what is softer leads away from it. */
const WARM_SOFTNESS = [0.0005, 0.0005] as const;
/** Who would gain less by going stays where it was, to begin with: a share of what functions' costs differ by. */
const STAY = 0.1;
const LINEAR_SOFTNESS = [0.002, 0.0005] as const;

/** Complexity: O(looks functions nodes) and the local search; small problems are searched through besides. */
export const solve = (asked: PlacementProblem, options: SolveOptions = {}): PlacementSolution | NoPlacement =>
  whole(solving(asked, options));

/** The same in pieces. */
export function* solving(asked: PlacementProblem, options: SolveOptions = {}): Pieces<PlacementSolution | NoPlacement> {
  const problem = withinSums(asked);
  const { functions, nodes, cost } = problem;
  const none = { assignment: null, isProved: true } as const;
  for (let f = 0; f < functions; f++) {
    if (cost.subarray(f * nodes, (f + 1) * nodes).every((one) => one === Number.POSITIVE_INFINITY)) return none;
  }
  if (excesses(problem).length > 0) return none;
  // Of other nodes or limits on sums they say nothing.
  const warm = options.prices?.length === sizeOf(problem) ? options.prices : null;
  const equal = yield* placingEqualSizes(problem, warm);
  if (equal === 'none') return none;
  if (equal !== null) {
    const sum = costOf(problem, equal.assignment);
    return { ...equal, cost: sum, bound: sum, proof: 'assignment' };
  }
  return yield* new Solving(problem, options, warm).result();
}

/** Shuts the nodes on which a function alone comes to more than a limit on a sum. */
function withinSums(problem: PlacementProblem): PlacementProblem {
  const { sums } = problem;
  if (sums.length === 0) return problem;
  const cost = problem.cost.map((one, at) =>
    sums.every(({ amount, most }) => isWithin(amount[at], most)) ? one : Number.POSITIVE_INFINITY,
  );
  return { ...problem, cost };
}

/** One run, and the best placement so far. */
class Solving {
  readonly #problem: PlacementProblem;
  readonly #options: SolveOptions;
  readonly #bounded: Float64Array;
  readonly #dual: SmoothDual;
  /** Prices that are given, of this problem's size. */
  readonly #warm: Float64Array | null;
  readonly #work: number;
  #byNode: Float64Array | null = null;
  #best: Int32Array | null = null;
  #cost = Number.POSITIVE_INFINITY;

  constructor(problem: PlacementProblem, options: SolveOptions, warm: Float64Array | null) {
    this.#problem = problem;
    this.#options = options;
    this.#bounded = withPairBounds(problem);
    this.#dual = new SmoothDual(problem, this.#bounded);
    this.#warm = warm;
    this.#work = options.work ?? (warm === null ? WORK : WARM_WORK);
  }

  *result(): Pieces<PlacementSolution | NoPlacement> {
    const { starts = [] } = this.#options;
    const prices = this.#warm;
    const spread = spreadOf(this.#problem, this.#bounded);
    const climbing = climb(this.#dual, {
      ...(prices !== null && { prices }),
      looks: this.#options.looks ?? (prices === null ? LOOKS : WARM_LOOKS),
      ...(this.#problem.functions > MOST_SEARCHED && { flat: LITTLE }),
      softness: (prices === null ? SOFTNESS : WARM_SOFTNESS).map((one) => one * spread) as [number, number],
    });
    const climbed = yield* part(climbing, 0, CLIMBED);
    const isWarm = prices !== null && starts.length === 1;
    const isDone = isWarm && (yield* part(this.#goOn(starts[0], climbed, STAY * spread), CLIMBED, MENDED));
    if (!isDone) {
      yield* part(this.#attempt(climbed), CLIMBED, MENDED);
      for (const start of starts) yield* part(this.#offer(start, START_SHARE), MENDED, STARTED);
    }
    if (this.#best === null) yield* part(this.#fillBySize(), MENDED, STARTED);
    if (this.#problem.pairs !== null) yield* part(this.#alternate(climbed.prices), STARTED, 1);
    return yield* part(this.#proved(climbed), STARTED, 1);
  }

  *#fillBySize(): Pieces<void> {
    const found = fill(this.#problem, byCost(this.#problem));
    if (found !== null) yield* this.#offer(found, START_SHARE);
  }

  /** Everyone where it was, but for those who lose more than `most` at the prices by staying: these go where they choose. */
  *#goOn(last: Int32Array, { choice, prices }: Climb, most: number): Pieces<boolean> {
    if (choice.some((n) => n < 0)) return false;
    this.#keep(last);
    const { at } = reducedCosts(this.#problem, this.#problem.cost, prices);
    const start = last.map((n, f) => (at(f, n) - at(f, choice[f]) <= most ? n : choice[f]));
    return yield* this.#offer(start, 1, at);
  }

  /** Choices at prices, mended by these prices and made better. */
  *#attempt({ choice, prices }: Climb): Pieces<void> {
    if (choice.some((n) => n < 0)) return;
    yield* this.#offer(choice, 1, reducedCosts(this.#problem, this.#problem.cost, prices).at);
  }

  /** Mends a placement and makes it better, with a share of the work; false where it could not be mended. */
  *#offer(choice: Int32Array, share: number, rate?: (f: number, n: number) => number): Pieces<boolean> {
    const { nodes, cost } = this.#problem;
    const state = new PlacementState(this.#problem, choice);
    const work = new Work(share * this.#work);
    if (!(yield* repair(state, rate ?? ((f, n) => cost[f * nodes + n]), work))) return false;
    this.#byNode ??= costsByNode(this.#problem);
    yield* localSearch(state, this.#byNode, work);
    this.#keep(state.assignment);
    return true;
  }

  #keep(assignment: Int32Array): void {
    if (!isFeasible(this.#problem, assignment)) return;
    const sum = costOf(this.#problem, assignment);
    if (sum < this.#cost) [this.#best, this.#cost] = [assignment.slice(), sum];
  }

  /** Places all anew by what each would cost were the others to stay, again and again while that is better. */
  *#alternate(prices: Float64Array): Pieces<void> {
    for (let round = 0; round < ALTERNATIONS && this.#best !== null; round++) {
      const before = this.#cost;
      const { cost } = new EffectiveCosts(this.#problem, this.#best);
      const softness = LINEAR_SOFTNESS.map((one) => one * spreadOf(this.#problem, cost)) as [number, number];
      const share = round / ALTERNATIONS;
      const climbing = climb(new SmoothDual(this.#problem, cost), { prices, looks: LINEAR_LOOKS, softness });
      const found = yield* part(climbing, share, share);
      if (found.choice.some((n) => n < 0)) return;
      yield* part(
        this.#offer(found.choice, START_SHARE, reducedCosts(this.#problem, cost, found.prices).at),
        share,
        share,
      );
      if (!(this.#cost < before)) return;
    }
  }

  *#proved({ bound: climbed, prices }: Climb): Pieces<PlacementSolution | NoPlacement> {
    const { functions } = this.#problem;
    if (this.#best !== null && this.#isReached(climbed)) return this.#solution(climbed, 'bound', prices);
    if (functions <= MOST_SEARCHED) {
      const table = reducedCosts(this.#problem, this.#problem.cost, prices).table();
      const { best, isWhole } = yield* searchingAll(this.#problem, table, this.#cost, VISITS);
      if (best !== null) [this.#best, this.#cost] = [best, costOf(this.#problem, best)];
      if (isWhole && this.#best === null) return { assignment: null, isProved: true };
      if (isWhole) return this.#solution(this.#cost, 'search', prices);
    }
    if (this.#best === null) return { assignment: null, isProved: yield* this.#isImpossible() };
    return this.#solution(climbed, 'bound', prices);
  }

  #isReached(bound: number): boolean {
    return this.#cost - bound <= ROUNDING * Math.abs(this.#cost);
  }

  #solution(bound: number, proof: Proof, prices: Float64Array): PlacementSolution {
    // A bound above what was found is rounding.
    return { assignment: this.#best!, cost: this.#cost, bound: Math.min(bound, this.#cost), proof, prices };
  }

  /** Whether prices prove that there is no placement at all: without costs, the bound is 0 where there is one. */
  *#isImpossible(): Pieces<boolean> {
    const free = this.#problem.cost.map((one) => (one === Number.POSITIVE_INFINITY ? one : 0));
    const { bound } = yield* climb(new SmoothDual(this.#problem, free), {
      looks: this.#options.looks ?? LOOKS,
      softness: [1, 1e-3],
      enough: ROUNDING,
    });
    return bound > ROUNDING;
  }
}
