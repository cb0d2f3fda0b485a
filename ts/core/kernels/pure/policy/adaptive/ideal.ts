/** The same traffic as if every call had been warm: the pure twin of `ideal.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import { stood } from '../gap.js';
import type { StateReader, StateWriter } from '../policy.js';
import { Concurrency, LOADS } from './concurrency.js';
import { Deque } from './deque.js';

/** Deeper instances have idled longest and are called least: the oldest is forgotten. */
export const MOST_IDLE = 256;
const MAX_U32 = 0xffff_ffff;

/** Busy instances, and a stack of releases. */
export class Ideal {
  /** Instances that would be busy. */
  busy = 0;
  /** The most that ever were. */
  mostBusy = 0;
  /** The load at the last release. */
  load = 0;
  /** Of the arrival last told: since when its instance idled, and from which load; NaN if that is not known. */
  releasedAt = Number.NaN;
  releasedFrom = 0;
  /** Releases that no call followed: when, and at which load; oldest first. */
  #since = new Deque();
  #loads = new Deque();
  /** So many of the oldest idled when data was missing: whether calls came meanwhile nobody knows. */
  #unknown = 0;
  #concurrency = new Concurrency();

  /** Instances that would idle. */
  get idle(): number {
    return this.#since.length;
  }

  /** Since when the `i`th that would be called next idles; its level is `busy + i`. */
  idleSince(i: number): number {
    return this.#since.at(this.#since.length - 1 - i);
  }

  /** The load when the `i`th that would be called next was released. */
  idleLoad(i: number): number {
    return this.#loads.at(this.#loads.length - 1 - i);
  }

  /** A call is over, one at least being busy. Releases are in order, as on a stack they must be. */
  release(at: number): void {
    this.#concurrency.advance(at, this.busy);
    this.busy--;
    const { length } = this.#since;
    const inOrder = length > 0 ? Math.max(this.#since.at(length - 1), at) : at;
    if (length === MOST_IDLE) {
      this.#since.shift();
      this.#loads.shift();
      if (this.#unknown > 0) this.#unknown--;
    }
    this.#since.push(inOrder);
    this.load = this.#concurrency.load(this.busy);
    this.#loads.push(this.load);
  }

  /** A call comes: the level that its instance leaves. */
  arrive(at: number): number {
    this.#concurrency.advance(at, this.busy);
    const level = this.busy;
    if (this.busy < MAX_U32) this.busy++;
    this.mostBusy = Math.max(this.mostBusy, this.busy);
    const last = this.#since.length - 1;
    this.releasedAt = last < 0 ? Number.NaN : this.#since.at(last);
    if (last < 0) return level;
    this.releasedFrom = this.#loads.at(last);
    this.#since.pop();
    this.#loads.pop();
    if (last >= this.#unknown) return level;
    this.#unknown = last;
    this.releasedAt = Number.NaN;
    return level;
  }

  /** Nothing is known from `from` to `until`, but what was told up to `begin`: what idles does so no longer for it, and the load stays. */
  stand(from: number, begin: number, until: number): void {
    this.#concurrency.stand(begin, until, this.busy);
    const { length } = this.#since;
    for (let i = 0; i < length; i++) {
      this.#since.push(stood(this.#since.at(0), from, until));
      this.#since.shift();
    }
    this.#unknown = length;
  }

  save(out: StateWriter): void {
    out.u32(this.busy);
    out.u32(this.mostBusy);
    out.u16(this.#since.length);
    out.u16(this.#unknown);
    for (let i = 0; i < this.#since.length; i++) {
      out.i64(this.#since.at(i));
      out.u8(this.#loads.at(i));
    }
    this.#concurrency.save(out);
    out.u8(this.load);
  }

  /** At `now`. */
  static load(from: StateReader, now: number): Ideal {
    const ideal = new Ideal();
    ideal.busy = from.u32();
    ideal.mostBusy = from.u32();
    const count = from.u16();
    const unknown = from.u16();
    ensure(count <= MOST_IDLE, 'BAD_STATE', () => {
      return `policy state has ${count} idle instances, expected at most ${MOST_IDLE}`;
    });
    ensure(unknown <= count, 'BAD_STATE', () => {
      return `policy state does not know ${unknown} idle instances of ${count}`;
    });
    ideal.#unknown = unknown;
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const since = from.time();
      const load = from.u8();
      ensure(load < LOADS && last <= since, 'BAD_STATE', () => 'policy state has idle instances out of order');
      ideal.#since.push(since);
      ideal.#loads.push(load);
      last = since;
    }
    ensure(last <= now, 'BAD_STATE', () => 'policy state has an instance that is yet to be released');
    ideal.#concurrency = Concurrency.load(from, now);
    ideal.load = from.u8();
    ensure(ideal.load < LOADS, 'BAD_STATE', () => `policy state has the load ${ideal.load}`);
    return ideal;
  }
}
