/** Finds the idle times of levels in a function's arrivals. */
import type { Busy } from '../kernels/pure/replay/busy.js';
import type { GapRecords } from './gap-records.js';

/**
 * Follows one function as if no call were ever cold. A call that finds `n` instances busy takes the instance that was released
 * last, which was when the number of busy ones fell to `n`: from then to the call it was idle at level `n`. Instances that are idle
 * when the trace ends were so for as long at least.
 */
export class LevelGaps {
  #records: GapRecords;
  #busy: Busy;
  #duration: number;
  #releases: number[] = [];

  /** `busy` must know no wait; `duration` is that of all calls, unused when each has its own. */
  constructor(records: GapRecords, busy: Busy, duration: number) {
    this.#records = records;
    this.#busy = busy;
    this.#duration = duration;
  }

  /** The next `count` arrivals, ascending, and where they differ their durations. */
  feed(starts: Float64Array, count: number, durations: Uint32Array): void {
    const busy = this.#busy;
    const releases = this.#releases;
    const records = this.#records;
    const each = durations.length > 0;
    for (let i = 0; i < count; i++) {
      const at = starts[i]!;
      this.#release(at);
      if (releases.length > 0) records.add(busy.length, at - releases.pop()!);
      busy.serve(at, each ? durations[i]! : this.#duration, false);
    }
  }

  /** No arrival is left. */
  finish(horizonMs: number): void {
    this.#release(horizonMs - 1);
    const releases = this.#releases;
    for (let level = this.#busy.length; releases.length > 0; level++) {
      this.#records.addOpen(level, horizonMs - releases.pop()!);
    }
  }

  #release(now: number): void {
    const busy = this.#busy;
    while (busy.next <= now) {
      this.#releases.push(busy.next);
      busy.release();
    }
  }
}
