/** How much is looked at. */

/** Looks at so many changes and no more: a bound on work that does not depend on the clock. */
export class Work {
  left: number;

  constructor(most: number) {
    this.left = most;
  }
}
