/** Lengths of time in ms, as of clocks without leap seconds. */

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
