/** How long a call keeps its instance, from how many were busy when. */
import type { StateReader, StateWriter } from '../kernels/pure/state.js';

/** From so many calls on the past counts half. */
const HALVED_AT = 4096;

/** Busy time over calls (Little's law), those under way counted as far as they have come. */
export class BusyMean {
  #busy = 0;
  #sinceMs = 0;
  #busyMs = 0;
  #calls = 0;

  /** Mean, ms; 0 before the first call. */
  get meanMs(): number {
    return this.#calls > 0 ? this.#busyMs / this.#calls : 0;
  }

  /** When it was told something last. */
  get nowMs(): number {
    return this.#sinceMs;
  }

  /** How many are busy. */
  get busy(): number {
    return this.#busy;
  }

  /** A call began; `busy` with it. */
  arrived(atMs: number, busy: number): void {
    this.passed(atMs);
    this.#busy = busy;
    this.#calls++;
    if (this.#calls < HALVED_AT) return;
    this.#calls /= 2;
    this.#busyMs /= 2;
  }

  /** A call is over. */
  released(atMs: number): void {
    this.passed(atMs);
    if (this.#busy > 0) this.#busy--;
  }

  /** It is `atMs`. */
  passed(atMs: number): void {
    this.#busyMs += this.#busy * (atMs - this.#sinceMs);
    this.#sinceMs = atMs;
  }

  save(out: StateWriter): void {
    out.whole(this.#busy);
    out.whole(this.#sinceMs);
    out.f64(this.#busyMs);
    out.f64(this.#calls);
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader): BusyMean {
    const mean = new BusyMean();
    mean.#busy = from.whole(0xffff_ffff);
    mean.#sinceMs = from.whole();
    mean.#busyMs = from.amount();
    mean.#calls = from.amount();
    return mean;
  }
}
