/** Instances that are warm and idle, or promised, with the account of what they cost. */
import { IsothermError } from '../../error.js';
import type { WarmInterval } from '../policy/policy.js';
import type { StateReader, StateWriter } from '../state.js';
import { FEW, Heap } from './heap.js';

const FOREVER = Number.POSITIVE_INFINITY;
const STAYED = 0;
const BEGUN = 1;
const PENDING = 2;

/** A warm interval; `order` is that of the releases. */
interface Idle {
  order: number;
  begin: number;
  end: number;
}

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
  /** Those whose promised interval has begun: latest first out. */
  #begunOrders = new Heap();
  #begun = new Map<number, Idle>();
  /** Those promised, by order; when they begin, and their orders ascending, of those that are gone too. */
  #pending = new Map<number, Idle>();
  #begins = new Heap();
  #pendingOrders: number[] = [];

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
    const begin = at + interval.prewarmMs;
    const order = this.#nextOrder++;
    this.#pending.set(order, { order, begin, end: begin + interval.keepAliveMs });
    this.#begins.push(begin, order);
    this.#pendingOrders.push(order);
    if (this.#pendingOrders.length > 2 * this.#pending.size + 64) this.#pendingOrders = [...this.#pending.keys()];
  }

  /** Takes the latest released instance that is warm at `now`, if there is one. */
  take(now: number): boolean {
    if (this.#begins.key <= now) this.#begin(now);
    const stayed = this.#stayed;
    while (this.#begun.size > 0) {
      const order = -this.#begunOrders.key;
      if (stayed.length > 0 && stayed.orders[stayed.length - 1] > order) {
        stayed.length--;
        if (this.#serveOrEnd(stayed.begins[stayed.length], stayed.ends[stayed.length], now)) return true;
      } else {
        const idle = this.#popBegun();
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
    while (this.#pendingOrders.length > 0) {
      if (this.#pending.delete(this.#pendingOrders.pop()!)) return;
    }
  }

  /** Those warm and idle at `now`; ended ones leave. */
  countIdle(now: number): number {
    if (this.#begins.key <= now) this.#begin(now);
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
    let ended = false;
    for (const idle of this.#begun.values()) {
      if (idle.end >= now) continue;
      this.#account(idle.begin, idle.end);
      this.#begun.delete(idle.order);
      ended = true;
    }
    if (ended) {
      this.#begunOrders = new Heap();
      for (const order of this.#begun.keys()) this.#begunOrders.push(-order, order);
    }
    return kept + this.#begun.size;
  }

  /** Idle time and pre-warms up to `now`, nothing after which has happened yet. */
  soFar(now: number): { idleMs: number; preWarms: number } {
    if (this.#begins.key <= now) this.#begin(now);
    let { idleMs, preWarms } = this;
    const { length, begins, ends } = this.#stayed;
    for (let i = 0; i < length; i++) idleMs += Math.min(ends[i], now) - begins[i];
    for (const { begin, end } of this.#begun.values()) {
      idleMs += Math.min(end, now) - begin;
      // One that begins this very ms is not over: it counts from the next on.
      if (begin >= now) preWarms--;
    }
    return { idleMs, preWarms };
  }

  /** Time stood still for all instances from `from` to `until`: they are warm for as long as they would have been, and idle no longer. */
  stand(from: number, until: number): void {
    if (this.#begins.key <= from) this.#begin(from);
    const { length, begins, ends } = this.#stayed;
    for (let i = 0; i < length; i++) {
      if (ends[i] < from) continue;
      const stood = until - Math.max(begins[i], from);
      begins[i] += stood;
      ends[i] += stood;
    }
    for (const idle of this.#begun.values()) {
      if (idle.end < from) continue;
      const stood = until - Math.max(idle.begin, from);
      idle.begin += stood;
      idle.end += stood;
    }
    this.#begins = new Heap();
    for (const idle of this.#pending.values()) {
      idle.begin += until - from;
      idle.end += until - from;
      this.#begins.push(idle.begin, idle.order);
    }
  }

  /** What is left at `now`, nothing after which has happened yet; orders are saved as ranks. */
  save(out: StateWriter, now: number): void {
    this.countIdle(now);
    const { length, orders, begins, ends } = this.#stayed;
    const all = [...this.#begun.values()].map((idle) => ({ ...idle, kind: BEGUN }));
    for (const idle of this.#pending.values()) all.push({ ...idle, kind: PENDING });
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
      this.#begun.set(order, { order, begin, end });
      this.#begunOrders.push(-order, order);
    } else {
      this.#pending.set(order, { order, begin, end });
      this.#begins.push(begin, order);
      this.#pendingOrders.push(order);
    }
  }

  /** Those promised whose interval has not begun. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Everything up to the horizon is over. */
  finish(): void {
    this.#begin(this.#horizon - 1);
    const stayed = this.#stayed;
    for (let i = 0; i < stayed.length; i++) this.#endAtHorizon(stayed.begins[i], stayed.ends[i]);
    for (const idle of this.#begun.values()) this.#endAtHorizon(idle.begin, idle.end);
  }

  #begin(now: number): void {
    while (this.#begins.key <= now) {
      const begin = this.#begins.key;
      const order = this.#begins.pop();
      const idle = this.#pending.get(order);
      if (idle === undefined) continue;
      this.#pending.delete(order);
      if (begin < this.#horizon) this.preWarms++;
      this.#begun.set(order, idle);
      this.#begunOrders.push(-order, order);
    }
  }

  #popBegun(): Idle {
    const order = this.#begunOrders.pop();
    const idle = this.#begun.get(order)!;
    this.#begun.delete(order);
    return idle;
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
