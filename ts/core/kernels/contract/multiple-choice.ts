/** The kernel contract: choices of a fleet under one limit. */

/** A fleet's choices, kept at their split; owned by the backend that made it. */
export interface MultipleChoiceHandle {
  close(): void;
}

/** One choice per function at the least cost in sum, with a limit on a resource in sum. */
export interface MultipleChoiceKernels {
  /** Functions that each have one choice, of no cost and no resource. */
  multipleChoiceCreate(functions: number): MultipleChoiceHandle;
  /**
   * Replaces functions from `first` on: choices of the `f`-th of them at `offsets[f]..offsets[f + 1]`. Caps are empty for none, or
   * have one entry a function. A refusal changes nothing; `INFEASIBLE` where a function has no choice within its caps.
   */
  multipleChoiceSet(
    handle: MultipleChoiceHandle,
    first: number,
    offsets: Float64Array,
    cost: Float64Array,
    resource: Float64Array,
    maxCost: Float64Array,
    maxResource: Float64Array,
    threads: number,
  ): void;
  /**
   * Whether the limit can be met. Writes `[cost, resource, dualBound, bound, multiplier, changed]`; where it cannot be, the least
   * resource there is, and NaN for the rest.
   */
  multipleChoiceSolve(handle: MultipleChoiceHandle, limit: number, out: Float64Array): boolean;
  /** Functions whose choice the last solution changed, ascending. */
  multipleChoiceChanged(handle: MultipleChoiceHandle): Uint32Array;
  /** The choice of each function, counted among its own; -1 before the first solution. */
  multipleChoiceChoices(handle: MultipleChoiceHandle): Int32Array;
}
