/** Functions that may go nowhere: the limits that shut all nodes, and what would open one. */
import { BARRIERS, type Barrier, BIT } from '../barriers.js';
import type { BuiltProblem } from '../build.js';
import type { PlacementFunction } from '../input.js';
import { R, RESOURCES, type Resource } from '../problem.js';
import { whole } from '../solve/pieces.js';
import { type Asked, changed, stretched } from './asked.js';
import { type Conflict, letOut, type Relaxation } from './conflict.js';
import { minimalSets } from './minimal-sets.js';

/** All smallest sets of limits that leave a function no node. */
export function conflictsOfFunction(built: BuiltProblem, f: number): Conflict[] {
  const bits = barriersOf(built, f);
  const { name } = built.input.functions[f];
  const { conflicts, corrections } = whole(
    minimalSets(BARRIERS.length, function* (kept) {
      yield 0;
      return bits.some((one) => (one & kept) === 0);
    }),
  );
  built.rows.load(f);
  const neededFor = valuesOf(built, f);
  const alone = corrections.flatMap((set): Relaxation[] => {
    const [limit, ...others] = limitsIn(set);
    if (others.length > 0) return [];
    const value = bits.reduce(
      (least, one, n) => (one === set ? Math.min(least, neededFor(limit, n)) : least),
      Number.POSITIVE_INFINITY,
    );
    return value < Number.POSITIVE_INFINITY ? [{ limit, functionName: name, value, functionNames: [name] }] : [];
  });
  return conflicts.map((set) => {
    const limits = limitsIn(set);
    return {
      functionName: name,
      limits,
      isProved: true,
      nearest: alone.filter(({ limit }) => limits.includes(limit as Barrier)),
    };
  });
}

/** Each of these functions gets a node, the one for which the fewest limits are let loose, and least: what that takes, and what is asked for then; null where nothing helps. */
export function openedFor(
  built: BuiltProblem,
  stuck: readonly number[],
  asked: Asked,
): { relaxations: Relaxation[]; asked: Asked } | null {
  const factors = new Map<Resource, number>();
  const [ceilings, free]: [Relaxation[], string[]] = [[], []];
  const more = new Map<number, Partial<PlacementFunction>>();
  for (const f of stuck) {
    const { name } = built.input.functions[f];
    built.rows.load(f);
    const neededFor = valuesOf(built, f);
    const node = leastShut(built, f, neededFor);
    if (node === null) return null;
    const own: { -readonly [Key in keyof PlacementFunction]?: PlacementFunction[Key] } = {};
    for (const limit of limitsIn(barriersOf(built, f)[node])) {
      const value = neededFor(limit, node);
      if (limit === 'residency') {
        free.push(name);
        own.residency = null;
      } else if (limit === 'latency') {
        ceilings.push({ limit, functionName: name, value, functionNames: [name] });
        own.maxLatencyMs = value;
      } else {
        factors.set(limit, Math.max(factors.get(limit) ?? 1, value));
      }
    }
    more.set(f, own);
  }
  let opened = changed(asked, more);
  const relaxations: Relaxation[] = [];
  for (const [limit, value] of factors) {
    opened = stretched(opened, limit, value);
    relaxations.push({ limit, functionName: null, value, functionNames: [] });
  }
  return { relaxations: [...relaxations, ...(free.length > 0 ? [letOut(free)] : []), ...ceilings], asked: opened };
}

const barriersOf = ({ barriers, problem: { nodes } }: BuiltProblem, f: number): number[] => [
  ...barriers.subarray(f * nodes, (f + 1) * nodes),
];

const limitsIn = (set: number): Barrier[] => BARRIERS.filter((limit) => (set & BIT[limit]) !== 0);

/** What a limit would have to be for the function that is loaded on a node. */
function valuesOf({ rows, problem: { demand, capacity } }: BuiltProblem, f: number) {
  return (limit: Barrier, n: number): number => {
    if (limit === 'latency') return rows.meanRoundTripMs[n];
    if (limit === 'residency') return 1;
    const r = RESOURCES.indexOf(limit);
    return demand[f * R + r] / capacity[n * R + r];
  };
}

function leastShut(built: BuiltProblem, f: number, neededFor: (limit: Barrier, n: number) => number): number | null {
  const ceiling = built.input.functions[f].maxLatencyMs ?? 0;
  const ways = barriersOf(built, f).map((set, node) => {
    const limits = limitsIn(set);
    const values = limits.map((limit) =>
      limit === 'latency' ? neededFor(limit, node) / ceiling : neededFor(limit, node),
    );
    const canOpen = limits.every((limit) => Number.isFinite(neededFor(limit, node)));
    return { node, canOpen, limits: limits.length, most: Math.min(Number.MAX_VALUE, Math.max(...values)) };
  });
  const open = ways.filter(({ canOpen }) => canOpen);
  const [best] = open.sort((a, b) => a.limits - b.limits || a.most - b.most || a.node - b.node);
  return best?.node ?? null;
}
