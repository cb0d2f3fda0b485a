/** One plan on all functions: the pure twin of `memory_cap/engine.rs` in `crates/replay`. */
import { MEMORY_CAP_COLUMNS } from '../../contract.js';
import { CarryingHeap } from '../replay/carrying-heap.js';
import type { Calls } from './arrivals.js';
import { Evictable, type Rank } from './evictable.js';
import { IdleInstances } from './idle-instances.js';

export interface CapPlan {
  greedyDual: boolean;
  /** How long an idle instance stays where nobody needs its memory. */
  keepAliveMs: number;
  capBytes: number;
}

/** Whole bytes, so that sums of them are exact. */
export const bytesOf = (mib: number): number => Math.min(Math.floor(mib * 1_048_576 + 0.5), Number.MAX_SAFE_INTEGER);

export class Engine {
  #plan: CapPlan;
  /** Start times. */
  #waits: Float64Array;
  #bytes: Float64Array;
  /** Start time over memory, ms per MiB: what a call adds to the priority. */
  #worth: Float64Array;
  /** Calls since the function last had no instance at all. */
  #calls: Float64Array;
  /** Busy and idle. */
  #instances: Float64Array;
  #idle: IdleInstances[];
  /** Busy instances of all functions: the first release first, then the first call; each carries its function. */
  #busy = new CarryingHeap();
  #evictable: Evictable;
  #call = 0;
  #clock = 0;
  #used = 0;
  #idleBytes = 0;
  #coldStarts: Float64Array;
  #dropped: Float64Array;
  #evictions: Float64Array;
  #idleMs: Float64Array;
  #droppedMs: Float64Array;

  constructor(memoryMiB: Float64Array, plan: CapPlan, waits: Float64Array) {
    const column = () => new Float64Array(memoryMiB.length);
    this.#plan = plan;
    this.#waits = waits;
    this.#bytes = memoryMiB.map(bytesOf);
    this.#worth = memoryMiB.map((memory, f) => waits[f] / memory);
    this.#calls = column();
    this.#instances = column();
    this.#idle = Array.from(memoryMiB, () => new IdleInstances());
    this.#evictable = new Evictable(memoryMiB.length, (f) => this.#rank(f));
    this.#coldStarts = column();
    this.#dropped = column();
    this.#evictions = column();
    this.#idleMs = column();
    this.#droppedMs = column();
  }

  /** The next calls, in order. */
  feed({ at, function: functions, duration, length }: Calls): void {
    for (let i = 0; i < length; i++) {
      const now = at[i];
      const f = functions[i];
      if (this.#busy.key <= now) this.#releaseUntil(now);
      this.#arrive(now, f, duration[i]);
      this.#call++;
    }
  }

  /** What decides when the first idle instance of the function goes. */
  #rank(f: number): Rank | undefined {
    const idle = this.#idle[f];
    if (idle.length === 0) return undefined;
    let priority = 0;
    if (this.#plan.greedyDual) {
      // Without memory it makes no room, and goes last.
      priority = this.#bytes[f] === 0 ? Number.POSITIVE_INFINITY : idle.clock + this.#calls[f] * this.#worth[f];
    }
    return { priority, released: idle.released, call: idle.call };
  }

  #releaseUntil(now: number): void {
    const busy = this.#busy;
    while (busy.key <= now) {
      const f = busy.carried;
      this.#idle[f].push(busy.key, busy.order, this.#clock);
      busy.pop();
      this.#idleBytes += this.#bytes[f];
      this.#evictable.enter(f);
    }
  }

  #arrive(now: number, f: number, duration: number): void {
    let until = now + duration;
    if (!this.#takeIdle(f, now)) {
      if (!this.#makeRoom(f, now)) {
        this.#dropped[f]++;
        this.#droppedMs[f] += duration;
        return;
      }
      this.#coldStarts[f]++;
      this.#instances[f]++;
      this.#used += this.#bytes[f];
      until += this.#waits[f];
    }
    this.#calls[f]++;
    this.#busy.push(until, this.#call, f);
  }

  /** The instance of the function that was released last serves, if it is warm. */
  #takeIdle(f: number, now: number): boolean {
    const idle = this.#idle[f];
    if (idle.length === 0) return false;
    const released = idle.lastReleased;
    if (released + this.#plan.keepAliveMs >= now) {
      this.#idleMs[f] += now - released;
      idle.dropLast();
      this.#idleBytes -= this.#bytes[f];
      return true;
    }
    // The last one released has ended, and so have all.
    while (idle.length > 0) this.#dropFirst(f, now);
    return false;
  }

  /** Whether there is memory for one more instance of the function; what is idle goes for it. */
  #makeRoom(f: number, now: number): boolean {
    const needed = this.#bytes[f];
    const { capBytes } = this.#plan;
    if (this.#used + needed <= capBytes) return true;
    this.#endWhatIsOver(now);
    if (this.#used - this.#idleBytes + needed > capBytes) return false;
    while (this.#used + needed > capBytes) {
      const victim = this.#evictable.first();
      if (victim === undefined) return false;
      this.#clock = Math.max(this.#clock, victim.rank.priority);
      this.#evictions[victim.function]++;
      this.#dropFirst(victim.function, now);
    }
    return true;
  }

  /** Instances whose keep-alive time has passed hold their memory until somebody looks for some. */
  #endWhatIsOver(now: number): void {
    const { keepAliveMs } = this.#plan;
    if (keepAliveMs === Number.POSITIVE_INFINITY) return;
    for (;;) {
      const victim = this.#evictable.first();
      if (victim === undefined || victim.rank.released + keepAliveMs >= now) return;
      this.#dropFirst(victim.function, now);
    }
  }

  /** The first idle instance of the function goes at `now`, or has gone when its keep-alive time was over. */
  #dropFirst(f: number, now: number): void {
    const idle = this.#idle[f];
    this.#idleMs[f] += Math.min(now - idle.released, this.#plan.keepAliveMs);
    idle.dropFirst();
    this.#used -= this.#bytes[f];
    this.#idleBytes -= this.#bytes[f];
    if (--this.#instances[f] > 0) return;
    this.#calls[f] = 0;
    this.#evictable.endLife(f);
  }

  /** Everything up to the horizon is over; writes what each function cost. */
  finish(horizonMs: number, out: Float64Array): void {
    this.#releaseUntil(horizonMs - 1);
    this.#idle.forEach((idle, f) => {
      for (; idle.length > 0; idle.dropFirst()) {
        this.#idleMs[f] += Math.min(horizonMs - idle.released, this.#plan.keepAliveMs);
      }
      const at = f * MEMORY_CAP_COLUMNS;
      out[at] = this.#coldStarts[f];
      out[at + 1] = this.#dropped[f];
      out[at + 2] = this.#evictions[f];
      out[at + 3] = this.#idleMs[f];
      out[at + 4] = this.#droppedMs[f];
    });
  }
}
