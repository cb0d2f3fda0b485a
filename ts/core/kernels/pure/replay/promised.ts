/** Instances that were promised for later, and those of them that have begun. */
import type { WarmInterval } from '../policy/policy.js';
import { Heap } from './heap.js';

/** A warm interval; `order` is that of the releases. */
export interface Idle {
  order: number;
  begin: number;
  end: number;
}

export class Promised {
  /** None, and none is added: most functions of most policies never promise any, and there are many functions. */
  static readonly NONE = new Promised();

  /** Those whose interval has begun: latest first out. */
  #begunOrders = new Heap();
  readonly begun = new Map<number, Idle>();
  /** Those whose interval has not, by order; when they begin, and their orders ascending, of those that are gone too. */
  readonly pending = new Map<number, Idle>();
  #begins = new Heap();
  #pendingOrders: number[] = [];

  /** When the next one begins, or infinity. */
  get next(): number {
    return this.#begins.key;
  }

  /** Order of the latest that has begun; there is one. */
  get latestBegun(): number {
    return -this.#begunOrders.key;
  }

  add(order: number, at: number, { prewarmMs, keepAliveMs }: WarmInterval): void {
    const begin = at + prewarmMs;
    this.restore({ order, begin, end: begin + keepAliveMs });
    if (this.#pendingOrders.length > 2 * this.pending.size + 64) this.#pendingOrders = [...this.pending.keys()];
  }

  /** One that has not begun. */
  restore(idle: Idle): void {
    this.pending.set(idle.order, idle);
    this.#begins.push(idle.begin, idle.order);
    this.#pendingOrders.push(idle.order);
  }

  /** One that has. */
  restoreBegun(idle: Idle): void {
    this.begun.set(idle.order, idle);
    this.#begunOrders.push(-idle.order, idle.order);
  }

  /** The latest that has not begun is gone. */
  cancelLatest(): void {
    while (this.#pendingOrders.length > 0) {
      if (this.pending.delete(this.#pendingOrders.pop()!)) return;
    }
  }

  /** The next one begins: it, or undefined where it was cancelled. */
  begin(): Idle | undefined {
    const idle = this.pending.get(this.#begins.pop());
    if (idle === undefined) return undefined;
    this.pending.delete(idle.order);
    this.restoreBegun(idle);
    return idle;
  }

  /** Takes the latest that has begun. */
  popBegun(): Idle {
    const order = this.#begunOrders.pop();
    const idle = this.begun.get(order)!;
    this.begun.delete(order);
    return idle;
  }

  /** Those that have begun and ended before `now` leave, each told to `ended`. */
  leave(now: number, ended: (idle: Idle) => void): void {
    const before = this.begun.size;
    for (const idle of this.begun.values()) {
      if (idle.end >= now) continue;
      ended(idle);
      this.begun.delete(idle.order);
    }
    if (this.begun.size === before) return;
    this.#begunOrders = new Heap();
    for (const order of this.begun.keys()) this.#begunOrders.push(-order, order);
  }

  /** Time stood still from `from` to `until`. */
  stand(from: number, until: number): void {
    for (const idle of this.begun.values()) {
      if (idle.end < from) continue;
      const stood = until - Math.max(idle.begin, from);
      idle.begin += stood;
      idle.end += stood;
    }
    if (this.pending.size === 0) return;
    this.#begins = new Heap();
    for (const idle of this.pending.values()) {
      idle.begin += until - from;
      idle.end += until - from;
      this.#begins.push(idle.begin, idle.order);
    }
  }
}
