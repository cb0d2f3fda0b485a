/** What is said where there is no placement. */
import type { Relaxable } from '../build.js';

/** What would do, all other limits kept. */
export interface Relaxation {
  limit: Relaxable;
  /** The function that it is about; null for one of all. */
  functionName: string | null;
  /** The least value that was found to do: USD or grams an hour, ms; for resources a factor on every node's; for residency how many functions must be let out. */
  value: number;
  /** The names of these functions, the first 20 of them. */
  functionNames: readonly string[];
}

export interface Conflict {
  /** Of one function that has no node at all, or null where all have one and yet not all find room. */
  functionName: string | null;
  /** Limits that cannot all be kept, as far as a short search found; without any one of them the others of them can. */
  limits: readonly Relaxable[];
  /** Whether it is proved that no placement keeps them; else none was found. */
  isProved: boolean;
  /** One for each of the limits that was found to do by itself: so that the function has a node, or all functions are placed. */
  nearest: readonly Relaxation[];
}

export interface Conflicts {
  /** Of functions without a node the first 20, of all others together each that was found. */
  conflicts: Conflict[];
  /** Values that do for all conflicts together, one or more: with each of these lists all functions were placed. At most three. */
  together: readonly (readonly Relaxation[])[];
}

/** Names that are given of many. */
const MOST_NAMES = 20;

/** Functions let out of their jurisdictions. */
export const letOut = (names: readonly string[]): Relaxation => ({
  limit: 'residency',
  functionName: null,
  value: names.length,
  functionNames: names.slice(0, MOST_NAMES),
});
