/** How much is looked at. */

/** Changes looked at between two pieces: some tens of milliseconds. */
const PIECE = 2_000_000;

/** Looks at so many changes and no more: a bound on work that does not depend on the clock. */
export class Work {
  left: number;
  readonly #most: number;
  #told: number;

  constructor(most: number) {
    this.left = most;
    this.#most = most;
    this.#told = most;
  }

  /** Whether others should get their turn. */
  get isDue(): boolean {
    return this.#told - this.left >= PIECE;
  }

  /** How much is used up, 0..1; the next piece begins. */
  tell(): number {
    this.#told = this.left;
    return 1 - Math.max(0, this.left) / this.#most;
  }
}
