/** How many instances were busy on average over the last minute: the pure twin of `concurrency.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import { partOf, remainder } from '../clock-parts.js';
import type { StateReader, StateWriter } from '../policy.js';

const BLOCK_MS = 10_000;
const BLOCKS = 6;
/** Relative loads are told apart in steps of one standard deviation of a Poisson number with this mean. */
export const LOADS = 32;
const MEAN_LOAD = 8;
/** Added to the mean, so that one instance more is not a surprise at almost none. */
const FLOOR = 0.25;
/** How long a mean holds before it is taken anew. */
const FRESH_MS = 1000;

/** Busy time in blocks of ten seconds: the present one and the six before it. */
export class Concurrency {
  #block = 0;
  #presentMs = 0;
  #pastMs = new Float64Array(BLOCKS);
  #last = 0;
  /** Mean and reciprocal of the deviation, as of a moment ago, and until when they hold. */
  #mean = 0;
  #perDeviation = 1 / Math.sqrt(FLOOR);
  #freshUntil = 0;

  /** `busy` instances were busy until `at`. */
  advance(at: number, busy: number): void {
    this.#count(at, busy);
    if (at < this.#freshUntil) return;
    const past = this.#pastMs;
    const span = BLOCKS * BLOCK_MS + this.#last - this.#block * BLOCK_MS;
    this.#mean = (this.#presentMs + past[0] + past[1] + past[2] + past[3] + past[4] + past[5]) / span;
    this.#perDeviation = 1 / Math.sqrt(this.#mean + FLOOR);
    this.#freshUntil = at + FRESH_MS;
  }

  #count(at: number, busy: number): void {
    if (at - this.#last > BLOCKS * BLOCK_MS) {
      this.#pastMs.fill(busy * BLOCK_MS);
      this.#block = partOf(at, BLOCK_MS);
      this.#presentMs = busy * (at - this.#block * BLOCK_MS);
      this.#last = at;
      return;
    }
    while (at >= (this.#block + 1) * BLOCK_MS) {
      const edge = (this.#block + 1) * BLOCK_MS;
      this.#pastMs[remainder(this.#block, BLOCKS)] = this.#presentMs + busy * (edge - this.#last);
      this.#presentMs = 0;
      this.#last = edge;
      this.#block++;
    }
    if (at > this.#last) {
      this.#presentMs += busy * (at - this.#last);
      this.#last = at;
    }
  }

  /** `busy` were busy until `begin`, and nothing is known from then to `until`: the mean goes on. */
  stand(begin: number, until: number, busy: number): void {
    this.advance(begin, busy);
    const now = Math.max(until, this.#last);
    this.#block = partOf(now, BLOCK_MS);
    this.#pastMs.fill(this.#mean * BLOCK_MS);
    this.#presentMs = this.#mean * (now - this.#block * BLOCK_MS);
    this.#last = now;
    this.#freshUntil = now + FRESH_MS;
  }

  /** How `busy` compares with the mean, in standard deviations, as an index below `LOADS`. */
  load(busy: number): number {
    const above = (busy + 0.5 - this.#mean) * this.#perDeviation + MEAN_LOAD;
    return above > 0 ? Math.min(Math.floor(above), LOADS - 1) : 0;
  }

  save(out: StateWriter): void {
    out.i64(this.#last);
    out.f64(this.#presentMs);
    for (const ms of this.#pastMs) out.f64(ms);
    out.f64(this.#mean);
    out.i64(this.#freshUntil);
  }

  /** At `now`. */
  static load(from: StateReader, now: number): Concurrency {
    const concurrency = new Concurrency();
    concurrency.#last = from.time();
    concurrency.#block = partOf(concurrency.#last, BLOCK_MS);
    concurrency.#presentMs = from.amount();
    for (let i = 0; i < BLOCKS; i++) concurrency.#pastMs[i] = from.amount();
    concurrency.#mean = from.amount();
    concurrency.#perDeviation = 1 / Math.sqrt(concurrency.#mean + FLOOR);
    concurrency.#freshUntil = from.time();
    // It begins at 0, wherever the clock does.
    const latest = Math.max(now, 0);
    const past = concurrency.#last <= latest && concurrency.#freshUntil <= latest + FRESH_MS;
    ensure(past, 'BAD_STATE', () => 'policy state knows a load that is yet to come');
    return concurrency;
  }
}
