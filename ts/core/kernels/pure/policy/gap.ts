/** Time of which nothing is known: it stands for what was seen before. The pure twin of `gap.rs` in `crates/policy`. */

/** Where the instant `at` is when time stands from `from` to `until`: as long before the end as it was before the beginning, and one that lies between at the end. */
export const stood = (at: number, from: number, until: number): number => at + (until - Math.max(at, from));
