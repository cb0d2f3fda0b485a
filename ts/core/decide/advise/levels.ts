/**
 * Levels of concurrency in groups. Level k is busy while at least k calls run at once; what keeping n instances ready is worth is a sum over the
 * levels up to n. Up to 64 each level is a group of its own; above, groups grow by a twentieth, so that a function with thousands of
 * instances needs no more memory than a few hundred groups.
 */
const SINGLE_LEVELS = 64;

/** No function is advised to keep more ready. */
export const MAX_LEVEL = 65_536;

/** The highest level of each group, ascending. */
export const GROUP_TOPS: Int32Array = tops();

/** The group of a level: `[MAX_LEVEL + 1]`, the entry of 0 unused. */
const GROUP_OF: Uint16Array = groups();

function tops(): Int32Array {
  const found: number[] = [];
  for (let top = 1; top < MAX_LEVEL; top = top < SINGLE_LEVELS ? top + 1 : Math.max(top + 1, Math.floor(top * 1.05))) {
    found.push(top);
  }
  return Int32Array.from([...found, MAX_LEVEL]);
}

function groups(): Uint16Array {
  const of = new Uint16Array(MAX_LEVEL + 1);
  let group = 0;
  for (let level = 1; level <= MAX_LEVEL; level++) {
    if (level > GROUP_TOPS[group]!) group++;
    of[level] = group;
  }
  return of;
}

/** The group of a level of at least 1; levels above `MAX_LEVEL` belong to the last one. */
export const groupOf = (level: number): number => GROUP_OF[Math.min(level, MAX_LEVEL)]!;
