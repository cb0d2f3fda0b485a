/** The dual with a soft minimum in place of the minimum: it has a curvature, so that few steps reach its top. */
import { exp, ln } from '../../../kernels/pure/numeric.js';
import { type PlacementProblem, R } from '../problem.js';

/** Choices with less of a function than this are left out of the curvature. */
const FAINT = 1e-3;
/** `exp(-x)` is nothing from here on. */
const FAR = 7;
/** Nodes up to so much softness above the cheapest are near: prices may change by that much until others count. */
const NEAR = 21;

/** How many prices there are: of each node's resources, and of the limits on sums. */
export const sizeOf = ({ nodes, sums }: PlacementProblem): number => nodes * R + sums.length;

/**
 * Each function chooses a little of all nodes that are nearly as cheap as the cheapest. `prices` are of whole nodes `[nodes, 3]` and then of whole limits on sums; a node without room and a limit of 0 have none.
 *
 * `look` looks at all nodes: `bound` is then that of the dual itself, and the nodes near to each function's cheapest are known. `at` looks at these alone, which is a fraction of the work: `value` is that of the smooth
 * dual, `slope` how fast it rises, and `nearBound` what the dual would be if there were no other nodes.
 */
export class SmoothDual {
  readonly size: number;
  bound = 0;
  nearBound = 0;
  value = 0;
  /** By which share each limit is passed by the soft choices; negative: kept. */
  readonly slope: Float64Array;
  /** The cheapest node of each function; -1 where it may go nowhere. */
  readonly choice: Int32Array;
  readonly #problem: PlacementProblem;
  readonly #cost: Float64Array;
  /** A function's softness is in proportion to what it takes. */
  readonly #share: Float64Array;
  #softness = 1;
  readonly #row: Float64Array;
  /** Near nodes, with their costs: those of `f` are at `#from[f]..#from[f + 1]`. */
  readonly #from: Int32Array;
  #near = new Int32Array(1024);
  #nearCost = new Float64Array(1024);
  /** Soft choices: those of `f` are at `#start[f]..#start[f + 1]`. */
  readonly #start: Int32Array;
  #node = new Int32Array(1024);
  #part = new Float64Array(1024);

  /** `cost` stands in for that of the problem, without pairs. */
  constructor(problem: PlacementProblem, cost: Float64Array) {
    const { functions, nodes } = problem;
    this.#problem = problem;
    this.#cost = cost;
    this.size = sizeOf(problem);
    this.slope = new Float64Array(this.size);
    this.choice = new Int32Array(functions).fill(-1);
    this.#row = new Float64Array(nodes);
    this.#start = new Int32Array(functions + 1);
    this.#from = new Int32Array(functions + 1);
    this.#share = shares(problem);
  }

