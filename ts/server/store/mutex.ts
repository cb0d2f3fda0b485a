/** One after the other, in the order in which they came. */
export class Mutex {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  async lock(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  unlock(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}
