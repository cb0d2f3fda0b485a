/** A placement that is asked for, and the same with a limit let loose. */
import type { Relaxable } from '../build.js';
import type { PlacementFunction, PlacementInput, PlacementLimits } from '../input.js';

export interface Asked {
  input: PlacementInput;
  limits: PlacementLimits;
}

/** A limit that is multiplied by a factor: of all nodes, or of all functions. */
export type Stretchable = Exclude<Relaxable, 'residency' | 'budget' | 'carbon'>;

/** What is a whole number up to rounding is one. */
const ROUNDING = 1e-9;

const wholes = (value: number): number => Math.floor(value * (1 + ROUNDING));

export function stretched({ input, limits }: Asked, limit: Stretchable, factor: number): Asked {
  if (limit === 'latency') {
    const own = (one: PlacementFunction): PlacementFunction =>
      one.maxLatencyMs === null ? one : { ...one, maxLatencyMs: one.maxLatencyMs * factor };
    return { input: { ...input, functions: input.functions.map(own) }, limits };
  }
  const nodes = input.nodes.map((node) => {
    if (limit === 'memory') return { ...node, memoryMiB: wholes(node.memoryMiB * factor) };
    if (limit === 'vcpu') return { ...node, vcpu: node.vcpu * factor };
    return { ...node, instances: wholes(node.instances * factor) };
  });
  return { input: { ...input, nodes }, limits };
}

/** Some functions with other fields, by their places. */
export function changed({ input, limits }: Asked, more: ReadonlyMap<number, Partial<PlacementFunction>>): Asked {
  const functions = input.functions.map((one, f) => ({ ...one, ...more.get(f) }));
  return { input: { ...input, functions }, limits };
}

/** Without some functions, and without calls to them. */
export function leftOut({ input, limits }: Asked, places: ReadonlySet<number>): Asked {
  const names = new Set([...places].map((f) => input.functions[f].name));
  const functions = input.functions.flatMap((one, f) =>
    places.has(f) ? [] : [{ ...one, calls: one.calls.filter(({ to }) => !names.has(to)) }],
  );
  return { input: { ...input, functions }, limits };
}

export const sumField = (limit: 'budget' | 'carbon'): keyof PlacementLimits =>
  limit === 'budget' ? 'usdPerHour' : 'gramsPerHour';

/** With another limit on a sum. */
export const withSum = ({ input, limits }: Asked, limit: 'budget' | 'carbon', most: number): Asked => ({
  input,
  limits: { ...limits, [sumField(limit)]: most },
});

/** Whether anything is asked for with a limit. */
export function isSet({ input, limits }: Asked, limit: Relaxable): boolean {
  if (limit === 'budget' || limit === 'carbon') return limits[sumField(limit)] !== undefined;
  if (limit === 'residency') return input.functions.some(({ residency }) => residency !== null);
  if (limit === 'latency') return input.functions.some(({ maxLatencyMs }) => maxLatencyMs !== null);
  return true;
}
