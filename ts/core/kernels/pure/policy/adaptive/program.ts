/** When to be warm, given how likely the next call is at each idle time: the pure twin of `program.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';
import { LONGEST_PLAN } from './bins.js';

/** Ticks are at most so far apart, ms: an instance that is to be warm until the next one must be started at this one. */
export const TICK_MS = 60_000;

/** The most that any forecast is made of: three for each of the next 180 minutes. */
const MOST = 540;

/** Stretches of idle time, ms after the release, each with the probability that the call comes within it, evenly. */
export class Stretches {
  count = 0;
  from = new Float64Array(MOST);
  to = new Float64Array(MOST);
  mass = new Float64Array(MOST);

  push(from: number, to: number, mass: number): void {
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.mass[this.count] = mass;
    this.count++;
  }
}

/** Room that planning needs and that holds nothing between calls. */
export const STRETCHES = new Stretches();
const moves = new Uint8Array(MOST);
/** What to do at a stretch. Warm: stay so. Not warm yet: begin. Cold again: begin anew. */
const KEEPS = 1;
const BEGINS = 2;
const RENEWS = 4;

/** Prices of one function in USD: of a ms of idling, of a cold start with those that it brings about, of a pre-warm. */
export interface Costs {
  idle: number;
  cold: number;
  preWarm: number;
}

/** Warm intervals, ms after the release, in order. */
export class Warmths {
  count = 0;
  from = new Float64Array(2);
  to = new Float64Array(2);

  push(from: number, to: number): void {
    if (this.count === this.from.length) {
      const size = 2 * this.count;
      const grown = [new Float64Array(size), new Float64Array(size)];
      grown[0].set(this.from);
      grown[1].set(this.to);
      [this.from, this.to] = grown;
    }
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.count++;
  }

  /** Takes over what `other` has. */
  copy(other: Warmths): void {
    this.count = 0;
    for (let i = 0; i < other.count; i++) this.push(other.from[i], other.to[i]);
  }

  save(out: StateWriter): void {
    out.u32(this.count);
    for (let i = 0; i < this.count; i++) {
      out.i64(this.from[i]);
      out.i64(this.to[i]);
    }
  }

  static load(from: StateReader): Warmths {
    const list = new Warmths();
    for (let left = from.u32(); left > 0; left--) {
      const begin = from.span();
      const end = from.span();
      const fits = begin <= end && (list.count === 0 || list.to[list.count - 1] <= begin);
      ensure(fits && end <= LONGEST_PLAN, 'BAD_STATE', () => 'policy state has warm intervals out of order');
      list.push(begin, end);
    }
    return list;
  }
}

export function loadWindow(from: StateReader): number {
  const window = from.span();
  ensure(window <= LONGEST_PLAN, 'BAD_STATE', () => `policy state has a window of ${window} ms`);
  return window;
}

/**
 * The cheapest warm intervals for stretches that follow each other from 0; `beyond` is the probability of a later call. What does not
 * begin at 0 is started, which takes `startMs`; a second interval from a tick on.
 */
export function cheapest(stretches: Stretches, beyond: number, costs: Costs, startMs: number, out: Warmths): void {
  const { from, to, mass, count } = stretches;
  const renewFrom = startMs + TICK_MS;
  let still = beyond;
  let never = beyond * costs.cold;
  let cold = never;
  let warm = cold;
  for (let i = count - 1; i >= 0; i--) {
    const width = to[i] - from[i];
    const missed = mass[i] * costs.cold;
    const stayWarm = warm + costs.idle * width * (still + mass[i] * 0.5);
    still += mass[i];
    const begin = stayWarm + still * costs.preWarm;
    const stayCold = cold + missed;
    const renews = from[i] >= renewFrom && begin < stayCold;
    cold = renews ? begin : stayCold;
    const keeps = stayWarm <= cold;
    warm = keeps ? stayWarm : cold;
    const stayNever = never + missed;
    const begins = from[i] === 0 ? stayWarm < stayNever : from[i] >= startMs && begin < stayNever;
    never = begins ? begin : stayNever;
    moves[i] = (keeps ? KEEPS : 0) | (begins ? BEGINS : 0) | (renews ? RENEWS : 0);
  }
  out.count = 0;
  let since = -1;
  for (let i = 0; i < count; i++) {
    if (since >= 0) {
      if ((moves[i] & KEEPS) !== 0) continue;
      out.push(since, from[i]);
      since = -1;
    } else if ((moves[i] & (out.count === 0 ? BEGINS : RENEWS)) !== 0) {
      since = from[i];
    }
  }
  if (since >= 0) out.push(since, to[count - 1]);
}

/** The cheapest window from the release on, ms. */
export function cheapestWindow({ from, to, mass, count }: Stretches, costs: Costs): number {
  let left = 1;
  let idle = 0;
  let best = costs.cold;
  let window = 0;
  for (let i = 0; i < count; i++) {
    idle += costs.idle * (to[i] - from[i]) * (left - mass[i] * 0.5);
    left -= mass[i];
    const sum = idle + costs.cold * left;
    if (sum < best) {
      best = sum;
      window = to[i];
    }
  }
  return window;
}

/** What the intervals cost when the call comes after `gap` ms. */
export function paid({ from, to, count }: Warmths, gap: number, costs: Costs): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    if (gap < from[i]) break;
    if (from[i] > 0) sum += costs.preWarm;
    if (gap <= to[i]) return sum + costs.idle * (gap - from[i]);
    sum += costs.idle * (to[i] - from[i]);
  }
  return sum + costs.cold;
}

/** What a window from the release on costs when the call comes after `gap` ms. */
export function paidWindow(window: number, gap: number, costs: Costs): number {
  return gap <= window ? costs.idle * gap : costs.idle * window + costs.cold;
}
