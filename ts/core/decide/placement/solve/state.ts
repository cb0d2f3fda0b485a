/** A placement that is being changed: who is where, what room is left, what limited sums come to. */
import { amountOf, isWithin, type PlacementProblem, R, roomOf } from '../problem.js';
import { EffectiveCosts } from './effective.js';

export class PlacementState {
  readonly problem: PlacementProblem;
  readonly assignment: Int32Array;
  /** `[nodes, 3]`. */
  readonly room: Float64Array;
  readonly effective: EffectiveCosts;
  readonly sums: Float64Array;
  readonly members: Int32Array[];
  readonly #counts: Int32Array;
  readonly #at: Int32Array;

  /** Every function must be somewhere; room and sums may be passed. */
  constructor(problem: PlacementProblem, assignment: Int32Array) {
    const { functions, nodes } = problem;
    this.problem = problem;
    this.assignment = assignment.slice();
    this.room = roomOf(problem, assignment);
    this.effective = new EffectiveCosts(problem, assignment);
    this.sums = Float64Array.from(problem.sums, (limit) => amountOf(problem, limit, assignment));
    this.#counts = new Int32Array(nodes);
    this.#at = new Int32Array(functions);
    this.members = Array.from({ length: nodes }, () => new Int32Array(4));
    for (let f = 0; f < functions; f++) this.#enter(f, assignment[f]);
  }

  countOn(n: number): number {
    return this.#counts[n];
  }

  /** Whether `f` has room on `n`, where `g` (or nobody: -1) goes from there. */
  fits(f: number, n: number, g = -1): boolean {
    const { demand } = this.problem;
    for (let r = 0; r < R; r++) {
      const freed = g < 0 ? 0 : demand[g * R + r];
      if (this.room[n * R + r] + freed < demand[f * R + r]) return false;
    }
    return true;
  }

  /** Whether the limited sums allow a change; one that lessens a sum is always allowed. */
  allows(change: (s: number) => number): boolean {
    const { sums } = this.problem;
    for (let s = 0; s < sums.length; s++) {
      const by = change(s);
      if (by > 0 && !isWithin(this.sums[s] + by, sums[s].most)) return false;
    }
    return true;
  }

  /** The change of a limited sum when `f` goes to `n` and all others stay. */
  changeOfSum(s: number, f: number, n: number): number {
    const { nodes } = this.problem;
    const amount = this.effective.amounts[s];
    return amount[f * nodes + n] - amount[f * nodes + this.assignment[f]];
  }

  move(f: number, n: number): void {
    const { demand, sums } = this.problem;
    const old = this.assignment[f];
    if (old === n) return;
    for (let s = 0; s < sums.length; s++) this.sums[s] += this.changeOfSum(s, f, n);
    for (let r = 0; r < R; r++) {
      this.room[old * R + r] += demand[f * R + r];
      this.room[n * R + r] -= demand[f * R + r];
    }
    this.#leave(f, old);
    this.#enter(f, n);
    this.assignment[f] = n;
    this.effective.moved(f, old, n);
  }

  #enter(f: number, n: number): void {
    let list = this.members[n];
    const count = this.#counts[n]++;
    if (count === list.length) {
      list = new Int32Array(2 * count);
      list.set(this.members[n]);
      this.members[n] = list;
    }
    list[count] = f;
    this.#at[f] = count;
  }

  #leave(f: number, n: number): void {
    const list = this.members[n];
    const last = list[--this.#counts[n]];
    list[this.#at[f]] = last;
    this.#at[last] = this.#at[f];
  }
}
