/** A function's minutes: runs of active ones, and the waiting times between them. */
import { ensure } from '../../check.js';
import { stood } from '../gap.js';
import type { StateReader, StateWriter } from '../policy.js';
import { foresees, idleMinutes, possible } from './category.js';

/** How many waiting times are remembered: what is older is forgotten. */
export const REMEMBERED = 512;
const MOST = 0xffff_ffff;

/** A run of active minutes and the waiting time that ended it. */
export interface Run {
  active: number;
  calls: number;
  /** Minutes without activity behind them. */
  waited: number;
  /** How the rule for possible functions, derived from what was known then, would have met this waiting time. */
  foreseen: boolean;
  /** Minutes that it would have kept an instance idle. */
  idle: number;
}

/** A waiting time and how often it occurs. */
export interface Wait {
  waited: number;
  times: number;
}

export class Runs {
  /** Ended runs, the oldest first. */
  readonly ended: Run[] = [];
  /** Unlike waiting times of `ended`, ascending. */
  readonly waits: Wait[] = [];
  /** The last minute with activity. */
  last: number | undefined;
  /** Whether data was missing since: what ended the run is not known. */
  #isCut = false;
  /** Minutes and calls of the run that goes on. */
  active = 0;
  #calls = 0;

  /** A call arrives in minute `slot`, `busy` instances serving right after it; whether there is news. */
  arrival(slot: number, busy: number): boolean {
    let news: boolean;
    if (this.last !== undefined && !this.#isCut && slot - this.last > 1 && busy <= 1) {
      this.#endRun(slot - this.last - 1);
      this.last = slot;
      this.active = 1;
      this.#calls = 0;
      news = true;
    } else {
      news = this.release(slot);
    }
    this.#calls = Math.min(this.#calls + 1, MOST);
    return news;
  }

  /** An instance was busy up to minute `slot`; whether there is news. */
  release(slot: number): boolean {
    if (this.#isCut) {
      this.#isCut = false;
      this.last = slot;
      this.active = 1;
      this.#calls = 0;
      return true;
    }
    const more = this.last === undefined ? 1 : slot - this.last;
    if (more <= 0) return false;
    this.active = Math.min(this.active + more, MOST);
    this.last = slot;
    return true;
  }

  /** Nothing is known of the minutes `from` to `until`: they are not waited for, and the next activity begins a run. */
  stand(from: number, until: number): void {
    if (this.last === undefined) return;
    this.last = stood(this.last, from, until);
    this.#isCut = true;
  }

  #endRun(minutes: number): void {
    const waited = Math.min(minutes, MOST);
    const prediction = possible(this.waits);
    const foreseen = foresees(prediction, waited);
    const run = { active: this.active, calls: this.#calls, waited, foreseen, idle: idleMinutes(prediction, waited) };
    if (this.ended.length === REMEMBERED) this.#forget(this.ended.shift()!.waited);
    this.#remember(run);
  }

  /** Where `waited` is, or would be, in `waits`. */
  #place(waited: number): number {
    let low = 0;
    let high = this.waits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.waits[middle].waited < waited) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #remember(run: Run): void {
    const at = this.#place(run.waited);
    if (this.waits[at]?.waited === run.waited) this.waits[at].times++;
    else this.waits.splice(at, 0, { waited: run.waited, times: 1 });
    this.ended.push(run);
  }

  #forget(waited: number): void {
    const at = this.#place(waited);
    if (--this.waits[at].times === 0) this.waits.splice(at, 1);
  }

  save(out: StateWriter): void {
    out.instant(this.last);
    out.u8(this.#isCut ? 1 : 0);
    out.u32(this.active);
    out.u32(this.#calls);
    out.u32(this.ended.length);
    for (const { active, calls, waited, foreseen, idle } of this.ended) {
      for (const value of [active, calls, waited, Number(foreseen), idle]) out.u32(value);
    }
  }

  static load(from: StateReader): Runs {
    const runs = new Runs();
    runs.last = from.instant();
    runs.#isCut = from.u8() !== 0;
    runs.active = from.u32();
    runs.#calls = from.u32();
    const known = from.u32();
    ensure(
      known <= REMEMBERED,
      'BAD_STATE',
      () => `policy state has ${known} waiting times, expected at most ${REMEMBERED}`,
    );
    for (let left = known; left > 0; left--) {
      const [active, calls, waited, foreseen, idle] = [from.u32(), from.u32(), from.u32(), from.u32(), from.u32()];
      ensure(waited > 0 && foreseen <= 1, 'BAD_STATE', () => 'policy state has no waiting time');
      runs.#remember({ active, calls, waited, foreseen: foreseen === 1, idle });
    }
    return runs;
  }
}
