/** Instances that serve a call, in the order of their release. */
import { IsothermError } from '../../error.js';
import type { StateReader, StateWriter } from '../state.js';
import { Heap } from './heap.js';

const NEVER = Number.POSITIVE_INFINITY;

/** Busy instances: released in order of time, then of their calls. */
export interface Busy {
  /** How long a cold call waits. */
  readonly wait: number;
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
  readonly wait: number;
  #warm = new Ring();
  #cold = new Ring();
  #warmNext = NEVER;
  #coldNext = NEVER;

  constructor(wait: number) {
    this.wait = wait;
  }

  release(): void {
    this.length--;
    // At one instant the cold call came first: it took longer.
    if (this.#coldNext <= this.#warmNext) {
      this.#cold.head++;
      this.#coldNext = this.#cold.front;
    } else {
      this.#warm.head++;
      this.#warmNext = this.#warm.front;
    }
    this.next = this.#coldNext <= this.#warmNext ? this.#coldNext : this.#warmNext;
  }

  serve(at: number, duration: number, cold: boolean): number {
    this.length++;
    let release = at + duration;
    // Without a wait cold and warm calls are alike, and one queue keeps the order of the calls.
    if (cold && this.wait > 0) {
      release += this.wait;
      this.#cold.push(release);
      this.#coldNext = this.#cold.front;
    } else {
      this.#warm.push(release);
      if (release < this.#warmNext) this.#warmNext = release;
    }
    if (release < this.next) this.next = release;
    return release;
  }
}

/** A duration for each call. */
export class EachBusy implements Busy {
  next = NEVER;
  length = 0;
  /** Of the cold calls that come from now on. */
  wait: number;
  #served = 0;
  #releases = new Heap();

  constructor(wait: number) {
    this.wait = wait;
  }

  release(): void {
    this.length--;
    this.#releases.pop();
    this.next = this.#releases.key;
  }

  serve(at: number, duration: number, cold: boolean): number {
    this.length++;
    const release = at + (cold ? this.wait : 0) + duration;
    this.#releases.push(release, this.#served++);
    this.next = this.#releases.key;
    return release;
  }

  /** Releases from `now` on, none of which is before it. */
  save(out: StateWriter, now: number): void {
    const releases = [...this.#releases.entries()].sort((a, b) => a.key - b.key || a.order - b.order);
    out.whole(releases.length);
    let last = now;
    for (const { key } of releases) {
      out.whole(key - last);
      last = key;
    }
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader, wait: number, now: number): EachBusy {
    const busy = new EachBusy(wait);
    let last = now;
    for (let left = from.whole(); left > 0; left--) {
      last += from.whole();
      if (last > Number.MAX_SAFE_INTEGER) throw new IsothermError('BAD_STATE', 'state has a release beyond all time');
      busy.#releases.push(last, busy.#served++);
      busy.length++;
    }
    busy.next = busy.#releases.key;
    return busy;
  }
}
