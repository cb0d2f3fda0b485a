/** Numbers that come and go at both ends, over a power of two of places. */
export class Deque {
  length = 0;
  #places = new Float64Array(4);
  #first = 0;

  /** The `i`th from the front, `i` below `length`. */
  at(i: number): number {
    return this.#places[(this.#first + i) & (this.#places.length - 1)];
  }

  push(value: number): void {
    if (this.length === this.#places.length) this.#grow();
    this.#places[(this.#first + this.length) & (this.#places.length - 1)] = value;
    this.length++;
  }

  pop(): void {
    this.length--;
  }

  shift(): void {
    this.#first = (this.#first + 1) & (this.#places.length - 1);
    this.length--;
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.length);
    for (let i = 0; i < this.length; i++) grown[i] = this.at(i);
    this.#places = grown;
    this.#first = 0;
  }
}
