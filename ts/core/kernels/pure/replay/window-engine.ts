/**
 * A fixed window on a function whose calls all last alike: the engine for the common case, with nothing in it that the
 * case does not need. Warm calls queue in the order of arrival; idle instances are a stack in which, once the top has
 * ended, all have.
 */
import { Ring } from './busy.js';
import type { Feed, Outcome } from './feed.js';

export class WindowEngine implements Feed {
  #window: number;
  #duration: number;
  #wait: number;
  #horizon: number;
  #places = new Float64Array(4096);
  #head = 0;
  #tail = 0;
  #cold = new Ring();
  #stack = new Float64Array(16);
  #depth = 0;
  #coldStarts = 0;
  #idleMs = 0;

  constructor(window: number, duration: number, wait: number, horizon: number) {
    this.#window = window;
    this.#duration = duration;
    this.#wait = wait;
    this.#horizon = horizon;
  }

  feed(starts: Float64Array, count: number): void {
    this.#reserve(count);
    const places = this.#places;
    const mask = places.length - 1;
    const window = this.#window;
    const duration = this.#duration;
    const wait = this.#wait;
    const cold = this.#cold;
    let stack: Float64Array = this.#stack;
    let depth = this.#depth;
    let head = this.#head;
    let tail = this.#tail;
    let coldNext = cold.front;
    let idleMs = this.#idleMs;
    for (let i = 0; i < count; i++) {
      const at = starts[i];
      for (;;) {
        const warmNext = head === tail ? Number.POSITIVE_INFINITY : places[head & mask];
        let release: number;
        if (coldNext <= warmNext) {
          if (coldNext > at) break;
          release = coldNext;
          cold.head++;
          coldNext = cold.front;
        } else {
          if (warmNext > at) break;
          release = warmNext;
          head = (head + 1) | 0;
        }
        if (depth === stack.length) stack = this.#growStack();
        stack[depth++] = release;
      }
      if (depth > 0 && stack[depth - 1] + window >= at) {
        idleMs += at - stack[--depth];
        places[tail & mask] = at + duration;
        tail = (tail + 1) | 0;
      } else {
        idleMs += depth > 0 ? depth * window : 0;
        depth = 0;
        this.#coldStarts++;
        if (wait > 0) {
          cold.push(at + wait + duration);
          coldNext = cold.front;
        } else {
          places[tail & mask] = at + duration;
          tail = (tail + 1) | 0;
        }
      }
    }
    this.#depth = depth;
    this.#head = head;
    this.#tail = tail;
    this.#idleMs = idleMs;
  }

  finish(): Outcome {
    let idleMs = this.#idleMs;
    const endAtHorizon = (release: number): void => {
      idleMs += Math.max(0, Math.min(this.#window, this.#horizon - release));
    };
    for (let i = 0; i < this.#depth; i++) endAtHorizon(this.#stack[i]);
    for (let i = this.#head; i !== this.#tail; i = (i + 1) | 0)
      endAtHorizon(this.#places[i & (this.#places.length - 1)]);
    for (; this.#cold.head < this.#cold.tail; this.#cold.head++) endAtHorizon(this.#cold.front);
    return { coldStarts: this.#coldStarts, preWarms: 0, idleMs, windowMs: Number.NaN };
  }

  #reserve(more: number): void {
    const needed = ((this.#tail - this.#head) | 0) + more;
    if (needed <= this.#places.length) return;
    let size = this.#places.length;
    while (size < needed) size *= 2;
    const grown = new Float64Array(size);
    const mask = this.#places.length - 1;
    let to = 0;
    for (let i = this.#head; i !== this.#tail; i = (i + 1) | 0) grown[to++] = this.#places[i & mask];
    this.#places = grown;
    this.#head = 0;
    this.#tail = to;
  }

  #growStack(): Float64Array {
    const grown = new Float64Array(2 * this.#stack.length);
    grown.set(this.#stack);
    this.#stack = grown;
    return grown;
  }
}
