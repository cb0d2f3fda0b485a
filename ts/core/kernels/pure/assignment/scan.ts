/** Passes over one row. */

const INFINITY = Number.POSITIVE_INFINITY;

/** Writes `costs - prices` of the row that begins at `begin` to `distance`. */
export function open(costs: Float64Array, begin: number, prices: Float64Array, distance: Float64Array): void {
  for (let j = 0; j < distance.length; j++) distance[j] = costs[begin + j] - prices[j];
}

/**
 * Writes the two least of `costs - prices` of the row that begins at `begin` to `least`, infinity where there are none, and gives the first
 * column of the least, or -1. `floor`: what none of them is below.
 */
export function twoLeast(
  costs: Float64Array,
  begin: number,
  prices: Float64Array,
  least: Float64Array,
  floor = Number.NEGATIVE_INFINITY,
): number {
  let best = INFINITY;
  let second = INFINITY;
  let at = -1;
  for (let j = 0; j < prices.length; j++) {
    const value = costs[begin + j] - prices[j];
    if (value >= second) continue;
    if (value < best) {
      second = best;
      best = value;
      at = j;
    } else {
      second = value;
      // Among ties that is soon.
      if (value <= floor) break;
    }
  }
  least[0] = best;
  least[1] = second;
  return at;
}
