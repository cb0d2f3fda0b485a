/** Why there is no placement: which limits conflict, and what was found to do. */
import type { BuiltProblem, PlacementOptions } from './build.js';
import { type Asked, leftOut } from './conflicts/asked.js';
import type { Conflict, Conflicts, Relaxation } from './conflicts/conflict.js';
import { LimitSearch } from './conflicts/limit-search.js';
import { conflictsOfFunction, openedFor } from './conflicts/of-function.js';
import type { Pieces } from './solve/pieces.js';

/** Functions without a node of which the conflicts are given. */
const MOST_FUNCTIONS = 20;
/** Ways out that take several values. */
const MOST_WAYS = 3;

/** The conflicts of a problem without a placement (`isProved`: that there is none): of each function without a node, and of all others together; and what would do. */
export function* conflictsOf(built: BuiltProblem, options: PlacementOptions, isProved: boolean): Pieces<Conflicts> {
  const { input, problem, barriers } = built;
  const { nodes } = problem;
  const stuck = input.functions.flatMap((_, f) =>
    barriers.subarray(f * nodes, (f + 1) * nodes).every((bits) => bits !== 0) ? [f] : [],
  );
  const search = new LimitSearch(options);
  const asked = { input, limits: options.limits ?? {} };
  return stuck.length === 0 ? yield* ofAll(search, asked, isProved) : yield* ofSome(search, built, stuck, asked);
}

/** Every function has a node, and not all find room. */
function* ofAll(search: LimitSearch, asked: Asked, isProved: boolean): Pieces<Conflicts> {
  const { conflicts, corrections } = yield* search.sets(asked, isProved);
  const [alone, together]: [Relaxation[], Relaxation[][]] = [[], []];
  for (const limits of corrections) {
    if (together.length === MOST_WAYS) break;
    const way = yield* search.way(limits, asked);
    if (way === null) continue;
    if (way.length === 1) alone.push(...way);
    else together.push(way);
  }
  const named = conflicts.map((conflict) => {
    const nearest = alone.filter(({ limit }) => conflict.limits.includes(limit));
    return { functionName: null, ...conflict, nearest };
  });
  return { conflicts: named, together };
}

/** Some functions have no node: by themselves they say so; and the others may find no room besides. */
function* ofSome(search: LimitSearch, built: BuiltProblem, stuck: readonly number[], asked: Asked): Pieces<Conflicts> {
  const conflicts: Conflict[] = stuck.slice(0, MOST_FUNCTIONS).flatMap((f) => conflictsOfFunction(built, f));
  const others = leftOut(asked, new Set(stuck));
  const rest = yield* search.found(others);
  if (rest?.isPlaced === false) {
    const sets = yield* search.sets(others, rest.isProved);
    conflicts.push(...sets.conflicts.map((conflict) => ({ functionName: null, ...conflict, nearest: [] })));
  }
  const opened = stuck.length <= MOST_FUNCTIONS ? openedFor(built, stuck, asked) : null;
  if (opened === null) return { conflicts, together: [] };
  const { relaxations } = opened;
  const now = yield* search.found(opened.asked);
  if (now === null) return { conflicts, together: [] };
  if (now.isPlaced) return { conflicts, together: relaxations.length > 1 ? [relaxations] : [] };
  const together: Relaxation[][] = [];
  for (const limits of (yield* search.sets(opened.asked, now.isProved)).corrections) {
    const way = yield* search.way(limits, opened.asked);
    if (way !== null) together.push(joined(relaxations, way));
    if (together.length === MOST_WAYS) break;
  }
  return { conflicts, together };
}

/** Values that were found with others in force already, and these, as one list. */
function joined(before: readonly Relaxation[], more: readonly Relaxation[]): Relaxation[] {
  const factorOf = (all: readonly Relaxation[], limit: Relaxation['limit']): number =>
    all.find((one) => one.limit === limit && one.functionName === null)?.value ?? 1;
  const isFactor = ({ limit, functionName }: Relaxation): boolean =>
    functionName === null && (limit === 'memory' || limit === 'vcpu' || limit === 'instances');
  const isIn = (all: readonly Relaxation[], { limit }: Relaxation): boolean => all.some((one) => one.limit === limit);
  const first = before.map((one) => {
    // The ceiling of one function was raised with all others.
    const isRaised = isFactor(one) || one.limit === 'latency';
    return isRaised ? { ...one, value: one.value * factorOf(more, one.limit) } : one;
  });
  return [...first, ...more.filter((one) => !(isFactor(one) && isIn(before, one)))];
}
