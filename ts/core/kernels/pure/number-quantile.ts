/**
 * The quantile `q` in 0..1 of `sorted` (ascending, `[n]`), linear between order statistics (position `q * (n - 1)`);
 * 0 for an empty sample.
 *
 * @example
 * quantile([1, 2, 4], 0.75) // 3
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return 0;
  const last = sorted.length - 1;
  const position = q * last;
  const below = Math.floor(position);
  if (below >= last) return sorted[last]!;
  return sorted[below]! + (position - below) * (sorted[below + 1]! - sorted[below]!);
}
