/** Passes over one row. */

const INFINITY = Number.POSITIVE_INFINITY;

/** Writes `costs - prices` of the row that begins at `begin` to `distance`, and gives the least. */
export function open(costs: Float64Array, begin: number, prices: Float64Array, distance: Float64Array): number {
  let least = INFINITY;
  for (let j = 0; j < distance.length; j++) {
    const found = costs[begin + j] - prices[j];
    distance[j] = found;
    if (found < least) least = found;
  }
  return least;
}

/** Lowers `distance` to `costs - prices - height` where that is less, reached from `row`; gives the least distance of all. */
export function relax(
  costs: Float64Array,
  begin: number,
  prices: Float64Array,
  height: number,
  row: number,
  distance: Float64Array,
  reachedFrom: Int32Array,
): number {
  let least = INFINITY;
  for (let j = 0; j < distance.length; j++) {
    const found = costs[begin + j] - prices[j] - height;
    let own = distance[j];
    if (found < own) {
      distance[j] = found;
      reachedFrom[j] = row;
      own = found;
    }
    if (own < least) least = own;
  }
  return least;
}
