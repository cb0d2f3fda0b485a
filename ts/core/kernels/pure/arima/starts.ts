/**
 * Where searches begin: a regression on a long autoregression's innovations, white noise, the best of many points drawn over
 * the whole region, and cycles. Source: Hannan, Rissanen, "Recursive estimation of mixed autoregressive-moving average order", Biometrika
 * 69(1), 1982. The pure twin of `starts.rs`.
 */
import { SplitMix64 } from '../numeric.js';
import type { Exact } from './exact.js';
import { dot } from './lanes.js';
import { solve } from './least-squares.js';
import { arLag, blocks, coefficientCount, maLag, numbersOf, type Order } from './order.js';
import type { Problem } from './problem.js';
import { Search } from './search.js';

const EDGE = 0.97;
const SHORT = 500;
const DRAWN_VALUES = 20_000;
const MOST_DRAWN = 200;
const SEARCHED_VALUES = 2000;
const MOST_SEARCHES = 16;
const MIDDLING = 2000;
const FEW_DRAWN = 8;

/** Cosines of the frequencies of the two pairs, by eighths of half a turn. */
const CYCLES = [
  [1, 1],
  [0.9238795325112867, 0.9238795325112867],
  [0.9238795325112867, 0.9807852804032304],
  [Math.SQRT1_2, Math.SQRT1_2],
  [Math.SQRT1_2, 0.9238795325112867],
  [0.3826834323650898, 0.3826834323650898],
  [0, 0],
  [-0.3826834323650898, -0.3826834323650898],
  [-Math.SQRT1_2, -Math.SQRT1_2],
  [-0.9238795325112867, -0.9238795325112867],
  [-1, -1],
];
/** Their distances from the origin, as roots of the reversed polynomials. */
const CYCLE_RADIUS = 0.95;
const LEVEL_RADIUS = 0.999;
/** Evaluations from each, a gain that counts as none, and how many are gone on from. */
const CYCLE_STEPS = 16;
const CYCLE_GAIN = 1e-2;
const CYCLE_SEARCHES = 3;

/** Uniform in [-1, 1). */
export const signedUnit = (random: SplitMix64): number => 2 * random.unit() - 1;

/** Points of the transform, the most promising last. */
export function findStarts(order: Order, { whole }: Problem, quick: boolean): Float64Array[] {
  const k = coefficientCount(order);
  const { p, q, seasonalP, seasonalQ } = order;
  const starts: Float64Array[] = [];
  const n = whole.n;
  const first = regression(order, whole.data.subarray(0, n));
  if (first !== undefined) starts.push(first);
  // A pure autoregression, or one coefficient, has one hill to climb.
  if ((k > 1 && q + seasonalQ > 0 && !quick) || starts.length === 0) starts.push(new Float64Array(k));
  const mixed = (p > 0 && q > 0) || (seasonalP > 0 && seasonalQ > 0);
  if (mixed && !quick) {
    const [draws, searches] = searchEffort(n);
    const random = new SplitMix64(0, k);
    const drawn: { value: number; x: Float64Array }[] = [];
    for (let draw = 0; draw < draws; draw++) {
      // Uniform, then out towards the edge.
      const x = Float64Array.from({ length: k }, () => {
        const u = signedUnit(random);
        return (2 * u) / (1.0001 - u * u);
      });
      const value = whole.value(x);
      if (Number.isFinite(value)) drawn.push({ value, x });
    }
    if (p >= 2 && q >= 2 && n <= SHORT) starts.push(...cycles(k, p, whole));
    drawn.sort((a, b) => a.value - b.value);
    for (const { x } of drawn.slice(0, searches)) starts.push(x);
  }
  return starts.reverse();
}

/** How many points are drawn, and how many of them searched from. */
function searchEffort(n: number): [draws: number, searches: number] {
  if (n <= SHORT) {
    return [
      Math.min(Math.floor(DRAWN_VALUES / n), MOST_DRAWN),
      Math.min(Math.floor(SEARCHED_VALUES / n), MOST_SEARCHES),
    ];
  }
  return n <= MIDDLING ? [FEW_DRAWN, 1] : [0, 0];
}

/**
 * A cycle beside noise: the autoregression has a pair of roots near the unit circle, and the moving average one next to it, at the same
 * frequency or, of slow ones, at half of it. Such optima are narrow, and no better than others from afar: so each is searched from for a
 * few steps, and those that came furthest are gone on from.
 */
