/**
 * The stable ascending order of `keys[from..to]` as positions relative to `from`, or undefined when they are in order already.
 * Runs of 32 by insertion, then merges from the bottom that skip what is in order: linear for a nearly sorted column,
 * O(n log n) at worst.
 */
export function stableOrder(keys: Float64Array, from: number, to: number): Uint32Array | undefined {
  let sorted = from + 1;
  while (sorted < to && keys[sorted - 1] <= keys[sorted]) sorted++;
  if (sorted >= to) return undefined;
  const length = to - from;
  let order = new Uint32Array(length);
  for (let position = 0; position < length; position++) order[position] = position;
  for (let low = 0; low < length; low += RUN) insertionSort(order, keys, from, low, Math.min(low + RUN, length));
  let spare = new Uint32Array(length);
  for (let width = RUN; width < length; width *= 2) {
    for (let low = 0; low < length; low += 2 * width) {
      const middle = Math.min(low + width, length);
      merge(order, spare, keys, from, low, middle, Math.min(middle + width, length));
    }
    [order, spare] = [spare, order];
  }
  return order;
}

const RUN = 32;

function insertionSort(order: Uint32Array, keys: Float64Array, from: number, low: number, high: number): void {
  for (let at = low + 1; at < high; at++) {
    const moved = order[at];
    const key = keys[from + moved];
    let hole = at;
    while (hole > low && keys[from + order[hole - 1]] > key) {
      order[hole] = order[hole - 1];
      hole--;
    }
    order[hole] = moved;
  }
}

function merge(
  order: Uint32Array,
  into: Uint32Array,
  keys: Float64Array,
  from: number,
  low: number,
  middle: number,
  high: number,
): void {
  if (middle >= high || keys[from + order[middle - 1]] <= keys[from + order[middle]]) {
    into.set(order.subarray(low, high), low);
    return;
  }
  let left = low;
  let right = middle;
  for (let at = low; at < high; at++) {
    const takeLeft = right >= high || (left < middle && keys[from + order[left]] <= keys[from + order[right]]);
    into[at] = order[takeLeft ? left++ : right++];
  }
}
