/**
 * The quantile `q` of a histogram: `buckets[b]` values lie above `bounds[b - 1]` (0 for the first) and up to `bounds[b]`, linear within a bucket; for the last
 * bucket, which has no end, its begin. NaN without values.
 */
export function bucketQuantile(bounds: readonly number[], buckets: readonly number[], q: number): number {
  const all = buckets.reduce((sum, count) => sum + count, 0);
  if (all === 0) return Number.NaN;
  const rank = q * all;
  let below = 0;
  for (let b = 0; b < buckets.length; b++) {
    if (buckets[b] > 0 && below + buckets[b] >= rank) {
      const from = b === 0 ? 0 : bounds[b - 1];
      return b >= bounds.length ? from : from + ((bounds[b] - from) * (rank - below)) / buckets[b];
    }
    below += buckets[b];
  }
  return bounds[bounds.length - 1];
}
