/** What kind of traffic a series is. */

export type SeriesClass = 'sparse' | 'steady' | 'smooth' | 'bursty';

export const SERIES_CLASSES: readonly SeriesClass[] = ['sparse', 'steady', 'smooth', 'bursty'];

const BLOCK_MINUTES = 10;
const SPARSE_SHARE = 0.4;
const STEADY_VARIATION = 0.15;
const SMOOTH_CORRELATION = 0.7;

/**
 * The class of `counts` per minute: `sparse` under 40 % minutes with calls; else `steady` where ten-minute totals vary by less than 15 % of their mean; else
 * `smooth` where neighbouring totals correlate by more than 0.7; else `bursty`. O(n).
 */
export function seriesClass(counts: Float64Array): SeriesClass {
  let busy = 0;
  for (const calls of counts) if (calls > 0) busy++;
  if (counts.length === 0 || busy / counts.length < SPARSE_SHARE) return 'sparse';
  const totals = new Float64Array(Math.floor(counts.length / BLOCK_MINUTES));
  for (let i = 0; i < totals.length * BLOCK_MINUTES; i++) totals[Math.floor(i / BLOCK_MINUTES)]! += counts[i]!;
  const mean = totals.reduce((sum, calls) => sum + calls, 0) / totals.length;
  const apart = totals.map((calls) => calls - mean);
  let squares = 0;
  let products = 0;
  for (let i = 0; i < apart.length; i++) {
    squares += apart[i]! * apart[i]!;
    if (i > 0) products += apart[i]! * apart[i - 1]!;
  }
  if (!(Math.sqrt(squares / totals.length) >= STEADY_VARIATION * mean)) return 'steady';
  return products / squares > SMOOTH_CORRELATION ? 'smooth' : 'bursty';
}
