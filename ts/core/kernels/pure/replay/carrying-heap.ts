/** A binary heap of `(key, order)` that carries a whole number with each: the least key first, then the least order. */
export class CarryingHeap {
  #keys = new Float64Array(16);
  #orders = new Float64Array(16);
  #carried = new Uint32Array(16);
  #length = 0;

  /** The least key, or infinity. */
  get key(): number {
    return this.#length > 0 ? this.#keys[0] : Number.POSITIVE_INFINITY;
  }

  /** The order of the least, and what it carries; of an empty heap they mean nothing. */
  get order(): number {
    return this.#orders[0];
  }

  get carried(): number {
    return this.#carried[0];
  }

  push(key: number, order: number, carried: number): void {
    if (this.#length === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const orders = this.#orders;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] < key || (keys[parent] === key && orders[parent] < order)) break;
      this.#move(parent, at);
      at = parent;
    }
    keys[at] = key;
    orders[at] = order;
    this.#carried[at] = carried;
  }

  /** Drops the least and returns what it carries. */
  pop(): number {
    const popped = this.#carried[0];
    const keys = this.#keys;
    const orders = this.#orders;
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
      this.#move(child, at);
      at = child;
    }
    keys[at] = key;
    orders[at] = order;
    this.#carried[at] = this.#carried[length];
    return popped;
  }

  #move(from: number, to: number): void {
    this.#keys[to] = this.#keys[from];
    this.#orders[to] = this.#orders[from];
    this.#carried[to] = this.#carried[from];
  }

  #grow(): void {
    const size = 2 * this.#keys.length;
    const keys = new Float64Array(size);
    const orders = new Float64Array(size);
    const carried = new Uint32Array(size);
    keys.set(this.#keys);
    orders.set(this.#orders);
    carried.set(this.#carried);
    this.#keys = keys;
    this.#orders = orders;
    this.#carried = carried;
  }
}
