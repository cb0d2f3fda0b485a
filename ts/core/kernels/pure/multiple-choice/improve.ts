/**
 * A search around a split for whole choices that use what is left of the limit: the operations of `multiple_choice/improve.rs` in
 * their order, so that all bits are the same. That file's first comment says what is kept, and why the rest can go.
 */
import { nthLeast } from '../nth-least.js';
import type { Changes, Fleet } from './fleet.js';

/** Functions taken at most. */
const FUNCTIONS = 256;

/** States kept at most, those of most promise. */
const STATES = 256;

/** A search ends when it cannot find more than this share of the cost. */
const ENOUGH = 1e-9;

/** The best that a search found; `bound`: no choices of the functions that could move cost less. */
export interface Found {
  cost: number;
  changes: Changes;
  bound: number;
}

/** No change led to a state. */
const ROOT = -1;

/** What some choices add to the sums: columns, ascending by resource, strictly descending by cost. */
class States {
  count = 0;
  readonly resource = new Float64Array(2 * STATES);
  readonly cost = new Float64Array(2 * STATES);
  /** The change that led here. */
  readonly step = new Int32Array(2 * STATES);

  push(resource: number, cost: number, step: number): void {
    this.resource[this.count] = resource;
    this.cost[this.count] = cost;
    this.step[this.count++] = step;
  }

  copy(from: States): void {
    this.count = from.count;
    for (let i = 0; i < from.count; i++) {
      this.resource[i] = from.resource[i];
      this.cost[i] = from.cost[i];
      this.step[i] = from.step[i];
    }
  }

  /** Keeps those whose promise is below `least`. */
  retain(ahead: Ahead, least: number): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (!(ahead.promise(this.resource[i], this.cost[i]) < least)) continue;
      this.resource[kept] = this.resource[i];
      this.cost[kept] = this.cost[i];
      this.step[kept++] = this.step[i];
    }
    this.count = kept;
  }

  /** Keeps the states of most promise; the least promise of those that go, infinity when none does. */
  thin(ahead: Ahead): number {
    if (this.count <= STATES) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.count; i++) promises[i] = ahead.promise(this.resource[i], this.cost[i]);
    const last = nthLeast(promises, this.count, STATES);
    // All below the first one that goes: fewer where several are alike.
    this.retain(ahead, last);
    return last;
  }

  /** The least promise of all, at most `least`. */
  most(ahead: Ahead, least: number): number {
    let most = least;
    for (let i = 0; i < this.count; i++) most = Math.min(most, ahead.promise(this.resource[i], this.cost[i]));
    return most;
  }
}

const promises = new Float64Array(2 * STATES);

/** What the functions yet to come can do for a state. */
class Ahead {
  #slack = 0;
  /** Most that a unit of resource saves. */
  #gain = 0;
  /** Least that a unit of resource costs to free. */
  #price = 0;

  look(fleet: Fleet, slack: number): void {
    this.#slack = slack;
    this.#gain = Math.max(fleet.trees.upSlope, 0);
    this.#price = fleet.trees.downSlope;
  }

  /** A lower bound on the cost that a state can come to. */
  promise(resource: number, cost: number): number {
    const left = this.#slack - resource;
    if (left >= 0) return cost - this.#gain * left;
    return this.#price === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : cost - this.#price * left;
  }
}

/** Changes one by one, each after the one that led to it. */
interface Steps {
  before: number[];
  functions: number[];
  points: number[];
}

let states = new States();
let merged = new States();
let spare = new States();
const moved = new States();
const ahead = new Ahead();

/**
 * Looks for cheaper choices than those at the split, with the resource that is left; costs within `tie` are equal.
 *
 * O(functions x choices x states), of which the first and the last are bounded.
 */
export function improve(fleet: Fleet, limit: number, multiplier: number, tie: number): Found {
  const { hulls, trees } = fleet;
  const base = trees.cost;
  const slack = limit - trees.resource;
  const found: Found = { cost: base, changes: [], bound: base };
  // What is found, and the least that may have been lost, as additions to the base.
  let best = 0;
  let lost = 0;
  const steps: Steps = { before: [], functions: [], points: [] };
  const taken: number[] = [];
  states.count = 0;
  states.push(0, 0, ROOT);
  for (;;) {
    ahead.look(fleet, slack);
    states.retain(ahead, best - tie);
    const { up, upSlope, down, downSlope } = trees;
    const allTaken = upSlope === Number.NEGATIVE_INFINITY && downSlope === Number.POSITIVE_INFINITY;
    const most = states.most(ahead, lost);
    if (states.count === 0 || allTaken || taken.length === FUNCTIONS || best - most <= base * ENOUGH) {
      lost = most;
      break;
    }
    const f = multiplier - upSlope <= downSlope - multiplier ? up : down;
    trees.peg(f);
    taken.push(f);
    const worth = multiplier * slack + best - tie;
    ahead.look(fleet, slack);
    merged.copy(states);
    const stands = trees.point(f);
    const resource = hulls.resource(f, stands);
    const cost = hulls.cost(f, stands);
    for (let point = 0; point < hulls.points(f); point++) {
      if (point === stands) continue;
      const needs = hulls.resource(f, point) - resource;
      const costs = hulls.cost(f, point) - cost;
      // What it adds beyond the multiplier's price is lost, whatever the others do.
      if (costs + multiplier * needs >= worth) continue;
      moved.count = 0;
      for (let i = 0; i < states.count; i++) {
        moved.push(states.resource[i] + needs, states.cost[i] + costs, states.step[i]);
      }
      moved.retain(ahead, best - tie);
      merge(f, point, steps);
      lost = Math.min(lost, merged.thin(ahead));
    }
    [states, merged] = [merged, states];
    // Costs descend as resources ascend: the last state within the slack is the best that is.
    let at = states.count - 1;
    while (at >= 0 && states.resource[at] > slack) at--;
    for (; at >= 0 && states.cost[at] < best - tie; at--) {
      const changes = path(steps, states.step[at]);
      const together = fleet.costWith(changes, limit);
      // The sums that count may round to the other side of the limit.
      if (together === undefined) continue;
      best = states.cost[at];
      found.cost = together;
      found.changes = changes;
      break;
    }
  }
  for (const f of taken) fleet.restore(f);
  found.bound = base + Math.min(best, lost);
  return found;
}

/** `merged` and `moved` as one, ascending by resource, strictly descending by cost; of equal states that of `merged`. */
function merge(f: number, point: number, steps: Steps): void {
  const kept = merged;
  const into = spare;
  into.count = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let i = 0;
  let j = 0;
  while (i < kept.count || j < moved.count) {
    const fromKept =
      j === moved.count ||
      (i < kept.count &&
        (kept.resource[i] < moved.resource[j] ||
          (kept.resource[i] === moved.resource[j] && kept.cost[i] <= moved.cost[j])));
    const from = fromKept ? kept : moved;
    const at = fromKept ? i++ : j++;
    if (lowest <= from.cost[at]) continue;
    lowest = from.cost[at];
    let step = from.step[at];
    if (!fromKept) {
      steps.before.push(step);
      steps.functions.push(f);
      steps.points.push(point);
      step = steps.points.length - 1;
    }
    into.push(from.resource[at], lowest, step);
  }
  spare = kept;
  merged = into;
}

/** The changes that led to a state. */
function path({ before, functions, points }: Steps, from: number): Changes {
  const changes: Changes = [];
  for (let at = from; at !== ROOT; at = before[at]) changes.push([functions[at], points[at]]);
  return changes;
}
