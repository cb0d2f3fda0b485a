/** Which of some limits cannot be kept together, and which of them to let go: all smallest sets of both. */
import type { Pieces } from '../solve/pieces.js';

/** Sets of limits as bits over them. */
export interface MinimalSets {
  /** What cannot all be kept; without any one of a set the others of it can. */
  conflicts: number[];
  /** What has to be let go so that all others can be kept, the fewest first; each has one limit at least of every conflict. */
  corrections: number[];
  /** Whether these are all there are; else the work was used up. */
  isWhole: boolean;
}

/**
 * Asks of sets of `count` limits whether they can be kept, the largest first; `canKeep` says null where the work is used up. All limits together cannot be kept.
 *
 * A set that can be kept says so of all its parts, and one that cannot of all sets that it is a part of, so that few are asked about. O(2^count) besides.
 *
 * Source: Liffiton, Previti, Malik and Marques-Silva, "Fast, flexible MUS enumeration", Constraints 21, 2016.
 */
export function* minimalSets(count: number, canKeep: (set: number) => Pieces<boolean | null>): Pieces<MinimalSets> {
  const all = 2 ** count - 1;
  const [kept, largest]: [number[], number[]] = [[], []];
  const conflicts: number[] = [];
  function* asked(set: number): Pieces<boolean | null> {
    if (set === all) return false;
    if (kept.some((one) => (set & one) === set)) return true;
    if (conflicts.some((one) => (set & one) === one)) return false;
    const found = yield* canKeep(set);
    if (found === true) kept.push(set);
    return found;
  }
  let isWhole = true;
  for (const set of bySize(all)) {
    if (conflicts.some((one) => (set & one) === one) || largest.some((one) => (set & one) === set)) continue;
    const found = yield* asked(set);
    if (found === true) largest.push(set);
    if (found === null) isWhole = false;
    if (found === false) {
      const { conflict, isLeast } = yield* shrunk(set, asked);
      conflicts.push(conflict);
      isWhole &&= isLeast;
    }
    if (!isWhole) break;
  }
  const corrections = largest.map((one) => all & ~one).sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  return { conflicts: conflicts.sort((a, b) => a - b), corrections, isWhole };
}

/** Limits are left out one by one where the others still conflict. */
function* shrunk(
  set: number,
  asked: (set: number) => Pieces<boolean | null>,
): Pieces<{ conflict: number; isLeast: boolean }> {
  let [conflict, isLeast] = [set, true];
  for (let bit = 1; bit <= set; bit *= 2) {
    if ((set & bit) === 0) continue;
    const found = yield* asked(conflict & ~bit);
    if (found === false) conflict &= ~bit;
    if (found === null) isLeast = false;
  }
  return { conflict, isLeast };
}

/** All sets, the largest first; of one size the later limits first. */
const bySize = (all: number): number[] =>
  Array.from({ length: all + 1 }, (_, set) => set).sort((a, b) => sizeOf(b) - sizeOf(a) || b - a);

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) size++;
  return size;
}
