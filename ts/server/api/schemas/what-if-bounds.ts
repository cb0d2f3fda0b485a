/** How much a what-if question may ask: for the schema and for the form that asks it. Numbers alone, so that a browser loads no schemas for them. */

/** Functions by name. */
export const MOST_NAMED = 1000;
/** Functions in all. */
export const MOST_ASKED = 100_000;
/** Functions where neither names nor a number are given: those with the most calls. */
export const USUALLY_ASKED = 50;
/** Instances of a pool. */
export const MOST_POOL = 1000;
/** Times the forecast that a pool may be. */
export const LEAST_BUFFER = 1;
export const MOST_BUFFER = 100;
