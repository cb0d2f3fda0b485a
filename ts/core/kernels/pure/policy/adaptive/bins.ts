/** Idle times in bins of a quarter octave, levels likewise: the pure twin of `bins.rs` in `crates/policy`. */

/** How many bins; the last is everything from 2^28 ms (three days) on. */
export const BINS = 74;
/** The first bin ends at 2^10 ms. */
const FIRST_BITS = 10;
const LONGEST = 2 ** 28 + 1;

/** The bin of an idle time, ms. */
export function binOf(ms: number): number {
  if (ms < 1 << FIRST_BITS) return 0;
  const within = Math.min(ms, LONGEST);
  const octave = 31 - Math.clz32(within);
  return 1 + 4 * (octave - FIRST_BITS) + ((within >> (octave - 2)) & 3);
}

/** Where each bin begins, ms. */
export const EDGES = Float64Array.from({ length: BINS }, (_, bin) => {
  if (bin === 0) return 0;
  const quarter = bin - 1;
  return (4 + (quarter & 3)) * 2 ** (Math.floor(quarter / 4) + FIRST_BITS - 2);
});

/** The longest plan, ms: it ends where the last bin begins. */
export const LONGEST_PLAN = LONGEST - 1;

/** The class of a level, which is a number of busy instances: each of the first eight by itself, then quarter octaves. */
export function classOf(level: number): number {
  if (level < 8) return level;
  const octave = 31 - Math.clz32(level);
  return 8 + 4 * (octave - 3) + ((level >>> (octave - 2)) & 3);
}

/** How many classes there are. */
export const CLASSES = classOf(0xffff_ffff) + 1;
