/** Instances that are warm and idle, or promised, with the account of what they cost. */
import { IsothermError } from '../../error.js';
import type { WarmInterval } from '../policy/policy.js';
import type { StateReader, StateWriter } from '../state.js';
import { FEW } from './heap.js';
import { Promised } from './promised.js';

const FOREVER = Number.POSITIVE_INFINITY;
const STAYED = 0;
const BEGUN = 1;
const PENDING = 2;

/** Intervals on a stack, latest release on top. */
class IdleStack {
  length = 0;
  orders = new Float64Array(FEW);
  begins = new Float64Array(FEW);
  ends = new Float64Array(FEW);

  push(order: number, begin: number, end: number): void {
    if (this.length === this.orders.length) this.#grow();
    this.orders[this.length] = order;
    this.begins[this.length] = begin;
    this.ends[this.length] = end;
    this.length++;
  }

  #grow(): void {
    for (const column of ['orders', 'begins', 'ends'] as const) {
      const grown = new Float64Array(2 * this[column].length);
      grown.set(this[column]);
      this[column] = grown;
    }
  }
}

export class Warm {
  preWarms = 0;
  idleMs = 0;
  #horizon: number;
  #onIdle: ((begin: number, end: number) => void) | undefined;
  #nextOrder = 0;
  /** Those that stayed after their release. Ended ones leave when they are met. */
  #stayed = new IdleStack();
  #promised = Promised.NONE;

  /** `onIdle` is told of every idle time as it ends. */
  constructor(horizon: number, onIdle?: (begin: number, end: number) => void) {
    this.#horizon = horizon;
    this.#onIdle = onIdle;
  }

  /** A released instance stays. */
  stay(at: number, keepAlive: number): void {
    this.#stayed.push(this.#nextOrder++, at, at + keepAlive);
  }

  /** A released instance waits for the call that it serves. */
  pass(at: number, until: number): void {
    this.#account(at, until);
  }

  /** A fresh instance is promised. */
  promise(at: number, interval: WarmInterval): void {
    this.#ownPromised().add(this.#nextOrder++, at, interval);
  }

