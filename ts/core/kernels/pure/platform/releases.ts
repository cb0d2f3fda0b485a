/**
 * When instances that take one call at a time are released: ready ones before others at one instant. A key is twice the time, and 1 more for
 * an instance that a call started; those of one key are alike.
 */
import { Ring } from '../replay/busy.js';

const NEVER = Number.POSITIVE_INFINITY;

export interface Releases {
  /** The least key, or infinity. */
  next: number;
  /** `cold`: after a start, which calls that came later do not wait for. */
  push(key: number, cold: boolean): void;
  pop(): void;
}

/** All calls last alike: of each kind they are released in the order in which they were served. */
export class AlikeReleases implements Releases {
  next = NEVER;
  #ready = new Ring();
  #warm = new Ring();
  #cold = new Ring();

  push(key: number, cold: boolean): void {
    if (cold) this.#cold.push(key);
    else if (key % 2 === 0) this.#ready.push(key);
    else this.#warm.push(key);
    if (key < this.next) this.next = key;
  }

  pop(): void {
    const key = this.next;
    if (this.#ready.front === key) this.#ready.head++;
    else if (this.#warm.front === key) this.#warm.head++;
    else this.#cold.head++;
    const ready = this.#ready.front;
    const warm = this.#warm.front;
    const cold = this.#cold.front;
    const spill = warm < cold ? warm : cold;
    this.next = ready < spill ? ready : spill;
  }
}

/** A binary heap of keys. */
export class UnlikeReleases implements Releases {
  next = NEVER;
  #keys = new Float64Array(16);
  #length = 0;

  push(key: number): void {
    if (this.#length === this.#keys.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    const keys = this.#keys;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
    this.next = keys[0];
  }

  pop(): void {
    const keys = this.#keys;
    const length = --this.#length;
    const key = keys[length];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && keys[child + 1] < keys[child]) child++;
      if (key <= keys[child]) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
    this.next = length > 0 ? keys[0] : NEVER;
  }
}
