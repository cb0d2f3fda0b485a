/** Decisions about placement, and what they followed from: parts that many of them share, each kept once. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { checkName, checkTick, checkTime } from './admission.js';
import { texts } from './arrays.js';
import { decodeCursor, pageLimit, pageOf } from './cursor.js';
import { packJson, unpackJson } from './json.js';
import type { Json, Page, PageQuery, PlacementCommit, PlacementPart, PlacementRow, StoredPlacement } from './rows.js';
import type { Tables } from './schema.js';

/** Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkPlacement({ placement: { id, tick, atMs }, parts }: PlacementCommit): void {
  checkName('the id of a placement', id);
  checkTick(tick);
  checkTime('the time of a placement', atMs);
  for (const { digest } of parts) checkName('a digest', digest);
}

/** With its body as it is stored. */
export interface PackedPlacement extends PlacementRow {
  packed: Uint8Array;
}

/** Before the transaction begins. */
export const packedPlacement = ({ body, ...row }: StoredPlacement): PackedPlacement => ({
  ...row,
  packed: packJson(body),
});

const bytes = (body: Uint8Array) => sql<Uint8Array>`decode(${Buffer.from(body).toString('base64')}, 'base64')`;

export async function insertPlacement(
  db: Transaction<Tables>,
  { id, tick, atMs, decision, packed }: PackedPlacement,
  parts: readonly PlacementPart[],
): Promise<void> {
  await sql`
    insert into placements (id, tick, at_ms, decision, body)
    values (${id}, ${tick}::int4, ${atMs}::float8, ${JSON.stringify(decision)}, ${bytes(packed)})
    on conflict (id) do nothing`.execute(db);
  const { rows: present } = await sql<{ digest: string }>`
    update placement_parts set used_ms = greatest(used_ms, ${atMs}::float8)
    where digest = any(${texts(parts.map(({ digest }) => digest))}::text[]) returning digest`.execute(db);
  const known = new Set(present.map(({ digest }) => digest));
  for (const { digest, body } of parts) {
    if (known.has(digest)) continue;
    known.add(digest);
    await sql`
      insert into placement_parts (digest, used_ms, body)
      values (${digest}, ${atMs}::float8, ${bytes(body)})`.execute(db);
  }
}

export async function readPlacements(db: Kysely<Tables>, { cursor, limit }: PageQuery): Promise<Page<PlacementRow>> {
  const rows = pageLimit(limit);
  let query = db
    .selectFrom('placements')
    .select(['id', 'tick', 'at_ms', 'decision'])
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(rows + 1);
  if (cursor !== undefined) {
    const [atMs, last] = decodeCursor(cursor, ['number', 'string']);
    query = query.where(sql<boolean>`(at_ms, id) < (${atMs}::float8, ${last}::text collate "C")`);
  }
  return pageOf(await query.execute(), rows, ({ at_ms, id }) => [at_ms, id], rowOf);
}

const rowOf = ({ id, tick, at_ms, decision }: Omit<Tables['placements'], 'body'>): PlacementRow => ({
  id,
  tick,
  atMs: at_ms,
  decision: JSON.parse(decision) as Json,
});

export async function readPlacement(db: Kysely<Tables>, id: string): Promise<StoredPlacement | undefined> {
  const row = await db.selectFrom('placements').selectAll().where('id', '=', id).executeTakeFirst();
  return row && { ...rowOf(row), body: unpackJson(row.body) };
}

export async function readPlacementPart(db: Kysely<Tables>, digest: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('placement_parts').select('body').where('digest', '=', digest).executeTakeFirst();
  return row?.body;
}
