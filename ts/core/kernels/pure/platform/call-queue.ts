/** Calls that wait for room, first in, first out. */
export class CallQueue {
  #arrivals = new Float64Array(16);
  #durations = new Float64Array(16);
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  /** Of the first. */
  get arrival(): number {
    return this.#arrivals[this.#head];
  }

  get duration(): number {
    return this.#durations[this.#head];
  }

  push(arrival: number, duration: number): void {
    if (this.#tail === this.#arrivals.length) this.#makeRoom();
    this.#arrivals[this.#tail] = arrival;
    this.#durations[this.#tail++] = duration;
  }

  drop(): void {
    this.#head++;
  }

  #makeRoom(): void {
    const length = this.length;
    const size = length > this.#arrivals.length / 2 ? 2 * this.#arrivals.length : this.#arrivals.length;
    const moved = (from: Float64Array) => {
      const to = new Float64Array(size);
      to.set(from.subarray(this.#head, this.#tail));
      return to;
    };
    this.#arrivals = moved(this.#arrivals);
    this.#durations = moved(this.#durations);
    this.#head = 0;
    this.#tail = length;
  }
}
