import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepalive } from '../../ts/core/kernels/pure/keepalive.js';
import {
  anyCases,
  bruteForce,
  definedCost,
  everyInterval,
  type Interval,
  type KeepAliveCase,
  wholeCases,
} from './keepalive-brute-force.js';

function optimum(c: KeepAliveCase): Interval {
  const out = new Float64Array(3);
  const [gaps, weights] = [Float64Array.from(c.gapsMs), Float64Array.from(c.weights)];
  keepalive.keepAliveWindow(gaps, weights, c.idleUsdPerMs, c.coldStartUsd, c.preWarmUsd, out);
  return { preWarmMs: out[0], keepAliveMs: out[1], objectiveUsd: out[2] };
}

function curve(c: KeepAliveCase): [number, number][] {
  const windows = new Float64Array(c.gapsMs.length + 1);
  const costs = new Float64Array(c.gapsMs.length + 1);
  const [gaps, weights] = [Float64Array.from(c.gapsMs), Float64Array.from(c.weights)];
  const points = keepalive.keepAliveCurve(gaps, weights, c.idleUsdPerMs, c.coldStartUsd, windows, costs);
  return Array.from({ length: points }, (_, j) => [windows[j], costs[j]]);
}

const ones = (gapsMs: number[], prices: Omit<KeepAliveCase, 'gapsMs' | 'weights'>): KeepAliveCase => ({
  gapsMs,
  weights: gapsMs.map(() => 1),
  ...prices,
});

