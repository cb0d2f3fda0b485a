/** Counts that fade, in single precision: the pure twin of `counted.rs` in `crates/policy`. */

/** The most that a state may count: with these every call still counts. */
export const MOST_COUNTED = 16_777_216;

/** Adds to each count what another counted. */
export function addCounts(to: Float32Array, more: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = Math.min(to[i] + more[i], MOST_COUNTED);
}
