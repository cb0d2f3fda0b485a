/** Values over time of one series: 16 bytes a point, in the order they come until they are sorted. */
export class Points {
  #timeMs = new Float64Array(16);
  #value = new Float64Array(16);
  length = 0;

  push(timeMs: number, value: number): void {
    if (this.length === this.#timeMs.length) {
      this.#timeMs = doubled(this.#timeMs);
      this.#value = doubled(this.#value);
    }
    this.#timeMs[this.length] = timeMs;
    this.#value[this.length] = value;
    this.length++;
  }

  /** Visits the points in the order of time; equal times in the order they came. */
  eachByTime(visit: (timeMs: number, value: number) => void): void {
    const order = Uint32Array.from({ length: this.length }, (_, at) => at);
    let sorted = 1;
    while (sorted < this.length && this.#timeMs[sorted - 1] <= this.#timeMs[sorted]) sorted++;
    if (sorted < this.length) order.sort((a, b) => this.#timeMs[a] - this.#timeMs[b] || a - b);
    for (const at of order) visit(this.#timeMs[at], this.#value[at]);
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}
