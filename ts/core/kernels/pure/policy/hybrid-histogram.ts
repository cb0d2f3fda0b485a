/**
 * The hybrid histogram policy, without its time-series branch.
 *
 * Source: Shahrad et al., "Serverless in the Wild", USENIX ATC 2020, section 4.
 */
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

  settle(bins: Uint32Array, percent: number, total: number): void {
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
  #bins = new Uint32Array(BINS);
  #inRange = 0;
  #outOfRange = 0;
  #squares = 0;
  #head = new Percentile();
  #tail = new Percentile();
  #lastReleaseMs = Number.NaN;
  #answer: WarmInterval = FALLBACK;
  #stale = false;

  onArrival(atMs: number): void {
    const idleMs = atMs - this.#lastReleaseMs;
    if (idleMs < BIN_MS) {
      this.#add(0);
    } else if (idleMs < BINS * BIN_MS) {
      this.#add(Math.floor(idleMs / BIN_MS));
    } else if (idleMs >= 0) {
      this.#outOfRange++;
      this.#stale = true;
    }
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

  seen(): number[] {
    const uses = this.#settlePercentiles();
    const n = this.#inRange;
    const variation = n > 0 ? Math.sqrt((BINS * this.#squares - n * n) / (n * n)) : 0;
    return [n, this.#outOfRange, variation, uses ? this.#head.bin : -1, uses ? this.#tail.bin : -1];
  }

  save(out: StateWriter): void {
    for (const count of this.#bins) out.u32(count);
    out.u64(this.#outOfRange);
    out.instant(Number.isNaN(this.#lastReleaseMs) ? undefined : this.#lastReleaseMs);
  }

  static load(from: StateReader): HybridHistogram {
    const policy = new HybridHistogram();
    for (let bin = 0; bin < BINS; bin++) {
      const count = from.u32();
      policy.#bins[bin] = count;
      policy.#inRange += count;
      policy.#squares += count * count;
    }
    policy.#outOfRange = from.u64();
    policy.#lastReleaseMs = from.instant() ?? Number.NaN;
    policy.#stale = true;
    return policy;
  }

  #add(bin: number): void {
    const count = this.#bins[bin];
    this.#bins[bin] = count + 1;
    this.#inRange++;
    this.#squares += count * 2 + 1;
    if (bin < this.#head.bin) this.#head.below++;
    if (bin < this.#tail.bin) this.#tail.below++;
    this.#stale = true;
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
    if (!this.#settlePercentiles()) return FALLBACK;
    const headMs = this.#head.bin * HEAD_BIN_MS;
    const tailMs = (this.#tail.bin + 1) * TAIL_BIN_MS;
    const prewarmMs = headMs >= BIN_MS ? headMs : 0;
    const keepAliveMs = tailMs - prewarmMs;
    const last = this.#answer;
    return last.prewarmMs === prewarmMs && last.keepAliveMs === keepAliveMs ? last : { prewarmMs, keepAliveMs };
  }
}