function cycles(k: number, p: number, whole: Exact): Float64Array[] {
  const gradient = new Float64Array(k);
  const found = CYCLES.map(([cycle, level]) => {
    const x = new Float64Array(k);
    x.set(pairOf(CYCLE_RADIUS, cycle));
    x.set(pairOf(LEVEL_RADIUS, level), p);
    const search = new Search(x, 1 / whole.n, CYCLE_GAIN);
    while (!search.done && search.evaluations < CYCLE_STEPS) {
      const value = whole.valueGradient(search.trial, gradient);
      search.tell(value, gradient);
    }
    return search;
  });
  found.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  return found.slice(0, CYCLE_SEARCHES).map(({ x }) => x);
}

/** Numbers of a polynomial with a pair of roots. */
function pairOf(radius: number, cosine: number): number[] {
  const square = radius * radius;
  return [(2 * radius * cosine) / (1 + square), -square].map((partial) => partial / Math.sqrt(1 - partial * partial));
}

/** The regression on the past and on a long autoregression's innovations, one lag a coefficient. */
function regression(order: Order, w: Float64Array): Float64Array | undefined {
  const n = w.length;
  const { p, q, seasonalP, seasonalQ, season } = order;
  const lags: { ofPast: boolean; lag: number }[] = [];
  for (let i = 1; i <= p; i++) lags.push({ ofPast: true, lag: i });
  for (let i = 1; i <= q; i++) lags.push({ ofPast: false, lag: i });
  for (let i = 1; i <= seasonalP; i++) lags.push({ ofPast: true, lag: i * season });
  for (let i = 1; i <= seasonalQ; i++) lags.push({ ofPast: false, lag: i * season });
  const k = lags.length;
  const furthest = Math.max(arLag(order), maLag(order));
  let from = furthest;
  let innovations: Float64Array = w;
  if (q + seasonalQ > 0) {
    const long = Math.min(furthest + 10, Math.floor(n / 3));
    const found = longResiduals(w, long);
    if (found === undefined) return undefined;
    innovations = found;
    from += long;
  }
  if (n < from + 2 * k + 2) return undefined;
  const column = ({ ofPast }: { ofPast: boolean }) => (ofPast ? w : innovations);
  const gram = new Float64Array(k * k);
  const right = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    const at = from - lags[i].lag;
    right[i] = dot(column(lags[i]), at, w, from, n - from);
    for (let j = 0; j <= i; j++) {
      gram[i * k + j] = dot(column(lags[i]), at, column(lags[j]), from - lags[j].lag, n - from);
    }
    gram[i * k + i] *= 1 + 1e-6;
  }
  if (!solve(gram, right)) return undefined;
  const x = new Float64Array(k);
  for (const { start, size, sign } of blocks(order)) {
    numbersOf(right.subarray(start, start + size), sign, EDGE, x.subarray(start, start + size));
  }
  return x.every(Number.isFinite) ? x : undefined;
}

/** Residuals of an autoregression of `long` lags by Levinson's recursion; 0 for the first `long`. */
function longResiduals(w: Float64Array, long: number): Float64Array | undefined {
  const n = w.length;
  const gamma = Float64Array.from({ length: long + 1 }, (_, lag) => dot(w, lag, w, 0, n - lag));
  const weights = new Float64Array(long);
  let variance = gamma[0];
  for (let k = 0; k < long; k++) {
    if (!(variance > 1e-12 * gamma[0])) break;
    let sum = gamma[k + 1];
    for (let i = 0; i < k; i++) sum -= weights[i] * gamma[k - i];
    const partial = sum / variance;
    const before = weights.slice(0, k);
    for (let i = 0; i < k; i++) weights[i] = before[i] - partial * before[k - 1 - i];
    weights[k] = partial;
    variance *= (1 - partial) * (1 + partial);
  }
  if (!(gamma[0] > 0)) return undefined;
  const residuals = new Float64Array(n);
  residuals.set(w.subarray(long), long);
  for (let i = 0; i < long; i++) {
    const weight = weights[i];
    for (let t = long; t < n; t++) residuals[t] -= weight * w[t - 1 - i];
  }
  return residuals;
}
