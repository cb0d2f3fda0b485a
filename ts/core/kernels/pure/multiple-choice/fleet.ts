/** Where every function stands, and the way from one split to another. */
import type { Choices } from './choices.js';
import { dive } from './dive.js';
import { Hulls } from './hulls.js';
import { improve } from './improve.js';
import { place } from './split.js';
import { Trees } from './trees.js';

/** Costs this close, relative to the cost of the whole fleet, count as equal. */
const TIE = 1e-12;

/** When one part in this many of the functions is set at once, all are placed anew. */
const PLACED_ANEW = 16;

/** A search that has come this close to its bound, relative to the cost, is not begun again elsewhere. */
const CLOSE = 1e-6;

/** Points that functions take instead of their corners. */
export type Changes = [f: number, point: number][];

/** Moves on the hulls: the function, and the corner where it stood. */
export type Moves = [f: number, corner: number][];

export interface Solution {
  cost: number;
  resource: number;
  dualBound: number;
  bound: number;
  multiplier: number;
}

export class Fleet {
  readonly hulls: Hulls;
  readonly trees: Trees;
  /** Where each function stands on its hull. */
  readonly corner: Uint32Array;
  /** Points that the last solution took instead. */
  #changes: Changes = [];
  /** Functions whose choice may not be what it was at the last solution. */
  #touched: number[] = [];
  /** Whether the functions stand at some split. */
  #placed = false;

  constructor(functions: number) {
    this.hulls = new Hulls(functions);
    this.trees = new Trees(functions);
    this.corner = new Uint32Array(functions);
  }

  set(first: number, choices: Choices): void {
    const functions = choices.offsets.length - 1;
    this.#withdrawChanges();
    this.hulls.set(first, choices);
    if (functions * PLACED_ANEW > this.corner.length) this.#placed = false;
    for (let f = first; f < first + functions; f++) {
      this.corner[f] = 0;
      if (!this.#placed) continue;
      this.restore(f);
      this.#touched.push(f);
    }
  }

  /** The best allocation found; undefined where the limit cannot be met. */
  solve(limit: number): Solution | undefined {
    this.#withdrawChanges();
    if (!this.#placed) this.#place(limit);
    const moves: Moves = [];
    this.#takeSteepestFirst(moves);
    const met = this.retreat(limit, moves);
    const blocked = met ? this.advance(limit, moves) : undefined;
    for (const [f] of moves) this.#touched.push(f);
    return met ? this.#withWholeChoices(limit, blocked) : undefined;
  }

  #place(limit: number): void {
    place(this.hulls, this.corner, limit);
    this.#touched = Array.from({ length: this.corner.length }, (_, f) => f);
    for (let f = 0; f < this.corner.length; f++) this.#write(f, false);
    this.trees.joinAll();
    this.#placed = true;
  }

  /** From the split on: the search, and the searches beside it where it has not come close. */
  #withWholeChoices(limit: number, split: number | undefined): Solution {
    const { cost, resource } = this.trees;
    if (split === undefined) return { cost, resource, dualBound: cost, bound: cost, multiplier: 0 };
    const multiplier = this.hulls.slope(split, this.corner[split]);
    const tie = cost * TIE;
    const dualBound = Math.max(cost - multiplier * (limit - resource), 0);
    let best = improve(this, limit, multiplier, tie);
    const bound = Math.max(best.bound, dualBound);
    if (best.cost - bound > best.cost * CLOSE) {
      for (const upward of [false, true]) {
        const found = dive(this, limit, split, upward, tie);
        if (found !== undefined && found.cost < best.cost - tie) best = found;
      }
    }
    for (const [f, point] of best.changes) {
      this.standAt(f, point);
      this.#touched.push(f);
    }
    this.#changes = best.changes;
    const own = this.trees.cost;
    return {
      cost: own,
      resource: this.trees.resource,
      dualBound: Math.min(dualBound, own),
      // A search that left nothing out has found what costs least, whatever rounding makes of its bound.
      bound: bound >= own - tie ? own : bound,
      multiplier,
    };
  }

  /** Hands over the functions whose choice may differ from the last solution's. */
  takeTouched(): number[] {
    const touched = this.#touched;
    this.#touched = [];
    return touched;
  }

  /** The choice of a function as the caller counts them. */
  choice(f: number): number {
    return this.hulls.choice(f, this.trees.point(f));
  }

  #withdrawChanges(): void {
    for (const [f] of this.#changes) {
      this.restore(f);
      this.#touched.push(f);
    }
    this.#changes = [];
  }

  /** The leaf of a function where it stands on its hull. */
  restore(f: number): void {
    this.#write(f, true);
  }

  #write(f: number, joined: boolean): void {
    const { hulls, trees } = this;
    const corner = this.corner[f];
    const point = hulls.corner(f, corner);
    const up = corner + 1 < hulls.corners(f) ? hulls.slope(f, corner) : Number.NEGATIVE_INFINITY;
    const down = corner > 0 ? hulls.slope(f, corner - 1) : Number.POSITIVE_INFINITY;
    const resource = hulls.resource(f, point);
    const cost = hulls.cost(f, point);
    if (joined) trees.set(f, resource, cost, point, up, down);
    else trees.write(f, resource, cost, point, up, down);
  }

  standAtCorner(f: number, corner: number, moves: Moves): void {
    moves.push([f, this.corner[f]]);
    this.corner[f] = corner;
    this.restore(f);
  }

  /** A function's sums from another point; what its next edges are stays. */
  standAt(f: number, point: number): void {
    this.trees.stand(f, this.hulls.resource(f, point), this.hulls.cost(f, point), point);
  }

  /** Until no edge is left out that comes before one that was taken. */
  #takeSteepestFirst(moves: Moves): void {
    const { trees } = this;
    for (;;) {
      const { up, upSlope, down, downSlope } = trees;
      if (!(upSlope > downSlope || (upSlope === downSlope && up < down))) return;
      this.standAtCorner(up, this.corner[up] + 1, moves);
    }
  }

  /** Gives edges back, the last taken first, until the limit is met; whether it is. */
  retreat(limit: number, moves: Moves): boolean {
    while (this.trees.resource > limit) {
      if (this.trees.downSlope === Number.POSITIVE_INFINITY) return false;
      const f = this.trees.down;
      this.standAtCorner(f, this.corner[f] - 1, moves);
    }
    return true;
  }

  /** Takes edges as long as they fit: the function whose edge does not. */
  advance(limit: number, moves: Moves): number | undefined {
    for (;;) {
      if (this.trees.upSlope === Number.NEGATIVE_INFINITY) return undefined;
      const f = this.trees.up;
      this.standAtCorner(f, this.corner[f] + 1, moves);
      if (this.trees.resource > limit) {
        this.undo(moves);
        return f;
      }
    }
  }

  /** Takes the last move back. */
  undo(moves: Moves): void {
    const last = moves.pop();
    if (last === undefined) return;
    this.corner[last[0]] = last[1];
    this.restore(last[0]);
  }

  /** The cost with these changes, where the limit is met with them. */
  costWith(changes: Changes, limit: number): number | undefined {
    const before = changes.map(([f]) => this.trees.leaf(f));
    for (const [f, point] of changes) this.standAt(f, point);
    const { cost, resource } = this.trees;
    for (let i = changes.length - 1; i >= 0; i--) this.trees.setLeaf(changes[i][0], before[i]);
    return resource <= limit ? cost : undefined;
  }
}
