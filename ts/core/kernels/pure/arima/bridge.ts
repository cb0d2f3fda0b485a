/** Straight lines over gaps, level before the first value and after the last. */
export function bridge(column: Float64Array): void {
  let last = -1;
  for (let t = 0; t < column.length; t++) {
    if (Number.isNaN(column[t])) continue;
    const from = last + 1;
    const left = last < 0 ? column[t] : column[last];
    const span = t + 1 - from;
    for (let i = from; i < t; i++) column[i] = left + ((i + 1 - from) / span) * (column[t] - left);
    last = t;
  }
  if (last >= 0) column.fill(column[last], last + 1);
}