  /** Takes the latest released instance that is warm at `now`, if there is one. */
  take(now: number): boolean {
    const promised = this.#promised;
    if (promised.next <= now) this.#begin(now);
    const stayed = this.#stayed;
    while (promised.begun.size > 0) {
      const order = promised.latestBegun;
      if (stayed.length > 0 && stayed.orders[stayed.length - 1] > order) {
        stayed.length--;
        if (this.#serveOrEnd(stayed.begins[stayed.length], stayed.ends[stayed.length], now)) return true;
      } else {
        const idle = promised.popBegun();
        if (this.#serveOrEnd(idle.begin, idle.end, now)) return true;
      }
    }
    while (stayed.length > 0) {
      stayed.length--;
      if (this.#serveOrEnd(stayed.begins[stayed.length], stayed.ends[stayed.length], now)) return true;
    }
    return false;
  }

  /** A cold start cancels the latest released promise that has not begun. */
  cancelLatest(): void {
    this.#promised.cancelLatest();
  }

  /** Those warm and idle at `now`; ended ones leave. */
  countIdle(now: number): number {
    const promised = this.#promised;
    if (promised.next <= now) this.#begin(now);
    const stayed = this.#stayed;
    let kept = 0;
    for (let i = 0; i < stayed.length; i++) {
      if (stayed.ends[i] >= now) {
        stayed.orders[kept] = stayed.orders[i];
        stayed.begins[kept] = stayed.begins[i];
        stayed.ends[kept] = stayed.ends[i];
        kept++;
      } else {
        this.#account(stayed.begins[i], stayed.ends[i]);
      }
    }
    stayed.length = kept;
    if (promised.begun.size > 0) promised.leave(now, ({ begin, end }) => this.#account(begin, end));
    return kept + promised.begun.size;
  }

  /** Idle time and pre-warms up to `now`, nothing after which has happened yet. */
  soFar(now: number): { idleMs: number; preWarms: number } {
    if (this.#promised.next <= now) this.#begin(now);
    let { idleMs, preWarms } = this;
    const { length, begins, ends } = this.#stayed;
    for (let i = 0; i < length; i++) idleMs += Math.min(ends[i], now) - begins[i];
    for (const { begin, end } of this.#promised.begun.values()) {
      idleMs += Math.min(end, now) - begin;
      // One that begins this very ms is not over: it counts from the next on.
      if (begin >= now) preWarms--;
    }
    return { idleMs, preWarms };
  }

  /** Time stood still for all instances from `from` to `until`: they are warm for as long as they would have been, and idle no longer. */
  stand(from: number, until: number): void {
    if (this.#promised.next <= from) this.#begin(from);
    const { length, begins, ends } = this.#stayed;
    for (let i = 0; i < length; i++) {
      if (ends[i] < from) continue;
      const stood = until - Math.max(begins[i], from);
      begins[i] += stood;
      ends[i] += stood;
    }
    this.#promised.stand(from, until);
  }

  /** What is left at `now`, nothing after which has happened yet; orders are saved as ranks. */
  save(out: StateWriter, now: number): void {
    this.countIdle(now);
    const { length, orders, begins, ends } = this.#stayed;
    const all = [...this.#promised.begun.values()].map((idle) => ({ ...idle, kind: BEGUN }));
    for (const idle of this.#promised.pending.values()) all.push({ ...idle, kind: PENDING });
    for (let i = 0; i < length; i++) all.push({ order: orders[i], begin: begins[i], end: ends[i], kind: STAYED });
    all.sort((a, b) => a.order - b.order);
    out.whole(this.preWarms);
    out.whole(this.idleMs);
    out.whole(all.length);
    for (const { kind, begin, end } of all) {
      out.u8(kind);
      out.whole(kind === PENDING ? begin - now : now - begin);
      out.whole(end === FOREVER ? 0 : end - begin + 1);
    }
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader, horizon: number, now: number): Warm {
    const warm = new Warm(horizon);
    warm.preWarms = from.whole();
    warm.idleMs = from.whole();
    for (let left = from.whole(); left > 0; left--) {
      const kind = from.u8();
      const away = from.whole();
      const begin = kind === PENDING ? now + away : now - away;
      const length = from.whole();
      const end = length === 0 ? FOREVER : begin + length - 1;
      const fits = kind <= PENDING && Number.isSafeInteger(begin) && (end === FOREVER || Number.isSafeInteger(end));
      if (!fits || (kind === PENDING ? away === 0 : end < now)) {
        throw new IsothermError(
          'BAD_STATE',
          `state has an instance of kind ${kind} warm from ${begin} to ${end} at ${now} ms`,
        );
      }
      warm.#restore(kind, begin, end);
    }
    return warm;
  }

  #restore(kind: number, begin: number, end: number): void {
    const order = this.#nextOrder++;
    if (kind === STAYED) {
      this.#stayed.push(order, begin, end);
    } else if (kind === BEGUN) {
      this.#ownPromised().restoreBegun({ order, begin, end });
    } else {
      this.#ownPromised().restore({ order, begin, end });
    }
  }

  /** Those promised whose interval has not begun. */
  get pending(): number {
    return this.#promised.pending.size;
  }

  /** Everything up to the horizon is over. */
  finish(): void {
    this.#begin(this.#horizon - 1);
    const stayed = this.#stayed;
    for (let i = 0; i < stayed.length; i++) this.#endAtHorizon(stayed.begins[i], stayed.ends[i]);
    for (const idle of this.#promised.begun.values()) this.#endAtHorizon(idle.begin, idle.end);
  }

  #begin(now: number): void {
    const promised = this.#promised;
    while (promised.next <= now) {
      const idle = promised.begin();
      if (idle !== undefined && idle.begin < this.#horizon) this.preWarms++;
    }
  }

  #ownPromised(): Promised {
    if (this.#promised === Promised.NONE) this.#promised = new Promised();
    return this.#promised;
  }

  #serveOrEnd(begin: number, end: number, now: number): boolean {
    const warm = end >= now;
    this.#account(begin, warm ? now : end);
    return warm;
  }

  #endAtHorizon(begin: number, end: number): void {
    if (begin < this.#horizon) this.#account(begin, Math.min(end, this.#horizon));
  }

  #account(begin: number, end: number): void {
    this.idleMs += end - begin;
    this.#onIdle?.(begin, end);
  }
}
