/**
 * A fixed window on a function whose calls all last alike: the engine for the common case, with nothing in it that the
 * case does not need. Warm calls queue in the order of arrival; idle instances are a stack in which, once the top has
 * ended, all have.
 */
import { Ring } from './busy.js';
import type { Feed, Outcome } from './feed.js';

const NEVER = Number.POSITIVE_INFINITY;
/** Places are counted in small integers: from here they start anew. */
const REBASE_AT = 2 ** 29;

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
    let warmNext = head === tail ? NEVER : places[head & mask];
    let idleMs = this.#idleMs;
    for (let i = 0; i < count; i++) {
      const at = starts[i];
      const release = at + duration;
      // In steady traffic one call ends between two that begin: its instance serves, and the stack rests.
      if (warmNext <= at && coldNext > at && at - warmNext <= window) {
        const second = head + 1 < tail ? places[(head + 1) & mask] : NEVER;
        if (second > at) {
          idleMs += at - warmNext;
          head++;
          places[tail++ & mask] = release;
          warmNext = second < release ? second : release;
          continue;
        }
      }
      while (warmNext <= at || coldNext <= at) {
        if (depth === stack.length) stack = this.#growStack();
        if (coldNext <= warmNext) {
          stack[depth++] = coldNext;
          cold.head++;
          coldNext = cold.front;
        } else {
          stack[depth++] = warmNext;
          head++;
          warmNext = head === tail ? NEVER : places[head & mask];
        }
      }
      const warm = depth > 0 && stack[depth - 1] + window >= at;
      if (warm) {
        idleMs += at - stack[--depth];
      } else {
        // Once the top has ended, all below it have.
        idleMs += depth > 0 ? depth * window : 0;
        depth = 0;
        this.#coldStarts++;
      }
      if (warm || wait === 0) {
        places[tail++ & mask] = release;
        if (release < warmNext) warmNext = release;
      } else {
        cold.push(release + wait);
        coldNext = cold.front;
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
    const needed = this.#tail - this.#head + more;
    if (needed <= this.#places.length && this.#tail < REBASE_AT) return;
    let size = this.#places.length;
    while (size < needed) size *= 2;
    const grown = new Float64Array(size);
    const mask = this.#places.length - 1;
    let to = 0;
    for (let i = this.#head; i < this.#tail; i++) grown[to++] = this.#places[i & mask];
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
