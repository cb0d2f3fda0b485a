/** What a function's calls ask of instances, step by step and level by level: all that the choice of ready instances needs to know of a trace. */
import { ConstantBusy, EachBusy } from '../../kernels/pure/replay/busy.js';
import { GROUP_TOPS, groupOf } from './levels.js';

/** Demand in steps of equal length. Entries of step `s` lie at `offsets[s]..offsets[s + 1]`, one per group of levels from the lowest on. */
export interface Demand {
  stepMs: number;
  /** `[steps + 1]`. */
  offsets: Float64Array;
  /** Calls that began on the group's levels. */
  calls: Float64Array;
  /** Of them, those that the platform's own instances would have served cold. */
  coldStarts: Float64Array;
  /** Idle time of the platform's own instances on these levels, ms. */
  idleMs: Float64Array;
}

export const stepsOf = (demand: Demand): number => demand.offsets.length - 1;

/** Numbers that grow one by one. */
class Column {
  #values = new Float64Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(2 * this.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  taken(): Float64Array {
    return this.#values.slice(0, this.length);
  }
}

/**
 * Records the demand of one function as its calls come in. Levels are a stack: a call takes the lowest free one, and the highest is left first. A level
 * that was idle for longer than the platform keeps instances begins cold, whatever is ready below it: so one pass prices every number of ready instances.
 *
 * The wait of a cold start is not added to the time that a call is busy: demand is that of a platform which has the instance ready.
 *
 * Complexity: O(1) a call with one duration for all, else O(log busy); memory O(busy + steps x groups used).
 */
export class DemandRecorder {
  #stepMs: number;
  #steps: number;
  #keepAliveMs: number;
  #busy: ConstantBusy | EachBusy;
  #level = 0;
  /** When each level was left last. */
  #leftMs: number[] = [];
  #step = 0;
  #stepCalls: number[] = [];
  #stepCold: number[] = [];
  #stepIdle: number[] = [];
  #offsets: Float64Array;
  #calls = new Column();
  #cold = new Column();
  #idle = new Column();

  /** @param keepAliveMs How long the platform keeps an idle instance of its own. */
  constructor(steps: number, stepMs: number, keepAliveMs: number, alike: boolean) {
    this.#steps = steps;
    this.#stepMs = stepMs;
    this.#keepAliveMs = keepAliveMs;
    this.#busy = alike ? new ConstantBusy(0) : new EachBusy(0);
    this.#offsets = new Float64Array(steps + 1);
  }

  /** A call; they come in ascending order. */
  call(atMs: number, durationMs: number): void {
    while (this.#busy.next <= atMs) {
      this.#leftMs[this.#level--] = this.#busy.next;
      this.#busy.release();
    }
    const step = Math.min(this.#steps - 1, Math.max(0, Math.floor(atMs / this.#stepMs)));
    while (this.#step < step) this.#endStep();
    const level = ++this.#level;
    const group = groupOf(level);
    while (this.#stepCalls.length <= group) {
      this.#stepCalls.push(0);
      this.#stepCold.push(0);
      this.#stepIdle.push(0);
    }
    this.#stepCalls[group]!++;
    const leftMs = this.#leftMs[level];
    if (leftMs === undefined || atMs - leftMs > this.#keepAliveMs) this.#stepCold[group]!++;
    if (leftMs !== undefined) this.#stepIdle[group]! += Math.min(atMs - leftMs, this.#keepAliveMs);
    this.#busy.serve(atMs, durationMs, false);
  }

  finish(): Demand {
    while (this.#step < this.#steps) this.#endStep();
    return {
      stepMs: this.#stepMs,
      offsets: this.#offsets,
      calls: this.#calls.taken(),
      coldStarts: this.#cold.taken(),
      idleMs: this.#idle.taken(),
    };
  }

  #endStep(): void {
    for (let group = 0; group < this.#stepCalls.length; group++) {
      this.#calls.push(this.#stepCalls[group]!);
      this.#cold.push(this.#stepCold[group]!);
      this.#idle.push(this.#stepIdle[group]!);
    }
    this.#stepCalls = [];
    this.#stepCold = [];
    this.#stepIdle = [];
    this.#offsets[++this.#step] = this.#calls.length;
  }
}

/** The demand of one stretch after that of another. */
export function joined(first: Demand, second: Demand): Demand {
  const both = (a: Float64Array, b: Float64Array): Float64Array => {
    const all = new Float64Array(a.length + b.length);
    all.set(a);
    all.set(b, a.length);
    return all;
  };
  const base = first.calls.length;
  return {
    stepMs: first.stepMs,
    offsets: both(
      first.offsets,
      second.offsets.subarray(1).map((at) => at + base),
    ),
    calls: both(first.calls, second.calls),
    coldStarts: both(first.coldStarts, second.coldStarts),
    idleMs: both(first.idleMs, second.idleMs),
  };
}

/** The highest number of instances that any step before `to` asks for. */
export function peak(demand: Demand, to = stepsOf(demand)): number {
  let groups = 0;
  for (let step = 0; step < to; step++) {
    groups = Math.max(groups, demand.offsets[step + 1]! - demand.offsets[step]!);
  }
  return groups === 0 ? 0 : GROUP_TOPS[groups - 1]!;
}
