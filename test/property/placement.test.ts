/** Placements against all there are: never outside the limits, never below the bound, and the best where that is claimed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, isFeasible, type PlacementProblem } from '../../ts/core/decide/placement/problem.js';
import { climb } from '../../ts/core/decide/placement/solve/climb.js';
import { withPairBounds } from '../../ts/core/decide/placement/solve/pair-bounds.js';
import { whole } from '../../ts/core/decide/placement/solve/pieces.js';
import { SmoothDual } from '../../ts/core/decide/placement/solve/smooth-dual.js';
import { solve } from '../../ts/core/decide/placement/solve/solve.js';
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';
import { leastCost, placementCases } from './placement-cases.js';

const ROUNDING = 1e-9;

/** Functions of 1 to 7 of each resource, on nodes that have five for each. */
const crowded = (functions: number, nodes: number): PlacementProblem => ({
  functions,
  nodes,
  cost: Float64Array.from({ length: functions * nodes }, (_, i) => (i * 7919) % 101),
  demand: Float64Array.from({ length: functions * 3 }, (_, i) => 1 + ((i * 31) % 7)),
  capacity: new Float64Array(nodes * 3).fill((5 * functions) / nodes),
  sums: [],
  pairs: null,
});

describe('a placement', () => {
  it('is the best of all where that is claimed, and none is below the bound: 1,000 cases', () => {
    const proofs = new Map<string, number>();
    fc.assert(
      fc.property(placementCases, (problem) => {
        const least = leastCost(problem);
        const found = solve(problem);
        if (found.assignment === null) {
          expect(least).toBe(Number.POSITIVE_INFINITY);
          expect(found.isProved).toBe(true);
          proofs.set('none', (proofs.get('none') ?? 0) + 1);
          return;
        }
        const slack = ROUNDING * (1 + Math.abs(least));
        expect(isFeasible(problem, found.assignment)).toBe(true);
        expect(found.cost).toBeCloseTo(costOf(problem, found.assignment), 9);
        expect(found.bound).toBeLessThanOrEqual(least + slack);
        expect(found.cost).toBeGreaterThanOrEqual(found.bound);
        // Of so few functions all is tried: the bound is always met.
        expect(found.cost - found.bound).toBeLessThanOrEqual(slack);
        expect(Math.abs(found.cost - least)).toBeLessThanOrEqual(slack);
        proofs.set(found.proof, (proofs.get(found.proof) ?? 0) + 1);
      }),
      { numRuns: 1000, seed: 6 },
    );
    // Every way to know it was taken.
    expect([...proofs.keys()].sort()).toEqual(['assignment', 'bound', 'none', 'search']);
    expect(Math.min(...proofs.values())).toBeGreaterThan(20);
  });

  it('costs no less than the dual says at any softness, pairs counted by Gilmore and Lawler', () => {
    fc.assert(
      fc.property(placementCases, fc.double({ min: 1e-3, max: 10, noNaN: true }), (problem, softness) => {
        const least = leastCost(problem);
        fc.pre(least < Number.POSITIVE_INFINITY);
        const dual = new SmoothDual(problem, withPairBounds(problem));
        const { bound } = whole(climb(dual, { looks: 40, softness: [softness, softness / 100] }));
        expect(bound).toBeLessThanOrEqual(least + ROUNDING * (1 + least));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('begins with one for much the same problem and is no worse for it', () => {
    fc.assert(
      fc.property(placementCases, (problem) => {
        const cold = solve(problem);
        if (cold.assignment === null) return;
        const warm = solve(problem, { starts: [cold.assignment], prices: cold.prices });
        expect(warm.assignment === null ? Number.NaN : warm.cost).toBeLessThanOrEqual(cold.cost);
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it('is the best of all where sizes are the same in what there is too little of, whatever else they differ in', () => {
    const spared = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 });
    let [assigned, impossible] = [0, 0];
    fc.assert(
      fc.property(placementCases, spared, fc.boolean(), (drawn, other, isLimited) => {
        const { functions, nodes } = drawn;
        // Equal memory; vCPU that differs, of which there is enough; nobody counts instances.
        const demand = Float64Array.from(
          { length: functions * 3 },
          (_, at) => [3, other[Math.floor(at / 3)]!, 0][at % 3]!,
        );
        const capacity = drawn.capacity.map((one, at) => (at % 3 === 1 ? 60 : one));
        const cost = drawn.cost.map((one, at) => (capacity[(at % nodes) * 3]! < 3 ? Number.POSITIVE_INFINITY : one));
        const amount = drawn.cost.map((one) => (one < Number.POSITIVE_INFINITY ? one : 99));
        const budget = { name: 'budget', amount, most: 20 * functions, isWithEgress: true } as const;
        const problem = { ...drawn, cost, demand, capacity, sums: isLimited ? [budget] : [], pairs: null };
        const [least, found] = [leastCost(problem), solve(problem)];
        if (found.assignment === null) {
          expect(least).toBe(Number.POSITIVE_INFINITY);
          expect(found.isProved).toBe(true);
          impossible++;
          return;
        }
        expect(found.proof).toBe('assignment');
        expect(isFeasible(problem, found.assignment)).toBe(true);
        expect(Math.abs(found.cost - least)).toBeLessThanOrEqual(ROUNDING * (1 + least));
        assigned++;
      }),
      { numRuns: 400, seed: 13 },
    );
    expect(Math.min(assigned, impossible)).toBeGreaterThan(50);
  });

  it('of one size and many is the best too, from prices known before or not', () => {
    const [functions, nodes] = [5000, 200];
    const draws = new SplitMix64(3, 1);
    const one = { demand: new Float64Array(functions * 3).fill(2), sums: [], pairs: null };
    const problem: PlacementProblem = {
      ...{ functions, nodes, ...one },
      // Some nodes are near to many, others to few.
      cost: Float64Array.from({ length: functions * nodes }, (_, at) => draws.unit() + (at % nodes) / nodes),
      capacity: Float64Array.from({ length: nodes * 3 }, (_, at) => 2 * (20 + (Math.floor(at / 3) % 13))),
    };
    const cold = solve(problem);
    if (cold.assignment === null) throw new Error('nothing was placed');
    const warm = solve(problem, { starts: [cold.assignment], prices: cold.prices });
    for (const found of [cold, warm]) {
      if (found.assignment === null) throw new Error('nothing was placed');
      expect(found.proof).toBe('assignment');
      expect(isFeasible(problem, found.assignment)).toBe(true);
      // The prices prove it: nobody does better at them, and what they come to in all is no more.
      let bound = -found.prices.reduce((sum, one) => sum + one, 0);
      for (let f = 0; f < functions; f++) {
        let least = Number.POSITIVE_INFINITY;
        for (let n = 0; n < nodes; n++) {
          least = Math.min(least, problem.cost[f * nodes + n]! + found.prices[n * 3]! / (20 + (n % 13)));
        }
        bound += least;
      }
      expect(Math.abs(found.cost - bound)).toBeLessThanOrEqual(ROUNDING * found.cost);
    }
  });

  it('of one size and many is the best from prices, too, beside which costs would be lost', () => {
    const [functions, nodes] = [5000, 200];
    const draws = new SplitMix64(3, 2);
    const problem: PlacementProblem = {
      ...{ functions, nodes, sums: [], pairs: null },
      demand: new Float64Array(functions * 3).fill(1),
      cost: Float64Array.from({ length: functions * nodes }, () => draws.unit()),
      capacity: new Float64Array(nodes * 3).fill(functions / nodes),
    };
    const cold = solve(problem);
    const warm = solve(problem, { prices: new Float64Array(nodes * 3).fill(3e14) });
    if (cold.assignment === null || warm.assignment === null) throw new Error('nothing was placed');
    expect(warm.proof).toBe('assignment');
    expect(Math.abs(warm.cost - cold.cost)).toBeLessThanOrEqual(ROUNDING * cold.cost);
  });

  it('takes prices of other nodes or limits for none at all', () => {
    const problem = crowded(1500, 12);
    const cold = solve(problem);
    if (cold.assignment === null) throw new Error('nothing was placed');
    for (const length of [0, 1, 37, 38]) {
      expect(solve(problem, { prices: new Float64Array(length) })).toEqual(cold);
    }
    // A limit more, that is kept anyway: the prices of before are of one sum too few.
    const none = { name: 'budget', amount: new Float64Array(1500 * 12), most: 1, isWithEgress: true } as const;
    const limited = { ...problem, sums: [none] };
    expect(solve(limited, { prices: cold.prices })).toEqual(solve(limited));
  });

  it('is bounded truly whatever prices it begins with', () => {
    const bad = fc.constantFrom(-100, -1e-3, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 0, 1e12);
    fc.assert(
      fc.property(placementCases, fc.array(bad, { minLength: 20, maxLength: 20 }), (problem, drawn) => {
        const least = leastCost(problem);
        fc.pre(least < Number.POSITIVE_INFINITY);
        const dual = new SmoothDual(problem, withPairBounds(problem));
        const prices = Float64Array.from({ length: dual.size }, (_, i) => drawn[i % drawn.length]!);
        const { bound } = whole(climb(dual, { prices, looks: 8, softness: [0.1, 0.01] }));
        expect(bound).toBeLessThanOrEqual(least + ROUNDING * (1 + least));
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('keeps a limit of 0 on a sum, and others that single functions would pass', () => {
    fc.assert(
      fc.property(placementCases, fc.constantFrom(0, 1e-300, 2), (drawn, most) => {
        const problem = { ...drawn, sums: drawn.sums.map((limit) => ({ ...limit, most })) };
        const least = leastCost(problem);
        const found = solve(problem);
        if (found.assignment === null) {
          expect(least).toBe(Number.POSITIVE_INFINITY);
          expect(found.isProved).toBe(true);
          return;
        }
        expect(Number.isFinite(found.bound)).toBe(true);
        expect(Math.abs(found.cost - least)).toBeLessThanOrEqual(ROUNDING * (1 + least));
      }),
      { numRuns: 300, seed: 12 },
    );
  });

  it('is as good with a limit of 0 that is kept anyway as without one', () => {
    const [functions, nodes] = [40, 5];
    const problem = crowded(functions, nodes);
    const none = { name: 'budget', amount: new Float64Array(functions * nodes), most: 0, isWithEgress: true } as const;
    const [free, limited] = [solve(problem), solve({ ...problem, sums: [none] })];
    if (free.assignment === null || limited.assignment === null) throw new Error('nothing was placed');
    expect(limited.bound).toBeCloseTo(free.bound, 9);
    expect(limited.bound).toBeGreaterThan(0.9 * limited.cost);
  });
});
