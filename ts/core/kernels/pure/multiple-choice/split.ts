/** The split from scratch: a selection among the slopes of all edges. */
import type { Hulls } from './hulls.js';

/** With this many edges left between the brackets, walking them costs less than another round. */
const WALKED = 256;

const GOLDEN = 2_654_435_769;

/**
 * Puts every function at its corner near the split of `limit`: all edges steeper than some slope, and no others. The sums here are
 * in no fixed order: the caller walks from here to the split, by the sums that count.
 *
 * O(edges) expected: a slope is drawn, the edges steeper than it are summed, and those on the wrong side of it are done with.
 */
export function place(hulls: Hulls, corner: Uint32Array, limit: number): void {
  const functions = corner.length;
  // Functions whose corner lies in `least..=most`, and for the slope drawn last: edges steeper, and as steep besides.
  const open = new Uint32Array(functions);
  const least = new Uint32Array(functions);
  const most = new Uint32Array(functions);
  const before = new Uint32Array(functions);
  const within = new Uint32Array(functions);
  const resource = (f: number, at: number): number => hulls.resource(f, hulls.corner(f, at));
  let opened = 0;
  let settled = 0;
  let edges = 0;
  for (let f = 0; f < functions; f++) {
    corner[f] = 0;
    const own = hulls.corners(f) - 1;
    if (own === 0) {
      settled += resource(f, 0);
    } else {
      open[opened] = f;
      most[opened++] = own;
      edges += own;
    }
  }
  for (let round = 0; edges > WALKED; round++) {
    // The middle edge of a function drawn by multiplicative hashing.
    const drawn = (Math.imul(round, GOLDEN) >>> 0) % opened;
    const slope = hulls.slope(open[drawn], (least[drawn] + most[drawn]) >>> 1);
    let steeper = settled;
    let asSteep = settled;
    for (let i = 0; i < opened; i++) {
      const f = open[i];
      const at = hulls.steeper(f, least[i], most[i], slope);
      // Slopes of one function differ.
      const tie = at < most[i] && hulls.slope(f, at) === slope;
      before[i] = at;
      within[i] = tie ? at + 1 : at;
      const own = resource(f, at);
      steeper += own;
      asSteep += tie ? resource(f, at + 1) : own;
    }
    const tooMuch = steeper > limit;
    const tooLittle = asSteep <= limit;
    edges = 0;
    let kept = 0;
    for (let i = 0; i < opened; i++) {
      const f = open[i];
      const low = tooMuch ? least[i] : tooLittle ? within[i] : before[i];
      const high = tooMuch || !tooLittle ? before[i] : most[i];
      corner[f] = low;
      if (low === high) {
        settled += resource(f, low);
        continue;
      }
      edges += high - low;
      open[kept] = f;
      least[kept] = low;
      most[kept++] = high;
    }
    opened = kept;
  }
}
