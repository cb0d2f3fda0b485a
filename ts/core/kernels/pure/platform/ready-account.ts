/** How many ready instances are asked for, over time: what is paid for. */
export class ReadyAccount {
  asked = 0;
  readyMs = 0;
  #since = 0;
  #horizon: number;
  #stepMs: number;
  #perStep: Float64Array;

  /** `perStep` is written to where it has entries. */
  constructor(horizon: number, stepMs: number, perStep: Float64Array) {
    this.#horizon = horizon;
    this.#stepMs = stepMs;
    this.#perStep = perStep;
  }

  /** From `now` on `asked` are asked for. */
  ask(now: number, asked: number): void {
    const until = Math.min(now, this.#horizon);
    if (until > this.#since) {
      this.readyMs += this.asked * (until - this.#since);
      if (this.#perStep.length > 0 && this.asked > 0) this.#spread(until);
      this.#since = until;
    }
    this.asked = asked;
  }

  #spread(until: number): void {
    for (let from = this.#since; from < until; ) {
      const step = Math.floor(from / this.#stepMs);
      const end = Math.min(until, (step + 1) * this.#stepMs);
      this.#perStep[step] += this.asked * (end - from);
      from = end;
    }
  }
}
