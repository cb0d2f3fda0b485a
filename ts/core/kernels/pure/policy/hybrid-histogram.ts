/**
 * The hybrid histogram policy, without its time-series branch.
 *
 * Source: Shahrad et al., "Serverless in the Wild", USENIX ATC 2020, section 4.
 */
import { ensure } from '../check.js';
import {
  type KernelPolicy,
  NO_STARTS,
  type Start,
  type StateReader,
  type StateWriter,
  type WarmInterval,
} from './policy.js';

const BIN_MS = 60_000;
const BINS = 240;
const HEAD_PERCENT = 5;
const TAIL_PERCENT = 99;
/** A bin's width after the margins of 10 %: less before the head, more after the tail. */
const HEAD_BIN_MS = (BIN_MS / 10) * 9;
const TAIL_BIN_MS = (BIN_MS / 10) * 11;
const MIN_KNOWN = 10;
const FALLBACK: WarmInterval = { prewarmMs: 0, keepAliveMs: BINS * BIN_MS };

/** The first bin whose cumulative count reaches a share of all; moves along as counts grow. */
class Percentile {
  bin = 0;
  below = 0;

  settle(bins: Float64Array, percent: number, total: number): void {
    const wanted = percent * total;
    while (this.bin > 0 && this.below * 100 >= wanted) {
      this.bin--;
      this.below -= bins[this.bin];
    }
    while (this.bin + 1 < BINS && (this.below + bins[this.bin]) * 100 < wanted) {
      this.below += bins[this.bin];
      this.bin++;
    }
  }
}

export class HybridHistogram implements KernelPolicy {
  readonly ticks = false;
  #bins = new Float64Array(BINS);
  #inRange = 0;
  #outOfRange = 0;
  #squares = 0;
  #head = new Percentile();
  #tail = new Percentile();
  #lastReleaseMs = Number.NaN;
  #answer: WarmInterval = FALLBACK;
  #stale = false;
  /**
   * Idle times in the first bin that are not entered yet, and how many can wait without changing the answer: in busy functions
   * nearly all, so that an arrival costs a comparison.
   */
  #waiting = 0;
  #mayWait = 0;

  onArrival(atMs: number): void {
    const idleMs = atMs - this.#lastReleaseMs;
    if (idleMs >= 0 && idleMs < BIN_MS && this.#waiting < this.#mayWait) this.#waiting++;
    else if (idleMs >= 0) this.#enter(idleMs);
  }

  onRelease(atMs: number): WarmInterval {
    this.#lastReleaseMs = atMs;
    if (this.#stale) {
      this.#answer = this.#settle();
      this.#stale = false;
    }
    return this.#answer;
  }

  onTick(): readonly Start[] {
    return NO_STARTS;
  }

  onGap(): void {
    this.#lastReleaseMs = Number.NaN;
  }

  seen(): number[] {
    this.#enterWaiting();
    const uses = this.#settlePercentiles();
    const n = this.#inRange;
    const variation = n > 0 ? Math.sqrt((BINS * this.#squares - n * n) / (n * n)) : 0;
    return [n, this.#outOfRange, variation, uses ? this.#head.bin : -1, uses ? this.#tail.bin : -1];
  }

  save(out: StateWriter): void {
    this.#enterWaiting();
    for (const count of this.#bins) out.u64(count);
    out.f64(this.#squares);
    out.u64(this.#outOfRange);
    out.instant(Number.isNaN(this.#lastReleaseMs) ? undefined : this.#lastReleaseMs);
  }

  static load(from: StateReader): HybridHistogram {
    const policy = new HybridHistogram();
    for (let bin = 0; bin < BINS; bin++) {
      const count = from.count();
      policy.#bins[bin] = count;
      policy.#inRange += count;
    }
    policy.#squares = from.f64();
    ensure(policy.#squares >= 0, 'BAD_STATE', () => `squares are ${policy.#squares}, expected at least 0`);
    policy.#outOfRange = from.count();
    policy.#lastReleaseMs = from.instant() ?? Number.NaN;
    policy.#stale = true;
    return policy;
  }

  /** Enters an idle time, and those that waited. */
  #enter(idleMs: number): void {
    this.#enterWaiting();
    const bin = Math.floor(idleMs / BIN_MS);
    if (bin < BINS) {
      const count = this.#bins[bin];
      this.#bins[bin] = count + 1;
      this.#inRange++;
      this.#squares += count * 2 + 1;
      if (bin < this.#head.bin) this.#head.below++;
      if (bin < this.#tail.bin) this.#tail.below++;
    } else {
      this.#outOfRange++;
    }
    this.#mayWait = 0;
    this.#stale = true;
  }

  /** Enters the idle times of the first bin that waited; as many fewer may wait after them. */
  #enterWaiting(): void {
    const more = this.#waiting;
    this.#squares += more * (this.#bins[0] * 2 + more);
    this.#bins[0] += more;
    this.#inRange += more;
    if (this.#tail.bin > 0) this.#tail.below += more;
    this.#mayWait -= more;
    this.#waiting = 0;
  }

  /**
   * How many idle times in the first bin leave the answer as it is: with the head there, and a fifth of all (so that the
   * coefficient of variation stays above 2), only the tail can move, and only down.
   */
  #settleMayWait(): void {
    const steady = this.#head.bin === 0 && this.#bins[0] * 5 >= this.#inRange;
    if (!steady) this.#mayWait = 0;
    else if (this.#tail.bin === 0) this.#mayWait = Number.POSITIVE_INFINITY;
    else this.#mayWait = TAIL_PERCENT * this.#inRange - 100 * this.#tail.below - 1;
  }

  /** Whether the histogram can be trusted; its percentiles are then up to date. */
  #settlePercentiles(): boolean {
    const known = this.#inRange + this.#outOfRange;
    if (known < MIN_KNOWN || this.#outOfRange * 2 > known) return false;
    // Coefficient of variation under 2, squared and multiplied out: exact while the numbers are.
    const n = this.#inRange;
    if (BINS * this.#squares < 5 * (n * n)) return false;
    this.#head.settle(this.#bins, HEAD_PERCENT, n);
    this.#tail.settle(this.#bins, TAIL_PERCENT, n);
    return true;
  }

  #settle(): WarmInterval {
    this.#mayWait = 0;
    if (!this.#settlePercentiles()) return FALLBACK;
    this.#settleMayWait();
    const headMs = this.#head.bin * HEAD_BIN_MS;
    const tailMs = (this.#tail.bin + 1) * TAIL_BIN_MS;
    const prewarmMs = headMs >= BIN_MS ? headMs : 0;
    const keepAliveMs = tailMs - prewarmMs;
    const last = this.#answer;
    return last.prewarmMs === prewarmMs && last.keepAliveMs === keepAliveMs ? last : { prewarmMs, keepAliveMs };
  }
}
