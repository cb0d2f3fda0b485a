const FIELDS = 3;

/** Amounts over intervals of time, in any order: 24 bytes each. */
export class Intervals {
  #values = new Float64Array(8 * FIELDS);
  #length = 0;

  push(fromMs: number, toMs: number, amount: number): void {
    if (this.#length === this.#values.length) {
      const longer = new Float64Array(2 * this.#length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length++] = fromMs;
    this.#values[this.#length++] = toMs;
    this.#values[this.#length++] = amount;
  }

  each(visit: (fromMs: number, toMs: number, amount: number) => void): void {
    for (let at = 0; at < this.#length; at += FIELDS) {
      visit(this.#values[at], this.#values[at + 1], this.#values[at + 2]);
    }
  }

  /** All amounts. */
  get sum(): number {
    let sum = 0;
    for (let at = FIELDS - 1; at < this.#length; at += FIELDS) sum += this.#values[at];
    return sum;
  }
}
