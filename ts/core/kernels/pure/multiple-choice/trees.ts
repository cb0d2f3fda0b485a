/** Sums over the functions, and the functions whose edges come next, in trees of one shape. */

const NONE_UP = Number.NEGATIVE_INFINITY;
const NONE_DOWN = Number.POSITIVE_INFINITY;

/** What a function counts for; `up` and `down` are the slopes of the edges that it would take next and took last. */
export interface Leaf {
  resource: number;
  cost: number;
  point: number;
  up: number;
  down: number;
}

/** Node 1 is the root; node `n` has the children `2n` and `2n + 1`; leaf `f` is node `leaves + f`. */
export class Trees {
  readonly #leaves: number;
  readonly #resource: Float64Array;
  readonly #cost: Float64Array;
  /** By function. */
  readonly #point: Uint32Array;
  readonly #upSlope: Float64Array;
  readonly #downSlope: Float64Array;
  /** The function below a node whose next edge is steepest; the first of equals. */
  readonly #up: Uint32Array;
  /** The function below a node whose last edge is flattest; the last of equals. */
  readonly #down: Uint32Array;

  constructor(functions: number) {
    let leaves = 1;
    while (leaves < functions) leaves *= 2;
    this.#leaves = leaves;
    this.#resource = new Float64Array(2 * leaves);
    this.#cost = new Float64Array(2 * leaves);
    this.#point = new Uint32Array(leaves);
    this.#upSlope = new Float64Array(leaves).fill(NONE_UP);
    this.#downSlope = new Float64Array(leaves).fill(NONE_DOWN);
    this.#up = new Uint32Array(2 * leaves);
    this.#down = new Uint32Array(2 * leaves);
  }

  /** A leaf whose node is not joined yet: `joinAll` when all are written. */
  write(f: number, resource: number, cost: number, point: number, up: number, down: number): void {
    const node = this.#leaves + f;
    this.#resource[node] = resource;
    this.#cost[node] = cost;
    this.#point[f] = point;
    this.#upSlope[f] = up;
    this.#downSlope[f] = down;
  }

  joinAll(): void {
    for (let f = 0; f < this.#leaves; f++) {
      this.#up[this.#leaves + f] = f;
      this.#down[this.#leaves + f] = f;
    }
    for (let node = this.#leaves - 1; node > 0; node--) this.#join(node);
  }

  /** One leaf anew. O(log functions). */
  set(f: number, resource: number, cost: number, point: number, up: number, down: number): void {
    this.write(f, resource, cost, point, up, down);
    for (let node = (this.#leaves + f) >>> 1; node > 0; node >>>= 1) this.#join(node);
  }

  #join(node: number): void {
    const left = 2 * node;
    const right = left + 1;
    this.#resource[node] = this.#resource[left] + this.#resource[right];
    this.#cost[node] = this.#cost[left] + this.#cost[right];
    const up = this.#up[left];
    const laterUp = this.#up[right];
    this.#up[node] = this.#upSlope[laterUp] > this.#upSlope[up] ? laterUp : up;
    const down = this.#down[left];
    const laterDown = this.#down[right];
    this.#down[node] = this.#downSlope[down] < this.#downSlope[laterDown] ? down : laterDown;
  }

  leaf(f: number): Leaf {
    const node = this.#leaves + f;
    return {
      resource: this.#resource[node],
      cost: this.#cost[node],
      point: this.#point[f],
      up: this.#upSlope[f],
      down: this.#downSlope[f],
    };
  }

  setLeaf(f: number, { resource, cost, point, up, down }: Leaf): void {
    this.set(f, resource, cost, point, up, down);
  }

  /** A function's sums from another point; what its next edges are stays. */
  stand(f: number, resource: number, cost: number, point: number): void {
    this.set(f, resource, cost, point, this.#upSlope[f], this.#downSlope[f]);
  }

  /** The function takes and gives back no more edges. */
  peg(f: number): void {
    const node = this.#leaves + f;
    this.set(f, this.#resource[node], this.#cost[node], this.#point[f], NONE_UP, NONE_DOWN);
  }

  /** The point where a function stands. */
  point(f: number): number {
    return this.#point[f];
  }

  /** Resource of all functions. */
  get resource(): number {
    return this.#resource[1];
  }

  /** Cost of all functions. */
  get cost(): number {
    return this.#cost[1];
  }

  /** The function that takes the next edge. */
  get up(): number {
    return this.#up[1];
  }

  /** The slope of that edge; negative infinity: there is none. */
  get upSlope(): number {
    return this.#upSlope[this.#up[1]];
  }

  /** The function that gives back the last edge. */
  get down(): number {
    return this.#down[1];
  }

  /** The slope of that edge; infinity: there is none. */
  get downSlope(): number {
    return this.#downSlope[this.#down[1]];
  }
}
