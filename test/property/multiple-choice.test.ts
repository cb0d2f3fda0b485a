import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipleChoice } from '../../ts/core/kernels/pure/multiple-choice/index.js';
import {
  anyFunction,
  columnsOf,
  type FunctionChoices,
  leastCost,
  mostResource,
  wholeCases,
  windowFleet,
} from './multiple-choice-cases.js';

interface Solved {
  met: boolean;
  cost: number;
  resource: number;
  dualBound: number;
  bound: number;
  multiplier: number;
  choices: Int32Array;
}

function fleetOf(functions: readonly FunctionChoices[]) {
  const handle = multipleChoice.multipleChoiceCreate(functions.length);
  const set = (first: number, some: readonly FunctionChoices[]): void => {
    const { offsets, cost, resource, maxCost, maxResource } = columnsOf(some);
    multipleChoice.multipleChoiceSet(handle, first, offsets, cost, resource, maxCost, maxResource, 1);
  };
  const solve = (limit: number): Solved => {
    const out = new Float64Array(6);
    const met = multipleChoice.multipleChoiceSolve(handle, limit, out);
    const [cost, resource, dualBound, bound, multiplier] = out;
    const choices = multipleChoice.multipleChoiceChoices(handle);
    return { met, cost, resource, dualBound, bound, multiplier, choices };
  };
  set(0, functions);
  return { set, solve };
}

const solved = (functions: readonly FunctionChoices[], limit: number): Solved => fleetOf(functions).solve(limit);

describe('the choices', () => {
  it('are the best there are, as trying everything finds, in small fleets', () => {
    let infeasible = 0;
    let below = 0;
    fc.assert(
      fc.property(wholeCases, ({ functions, limit }) => {
        const found = solved(functions, limit);
        const least = leastCost(functions, limit);
        expect(found.met).toBe(least < Number.POSITIVE_INFINITY);
        if (!found.met) {
          infeasible++;
          // The nearest limit that can be met, and none below it.
          expect(leastCost(functions, found.resource)).toBeLessThan(Number.POSITIVE_INFINITY);
          expect(leastCost(functions, found.resource - 1)).toBe(Number.POSITIVE_INFINITY);
          return;
        }
        expect(found.cost).toBe(least);
        expect(found.bound).toBe(least);
        expect(found.dualBound).toBeLessThanOrEqual(least * (1 + 1e-12));
        if (found.dualBound < least) below++;
        expect(found.resource).toBeLessThanOrEqual(limit);
        let [cost, resource] = [0, 0];
        for (const [f, { points, maxCost, maxResource }] of functions.entries()) {
          const point = points[found.choices[f]];
          expect(point.cost).toBeLessThanOrEqual(maxCost);
          expect(point.resource).toBeLessThanOrEqual(maxResource);
          cost += point.cost;
          resource += point.resource;
        }
        expect([found.cost, found.resource]).toEqual([cost, resource]);
      }),
      { numRuns: 4000 },
    );
    expect(infeasible).toBeGreaterThan(10);
    expect(below).toBeGreaterThan(100);
  });

  it('are within the gap of the best, whatever the numbers', () => {
    const cases = fc.tuple(
      fc.array(anyFunction, { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0, max: 20, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([functions, limit]) => {
        const found = solved(functions, limit);
        const least = leastCost(functions, limit);
        // Trying everything sums in another order: a limit that is met exactly may round to either side.
        if (!found.met || least === Number.POSITIVE_INFINITY) return;
        const loosest = leastCost(functions, limit * (1 + 1e-12));
        expect(found.bound).toBeLessThanOrEqual(leastCost(functions, limit * (1 - 1e-12)) * (1 + 1e-9) + 1e-300);
        expect(found.cost).toBeGreaterThanOrEqual(loosest * (1 - 1e-12));
        expect(found.resource).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 3000 },
    );
  });

  it('are as many as fit where all functions are alike, the first of them first', () => {
    const alike = Array.from({ length: 1000 }, (): FunctionChoices => windowFleet(1, 2, 5)[0]);
    const [cold, warm] = alike[0].points;
    const found = solved(alike, warm.resource * 400.5);
    expect([...found.choices]).toEqual(alike.map((_, f) => Number(f < 400)));
    expect(found.multiplier).toBe((cold.cost - warm.cost) / warm.resource);
  });

  it('cost less the more there is, down to the cheapest of all', () => {
    const functions = windowFleet(200, 10, 3);
    const fleet = fleetOf(functions);
    const all = mostResource(functions);
    let last = Number.POSITIVE_INFINITY;
    for (let share = 0; share <= 1.1; share += 0.05) {
      const { cost, bound, multiplier } = fleet.solve(all * share);
      expect(bound).toBeLessThanOrEqual(last);
      last = cost;
      expect(multiplier === 0).toBe(share >= 1);
    }
    expect(last).toBeCloseTo(
      functions.reduce((sum, { points }) => sum + points[points.length - 1].cost, 0),
      6,
    );
  });

  it('come next to the bound in a fleet of some size', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const functions = windowFleet(2000, 12, seed);
      const { cost, bound, dualBound } = solved(functions, mostResource(functions) / 5);
      expect((cost - dualBound) / cost).toBeLessThan(1e-4);
      expect(bound).toBeGreaterThanOrEqual(dualBound);
    }
  });
});

describe('a fleet that stays', () => {
  it('answers a change as one made from scratch', () => {
    const change = fc.record({ f: fc.nat(59), seed: fc.nat(1000), windows: fc.integer({ min: 1, max: 20 }) });
    const story = fc.array(
      fc.record({ share: fc.double({ min: 0, max: 1.1, noNaN: true }), changes: fc.array(change, { maxLength: 3 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(fc.nat(1000), story, (seed, steps) => {
        const functions = windowFleet(60, 8, seed);
        const fleet = fleetOf(functions);
        for (const { share, changes } of steps) {
          for (const { f, seed: own, windows } of changes) {
            functions[f] = windowFleet(1, windows, own)[0];
            fleet.set(f, [functions[f]]);
          }
          const limit = mostResource(functions) * share;
          expect(fleet.solve(limit)).toEqual(solved(functions, limit));
        }
      }),
      { numRuns: 150 },
    );
  });
});
