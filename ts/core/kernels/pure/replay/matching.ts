/**
 * The nested matching behind the clairvoyant references: each arrival takes the latest release that is left, and cold
 * starts delay nothing.
 */
import type { Busy } from './busy.js';
import { Gaps } from './gaps.js';

/** What the matching found. */
export interface Matched {
  /** Distinct gaps ascending, and how often each occurs. */
  gaps: Float64Array;
  times: Float64Array;
  /** Arrivals that no release was left for. */
  unmatched: number;
  /** Time from each release never taken to the horizon, ascending. */
  tails: Float64Array;
  /** The largest number of busy instances right after an arrival. */
  peakBusy: number;
  /** Busy time within the horizon. */
  busyMs: number;
}

export class Matching {
  #busy: Busy;
  #duration: number;
  #horizon: number;
  #releases: number[] = [];
  #gaps: Gaps;
  #unmatched = 0;
  #peakBusy = 0;
  #busyMs = 0;

  /** `busy` must know no wait. */
  constructor(busy: Busy, duration: number, horizon: number, calls: number) {
    this.#busy = busy;
    this.#duration = duration;
    this.#horizon = horizon;
    this.#gaps = new Gaps(calls);
  }

  feed(starts: Float64Array, count: number, durations: Uint32Array): void {
    const busy = this.#busy;
    const releases = this.#releases;
    const each = durations.length > 0;
    for (let i = 0; i < count; i++) {
      const at = starts[i];
      this.#advance(at);
      if (releases.length > 0) this.#gaps.add(at - releases.pop()!);
      else this.#unmatched++;
      const duration = each ? durations[i] : this.#duration;
      busy.serve(at, duration, false);
      if (busy.length > this.#peakBusy) this.#peakBusy = busy.length;
      this.#busyMs += Math.min(Math.max(at + duration, 0), this.#horizon) - Math.max(at, 0);
    }
  }

  finish(): Matched {
    this.#advance(this.#horizon - 1);
    return {
      ...this.#gaps.ascending(),
      unmatched: this.#unmatched,
      tails: Float64Array.from(this.#releases, (release) => this.#horizon - release).sort(),
      peakBusy: this.#peakBusy,
      busyMs: this.#busyMs,
    };
  }

  #advance(now: number): void {
    const busy = this.#busy;
    while (busy.next <= now) {
      this.#releases.push(busy.next);
      busy.release();
    }
  }
}
