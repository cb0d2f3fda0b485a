/** Columns by distance, the nearest first. */

/** A binary heap; a column may stand in it several times. */
export class Heap {
  #keys = new Float64Array(256);
  #cols = new Int32Array(256);
  #count = 0;
  /** The distance of the column that was popped last. */
  key = 0;

  clear(): void {
    this.#count = 0;
  }

  push(key: number, col: number): void {
    if (this.#count === this.#keys.length) this.#grow();
    const [keys, cols] = [this.#keys, this.#cols];
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (keys[above] <= key) break;
      keys[at] = keys[above];
      cols[at] = cols[above];
      at = above;
    }
    keys[at] = key;
    cols[at] = col;
  }

  /** The nearest column, its distance in `key`; -1 where there is none. */
  pop(): number {
    if (this.#count === 0) return -1;
    const [keys, cols] = [this.#keys, this.#cols];
    const count = --this.#count;
    const top = cols[0];
    this.key = keys[0];
    const key = keys[count];
    const col = cols[count];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= count) break;
      if (below + 1 < count && keys[below + 1] < keys[below]) below++;
      if (keys[below] >= key) break;
      keys[at] = keys[below];
      cols[at] = cols[below];
      at = below;
    }
    keys[at] = key;
    cols[at] = col;
    return top;
  }

  #grow(): void {
    const [keys, cols] = [this.#keys, this.#cols];
    this.#keys = new Float64Array(2 * keys.length);
    this.#keys.set(keys);
    this.#cols = new Int32Array(2 * cols.length);
    this.#cols.set(cols);
  }
}
