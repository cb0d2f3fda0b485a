/** What is known of one level of concurrency, and what to do with the instance released to it: the twin of `level.rs`. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';
import { Cascade } from './cascade.js';
import { Gaps } from './gaps.js';
import type { Prior } from './prior.js';
import { type Costs, cheapest, cheapestWindow, loadWindow, paid, paidWindow, STRETCHES, Warmths } from './program.js';

/** What was spent is remembered over the last hundred gaps or so. */
const KEEP_SPENT = 0.99;
/** The context's window is chosen no earlier than after so many gaps. */
const FIRST_BY_CONTEXT = 5;
/** How much cheaper, in cold starts, what is not the plain window must have been. */
const MARGIN = 0.1;
/** Instances above the lowest are started at ticks only for more: another release often serves their call meanwhile. */
const UPPER_PRE_WARM = 3;
const MAX_U32 = 0xffff_ffff;

/** A level's three answers: warm intervals, one window from the release on, the window of the present load. */
export const INTERVALS = 0;
export const WINDOW = 1;
export const BY_LOAD = 2;

/** However many were seen, plans are made anew once per memory of the gaps. */
const MOST_SEEN = 25_600;

/** Plans change slowly once much was seen: they are made anew after a fiftieth as many gaps. */
const nextDue = ({ seen }: Gaps): number => (seen === 0 ? 0 : 1 + Math.floor(Math.min(seen, MOST_SEEN) / 50));

function loadDue(from: StateReader): number {
  const due = from.u32();
  ensure(due <= 1 + MOST_SEEN / 50, 'BAD_STATE', () => `policy state plans anew after ${due} gaps`);
  return due;
}

/** One level, or one class of higher levels. */
export class Level {
  gaps = new Gaps();
  cascade = new Cascade();
  /** The plans that hold now. */
  intervals = new Warmths();
  window = 0;
  /** The prices that they were made for. */
  costs: Costs = { idle: 0, cold: 0, preWarm: 0 };
  /** Gaps until the plans are made anew. */
  #due = 0;
  /** What each answer would have cost, decayed, USD. */
  #spent = new Float64Array(3);
  #compared = 0;

  /** A gap of this level: charges each answer for it, then learns it. */
  observe(gap: number, byLoad: number): void {
    const spent = this.#spent;
    const { costs } = this;
    spent[INTERVALS] = spent[INTERVALS] * KEEP_SPENT + paid(this.intervals, gap, costs);
    spent[WINDOW] = spent[WINDOW] * KEEP_SPENT + paidWindow(this.window, gap, costs);
    spent[BY_LOAD] = spent[BY_LOAD] * KEEP_SPENT + paidWindow(byLoad, gap, costs);
    if (this.#compared < MAX_U32) this.#compared++;
    this.gaps.observe(gap);
    if (this.#due > 0) this.#due--;
  }

  /** Whether enough gaps came since the plans were made. */
  get isDue(): boolean {
    return this.#due === 0;
  }

  /** Makes the plans anew for the `costs`. Time: O(bins). */
  plan(prior: Prior, upper: boolean, startMs: number): void {
    const { costs } = this;
    const beyond = this.gaps.forecast(prior, upper, STRETCHES);
    if (costs.preWarm < Number.POSITIVE_INFINITY) cheapest(STRETCHES, beyond, costs, startMs, this.intervals);
    this.window = cheapestWindow(STRETCHES, costs);
    this.#due = nextDue(this.gaps);
  }

  /** The answer that was cheapest on the recent gaps. */
  answer(): number {
    const spent = this.#spent;
    const { costs } = this;
    const margin = costs.cold * MARGIN;
    const byLoad = this.#compared >= FIRST_BY_CONTEXT ? spent[BY_LOAD] + margin : Number.POSITIVE_INFINITY;
    const ahead = costs.preWarm < Number.POSITIVE_INFINITY;
    if (ahead && spent[INTERVALS] + margin <= spent[WINDOW] && spent[INTERVALS] <= byLoad) return INTERVALS;
    return spent[WINDOW] <= byLoad ? WINDOW : BY_LOAD;
  }

  /** Adds what another has learnt of the level, and what the answers would have cost it. */
  merge(other: Level): void {
    this.gaps.merge(other.gaps);
    this.cascade.merge(other.cascade);
    for (let i = 0; i < 3; i++) this.#spent[i] += other.#spent[i];
    this.#compared = Math.min(this.#compared + other.#compared, MAX_U32);
  }

  /** The plans no longer hold. */
  replan(): void {
    this.#due = 0;
  }

  save(out: StateWriter): void {
    this.gaps.save(out);
    this.cascade.save(out);
    this.intervals.save(out);
    out.i64(this.window);
    out.f64(this.costs.idle);
    out.f64(this.costs.cold);
    out.f64(this.costs.preWarm);
    out.u32(this.#due);
    for (const spent of this.#spent) out.f64(spent);
    out.u32(this.#compared);
  }

  static load(from: StateReader): Level {
    const level = new Level();
    level.gaps = Gaps.load(from);
    level.cascade = Cascade.load(from);
    level.intervals = Warmths.load(from);
    level.window = loadWindow(from);
    level.costs = { idle: from.amount(), cold: from.amount(), preWarm: from.price() };
    level.#due = loadDue(from);
    for (let i = 0; i < 3; i++) level.#spent[i] = from.amount();
    level.#compared = from.u32();
    return level;
  }
}

/** Writes the prices at a level: a cold start with its followers, and the price of a start. */
export function levelCosts(
  out: Costs,
  idle: number,
  cold: number,
  preWarm: number,
  followers: number,
  upper: boolean,
): void {
  out.idle = idle;
  out.cold = cold * (1 + followers);
  out.preWarm = upper ? preWarm * UPPER_PRE_WARM : preWarm;
}

/** Gaps by the load at the release, relative to the load of the last minute, over all levels. */
export class Load {
  /** The window that holds now, ms. */
  window = 0;
  #gaps = new Gaps();
  #due = 0;

  observe(gap: number): void {
    this.#gaps.observe(gap);
    if (this.#due > 0) this.#due--;
  }

  /** Makes the window anew when enough gaps came since. */
  plan(prior: Prior, costs: Costs): void {
    if (this.#due > 0) return;
    this.#gaps.forecast(prior, true, STRETCHES);
    this.window = cheapestWindow(STRETCHES, costs);
    this.#due = nextDue(this.#gaps);
  }

  merge(other: Load): void {
    this.#gaps.merge(other.#gaps);
  }

  /** The window no longer holds. */
  replan(): void {
    this.#due = 0;
  }

  save(out: StateWriter): void {
    this.#gaps.save(out);
    out.i64(this.window);
    out.u32(this.#due);
  }

  static load(from: StateReader): Load {
    const load = new Load();
    load.#gaps = Gaps.load(from);
    load.window = loadWindow(from);
    load.#due = loadDue(from);
    return load;
  }
}
