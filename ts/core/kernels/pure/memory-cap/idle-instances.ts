/** Idle instances of a function, in the order of their releases. */

/** Idle instances of one function, released first, first: taken from both ends. */
export class IdleInstances {
  /** Three numbers each: the release, the number of the call served last, the fleet's clock at the release. */
  #numbers: number[] = [];
  #first = 0;

  get length(): number {
    return (this.#numbers.length - this.#first) / 3;
  }

  /** The first one's. */
  get released(): number {
    return this.#numbers[this.#first];
  }

  get call(): number {
    return this.#numbers[this.#first + 1];
  }

  get clock(): number {
    return this.#numbers[this.#first + 2];
  }

  get lastReleased(): number {
    return this.#numbers[this.#numbers.length - 3];
  }

  push(released: number, call: number, clock: number): void {
    this.#numbers.push(released, call, clock);
  }

  dropLast(): void {
    this.#numbers.length -= 3;
  }

  dropFirst(): void {
    this.#first += 3;
    if (this.#first < 3072 && this.#first < this.#numbers.length) return;
    this.#numbers = this.#numbers.slice(this.#first);
    this.#first = 0;
  }
}
