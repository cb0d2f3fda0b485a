/** Calls in flight over time, and their mean over the last seconds. */
const SECOND = 1000;

export class ConcurrencyWindows {
  inFlight = 0;
  /** Per whole second, calls in flight times ms. */
  #seconds: Float64Array;
  #current = 0;
  #until = 0;
  /** Since when there are data, for either window: anew when it had none for its whole length. */
  #stableFrom = 0;
  #panicFrom = 0;
  #stableMs: number;
  #panicMs: number;
  #pausedAt: number | undefined;

  constructor(stableMs: number, panicMs: number, begin: number) {
    this.#stableMs = stableMs;
    this.#panicMs = panicMs;
    this.#seconds = new Float64Array(stableMs / SECOND);
    this.#until = begin;
    this.#stableFrom = begin;
    this.#panicFrom = begin;
  }

  /** `by` more calls are in flight from `now`. */
  change(now: number, by: number): void {
    this.advance(now);
    this.inFlight += by;
  }

  /** Nothing is measured until `resume`. */
  pause(now: number): void {
    this.advance(now);
    this.#pausedAt ??= now;
  }

  resume(now: number): void {
    const since = this.#pausedAt;
    if (since === undefined) return;
    this.#pausedAt = undefined;
    this.advance(now);
    if (now - since >= this.#stableMs) this.#stableFrom = now;
    if (now - since >= this.#panicMs) this.#panicFrom = now;
  }

  advance(now: number): void {
    let from = this.#until;
    if (now <= from) return;
    if (this.inFlight === 0 && now - from > this.#stableMs + SECOND) {
      this.#seconds.fill(0);
      this.#current = 0;
      from = now;
    }
    for (let second = Math.floor(from / SECOND); from < now; second++) {
      const end = (second + 1) * SECOND;
      const to = now < end ? now : end;
      this.#current += this.inFlight * (to - from);
      if (to === end) {
        this.#seconds[this.#place(second)] = this.#current;
        this.#current = 0;
      }
      from = to;
    }
    this.#until = now;
  }

  /** Means at `now`, a whole second that `advance` has reached, over as much of the window as there are data for; NaN where there are none. */
  stable(now: number): number {
    return this.#mean(now, this.#stableMs, this.#stableFrom);
  }

  panic(now: number): number {
    return this.#mean(now, this.#panicMs, this.#panicFrom);
  }

  /** Whether the last stable window saw no call. */
  get empty(): boolean {
    return this.#current === 0 && this.#seconds.every((sum) => sum === 0);
  }

  #mean(now: number, windowMs: number, dataFrom: number): number {
    const from = Math.max(now - windowMs, dataFrom);
    let sum = 0;
    for (let second = Math.floor(from / SECOND); second < now / SECOND; second++) {
      sum += this.#seconds[this.#place(second)];
    }
    // To six digits, as Knative has it.
    return Math.floor((sum / (now - from)) * 1e6 + 0.5) / 1e6;
  }

  #place(second: number): number {
    const length = this.#seconds.length;
    return ((second % length) + length) % length;
  }
}
