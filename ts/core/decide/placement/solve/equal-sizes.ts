/** Functions that all take the same of what there is too little of: one assignment with capacities, exactly. */
import { assigning } from '../../../kernels/assignment-steps.js';
import { IsothermError } from '../../../kernels/error.js';
import { isFeasible, isWithin, type PlacementProblem, R } from '../problem.js';
import { climb } from './climb.js';
import { type Pieces, part } from './pieces.js';
import { SmoothDual, sizeOf } from './smooth-dual.js';
import { spreadOf } from './spread.js';

interface Places {
  /** How many functions each node holds. */
  most: Int32Array;
  /** The resource that says so. */
  scarce: Uint8Array;
}

/**
 * How many functions each node holds, where that alone says who finds room; null where it matters which ones they are.
 *
 * It does where as many of those that may come find room whoever they are: the largest of them as well as the smallest. A resource of which a node has
 * enough for all, or nobody takes anything, is no matter, nor are sizes of those who may not come. O(functions nodes).
 */
function places({ functions, nodes, cost, demand, capacity, pairs }: PlacementProblem): Places | null {
  if (pairs !== null) return null;
  const most = new Int32Array(nodes).fill(functions);
  const scarce = new Uint8Array(nodes);
  for (let r = 0; r < R; r++) {
    const sizes = Float64Array.from({ length: functions }, (_, f) => demand[f * R + r]);
    const order = Int32Array.from({ length: functions }, (_, f) => f).sort((a, b) => sizes[a] - sizes[b]);
    for (let n = 0; n < nodes; n++) {
      const room = capacity[n * R + r];
      const mayCome = (i: number): boolean => cost[order[i] * nodes + n] < Number.POSITIVE_INFINITY;
      let [count, taken] = [0, 0];
      for (let i = functions - 1; i >= 0; i--) {
        if (!mayCome(i)) continue;
        taken += sizes[order[i]];
        if (taken > room) break;
        count++;
      }
      if (taken <= room) continue;
      // So many always find room; whether one more ever does, the smallest say.
      let [left, least] = [count + 1, 0];
      for (let i = 0; i < functions && left > 0; i++) {
        if (!mayCome(i)) continue;
        least += sizes[order[i]];
        left--;
      }
      if (least <= room) return null;
      if (count >= most[n]) continue;
      most[n] = count;
      scarce[n] = r;
    }
  }
  return { most, scarce };
}

/** Whether no placement passes a limit on a sum: not even the one where each function is where it adds most. */
function areSumsKept({ functions, nodes, cost, sums }: PlacementProblem): boolean {
  return sums.every(({ amount, most }) => {
    let all = 0;
    for (let f = 0; f < functions; f++) {
      let own = 0;
      for (let n = 0; n < nodes; n++) {
        if (cost[f * nodes + n] < Number.POSITIVE_INFINITY) own = Math.max(own, amount[f * nodes + n]);
      }
      all += own;
    }
    return isWithin(all, most);
  });
}

/** Functions times nodes from which on it pays to know prices first: the kernel alone takes more than in proportion. */
const LARGE = 1_000_000;
/** With prices that leave priced places free it is done again without those, so many times; then without any. */
const MOST_ROUNDS = 3;
const CLIMB = { looks: 60, flat: 2e-5 };
/** Shares of what functions' costs differ by. */
const SOFTNESS = [0.3, 0.0005] as const;
/** How far the work is, about, when prices are known. */
const PRICED = 0.7;

export interface EqualSizes {
  assignment: Int32Array;
  /** As of a dual: of all that a node has of one resource. */
  prices: Float64Array;
}

/** The best placement; `'none'` where there is none; null where sizes differ in what matters, or a limit on a sum does. `warm`: prices of much the same problem. */
export function* placingEqualSizes(
  problem: PlacementProblem,
  warm: Float64Array | null,
): Pieces<EqualSizes | 'none' | null> {
  const { functions, nodes } = problem;
  if (functions === 0 || !areSumsKept(problem)) return null;
  const found = places(problem);
  if (found === null) return null;
  const { most } = found;
  // With fewer places than rows the kernel would fill them all and leave rows out.
  if (most.reduce((sum, one) => sum + one, 0) < functions) return 'none';
  const isLarge = functions * nodes >= LARGE;
  const given = isLarge && warm !== null ? pricesOfPlaces(problem, warm, most) : null;
  const price = given ?? (isLarge ? yield* part(climbed(problem, most), 0, PRICED) : null);
  try {
    const best = yield* part(assigned(problem, found, price ?? new Float64Array(nodes)), isLarge ? PRICED : 0, 1);
    return isFeasible(problem, best.assignment) ? best : null;
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.code === 'INFEASIBLE') return 'none';
    throw thrown;
  }
}

/**
 * The assignment of least cost. With a price on each place most functions go at once where they stay, and where no place with a price is free the best
 * assignment with prices is the best one: they come to the same in all that fill these places, and to no more in any other.
 */
function* assigned(
  problem: PlacementProblem,
  { most: columnCapacity, scarce }: Places,
  price: Float64Array,
): Pieces<EqualSizes> {
  const { functions, nodes, cost } = problem;
  for (let round = 0; ; round++) {
    if (round === MOST_ROUNDS) price.fill(0);
    const priced = price.some((one) => one > 0) ? cost.map((one, at) => one + price[at % nodes]) : cost;
    const { rowToCol, colDuals } = yield* assigning(priced, functions, nodes, { columnCapacity });
    const free = columnCapacity.slice();
    for (const n of rowToCol) free[n]--;
    const isWrong = price.map((one, n) => (one > 0 && free[n] > 0 ? 1 : 0));
    if (isWrong.every((one) => one === 0)) {
      const prices = new Float64Array(sizeOf(problem));
      for (let n = 0; n < nodes; n++) {
        prices[n * R + scarce[n]] = columnCapacity[n] > 0 ? Math.max(0, price[n] - colDuals[n]) * columnCapacity[n] : 0;
      }
      return { assignment: rowToCol, prices };
    }
    for (let n = 0; n < nodes; n++) if (isWrong[n] === 1) price[n] = 0;
  }
}

/** Prices of a place each, near the best. */
function* climbed(problem: PlacementProblem, most: Int32Array): Pieces<Float64Array | null> {
  const { functions, nodes, cost } = problem;
  const [demand, capacity] = [new Float64Array(functions * R), new Float64Array(nodes * R)];
  for (let f = 0; f < functions; f++) demand[f * R] = 1;
  for (let n = 0; n < nodes; n++) capacity[n * R] = most[n];
  const dual = new SmoothDual({ ...problem, demand, capacity, sums: [] }, cost);
  const spread = spreadOf(problem, cost);
  const softness = SOFTNESS.map((one) => one * spread) as [number, number];
  return pricesOfPlaces(problem, (yield* climb(dual, { ...CLIMB, softness })).prices, most);
}

/** What a place on each node costs, where prices are of all that it has; null where one is beyond what costs can ask for, beside which they would be lost to rounding. */
function pricesOfPlaces(
  { nodes, cost }: PlacementProblem,
  prices: Float64Array,
  most: Int32Array,
): Float64Array | null {
  const places = Float64Array.from(most, (count, n) => {
    let sum = 0;
    for (let r = 0; r < R; r++) sum += prices[n * R + r];
    return count > 0 && sum > 0 ? sum / count : 0;
  });
  const dearest = cost.reduce((dear, one) => (one < Number.POSITIVE_INFINITY ? Math.max(dear, one) : dear), 0);
  return places.every((price) => price <= nodes * dearest) ? places : null;
}
