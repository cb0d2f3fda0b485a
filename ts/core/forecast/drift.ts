/** Whether a model still is right: a cumulative sum of what its errors are above what they should be. */

/** An error counts as at most so many standard errors: one burst is no change. */
const MOST_ERROR = 3;
/** The mean size of errors that are normal, the root of 2 / pi, and what they may be above that. */
const USUAL = 0.7978845608028654;
const ALLOWANCE = 0.5;
/** The sum that tells a change: after some seven hours where errors are twice as large, after one and a half where they are all beyond three standard errors. */
const ALARM = 12;

/**
 * A one-sided CUSUM on the size of one-step errors in standard errors.
 *
 * Source: Page, "Continuous inspection schemes", Biometrika 41, 1954.
 */
export class ErrorDrift {
  #sum = 0;

  get isAlarm(): boolean {
    return this.#sum > ALARM;
  }

  /** Takes an error; NaN is a gap, of which nothing is learnt. */
  observe(error: number): void {
    if (Number.isNaN(error)) return;
    this.#sum = Math.max(0, this.#sum + Math.min(MOST_ERROR, Math.abs(error)) - USUAL - ALLOWANCE);
  }
}
