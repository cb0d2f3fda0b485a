/** The keep-alive optimiser: the cheapest warm interval for a function, from its idle gaps and the prices. */
import { kernels, translated } from './backend.js';
import { IsothermError } from './error.js';

/** Numbers of an argument; typed arrays are used as they are, others are copied. */
export type Numbers = Float64Array | readonly number[];

/** What one function's instances cost. */
export interface KeepAlivePrices {
  /** Price of one idle instance, USD per ms, at least 0. */
  idleUsdPerMs: number;
  /** Price of one cold start, USD, at least 0. */
  coldStartUsd: number;
}

export interface KeepAliveCurveOptions extends KeepAlivePrices {
  /** How often each gap occurs, `[n]`, at least 0, whole or not; all 1 when left out. */
  weights?: Numbers;
}

export interface KeepAliveWindowOptions extends KeepAliveCurveOptions {
  /** Price of one pre-warm, USD, at least 0. Left out, instances stay: only the window is chosen. */
  preWarmUsd?: number;
}

/** A warm interval, `[preWarmMs, preWarmMs + keepAliveMs]` after a release, ends included. */
export interface WarmWindow {
  /** 0: the instance stays. Above: it goes, and a fresh one is warm from then. */
  preWarmMs: number;
  keepAliveMs: number;
  /** What the gaps cost under it: idle time, cold starts and pre-warms, USD. */
  objectiveUsd: number;
}

/** The cost of windows: two columns of the same length. */
export interface KeepAliveCurve {
  /** Ascending from 0. */
  keepAliveMs: Float64Array;
  objectiveUsd: Float64Array;
}

const NONE = new Float64Array(0);

/**
 * Finds the warm interval that costs least over a function's idle gaps, exactly.
 *
 * A gap `g` is the time from a release to the arrival that could reuse the instance, in ms. After each release an instance is
 * warm during `[p, p + k]`: with `p = 0` it stays, with `p > 0` it goes and a pre-warmed one takes its place. A gap costs
 * - `g < p`: a cold start, which cancels the pending pre-warm;
 * - `p <= g <= p + k`: `g - p` ms of idle time, and a pre-warm when `p > 0`;
 * - `g > p + k`: `k` ms of idle time, a pre-warm when `p > 0`, and a cold start.
 *
 * The best `p` and `p + k` are 0 or gaps (a later start or an earlier end up to the next gap covered only idles less), and all
 * such pairs are compared. Of the intervals within 1e-12 relative of the cheapest, the one with the smallest `keepAliveMs` is
 * returned, then with the smallest `preWarmMs`. All backends return the same bits. Where `p + k` would round to below the
 * last gap covered, `k` is up to two units in the last place longer.
 *
 * @param gapsMs `[n]`, ms, finite, at least 0, in any order, `n >= 0`.
 * @throws IsothermError `BAD_LENGTH` (weights), `NOT_FINITE`, `OUT_OF_RANGE` (negative, or sums above 1e300).
 *
 * Complexity: O(n log n), one sort.
 *
 * Source: the window as in Shahrad et al., "Serverless in the Wild", USENIX ATC 2020, section 4; the best start for every end is
 * Kadane's scan (Bentley, "Programming Pearls", CACM 27(9), 1984) over the cost of moving it.
 *
 * @example
 * keepAliveWindow([1000, 2000, 60000], { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
 * // { preWarmMs: 0, keepAliveMs: 2000, objectiveUsd: 0.00015 }
 */
export function keepAliveWindow(gapsMs: Numbers, options: KeepAliveWindowOptions): WarmWindow {
  const gaps = float64(gapsMs);
  const weights = weightsOf(options.weights, gaps.length);
  const preWarmUsd = preWarmPrice(options.preWarmUsd);
  const out = new Float64Array(3);
  translated(() =>
    kernels().keepAliveWindow(gaps, weights, options.idleUsdPerMs, options.coldStartUsd, preWarmUsd, out),
  );
  return { preWarmMs: out[0], keepAliveMs: out[1], objectiveUsd: out[2] };
}

/**
 * What every fixed window costs over a function's idle gaps: at 0 and at each distinct gap, the only windows that can be best.
 *
 * The instance stays for the window `W` after each release: a gap `g <= W` idles `g` ms, a longer one idles `W` ms and is a
 * cold start. Between two points the cost rises linearly from the former's, by the idle price times the weight of the longer
 * gaps; at the latter it drops by the cold starts it avoids. Gaps of weight 0 have no point.
 *
 * @param gapsMs `[n]`, ms, finite, at least 0, in any order, `n >= 0`.
 * @returns columns `[m]`, `1 <= m <= n + 1`, ms ascending from 0 and USD.
 * @throws IsothermError `BAD_LENGTH` (weights), `NOT_FINITE`, `OUT_OF_RANGE` (negative, or sums above 1e300).
 *
 * Complexity: O(n log n), one sort.
 *
 * Source: `docs/replay.md`, the best fixed window in hindsight.
 *
 * @example
 * keepAliveCurve([1000, 2000, 60000], { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
 * // { keepAliveMs: [0, 1000, 2000, 60000], objectiveUsd: [0.0003, 0.00023, 0.00015, 0.00063] }
 */
export function keepAliveCurve(gapsMs: Numbers, options: KeepAliveCurveOptions): KeepAliveCurve {
  const gaps = float64(gapsMs);
  const weights = weightsOf(options.weights, gaps.length);
  const keepAliveMs = new Float64Array(gaps.length + 1);
  const objectiveUsd = new Float64Array(gaps.length + 1);
  const points = translated(() =>
    kernels().keepAliveCurve(gaps, weights, options.idleUsdPerMs, options.coldStartUsd, keepAliveMs, objectiveUsd),
  );
  return { keepAliveMs: keepAliveMs.slice(0, points), objectiveUsd: objectiveUsd.slice(0, points) };
}

/** The numbers as the kernels take them. */
export function float64(numbers: Numbers): Float64Array {
  return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
}

/** The weights as the kernels take them: none for all 1. An empty list for gaps that there are is a mistake, not "none". */
export function weightsOf(weights: Numbers | undefined, gaps: number): Float64Array {
  if (weights === undefined) return NONE;
  if (weights.length !== gaps) {
    throw new IsothermError('BAD_LENGTH', `weights has length ${weights.length}, expected ${gaps}`);
  }
  return float64(weights);
}

/** To the kernels NaN means that pre-warming is not allowed; from a caller it is a mistake. */
function preWarmPrice(preWarmUsd: number | undefined): number {
  if (preWarmUsd === undefined) return Number.NaN;
  if (!Number.isNaN(preWarmUsd)) return preWarmUsd;
  throw new IsothermError('NOT_FINITE', 'preWarmUsd is not finite, expected a finite number of at least 0');
}
