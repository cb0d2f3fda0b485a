/** Instances that serve a call, in the order of their release. */
import { Heap } from './heap.js';

const NEVER = Number.POSITIVE_INFINITY;

/** Busy instances: released in order of time, then of their calls. */
export interface Busy {
  /** The next release, or infinity. */
  next: number;
  /** How many are busy. */
  length: number;
  /** Drops the next release. */
  release(): void;
  /** A call at `at` is served for `duration` ms, after the wait when it is cold; returns its release. */
  serve(at: number, duration: number, cold: boolean): number;
}

/** A queue over a power of two of places. */
export class Ring {
  places = new Float64Array(16);
  head = 0;
  tail = 0;

  push(value: number): void {
    if (this.tail - this.head === this.places.length) this.#grow();
    this.places[this.tail & (this.places.length - 1)] = value;
    this.tail++;
  }

  get front(): number {
    return this.head === this.tail ? NEVER : this.places[this.head & (this.places.length - 1)];
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.places.length);
    const mask = this.places.length - 1;
    for (let i = this.head; i < this.tail; i++) grown[i - this.head] = this.places[i & mask];
    this.tail -= this.head;
    this.head = 0;
    this.places = grown;
  }
}

/** One duration for all calls: warm calls are released in the order of arrival, and so are cold ones. */
export class ConstantBusy implements Busy {
  next = NEVER;
  length = 0;
  #wait: number;
  #warm = new Ring();
  #cold = new Ring();

  constructor(wait: number) {
    this.#wait = wait;
  }

  release(): void {
    this.length--;
    // At one instant the cold call came first: it took longer.
    if (this.#cold.front <= this.#warm.front) this.#cold.head++;
    else this.#warm.head++;
    this.#settle();
  }

  serve(at: number, duration: number, cold: boolean): number {
    this.length++;
    // Without a wait cold and warm calls are alike, and one queue keeps the order of the calls.
    const waits = cold && this.#wait > 0;
    const release = at + (waits ? this.#wait : 0) + duration;
    (waits ? this.#cold : this.#warm).push(release);
    this.#settle();
    return release;
  }

  #settle(): void {
    const warm = this.#warm.front;
    const cold = this.#cold.front;
    this.next = cold <= warm ? cold : warm;
  }
}

/** A duration for each call. */
export class EachBusy implements Busy {
  next = NEVER;
  length = 0;
  #wait: number;
  #served = 0;
  #releases = new Heap();

  constructor(wait: number) {
    this.#wait = wait;
  }

  release(): void {
    this.length--;
    this.#releases.pop();
    this.next = this.#releases.key;
  }

  serve(at: number, duration: number, cold: boolean): number {
    this.length++;
    const release = at + (cold ? this.#wait : 0) + duration;
    this.#releases.push(release, this.#served++);
    this.next = this.#releases.key;
    return release;
  }
}