describe('the best interval', () => {
  it('is the one that trying all of them finds, ties included', () => {
    fc.assert(
      fc.property(wholeCases, (c) => {
        expect(optimum(c)).toEqual(bruteForce(c));
      }),
      { numRuns: 3000 },
    );
  });

  it('costs what the definition says, and within rounding no interval costs less', () => {
    fc.assert(
      fc.property(anyCases, (c) => {
        const found = optimum(c);
        const end = found.preWarmMs + found.keepAliveMs;
        const lowest = Math.min(...everyInterval(c).map((interval) => interval.objectiveUsd));
        expect(found.objectiveUsd).toBeLessThanOrEqual(lowest * (1 + 2e-12) + 1e-300);
        expect(found.objectiveUsd).toBeGreaterThanOrEqual(lowest * (1 - 1e-13) - 1e-300);
        // Fractions may end an interval an ulp late; a gap that close would change sides.
        if (c.gapsMs.every((gap) => Number.isSafeInteger(gap))) {
          const defined = definedCost(c, found.preWarmMs, end);
          expect(Math.abs(found.objectiveUsd - defined)).toBeLessThanOrEqual(1e-13 * defined);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is at most as dear as always cold, never away, and any window', () => {
    fc.assert(
      fc.property(wholeCases, (c) => {
        const { objectiveUsd } = optimum(c);
        expect(objectiveUsd).toBeLessThanOrEqual(definedCost(c, 0, 0));
        expect(objectiveUsd).toBeLessThanOrEqual(definedCost(c, 0, Math.max(0, ...c.gapsMs)));
        expect(objectiveUsd).toBeLessThanOrEqual(optimum({ ...c, preWarmUsd: Number.NaN }).objectiveUsd);
      }),
    );
  });

  it('covers its last gap although differences round', () => {
    const fraction = fc.double({ min: 0.25, max: 4, noNaN: true });
    let widened = 0;
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        fc.pre(a < b);
        const c = ones([a, b, b], { idleUsdPerMs: 1, coldStartUsd: 1e6, preWarmUsd: 0 });
        const found = optimum(c);
        expect(found.preWarmMs).toBe(a);
        expect(found.preWarmMs + found.keepAliveMs).toBeGreaterThanOrEqual(b);
        expect(found.keepAliveMs - (b - a)).toBeLessThanOrEqual(2 * Number.EPSILON * b);
        if (found.keepAliveMs > b - a) widened++;
      }),
      { numRuns: 5000, seed: 3 },
    );
    expect(widened).toBeGreaterThan(0);
  });
});

describe('cases worked out by hand', () => {
  // 1 USD per second idle, 60 USD a cold start, 6 USD a pre-warm.
  const prices = { idleUsdPerMs: 0.001, coldStartUsd: 60, preWarmUsd: 6 };

  it('has nothing to choose without gaps', () => {
    expect(optimum(ones([], prices))).toEqual({ preWarmMs: 0, keepAliveMs: 0, objectiveUsd: 0 });
    expect(optimum({ ...ones([5000], prices), weights: [0] })).toEqual({
      preWarmMs: 0,
      keepAliveMs: 0,
      objectiveUsd: 0,
    });
  });

  it('serves a gap of 0 with a window of 0, at no cost', () => {
    expect(optimum(ones([0, -0, 0], prices))).toEqual({ preWarmMs: 0, keepAliveMs: 0, objectiveUsd: 0 });
  });

  it('stays for a short gap, pre-warms for one longer than a pre-warm is worth, exactly at the gap', () => {
    expect(optimum(ones([5000], prices))).toEqual({ preWarmMs: 0, keepAliveMs: 5000, objectiveUsd: 5 });
    expect(optimum(ones([30000], prices))).toEqual({ preWarmMs: 30000, keepAliveMs: 0, objectiveUsd: 6 });
    // A tie of 6 USD: the shorter keep-alive.
    expect(optimum(ones([6000], prices))).toEqual({ preWarmMs: 6000, keepAliveMs: 0, objectiveUsd: 6 });
  });

  it('waits for a cluster and lets the stragglers be cold', () => {
    // Cold at 1000 (60), pre-warms for 10 + 1 gaps (66), idle 0..9 s (45) and 9 s before giving up (9), cold at 1e6 (60).
    const cluster = Array.from({ length: 10 }, (_, i) => 300_000 + 1000 * i);
    const found = optimum(ones([1000, ...cluster, 1_000_000], prices));
    expect(found.preWarmMs).toBe(300_000);
    expect(found.keepAliveMs).toBe(9000);
    expect(found.objectiveUsd).toBeCloseTo(60 + 66 + 45 + 9 + 60, 9);
  });

  it('takes the smallest window when idle time is free or cold starts are', () => {
    const free = { idleUsdPerMs: 0, coldStartUsd: 0, preWarmUsd: 0 };
    expect(optimum(ones([10, 20], free)).keepAliveMs).toBe(0);
    expect(optimum(ones([10, 20], { ...free, coldStartUsd: 1 }))).toEqual({
      preWarmMs: 10,
      keepAliveMs: 10,
      objectiveUsd: 0,
    });
    expect(optimum(ones([10, 20], { ...free, coldStartUsd: 1, preWarmUsd: Number.NaN })).keepAliveMs).toBe(20);
  });

  it('counts costs within 1e-12 as equal', () => {
    // Cold or kept costs 60 USD; kept is 6e-12 USD cheaper, a tenth of the tolerance, then 6e-10 USD cheaper.
    const kept = (cheaper: number) => ({
      ...ones([60_000], { idleUsdPerMs: 0.001 - cheaper / 60_000, coldStartUsd: 60, preWarmUsd: Number.NaN }),
    });
    expect(optimum(kept(6e-12)).keepAliveMs).toBe(0);
    expect(optimum(kept(6e-10)).keepAliveMs).toBe(60_000);
  });
});

describe('the curve', () => {
  it('is the definition at 0 and at every gap that counts', () => {
    fc.assert(
      fc.property(wholeCases, (c) => {
        const counted = c.gapsMs.filter((_, i) => c.weights[i] > 0);
        const windows = [...new Set([0, ...counted])].sort((a, b) => a - b);
        expect(curve(c)).toEqual(windows.map((w) => [w, definedCost(c, 0, w)]));
      }),
      { numRuns: 1000 },
    );
  });

  it('has the best window at its lowest point', () => {
    fc.assert(
      fc.property(anyCases, (c) => {
        const points = curve(c);
        const found = optimum({ ...c, preWarmUsd: Number.NaN });
        const lowest = Math.min(...points.map(([, usd]) => usd));
        const first = points.find(([, usd]) => usd <= lowest + lowest * 1e-12);
        expect([found.keepAliveMs, found.objectiveUsd]).toEqual(first);
      }),
      { numRuns: 1000 },
    );
  });
});