  /** Looks at the dual itself at some prices, all at least 0, and at which nodes are near at such a softness. O(functions nodes). */
  look(prices: Float64Array, softness: number): void {
    const { functions, nodes, demand } = this.#problem;
    const [cost, choice, row, from] = [this.#cost, this.choice, this.#row, this.#from];
    const { memory, vcpu, instances, costly } = this.#perUnit(prices);
    let [bound, count] = [0, 0];
    for (let f = 0; f < functions; f++) {
      const [d0, d1, d2] = [demand[f * R], demand[f * R + 1], demand[f * R + 2]];
      const at = f * nodes;
      let [least, best] = [Number.POSITIVE_INFINITY, -1];
      if (costly.length > 0) row.fill(0);
      for (const { amount, price } of costly) for (let n = 0; n < nodes; n++) row[n] += price * amount[at + n];
      for (let n = 0; n < nodes; n++) {
        let one = cost[at + n] + d0 * memory[n] + d1 * vcpu[n] + d2 * instances[n];
        if (costly.length > 0) one += row[n];
        row[n] = one;
        if (one < least) {
          least = one;
          best = n;
        }
      }
      choice[f] = best;
      if (best < 0) {
        this.bound = this.value = Number.POSITIVE_INFINITY;
        return;
      }
      bound += least;
      if (this.#near.length < count + nodes)
        [this.#near, this.#nearCost] = grown(this.#near, this.#nearCost, count + nodes);
      const [near, nearCost] = [this.#near, this.#nearCost];
      const most = least + NEAR * softness * this.#share[f];
      for (let n = 0; n < nodes; n++) {
        if (!(row[n] <= most)) continue;
        near[count] = n;
        nearCost[count++] = cost[at + n];
      }
      from[f + 1] = count;
    }
    const off = this.#off(prices);
    // High prices nearly cancel out: what rounding may have added is taken off.
    this.bound = bound - off - (functions + this.size) * Number.EPSILON * off;
  }

  /** Looks at the smooth dual, over the nodes that were near at the last `look`, which found one for each function. O(near nodes). */
  at(prices: Float64Array, softness: number): void {
    const { functions, nodes, demand, capacity, sums } = this.#problem;
    const [near, nearCost, from, slope, row, start] = [
      ...([this.#near, this.#nearCost, this.#from] as const),
      ...([this.slope, this.#row, this.#start] as const),
    ];
    const { memory, vcpu, instances, costly } = this.#perUnit(prices);
    this.#softness = softness;
    slope.fill(0);
    let [bound, value, count] = [0, 0, 0];
    for (let f = 0; f < functions; f++) {
      const [d0, d1, d2] = [demand[f * R], demand[f * R + 1], demand[f * R + 2]];
      const [begin, size] = [from[f], from[f + 1] - from[f]];
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < size; i++) {
        const n = near[begin + i];
        let one = nearCost[begin + i] + d0 * memory[n] + d1 * vcpu[n] + d2 * instances[n];
        for (let s = 0; s < costly.length; s++) one += costly[s].price * costly[s].amount[f * nodes + n];
        row[i] = one;
        if (one < least) least = one;
      }
      bound += least;
      if (this.#node.length < count + size) [this.#node, this.#part] = grown(this.#node, this.#part, count + size);
      const [node, part] = [this.#node, this.#part];
      const soft = softness * this.#share[f];
      const [first, most] = [count, least + FAR * soft];
      let whole = 0;
      for (let i = 0; i < size; i++) {
        if (!(row[i] <= most)) continue;
        const weight = exp((least - row[i]) / soft);
        if (weight < FAINT) continue;
        node[count] = near[begin + i];
        part[count++] = weight;
        whole += weight;
      }
      value += least - soft * ln(whole);
      for (let i = first; i < count; i++) {
        const n = node[i];
        part[i] /= whole;
        const p = part[i];
        slope[n * R] += p * d0;
        slope[n * R + 1] += p * d1;
        slope[n * R + 2] += p * d2;
        for (let s = 0; s < sums.length; s++) slope[nodes * R + s] += p * sums[s].amount[f * nodes + n];
      }
      start[f + 1] = count;
    }
    for (let i = 0; i < this.size; i++) {
      const most = i < nodes * R ? capacity[i] : sums[i - nodes * R].most;
      slope[i] = most > 0 ? slope[i] / most - 1 : 0;
    }
    const off = this.#off(prices);
    this.nearBound = bound - off;
    this.value = value - off;
  }

  /** Prices of a unit on each node; where there is no room at all nobody who needs some may choose the node. And of limited sums, where they have one. */
  #perUnit(prices: Float64Array) {
    const { nodes, capacity, sums } = this.#problem;
    const of = (r: number): Float64Array =>
      Float64Array.from({ length: nodes }, (_, n) => {
        const at = n * R + r;
        return capacity[at] > 0 ? prices[at] / capacity[at] : 0;
      });
    const costly = sums
      .map(({ amount, most }, s) => ({ amount, price: most > 0 ? prices[nodes * R + s] / most : 0 }))
      .filter(({ price }) => price > 0);
    return { memory: of(0), vcpu: of(1), instances: of(2), costly };
  }

  /** What all room comes to at some prices. */
  #off(prices: Float64Array): number {
    const { nodes, capacity, sums } = this.#problem;
    let off = 0;
    for (let i = 0; i < this.size; i++) {
      const most = i < nodes * R ? capacity[i] : sums[i - nodes * R].most;
      if (most > 0) off += prices[i];
    }
    return off;
  }

  /** How fast the slope falls along `direction`, by the soft choices last looked at. O(soft choices). */
  curvature(direction: Float64Array, out: Float64Array): void {
    const { functions, nodes, demand, capacity, sums } = this.#problem;
    const [node, part, start] = [this.#node, this.#part, this.#start];
    // Per unit of what a function takes.
    const unit = Float64Array.from({ length: nodes * R }, (_, i) => (capacity[i] > 0 ? direction[i] / capacity[i] : 0));
    out.fill(0);
    const along = this.#row;
    for (let f = 0; f < functions; f++) {
      const [first, end] = [start[f], start[f + 1]];
      if (end - first < 2) continue;
      const [d0, d1, d2] = [demand[f * R], demand[f * R + 1], demand[f * R + 2]];
      let mean = 0;
      for (let i = first; i < end; i++) {
        const n = node[i];
        let one = d0 * unit[n * R] + d1 * unit[n * R + 1] + d2 * unit[n * R + 2];
        for (let s = 0; s < sums.length; s++) {
          const { amount, most } = sums[s];
          if (most > 0) one += (amount[f * nodes + n] / most) * direction[nodes * R + s];
        }
        along[i - first] = one;
        mean += part[i] * one;
      }
      const stiff = 1 / (this.#softness * this.#share[f]);
      for (let i = first; i < end; i++) {
        const n = node[i];
        const by = part[i] * (along[i - first] - mean) * stiff;
        out[n * R] += by * d0;
        out[n * R + 1] += by * d1;
        out[n * R + 2] += by * d2;
        for (let s = 0; s < sums.length; s++) out[nodes * R + s] += by * sums[s].amount[f * nodes + n];
      }
    }
    for (let i = 0; i < this.size; i++) {
      const most = i < nodes * R ? capacity[i] : sums[i - nodes * R].most;
      out[i] = most > 0 ? out[i] / most : 0;
    }
  }

  /** The curvature along each price by itself. */
  diagonal(out: Float64Array): void {
    const { functions, nodes, demand, capacity, sums } = this.#problem;
    const [node, part, start] = [this.#node, this.#part, this.#start];
    out.fill(0);
    for (let f = 0; f < functions; f++) {
      const stiff = 1 / (this.#softness * this.#share[f]);
      for (let i = start[f]; i < start[f + 1]; i++) {
        const spread = part[i] * (1 - part[i]) * stiff;
        for (let r = 0; r < R; r++) out[node[i] * R + r] += spread * demand[f * R + r] ** 2;
      }
    }
    sums.forEach(({ amount }, s) => {
      out[nodes * R + s] = this.#curvatureOf(amount);
    });
    for (let i = 0; i < this.size; i++) {
      const most = i < nodes * R ? capacity[i] : sums[i - nodes * R].most;
      out[i] = most > 0 ? out[i] / most / most : 0;
    }
  }

  #curvatureOf(amount: Float64Array): number {
    const { functions, nodes } = this.#problem;
    const [node, part, start] = [this.#node, this.#part, this.#start];
    let sum = 0;
    for (let f = 0; f < functions; f++) {
      let [mean, square] = [0, 0];
      for (let i = start[f]; i < start[f + 1]; i++) {
        const one = amount[f * nodes + node[i]];
        mean += part[i] * one;
        square += part[i] * one * one;
      }
      sum += Math.max(0, square - mean * mean) / (this.#softness * this.#share[f]);
    }
    return sum;
  }
}

/** The same with room for more. */
function grown(
  node: Int32Array,
  value: Float64Array,
  least: number,
): [Int32Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const length = Math.max(2 * node.length, least);
  const [nodes, values] = [new Int32Array(length), new Float64Array(length)];
  nodes.set(node);
  values.set(value);
  return [nodes, values];
}

/** What each function takes of all room, over the mean of that; never near 0. */
function shares({ functions, nodes, demand, capacity }: PlacementProblem): Float64Array {
  const all = new Float64Array(R);
  for (let n = 0; n < nodes; n++) for (let r = 0; r < R; r++) all[r] += capacity[n * R + r];
  const share = Float64Array.from({ length: functions }, (_, f) => {
    let sum = 0;
    for (let r = 0; r < R; r++) if (all[r] > 0) sum += demand[f * R + r] / all[r];
    return sum;
  });
  const mean = share.reduce((sum, one) => sum + one, 0) / Math.max(1, functions);
  return share.map((one) => (mean > 0 ? Math.max(0.05, one / mean) : 1));
}
