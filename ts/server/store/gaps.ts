/** Times of which nothing is known. */
import { type Kysely, sql } from 'kysely';
import type { GapReason } from '../providers/observation.js';
import { numbers, texts } from './arrays.js';
import { ALL_FUNCTIONS, type Functions } from './functions.js';
import type { StoredGap } from './rows.js';
import type { Tables } from './schema.js';

export async function insertGaps(
  db: Kysely<Tables>,
  idOf: (key: string | null) => number,
  gaps: readonly StoredGap[],
): Promise<void> {
  await sql`
    insert into gaps (function_id, tick, from_ms, to_ms, reason, detail)
    select * from unnest(
      ${numbers(gaps.map(({ functionKey }) => idOf(functionKey)))}::int4[], ${numbers(gaps.map(({ tick }) => tick))}::int4[],
      ${numbers(gaps.map(({ fromMs }) => fromMs))}::float8[], ${numbers(gaps.map(({ toMs }) => toMs))}::float8[],
      ${texts(gaps.map(({ reason }) => reason))}::text[], ${texts(gaps.map(({ detail }) => detail))}::text[])
    on conflict do nothing`.execute(db);
}

/** Which gaps: by the tick for which they were accepted, or by the time that they cover. */
export type GapRange = { fromTick: number; toTick: number } | { fromMs: number; toMs: number };

/** `functionId`: its own and those of all. */
export async function readGaps(
  db: Kysely<Tables>,
  functions: Functions,
  range: GapRange,
  functionId: number | undefined,
): Promise<StoredGap[]> {
  let query = db.selectFrom('gaps').selectAll();
  query =
    'fromTick' in range
      ? query.where('tick', '>=', range.fromTick).where('tick', '<=', range.toTick)
      : query.where('to_ms', '>', range.fromMs).where('from_ms', '<', range.toMs);
  if (functionId !== undefined) query = query.where('function_id', 'in', [ALL_FUNCTIONS, functionId]);
  const rows = await query
    .orderBy('tick')
    .orderBy('from_ms')
    .orderBy('function_id')
    .orderBy('to_ms')
    .orderBy('reason')
    .execute();
  await functions.learn(
    db,
    rows.map((row) => row.function_id),
  );
  return rows.map(({ function_id, tick, from_ms, to_ms, reason, detail }) => ({
    kind: 'gap',
    functionKey: function_id === ALL_FUNCTIONS ? null : functions.keyOf(function_id),
    tick,
    fromMs: from_ms,
    toMs: to_ms,
    reason: reason as GapReason,
    detail,
  }));
}
