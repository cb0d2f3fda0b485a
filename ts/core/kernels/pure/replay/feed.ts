/** Something that arrivals are fed to, block by block. */

/** What one policy cost on one function. */
export interface Outcome {
  coldStarts: number;
  preWarms: number;
  idleMs: number;
  /** The window that was best in hindsight; NaN for anything else. */
  windowMs: number;
}

export interface Feed {
  /** The next `count` arrivals, ascending, and where they differ their durations. */
  feed(starts: Float64Array, count: number, durations: Uint32Array): void;
  /** No arrival is left. */
  finish(): Outcome;
}
