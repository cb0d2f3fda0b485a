/** The keep-alive problem as its definition says it, gap by gap, with every pair of gaps tried. */
import fc from 'fast-check';

export interface KeepAliveCase {
  gapsMs: number[];
  weights: number[];
  idleUsdPerMs: number;
  coldStartUsd: number;
  /** NaN: not allowed. */
  preWarmUsd: number;
}

export interface Interval {
  preWarmMs: number;
  keepAliveMs: number;
  objectiveUsd: number;
}

/** What the gaps cost when instances are warm during `[preWarmMs, endMs]`. */
export function definedCost(c: KeepAliveCase, preWarmMs: number, endMs: number): number {
  const preWarmUsd = preWarmMs > 0 ? c.preWarmUsd : 0;
  return c.gapsMs.reduce((sum, gap, i) => {
    if (gap < preWarmMs) return sum + c.weights[i] * c.coldStartUsd;
    if (gap <= endMs) return sum + c.weights[i] * ((gap - preWarmMs) * c.idleUsdPerMs + preWarmUsd);
    return sum + c.weights[i] * ((endMs - preWarmMs) * c.idleUsdPerMs + preWarmUsd + c.coldStartUsd);
  }, 0);
}

/** Every interval from 0 or a gap to 0 or a gap. */
export function everyInterval(c: KeepAliveCase): Interval[] {
  const ends = [...new Set([0, ...c.gapsMs.filter((_, i) => c.weights[i] > 0)])];
  const starts = Number.isNaN(c.preWarmUsd) ? [0] : ends;
  return starts.flatMap((start) =>
    ends
      .filter((end) => end >= start)
      .map((end) => ({ preWarmMs: start, keepAliveMs: end - start, objectiveUsd: definedCost(c, start, end) })),
  );
}

/** The cheapest; ties: smallest keep-alive, then smallest pre-warm. */
export function bruteForce(c: KeepAliveCase): Interval {
  const order = (a: Interval, b: Interval) =>
    a.objectiveUsd - b.objectiveUsd || a.keepAliveMs - b.keepAliveMs || a.preWarmMs - b.preWarmMs;
  return everyInterval(c).sort(order)[0];
}

const pairs = (gap: fc.Arbitrary<number>, weight: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(gap, weight), { maxLength: 14 });

function cases(
  gap: fc.Arbitrary<number>,
  weight: fc.Arbitrary<number>,
  price: fc.Arbitrary<number>,
): fc.Arbitrary<KeepAliveCase> {
  return fc
    .tuple(pairs(gap, weight), price, price, fc.oneof(fc.constant(Number.NaN), price))
    .map(([gaps, idleUsdPerMs, coldStartUsd, preWarmUsd]) => ({
      gapsMs: gaps.map(([g]) => g),
      weights: gaps.map(([, w]) => w),
      idleUsdPerMs,
      coldStartUsd,
      preWarmUsd,
    }));
}

/** Small whole numbers: every sum is exact, and ties, duplicates and zeros are common. */
export const wholeCases = cases(fc.nat(12), fc.nat(3), fc.nat(15));

/** Numbers of any size and fraction; they are 0 or large enough that no product loses digits to underflow. */
export const anyCases = cases(
  fc.oneof(fc.double({ min: 1e-100, max: 1e9, noNaN: true }), fc.double({ min: 1, max: 1e80, noNaN: true }), fc.nat(5)),
  fc.oneof(fc.constant(1), fc.nat(3), fc.double({ min: 1e-30, max: 1e60, noNaN: true })),
  fc.oneof(fc.double({ min: 1e-15, max: 1, noNaN: true }), fc.nat(3)),
);
