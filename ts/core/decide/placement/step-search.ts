/** Finds the order of moves: each into room that is there, and each chain of them worth it. */
import type { HeldReason, MigrationReason, MigrationRules } from './migration.js';
import { incidence, R } from './problem.js';
import type { PlacementState } from './solve/state.js';

export interface FoundStep {
  f: number;
  from: number;
  to: number;
  gain: number;
  why: MigrationReason;
}

/** Who may be moved. */
export interface Movable {
  /** Whether its last move is long enough ago. */
  isCool(f: number): boolean;
  /** Whether it stays whatever else. */
  isPaused(f: number): boolean;
}

/** A gain of less than this share is rounding. */
const ROUNDING = 1e-9;

/** One decision: `run` changes the state to what it is after the moves. */
export class StepSearch {
  readonly #state: PlacementState;
  readonly #target: Int32Array;
  readonly #rules: MigrationRules;
  readonly #movable: Movable;
  readonly #waiting: ReadonlySet<number>;
  readonly #partners: { start: Int32Array; pair: Int32Array } | null;
  /** By node, who begins there and is to go elsewhere: nobody else ever leaves it but who came for now. */
  readonly #leavers: number[][];
  readonly #steps: FoundStep[] = [];
  /** Functions of the chain that is tried, and those of them that are on a third node for now. */
  #busy = new Set<number>();
  readonly #detours: number[] = [];

  constructor(
    state: PlacementState,
    target: Int32Array,
    rules: MigrationRules,
    movable: Movable,
    waiting: ReadonlySet<number>,
  ) {
    this.#state = state;
    this.#target = target;
    this.#rules = rules;
    this.#movable = movable;
    this.#waiting = waiting;
    const { functions, nodes, pairs } = state.problem;
    this.#leavers = Array.from({ length: nodes }, () => []);
    state.assignment.forEach((n, f) => {
      if (n !== target[f] && !waiting.has(f)) this.#leavers[n].push(f);
    });
    this.#partners = pairs === null ? null : incidence(functions, pairs);
  }

