/** Instances that are warm and idle, or promised, with the account of what they cost. */
import type { WarmInterval } from '../policy/policy.js';
import { Heap } from './heap.js';

/** A warm interval; `order` is that of the releases. */
interface Idle {
  order: number;
  begin: number;
  end: number;
}

/** Intervals on a stack, latest release on top. */
class IdleStack {
  length = 0;
  orders = new Float64Array(16);
  begins = new Float64Array(16);
  ends = new Float64Array(16);

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
