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
  '-desiredInstances': ({ desiredInstances }) => -desiredInstances,
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

const inOrder = (a: After, b: After): number => a.rank - b.rank || byKey(a.key, b.key);

/** The least of many items, ascending: a page of a large fleet is found without all of it being sorted. */
class Smallest<Item> {
  readonly items: Item[] = [];
  readonly #most: number;
  readonly #compare: (a: Item, b: Item) => number;

  constructor(most: number, compare: (a: Item, b: Item) => number) {
    this.#most = most;
    this.#compare = compare;
  }

  get isFull(): boolean {
    return this.items.length === this.#most;
  }

  /** O(log most) comparisons; one where it is none of the least. */
  add(item: Item): void {
    const { items, isFull } = this;
    if (isFull && this.#compare(item, items.at(-1)!) >= 0) return;
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(items[middle]!, item) <= 0) low = middle + 1;
      else high = middle;
    }
    items.splice(low, 0, item);
    if (isFull) items.pop();
  }
}

function page<Item>(
  functions: Iterable<ManagedFunction>,
  { q, cursor, limit }: { q?: string | undefined; cursor?: string | undefined; limit: number },
  rankOf: (managed: ManagedFunction) => number,
  view: (managed: ManagedFunction) => Item,
): Page<Item> {
  const wanted = q?.toLowerCase() ?? '';
  const after = cursor === undefined ? undefined : afterOf(cursor);
  // One more than the page holds tells whether there is another.
  const first = new Smallest<After & { managed: ManagedFunction }>(limit + 1, inOrder);
  for (const managed of functions) {
    const { key } = managed;
    if (wanted !== '' && !key.toLowerCase().includes(wanted)) continue;
    const rank = rankOf(managed);
    // Most of a large fleet lie beyond the page: no more is done for those.
    if (first.isFull && rank > first.items.at(-1)!.rank) continue;
    const one = { rank, key, managed };
    if (after === undefined || inOrder(one, after) > 0) first.add(one);
  }
  const items = first.items.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ managed }) => view(managed)),
    nextCursor: last !== undefined && first.items.length > limit ? `${last.rank} ${last.key}` : null,
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
  const decided = [...functions].filter(({ decision }) => decision !== null);
  return page(
    decided,
    query,
    () => 0,
    (managed) => decisionView(managed, time)!,
  );
}
