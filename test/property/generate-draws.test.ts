import { describe, expect, test } from 'vitest';
import { logUniform, logUniformMean, Poisson, streamOf } from '../../ts/core/trace/generator/draws.js';
import { gapsOfVariation, heavyGaps } from '../../ts/core/trace/generator/gaps.js';
import { normalQuantile } from '../../ts/core/trace/generator/normal.js';
import { mean, variance } from './generate-counts.js';

const DRAWS = 200_000;
const drawn = (draw: () => number): Float64Array => Float64Array.from({ length: DRAWS }, draw);

/** Natural logarithm of the Poisson probability of `count`. */
function lnProbability(mean: number, count: number): number {
  let ln = count * Math.log(mean) - mean;
  for (let k = 2; k <= count; k++) ln -= Math.log(k);
  return ln;
}

describe('Poisson draws', () => {
  test.each([0.05, 0.7, 3, 9.99, 10, 12.5, 47, 300])('follow the distribution at mean %d (chi-square)', (rate) => {
    const poisson = new Poisson();
    const random = streamOf(11, Math.round(rate * 100));
    const seen = new Map<number, number>();
    for (let i = 0; i < DRAWS; i++) {
      const count = poisson.draw(random, rate);
      seen.set(count, (seen.get(count) ?? 0) + 1);
    }
    let chi = 0;
    let cells = 0;
    let restExpected = DRAWS;
    let restSeen = DRAWS;
    for (let count = 0; count < rate + 40 * Math.sqrt(rate) + 20; count++) {
      const expected = DRAWS * Math.exp(lnProbability(rate, count));
      if (expected < 20) continue;
      const observed = seen.get(count) ?? 0;
      chi += (observed - expected) ** 2 / expected;
      cells++;
      restExpected -= expected;
      restSeen -= observed;
    }
    // The seed is fixed, so this never flickers; five sigma of chi-square would be a wrong sampler.
    expect(cells).toBeGreaterThan(1);
    expect(chi).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
    expect(Math.abs(restSeen - restExpected)).toBeLessThan(5 * Math.sqrt(restExpected + 20));
  });

  test.each([1000, 1e5, 4e7])('have the mean and the variance at mean %d', (rate) => {
    const poisson = new Poisson();
    const random = streamOf(3, rate);
    const counts = drawn(() => poisson.draw(random, rate));
    expect(Math.abs(mean(counts) - rate)).toBeLessThan(5 * Math.sqrt(rate / DRAWS));
    expect(variance(counts) / rate).toBeCloseTo(1, 1);
  });

  test('do not depend on the mean drawn before', () => {
    const poisson = new Poisson();
    const alternating = streamOf(1, 1);
    const fresh = streamOf(1, 1);
    for (const rate of [3, 50, 3, 0.2, 50, 10, 9]) {
      expect(poisson.draw(alternating, rate)).toBe(new Poisson().draw(fresh, rate));
    }
  });
});

describe('the normal quantile', () => {
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.025, -1.959963984540054],
    [0.9, 1.2815515655446004],
    [0.001, -3.090232306167813],
    [1e-10, -6.361340902404056],
    [1e-20, -9.26234008979841],
  ])('of %d is %d', (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-14 * Math.max(1, Math.abs(z)));
  });
});

describe('gaps', () => {
  test.each([0, 0.15, 0.5, 1, 1.5, 3, 6])('have mean 1 and coefficient of variation %d', (variation) => {
    const random = streamOf(5, Math.round(variation * 100));
    const gaps = gapsOfVariation(variation);
    const lengths = drawn(() => gaps.next(random));
    expect(mean(lengths)).toBeCloseTo(1, 1);
    expect(Math.abs(Math.sqrt(variance(lengths)) - variation)).toBeLessThan(0.03 * variation + 1e-12);
  });

  // Time to the next call from a random instant: E[gap^2] / (2 E[gap]).
  test.each([0, 0.5, 1, 3])('begin in the middle at coefficient of variation %d', (variation) => {
    const random = streamOf(6, Math.round(variation * 100));
    const gaps = gapsOfVariation(variation);
    const first = drawn(() => gaps.first(random));
    const expected = (1 + variation * variation) / 2;
    expect(Math.abs(mean(first) - expected)).toBeLessThan(0.03 * expected);
  });

  test('of infinite variance have their median and their tail', () => {
    const random = streamOf(8, 0);
    const heavy = heavyGaps(1.5);
    const lengths = drawn(() => heavy.next(random)).sort();
    // P(gap > x) = (1 + 2 x)^-1.5 at shape 1.5, whose scale is 0.5.
    expect(lengths[DRAWS / 2]).toBeCloseTo((0.5 ** (-1 / 1.5) - 1) / 2, 2);
    expect(lengths[DRAWS * 0.999]! / ((0.001 ** (-1 / 1.5) - 1) / 2)).toBeCloseTo(1, 0);
    expect(lengths.at(-1)).toBeGreaterThan(300);
  });
});

test('log-uniform draws keep to their range and have their mean', () => {
  const random = streamOf(9, 0);
  const values = drawn(() => logUniform(random, 0.5, 10));
  expect(Math.min(...values.subarray(0, 50000))).toBeGreaterThanOrEqual(0.5);
  expect(Math.max(...values.subarray(0, 50000))).toBeLessThanOrEqual(10);
  expect(mean(values) / logUniformMean(0.5, 10)).toBeCloseTo(1, 1);
});
