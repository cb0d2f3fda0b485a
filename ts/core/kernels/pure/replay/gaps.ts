/** A multiset of gaps between a release and the arrival that it is matched to. */

/** Gaps under this many ms are counted by value when there are many. */
const COUNTED = 1 << 16;

/** Functions with fewer calls keep a list: cheaper than clearing the counts. */
const LIST_BELOW = 1 << 15;

export class Gaps {
  #counts: Float64Array;
  #list: number[] = [];

  constructor(calls: number) {
    this.#counts = new Float64Array(calls < LIST_BELOW ? 0 : COUNTED);
  }

  add(gap: number): void {
    if (gap < this.#counts.length) this.#counts[gap]++;
    else this.#list.push(gap);
  }

  /** Distinct gaps ascending, and how often each occurs. */
  ascending(): { gaps: Float64Array; times: Float64Array } {
    const gaps: number[] = [];
    const times: number[] = [];
    this.#counts.forEach((count, gap) => {
      if (count === 0) return;
      gaps.push(gap);
      times.push(count);
    });
    for (const gap of Float64Array.from(this.#list).sort()) {
      if (gaps.at(-1) === gap) times[times.length - 1]++;
      else {
        gaps.push(gap);
        times.push(1);
      }
    }
    return { gaps: Float64Array.from(gaps), times: Float64Array.from(times) };
  }
}
