/** Numbers taken out smallest first. */

/** Places to begin with: the instances of most functions, and short enough to lie in the heap of the engine. */
export const FEW = 4;

/** A binary heap of `(key, order)`: the least key first, then the least order. */
export class Heap {
  #keys = new Float64Array(FEW);
  #orders = new Float64Array(FEW);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The least key, or infinity. */
  get key(): number {
    return this.#length > 0 ? this.#keys[0] : Number.POSITIVE_INFINITY;
  }

  /** What it holds, as it lies. */
  *entries(): Generator<{ key: number; order: number }, void> {
    for (let i = 0; i < this.#length; i++) yield { key: this.#keys[i], order: this.#orders[i] };
  }

  push(key: number, order: number): void {
    if (this.#length === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const orders = this.#orders;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] < key || (keys[parent] === key && orders[parent] < order)) break;
      keys[at] = keys[parent];
      orders[at] = orders[parent];
      at = parent;
    }
    keys[at] = key;
    orders[at] = order;
  }

  /** Drops the least and returns its order. */
  pop(): number {
    const keys = this.#keys;
    const orders = this.#orders;
    const popped = orders[0];
    const length = --this.#length;
    const key = keys[length];
    const order = orders[length];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      const right = child + 1;
      if (
        right < length &&
        (keys[right] < keys[child] || (keys[right] === keys[child] && orders[right] < orders[child]))
      ) {
        child = right;
      }
      if (key < keys[child] || (key === keys[child] && order < orders[child])) break;
      keys[at] = keys[child];
      orders[at] = orders[child];
      at = child;
    }
    keys[at] = key;
    orders[at] = order;
    return popped;
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.#keys.length);
    const orders = new Float64Array(2 * this.#keys.length);
    keys.set(this.#keys);
    orders.set(this.#orders);
    this.#keys = keys;
    this.#orders = orders;
  }
}
