/** Which idle instance goes first; how the queue works says `evictable.rs` in `crates/replay`. */

/** What decides: the priority, then the release, then the call. */
export interface Rank {
  priority: number;
  released: number;
  call: number;
}

interface Entry extends Rank {
  function: number;
  /** How often all instances of the function had been gone. */
  life: number;
}

function before(a: Rank, b: Rank): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  return a.released !== b.released ? a.released < b.released : a.call < b.call;
}

/** Functions by the rank of the first idle instance. */
export class Evictable {
  #heap: Entry[] = [];
  #entered: Uint8Array;
  #lives: Uint32Array;
  #rank: (f: number) => Rank | undefined;

  /** `rank` tells a function's, undefined without an idle instance. */
  constructor(functions: number, rank: (f: number) => Rank | undefined) {
    this.#entered = new Uint8Array(functions);
    this.#lives = new Uint32Array(functions);
    this.#rank = rank;
  }

  /** The function has an idle instance, where it may have had none. */
  enter(f: number): void {
    if (this.#entered[f] === 1) return;
    this.#entered[f] = 1;
    this.#push({ ...this.#rank(f)!, function: f, life: this.#lives[f] });
  }

  /** All instances of the function are gone: its priority begins anew. */
  endLife(f: number): void {
    this.#lives[f]++;
    this.#entered[f] = 0;
  }

  /** The function whose first idle instance is of the least rank. */
  first(): { function: number; rank: Rank } | undefined {
    for (let entry = this.#heap[0]; entry !== undefined; entry = this.#heap[0]) {
      const f = entry.function;
      const rank = entry.life === this.#lives[f] ? this.#rank(f) : undefined;
      if (rank !== undefined && !before(entry, rank)) return { function: f, rank };
      this.#pop();
      if (rank !== undefined) this.#push({ ...entry, ...rank });
      else if (entry.life === this.#lives[f]) this.#entered[f] = 0;
    }
    return undefined;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const entry = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], entry)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
