/** Gaps sorted and merged: the steps of the function "weight of the gaps that are at least x". */

const SMALLEST_ROOM = 64;

/** Room that calls share: nothing is allocated once it has grown. */
export class Steps {
  /** How many of the entries below are in use, at least 1. */
  count = 0;
  /** Distinct gaps, ascending; the first is 0 whether there is such a gap or not. */
  gap = new Float64Array(0);
  /** Weight of each; only the first may be 0. */
  weight = new Float64Array(0);
  /** Weight of the gaps below each. */
  below = new Float64Array(0);
  /** Weight of the gaps above each. */
  above = new Float64Array(0);
  #sorted = new Float64Array(0);

  /** Sorts and merges valid gaps. Equal gaps add their weights in the order given; gaps of weight 0 are left out. */
  load(gapsMs: Float64Array, weights: Float64Array, from: number, to: number): void {
    this.#reserve(to - from + 1);
    const { gap, weight } = this;
    const weighted = weights.length > 0;
    let n = 0;
    for (let i = from; i < to; i++) {
      // Adding 0 turns -0 into 0.
      if (!weighted || weights[i] > 0) this.#sorted[n++] = gapsMs[i] + 0;
    }
    const sorted = this.#sorted.subarray(0, n).sort();
    gap[0] = 0;
    weight[0] = 0;
    let last = 0;
    for (let i = 0; i < n; i++) {
      const value = sorted[i];
      if (value !== gap[last]) {
        gap[++last] = value;
        weight[last] = 0;
      }
      if (!weighted) weight[last] += 1;
    }
    this.count = last + 1;
    if (weighted) {
      for (let i = from; i < to; i++) {
        if (weights[i] > 0) weight[this.#find(gapsMs[i])] += weights[i];
      }
    }
    this.#accumulate();
  }

  /** Weight of all gaps. */
  total(): number {
    return this.above[0] + this.weight[0];
  }

  /** Idle ms of `[gap[from], gap[to]]`. */
  area(from: number, to: number): number {
    const { gap, above } = this;
    let area = 0;
    for (let j = from + 1; j <= to; j++) area += (gap[j] - gap[j - 1]) * above[j - 1];
    return area;
  }

  /** Where a gap that is there stands. */
  #find(value: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.gap[middle] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #accumulate(): void {
    const { weight, below, above } = this;
    let sum = 0;
    for (let j = 0; j < this.count; j++) {
      below[j] = sum;
      sum += weight[j];
    }
    sum = 0;
    for (let j = this.count - 1; j >= 0; j--) {
      above[j] = sum;
      sum += weight[j];
    }
  }

  #reserve(room: number): void {
    if (this.gap.length >= room) return;
    const length = Math.max(SMALLEST_ROOM, room, this.gap.length * 2);
    this.gap = new Float64Array(length);
    this.weight = new Float64Array(length);
    this.below = new Float64Array(length);
    this.above = new Float64Array(length);
    this.#sorted = new Float64Array(length);
  }
}
