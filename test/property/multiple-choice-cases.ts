/** Fleets to choose for, and what trying every combination finds. */
import fc from 'fast-check';
import type { Choices } from '../../ts/core/kernels/pure/multiple-choice/choices.js';

/** A function's choices, and its caps. */
export interface FunctionChoices {
  points: { cost: number; resource: number }[];
  maxCost: number;
  maxResource: number;
}

export interface ChoiceCase {
  functions: FunctionChoices[];
  limit: number;
}

export function columnsOf(functions: readonly FunctionChoices[]): Choices {
  const offsets = [0];
  for (const { points } of functions) offsets.push(offsets[offsets.length - 1] + points.length);
  const all = functions.flatMap(({ points }) => points);
  return {
    offsets: Float64Array.from(offsets),
    cost: Float64Array.from(all, ({ cost }) => cost),
    resource: Float64Array.from(all, ({ resource }) => resource),
    maxCost: Float64Array.from(functions, ({ maxCost }) => maxCost),
    maxResource: Float64Array.from(functions, ({ maxResource }) => maxResource),
  };
}

/** The least cost within the limit, by trying everything; infinity where nothing is. */
export function leastCost([first, ...rest]: readonly FunctionChoices[], limit: number): number {
  if (first === undefined) return limit >= 0 ? 0 : Number.POSITIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (const { cost, resource } of first.points) {
    if (cost > first.maxCost || resource > first.maxResource) continue;
    least = Math.min(least, cost + leastCost(rest, limit - resource));
  }
  return least;
}

const uncapped = (points: FunctionChoices['points']): FunctionChoices => ({
  points,
  maxCost: Number.POSITIVE_INFINITY,
  maxResource: Number.POSITIVE_INFINITY,
});

const pointsOf = (number: fc.Arbitrary<number>, maxLength: number) =>
  fc.array(fc.record({ cost: number, resource: number }), { minLength: 1, maxLength });

/** Small whole numbers: sums are exact, ties, duplicates, zeros and dominated choices common. */
export const wholeFunction = fc
  .record({
    points: pointsOf(fc.nat(20), 6),
    maxCost: fc.oneof({ weight: 4, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }, fc.nat(20)),
    maxResource: fc.oneof({ weight: 4, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }, fc.nat(20)),
  })
  .map((one) => {
    // One choice at least is within the caps.
    const [{ cost, resource }] = one.points;
    return { ...one, maxCost: Math.max(one.maxCost, cost), maxResource: Math.max(one.maxResource, resource) };
  });

/** Numbers of any size and fraction. */
const anyNumber = fc.oneof(
  fc.double({ min: 0.1, max: 10, noNaN: true }),
  fc.double({ min: 1e-100, max: 1e100, noNaN: true }),
  fc.constantFrom(0, -0, 0.1, 0.3, 1e-100, 1e100),
);
export const anyFunction = pointsOf(anyNumber, 8).map(uncapped);

export const wholeCases: fc.Arbitrary<ChoiceCase> = fc.record({
  functions: fc.array(wholeFunction, { maxLength: 5 }),
  limit: fc.nat(70),
});

/** A fleet as windows make it, of sizes that differ a thousandfold; the same one for a seed. */
export function windowFleet(functions: number, windows: number, seed: number): FunctionChoices[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: functions }, () => {
    const size = 1 / (0.001 + next());
    let resource = 0;
    let cost = 1 / (0.001 + next());
    const points = Array.from({ length: windows }, () => {
      const point = { cost, resource };
      resource += size * next();
      cost *= 1 - 0.5 * next();
      return point;
    });
    return uncapped(points);
  });
}

export const mostResource = (functions: readonly FunctionChoices[]): number =>
  functions.reduce((sum, { points }) => sum + Math.max(...points.map(({ resource }) => resource)), 0);