  run(): { steps: FoundStep[]; held: { f: number; to: number; why: HeldReason }[] } {
    const why = new Map<number, HeldReason>();
    while (this.#left() > 0) {
      const next = this.#pending().find((f) => {
        const held = this.#tries(f);
        if (held === null) return true;
        why.set(f, held);
        return false;
      });
      if (next === undefined) break;
    }
    const full = this.#left() === 0;
    const held = [...this.#pending(), ...this.#waiting].map((f) => {
      const first = this.#waiting.has(f) ? 'no way' : (why.get(f) ?? 'enough moves');
      // What found no way may have found it with more moves.
      return {
        f,
        to: this.#target[f],
        why: full && first === 'no way' && !this.#waiting.has(f) ? 'enough moves' : first,
      };
    });
    return { steps: this.#steps, held };
  }

  #left(): number {
    return this.#rules.mostMoves - this.#steps.length;
  }

  /** Who is not where the target has it: those that must go first, then by what they gain alone. */
  #pending(): number[] {
    const all: { f: number; gain: number }[] = [];
    for (let f = 0; f < this.#target.length; f++) {
      if (this.#state.assignment[f] === this.#target[f] || this.#waiting.has(f)) continue;
      all.push({ f, gain: this.#isForced(f) ? Number.POSITIVE_INFINITY : this.#gain(f, this.#target[f]) });
    }
    return all.sort((a, b) => (a.gain === b.gain ? a.f - b.f : b.gain - a.gain)).map(({ f }) => f);
  }

  #gain(f: number, to: number): number {
    const { nodes } = this.#state.problem;
    const { cost } = this.#state.effective;
    const gain = cost[f * nodes + this.#state.assignment[f]] - cost[f * nodes + to];
    return Number.isFinite(gain) ? gain : 0;
  }

  /** Whether it may not be where it is, or that node has not got what is on it. */
  #isForced(f: number): boolean {
    const { nodes, cost } = this.#state.problem;
    const n = this.#state.assignment[f];
    return cost[f * nodes + n] === Number.POSITIVE_INFINITY || [0, 1, 2].some((r) => this.#state.room[n * R + r] < 0);
  }

  /** Its own cost and half of what its pairs cost. */
  #ownCost(f: number): number {
    const { nodes, cost } = this.#state.problem;
    const at = f * nodes + this.#state.assignment[f];
    return (cost[at] + this.#state.effective.cost[at]) / 2;
  }

  /** Moves a function, with whom that takes; null where that is done, else why not. */
  #tries(f: number): HeldReason | null {
    if (this.#movable.isPaused(f)) return 'paused';
    const isForced = this.#isForced(f);
    if (!isForced && !this.#movable.isCool(f)) return 'cool-down';
    const alone = this.#chain([f], isForced);
    if (alone !== 'small gain' || this.#partners === null) return alone;
    // Functions that talk to each other may gain only together.
    const group = [f, ...this.#friends(f)];
    return group.length > 1 ? this.#chain(group, false) : alone;
  }

  /** Who calls it or is called by it and goes to the same node. */
  #friends(f: number): number[] {
    const pairs = this.#state.problem.pairs!;
    const { start, pair } = this.#partners!;
    const others = Array.from(pair.subarray(start[f], start[f + 1]), (p) =>
      pairs.from[p] === f ? pairs.to[p] : pairs.from[p],
    );
    return [...new Set(others)].filter(
      (g) =>
        this.#target[g] === this.#target[f] &&
        this.#state.assignment[g] !== this.#target[g] &&
        !this.#waiting.has(g) &&
        !this.#movable.isPaused(g) &&
        this.#movable.isCool(g),
    );
  }

  #chain(group: readonly number[], isForced: boolean): HeldReason | null {
    const mark = this.#mark();
    const own = group.reduce((sum, f) => sum + this.#ownCost(f), 0);
    this.#busy = new Set(group);
    this.#detours.length = 0;
    const isDone =
      group.every((f, i) => this.#goes(f, this.#target[f], isForced ? 'limit' : i === 0 ? 'gain' : 'together')) &&
      this.#returns();
    const gain = this.#steps.slice(mark.steps).reduce((sum, step) => sum + step.gain, 0);
    const isWorth = isForced || gain > Math.max(this.#rules.leastGain * own, ROUNDING * Math.abs(own));
    if (isDone && isWorth) return null;
    this.#undo(mark);
    return isDone ? 'small gain' : 'no way';
  }

  /** All that are on a third node go on, those too that come there while others do. */
  #returns(): boolean {
    for (let i = 0; i < this.#detours.length; i++) {
      if (!this.#goes(this.#detours[i], this.#target[this.#detours[i]], 'together')) return false;
    }
    return true;
  }

  #mark(): { steps: number; detours: number } {
    return { steps: this.#steps.length, detours: this.#detours.length };
  }

  #undo({ steps, detours }: { steps: number; detours: number }): void {
    while (this.#steps.length > steps) {
      const { f, from } = this.#steps.pop()!;
      this.#state.move(f, from);
    }
    this.#detours.length = detours;
  }

  /** Into room that is there or is made. */
  #goes(f: number, to: number, why: MigrationReason): boolean {
    if (this.#left() < 1) return false;
    if (!this.#state.fits(f, to) && !this.#clears(f, to)) return false;
    if (this.#left() < 1 || !this.#state.allows((s) => this.#state.changeOfSum(s, f, to))) return false;
    const gain = this.#gain(f, to);
    this.#steps.push({ f, from: this.#state.assignment[f], to, gain, why });
    this.#state.move(f, to);
    return true;
  }

  /** Lets those go who leave the node anyway, until there is room. */
  #clears(f: number, node: number): boolean {
    const leaving = this.#leavers[node]
      .filter((g) => this.#state.assignment[g] === node && !this.#busy.has(g))
      .filter((g) => !this.#movable.isPaused(g) && (this.#movable.isCool(g) || this.#isForced(g)))
      .sort((a, b) => this.#gain(b, this.#target[b]) - this.#gain(a, this.#target[a]) || a - b);
    for (const g of leaving) {
      const mark = this.#mark();
      this.#busy.add(g);
      if (!this.#goes(g, this.#target[g], 'together')) {
        this.#undo(mark);
        this.#detour(f, g, node);
      }
      if (this.#state.fits(f, node)) return true;
    }
    return false;
  }

  /** To a third node for now: one that has room, and is cheapest. */
  #detour(f: number, g: number, node: number): void {
    const { nodes, cost } = this.#state.problem;
    // It, the one that it makes room for, and its way on.
    if (this.#left() < 3) return;
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let n = 0; n < nodes; n++) {
      if (n === node || n === this.#state.assignment[f] || n === this.#target[g]) continue;
      const value = cost[g * nodes + n];
      if (value < least && this.#state.fits(g, n)) [best, least] = [n, value];
    }
    if (best >= 0 && this.#goes(g, best, 'detour')) this.#detours.push(g);
  }
}
