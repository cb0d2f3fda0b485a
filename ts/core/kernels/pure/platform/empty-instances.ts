/** Instances that serve nobody at the moment. */

/** Those kept ready: alike, hence a number, with the time that they stood empty within the horizon. */
export class EmptyReady {
  count = 0;
  idleMs = 0;
  #since = 0;
  #horizon: number;

  constructor(horizon: number) {
    this.#horizon = horizon;
  }

  /** From `now`, never earlier than the last time, there are `by` more. */
  change(now: number, by: number): void {
    const until = now < this.#horizon ? now : this.#horizon;
    if (until > this.#since) {
      this.idleMs += this.count * (until - this.#since);
      this.#since = until;
    }
    this.count += by;
  }
}

/** Those that a call started: the one emptied last on top. All stay equally long, so that those at the bottom leave first. */
export class EmptySpill {
  idleMs = 0;
  #keepAlive: number;
  #since = new Float64Array(16);
  #bottom = 0;
  #top = 0;

  constructor(keepAlive: number) {
    this.#keepAlive = keepAlive;
  }

  push(now: number): void {
    if (this.#top === this.#since.length) this.#makeRoom();
    this.#since[this.#top++] = now;
  }

  /** Takes the one emptied last, if it is there still; else none is. */
  take(now: number): boolean {
    if (this.#top === this.#bottom) return false;
    const since = this.#since[--this.#top];
    if (since + this.#keepAlive >= now) {
      this.idleMs += now - since;
      return true;
    }
    this.idleMs += (this.#top - this.#bottom + 1) * this.#keepAlive;
    this.#top = this.#bottom = 0;
    return false;
  }

  /** How many are there at `now`. */
  countAt(now: number): number {
    while (this.#bottom < this.#top && this.#since[this.#bottom] + this.#keepAlive < now) {
      this.#bottom++;
      this.idleMs += this.#keepAlive;
    }
    return this.#top - this.#bottom;
  }

  /** Nothing after `horizon` counts. */
  finish(horizon: number): void {
    for (let i = this.#bottom; i < this.#top; i++) {
      this.idleMs += Math.max(0, Math.min(this.#keepAlive, horizon - this.#since[i]));
    }
  }

  #makeRoom(): void {
    const count = this.#top - this.#bottom;
    const since = count > this.#since.length / 2 ? new Float64Array(2 * this.#since.length) : this.#since;
    since.set(this.#since.subarray(this.#bottom, this.#top));
    this.#since = since;
    this.#bottom = 0;
    this.#top = count;
  }
}
