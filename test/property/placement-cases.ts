/** Small placement problems at random, and all placements of them. */
import fc from 'fast-check';
import {
  costOf,
  isFeasible,
  type PairCosts,
  type PlacementProblem,
  R,
  type SumLimit,
} from '../../ts/core/decide/placement/problem.js';

const table = (length: number, value: fc.Arbitrary<number>): fc.Arbitrary<Float64Array> =>
  fc.array(value, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const own = fc.oneof(
  { weight: 5, arbitrary: whole(0, 20) },
  { weight: 5, arbitrary: fc.double({ min: 0, max: 20, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
);

function pairsOf(functions: number, nodes: number): fc.Arbitrary<PairCosts | null> {
  if (functions < 2) return fc.constant(null);
  const ends = fc.array(
    fc.tuple(whole(0, functions - 1), whole(1, functions - 1)).map(([a, by]) => [a, (a + by) % functions] as const),
    { minLength: 1, maxLength: 6 },
  );
  const between = (most: number): fc.Arbitrary<Float64Array> =>
    table(nodes * nodes, whole(0, most)).map((values) => values.map((one, i) => (i % (nodes + 1) === 0 ? 0 : one)));
  const some = ends.chain((pairs) =>
    fc.record({
      from: fc.constant(Int32Array.from(pairs, ([a]) => a)),
      to: fc.constant(Int32Array.from(pairs, ([, b]) => b)),
      perMs: table(pairs.length, fc.double({ min: 0, max: 0.5, noNaN: true })),
      gbOut: table(pairs.length, whole(0, 2)),
      gbBack: table(pairs.length, whole(0, 2)),
      perUsd: fc.constantFrom(0, 0.3),
      ms: between(30),
      usdPerGb: between(5),
    }),
  );
  return fc.option(some, { nil: null });
}

function sumsOf(functions: number, nodes: number): fc.Arbitrary<readonly SumLimit[]> {
  const one = (name: SumLimit['name']): fc.Arbitrary<SumLimit> =>
    fc.record({
      name: fc.constant(name),
      amount: table(functions * nodes, whole(0, 9)),
      most: whole(3, 40),
      isWithEgress: fc.constant(name === 'budget'),
    });
  return fc.oneof(fc.constant([]), fc.tuple(one('budget')), fc.tuple(one('budget'), one('carbon')));
}

/** Up to 6 functions on 4 nodes: of equal or unequal sizes, with or without pairs and limits on sums. */
export const placementCases: fc.Arbitrary<PlacementProblem> = fc
  .tuple(whole(1, 6), whole(1, 4), fc.boolean())
  .chain(([functions, nodes, isEqual]) =>
    fc
      .record({
        functions: fc.constant(functions),
        nodes: fc.constant(nodes),
        cost: table(functions * nodes, own),
        demand: table((isEqual ? 1 : functions) * R, whole(0, 5)),
        capacity: table(nodes * R, whole(0, 14)),
        sums: isEqual ? fc.constant([]) : sumsOf(functions, nodes),
        pairs: pairsOf(functions, nodes),
      })
      .map((drawn) => {
        const demand = Float64Array.from({ length: functions * R }, (_, i) => drawn.demand[i % drawn.demand.length]!);
        // What a node has not got at all, nobody who needs it may be on.
        const cost = drawn.cost.map((one, at) => {
          const [f, n] = [Math.floor(at / nodes), at % nodes];
          const fits = [0, 1, 2].every((r) => demand[f * R + r]! <= drawn.capacity[n * R + r]!);
          return fits ? one : Number.POSITIVE_INFINITY;
        });
        return { ...drawn, cost, demand };
      }),
  );

/** The least cost of a placement; Infinity where there is none. */
export function leastCost(problem: PlacementProblem): number {
  const { functions, nodes } = problem;
  const assignment = new Int32Array(functions);
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < nodes ** functions; code++) {
    for (let f = 0, rest = code; f < functions; f++, rest = Math.floor(rest / nodes)) assignment[f] = rest % nodes;
    if (isFeasible(problem, assignment)) least = Math.min(least, costOf(problem, assignment));
  }
  return least;
}
