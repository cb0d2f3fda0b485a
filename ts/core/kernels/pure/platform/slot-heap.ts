/** Releases of calls on instances that serve several: by key, then in the order in which the calls were served. */
export class SlotHeap {
  #keys = new Float64Array(16);
  #orders = new Float64Array(16);
  #slots = new Int32Array(16);
  #length = 0;
  #pushed = 0;

  /** The least key, or infinity. */
  get key(): number {
    return this.#length > 0 ? this.#keys[0] : Number.POSITIVE_INFINITY;
  }

  push(key: number, slot: number): void {
    if (this.#length === this.#keys.length) this.#grow();
    const keys = this.#keys;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // Of equal keys the new one comes last.
      if (keys[parent] <= key) break;
      this.#move(parent, at);
      at = parent;
    }
    keys[at] = key;
    this.#orders[at] = this.#pushed++;
    this.#slots[at] = slot;
  }

  /** Drops the least and returns its slot. */
  pop(): number {
    const popped = this.#slots[0];
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
    this.#slots[at] = this.#slots[length];
    return popped;
  }

  #move(from: number, to: number): void {
    this.#keys[to] = this.#keys[from];
    this.#orders[to] = this.#orders[from];
    this.#slots[to] = this.#slots[from];
  }

  #grow(): void {
    const size = 2 * this.#keys.length;
    const keys = new Float64Array(size);
    const orders = new Float64Array(size);
    const slots = new Int32Array(size);
    keys.set(this.#keys);
    orders.set(this.#orders);
    slots.set(this.#slots);
    this.#keys = keys;
    this.#orders = orders;
    this.#slots = slots;
  }
}
