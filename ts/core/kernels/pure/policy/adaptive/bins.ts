/**
 * Idle times in bins of a quarter octave, as a high dynamic range histogram has them, and levels of concurrency in classes
 * alike.
 */

/** How many bins; the last is everything from 2^28 ms (three days) on. */
export const BINS = 74;
/** The first bin ends at 2^10 ms. */
const FIRST_BITS = 10;
const LAST_MS = 2 ** 28;

/** The bin of an idle time in whole ms. */
export function binOf(ms: number): number {
  if (ms < 1 << FIRST_BITS) return 0;
  const within = ms < LAST_MS ? ms : LAST_MS;
  const octave = 31 - Math.clz32(within);
  return 1 + 4 * (octave - FIRST_BITS) + ((within >> (octave - 2)) & 3);
}

/** Where a bin begins, ms. */
export function edge(bin: number): number {
  if (bin === 0) return 0;
  const quarter = bin - 1;
  return (4 + (quarter & 3)) * 2 ** (Math.floor(quarter / 4) + FIRST_BITS - 2);
}

/** The class of a level (instances busy beside the one in question): each of the first eight by itself, then quarter octaves. */
export function classOf(level: number): number {
  if (level < 8) return level;
  const octave = 31 - Math.clz32(level);
  return 8 + 4 * (octave - 3) + ((level >> (octave - 2)) & 3);
}
