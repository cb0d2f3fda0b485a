/** Functions and decisions by page, out of memory. */
import { IsothermError } from 'isotherm/kernels';
import type { Decision } from '../api/schemas/decisions.js';
import type { FunctionRow } from '../api/schemas/functions.js';
import type { DecisionsQuery, FunctionsQuery, Page } from '../api/schemas/pages.js';
import type { ManagedFunction } from './managed-function.js';
import type { Settled } from './plane.js';
import type { TickTime } from './tick-time.js';
import { decisionView, rowView } from './views.js';

type Sort = NonNullable<FunctionsQuery['sort']>;

/** What is sorted by; lower values first, ties in order of key. */
const RANKS: Record<Exclude<Sort, 'functionKey'>, (managed: ManagedFunction) => number> = {
  '-calls': ({ compared }) => -compared.ours.calls,
  '-callsPerMinute': (managed) => -rowView(managed).callsPerMinute,
  '-coldStarts': ({ compared }) => -compared.ours.coldStarts,
  '-savedUsd': ({ compared }) => compared.ours.objectiveUsd - compared.compared.objectiveUsd,
  savedUsd: ({ compared }) => compared.compared.objectiveUsd - compared.ours.objectiveUsd,
  '-desiredInstances': ({ control }) => -(control.decision?.desiredInstances ?? 0),
  '-lastCallMs': ({ lastCallMs }) => -(lastCallMs ?? 0),
};

/** The marks of a row. */
const STATES: Record<NonNullable<FunctionsQuery['state']>, (managed: ManagedFunction) => boolean> = {
  paused: ({ limits }) => limits.paused,
  demoted: ({ isDemoted }) => isDemoted,
  gap: ({ isMissing }) => isMissing,
};

/** A cursor is the rank and key of the last item of the page before: what changes between two pages neither repeats nor hides the rest. */
interface After {
  rank: number;
  key: string;
}

function afterOf(cursor: string): After {
  const space = cursor.indexOf(' ');
  const rank = Number(cursor.slice(0, space));
  if (space < 1 || !Number.isFinite(rank)) {
    throw new IsothermError('BAD_ARGUMENT', 'the cursor is none of ours; expected `nextCursor` of the page before');
  }
  return { rank, key: cursor.slice(space + 1) };
}

const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function page<Item>(
  functions: Iterable<ManagedFunction>,
  { q, cursor, limit }: { q?: string | undefined; cursor?: string | undefined; limit: number },
  rankOf: (managed: ManagedFunction) => number,
  view: (managed: ManagedFunction) => Item,
): Page<Item> {
  const wanted = q?.toLowerCase() ?? '';
  const after = cursor === undefined ? undefined : afterOf(cursor);
  const ranked: (After & { managed: ManagedFunction })[] = [];
  for (const managed of functions) {
    const { key } = managed;
    if (wanted !== '' && !key.toLowerCase().includes(wanted)) continue;
    const rank = rankOf(managed);
    if (after !== undefined && (rank - after.rank || byKey(key, after.key)) <= 0) continue;
    ranked.push({ rank, key, managed });
  }
  ranked.sort((a, b) => a.rank - b.rank || byKey(a.key, b.key));
  const items = ranked.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ managed }) => view(managed)),
    nextCursor: last !== undefined && ranked.length > limit ? `${last.rank} ${last.key}` : null,
  };
}

export function functionsPage(functions: Iterable<ManagedFunction>, query: Settled<FunctionsQuery>): Page<FunctionRow> {
  const { sort = '-calls', state } = query;
  const chosen = state === undefined ? functions : [...functions].filter(STATES[state]);
  return page(chosen, query, sort === 'functionKey' ? () => 0 : RANKS[sort], rowView);
}

export function decisionsPage(
  functions: Iterable<ManagedFunction>,
  query: Settled<DecisionsQuery>,
  time: TickTime,
): Page<Decision> {
  const decided = [...functions].filter(({ control }) => control.decision !== null);
  return page(
    decided,
    query,
    () => 0,
    (managed) => decisionView(managed, time)!,
  );
}
