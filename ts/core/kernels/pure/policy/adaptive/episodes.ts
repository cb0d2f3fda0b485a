/** How many calls would have been cold, had an instance been missing: the pure twin of `episodes.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';
import { Deque } from './deque.js';

/** Episodes at once. */
const MOST = 32;
/** The highest level that has episodes of its own. */
const HIGHEST = 64;
/** A mean duration beyond this is taken for it, ms: products with a level are exact. */
const LONGEST_MEAN_MS = 2 ** 40;

export interface Episode {
  readonly level: number;
  readonly at: number;
  followers: number;
  /** When the instances below the missing one become free, in the order of their calls. */
  readonly ends: Deque;
}

/** Episodes that are not settled yet. */
export class Episodes {
  #coldMs: number;
  /** From the begin of an episode until its spares are gone. */
  #lastsMs: number;
  /** The highest level first. */
  #open: Episode[] = [];
  /** Calls are followed until then, and the first episode ends after. */
  #followedUntil = Number.NEGATIVE_INFINITY;
  #firstEnd = Number.POSITIVE_INFINITY;

  constructor(coldMs: number, breakEvenMs: number) {
    this.#coldMs = coldMs;
    this.#lastsMs = coldMs + breakEvenMs;
  }

  /** Whether a call matters to any. */
  concerns(at: number): boolean {
    return at <= this.#followedUntil || at > this.#firstEnd;
  }

  /** Ends one that is over, if any is. */
  endOne(at: number): Episode | undefined {
    const i = this.#open.findIndex((episode) => at > episode.at + this.#lastsMs);
    if (i < 0) return undefined;
    const [episode] = this.#open.splice(i, 1);
    this.#time();
    return episode;
  }

  /** A call: it would be cold where all instances below a missing one are busy. */
  call(at: number, meanMs: number): void {
    this.#pass(at, meanMs, true);
  }

  /** A call that is the first of its level in long: charged to no other, and served by a follower where a lower level was missing. */
  firstCall(level: number, at: number, meanMs: number): void {
    this.#pass(at, meanMs, false);
    const below = this.#open.find((episode) => episode.level < level && episode.followers > 0);
    if (below !== undefined) below.followers -= 1;
  }

  #pass(at: number, meanMs: number, isCharged: boolean): void {
    if (at > this.#followedUntil) return;
    let charged = isCharged;
    for (const episode of this.#open) {
      const { ends } = episode;
      if (at > episode.at + this.#coldMs) {
        ends.length = 0;
        continue;
      }
      while (ends.length > 0 && ends.at(0) <= at) ends.shift();
      if (ends.length < episode.level) {
        ends.push(at + meanMs);
      } else if (charged) {
        episode.followers += 1;
        charged = false;
      }
    }
  }

  /** Begins one, as many being busy as the level says, which become free one after the other; false where there is no room. */
  begin(level: number, at: number, meanMs: number): boolean {
    const open = this.#open;
    let place = open.findIndex((episode) => episode.level <= level);
    if (place < 0) place = open.length;
    const isOn = place < open.length && open[place]!.level === level;
    if (isOn || level > HIGHEST || open.length === MOST) return false;
    const mean = Math.min(meanMs, LONGEST_MEAN_MS);
    const ends = new Deque();
    for (let i = 1; i <= level; i++) ends.push(at + Math.floor((mean * i) / level));
    open.splice(place, 0, { level, at, followers: 0, ends });
    this.#time();
    return true;
  }

  /** What has become of those that are on nobody knows. */
  forget(): void {
    this.#open = [];
    this.#time();
  }

  #time(): void {
    let [last, first] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const { at } of this.#open) {
      last = Math.max(last, at);
      first = Math.min(first, at);
    }
    this.#followedUntil = last + this.#coldMs;
    this.#firstEnd = first + this.#lastsMs;
  }

  save(out: StateWriter): void {
    out.u8(this.#open.length);
    for (const { level, at, followers, ends } of this.#open) {
      out.u32(level);
      out.i64(at);
      out.f64(followers);
      out.u8(ends.length);
      for (let i = 0; i < ends.length; i++) out.i64(ends.at(i));
    }
  }

  /** Those that were on at `now`. */
  restore(from: StateReader, now: number): void {
    let above = HIGHEST + 1;
    const count = from.u8();
    ensure(count <= MOST, 'BAD_STATE', () => `policy state has ${count} episodes, expected at most ${MOST}`);
    for (let left = count; left > 0; left--) {
      const [level, at, followers] = [from.u32(), from.time(), from.amount()];
      const busy = from.u8();
      ensure(level < above && at <= now && busy <= level, 'BAD_STATE', () => {
        return `policy state has an episode of level ${level} out of order`;
      });
      above = level;
      const ends = new Deque();
      for (let i = 0; i < busy; i++) ends.push(from.time());
      this.#open.push({ level, at, followers, ends });
    }
    this.#time();
  }
}
