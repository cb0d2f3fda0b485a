/** A series with gaps as one without, and a column for what each missing value is beyond that: the pure twin of `augmented.rs`. */
import { bridge } from './bridge.js';
import type { Design } from './design.js';
import { Exact } from './exact.js';
import { difference, differenceWeights, lostValues, type Order, stateSize } from './order.js';

/** Numbers that columns may hold. */
const MOST_HELD = 4e6;

/** The differences of all columns, gaps bridged. */
export function bridged(order: Order, design: Design): Exact {
  return new Exact(order, differences(order, design, design.data.length / design.columns, []), design.columns);
}

/**
 * The same with a column for each missing value before the last that is there; none where skipping the gaps takes fewer
 * multiplications.
 */
export function augmented(order: Order, design: Design): Exact | undefined {
  const lost = lostValues(order);
  const y = design.data.subarray(0, design.data.length / design.columns);
  const to = 1 + y.findLastIndex((value) => !Number.isNaN(value));
  const missing: number[] = [];
  for (let t = 0; t < to; t++) if (Number.isNaN(y[t])) missing.push(t);
  const n = to - lost;
  const m = missing.length;
  const r = stateSize(order);
  // Of the differences those vary whose values are missing.
  const size = r + (lost * m) / n;
  const columns = 0.5 * m * n * r + 0.25 * m * m * n + (m * m * m) / 6;
  if (columns > 3 * n * size * size || m * n > MOST_HELD) return undefined;
  const begins = missing.map((t) => Math.max(0, t - lost));
  return new Exact(order, differences(order, design, to, missing), design.columns + m, begins);
}

/** Differences of the first `to` values: of the series, of a one at each of `missing`, of the regressors. */
function differences(order: Order, design: Design, to: number, missing: readonly number[]): Float64Array {
  const n = design.data.length / design.columns;
  const lost = lostValues(order);
  const left = to - lost;
  const out = new Float64Array((design.columns + missing.length) * left);
  const series = design.data.slice(0, n);
  bridge(series);
  out.set(difference(order, series.subarray(0, to)));
  const weights = differenceWeights(order);
  let at = left;
  for (const t of missing) {
    for (let k = 0; k <= lost; k++) {
      if (t + k >= lost && t + k < to) out[at + t + k - lost] = k === 0 ? 1 : -weights[k - 1];
    }
    at += left;
  }
  for (let c = 1; c < design.columns; c++) {
    out.set(difference(order, design.data.subarray(c * n, c * n + to)), at);
    at += left;
  }
  return out;
}
