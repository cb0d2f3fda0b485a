/** A second look where one edge is large: with the function pegged on either side of it, the others go on. */
import type { Changes, Fleet, Moves } from './fleet.js';
import { type Found, improve } from './improve.js';

/** Edges that may be found too large on the way, one after another. */
const PEGS = 16;

/**
 * The best choices found with the function of the split pegged behind (`upward`) or before its edge; undefined where there are
 * none. The fleet is left as it was. O(log functions) for every edge that is taken or given back, and a search.
 */
export function dive(fleet: Fleet, limit: number, split: number, upward: boolean, tie: number): Found | undefined {
  const moves: Moves = [];
  const pegged = [split];
  if (upward) fleet.standAtCorner(split, fleet.corner[split] + 1, moves);
  fleet.trees.peg(split);
  let found: Found | undefined;
  if (fleet.retreat(limit, moves)) {
    const multiplier = fill(fleet, limit, tie, moves, pegged);
    found = improve(fleet, limit, multiplier, tie);
    const moved: Changes = moves.map(([f]) => [f, fleet.trees.point(f)]);
    found.changes = [...moved, ...found.changes];
  }
  while (moves.length > 0) fleet.undo(moves);
  for (const f of pegged) fleet.restore(f);
  return found;
}

/** Takes edges that fit, pegging functions whose next one does not, until little is left; the slope reached. */
function fill(fleet: Fleet, limit: number, tie: number, moves: Moves, pegged: number[]): number {
  for (;;) {
    const f = fleet.advance(limit, moves);
    if (f === undefined) return 0;
    const slope = fleet.hulls.slope(f, fleet.corner[f]);
    if (pegged.length === PEGS || slope * (limit - fleet.trees.resource) <= tie) return slope;
    fleet.trees.peg(f);
    pegged.push(f);
  }
}
