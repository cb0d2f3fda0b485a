/** How long instances of one kind idled until they were called: the pure twin of `gaps.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';
import { BINS, binOf, EDGES } from './bins.js';
import { addCounts, MOST_COUNTED } from './counted.js';
import type { Prior } from './prior.js';
import { meanAfter } from './prior-layout.js';
import type { Stretches } from './program.js';

/** Old gaps fade: the memory is about this many. */
const KEEP = 1 - 1 / 512;
/** The prior counts as much as so many gaps that reached a bin. */
export const PRIOR_GAPS = 2;
const MAX_U32 = 0xffff_ffff;

const hazards = new Float64Array(BINS);

/** Gaps of one level, or of one relative load. */
export class Gaps {
  /** How many it has seen, at most 2^32 - 1. */
  seen = 0;
  #meanBin = 0;
  /** Per bin: gaps that ended in it and that reached it, decayed. */
  #ended = new Float32Array(BINS);
  #reached = new Float32Array(BINS);
  /** Per bin: the shortest and the longest that ended in it, ms. */
  #shortest = new Uint32Array(BINS);
  #longest = new Uint32Array(BINS);

  /** One more gap, ms. Time: O(its bin). */
  observe(gap: number): void {
    const ended = this.#ended;
    const reached = this.#reached;
    const bin = binOf(gap);
    this.#meanBin = meanAfter(this.#meanBin, this.seen, bin);
    for (let i = 0; i < bin; i++) {
      ended[i] = ended[i] * KEEP;
      reached[i] = reached[i] * KEEP + 1;
    }
    const before = ended[bin] * KEEP;
    ended[bin] = before + 1;
    reached[bin] = reached[bin] * KEEP + 1;
    const ms = Math.min(gap, MAX_U32);
    // What has faded says no more where in the bin calls come.
    const fresh = before < 0.5;
    if (fresh || ms < this.#shortest[bin]) this.#shortest[bin] = ms;
    if (fresh || ms > this.#longest[bin]) this.#longest[bin] = ms;
    if (this.seen < MAX_U32) this.seen++;
  }

  /** When the next call comes: stretches of idle time with their probabilities; returns that of a later call. */
  forecast(prior: Prior, upper: boolean, out: Stretches): number {
    out.count = 0;
    prior.row(upper, this.seen, this.#meanBin, hazards);
    let left = 1;
    for (let bin = 0; bin < BINS - 1; bin++) {
      const ended = this.#ended[bin];
      const mass = left * ((ended + PRIOR_GAPS * hazards[bin]) / (this.#reached[bin] + PRIOR_GAPS));
      left -= mass;
      const from = EDGES[bin];
      const to = EDGES[bin + 1];
      if (ended < 0.5) {
        out.push(from, to, mass);
        continue;
      }
      const shortest = this.#shortest[bin];
      const longest = this.#longest[bin];
      const slack = 1 + Math.trunc((longest - shortest) / Math.max(ended, 1));
      const begin = Math.max(shortest - slack, from);
      const end = Math.min(longest + slack, to);
      if (begin > from) out.push(from, begin, 0);
      out.push(begin, end, mass);
      if (end < to) out.push(end, to, 0);
    }
    return left;
  }

  /** Adds the gaps that another has seen. */
  merge(other: Gaps): void {
    if (this.seen === 0) this.#meanBin = other.#meanBin;
    else if (other.seen > 0) {
      this.#meanBin = (this.#meanBin * this.seen + other.#meanBin * other.seen) / (this.seen + other.seen);
    }
    for (let bin = 0; bin < BINS; bin++) {
      if (!(other.#ended[bin] > 0)) continue;
      const fresh = this.#ended[bin] === 0;
      if (fresh || other.#shortest[bin] < this.#shortest[bin]) this.#shortest[bin] = other.#shortest[bin];
      if (fresh || other.#longest[bin] > this.#longest[bin]) this.#longest[bin] = other.#longest[bin];
    }
    addCounts(this.#ended, other.#ended);
    addCounts(this.#reached, other.#reached);
    this.seen = Math.min(this.seen + other.seen, MAX_U32);
  }

  save(out: StateWriter): void {
    out.u32(this.seen);
    out.f64(this.#meanBin);
    let known = BINS;
    while (known > 0 && !(this.#reached[known - 1] > 0)) known--;
    out.u8(known);
    for (let bin = 0; bin < known; bin++) {
      out.f32(this.#ended[bin]);
      out.f32(this.#reached[bin]);
      out.u32(this.#shortest[bin]);
      out.u32(this.#longest[bin]);
    }
  }

  static load(from: StateReader): Gaps {
    const gaps = new Gaps();
    gaps.seen = from.u32();
    gaps.#meanBin = from.amount();
    ensure(gaps.#meanBin < BINS, 'BAD_STATE', () => {
      return `policy state has the mean bin ${gaps.#meanBin}, expected one of ${BINS}`;
    });
    const known = from.u8();
    ensure(known <= BINS, 'BAD_STATE', () => `policy state has ${known} bins, expected at most ${BINS}`);
    for (let bin = 0; bin < known; bin++) {
      gaps.#ended[bin] = from.f32Within(MOST_COUNTED);
      gaps.#reached[bin] = from.f32Within(MOST_COUNTED);
      ensure(gaps.#ended[bin] <= gaps.#reached[bin], 'BAD_STATE', () => {
        return `policy state has more gaps that ended in bin ${bin} than reached it`;
      });
      const shortest = from.u32();
      const longest = from.u32();
      const within = gaps.#ended[bin] === 0 || (binOf(shortest) === bin && binOf(longest) === bin);
      ensure(shortest <= longest && within, 'BAD_STATE', () => {
        return `policy state has gaps from ${shortest} to ${longest} ms in bin ${bin}`;
      });
      gaps.#shortest[bin] = shortest;
      gaps.#longest[bin] = longest;
    }
    return gaps;
  }
}
