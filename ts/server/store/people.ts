/** What people have set, with which keys, and who did. */
import { type Kysely, sql } from 'kysely';
import { decodeCursor, pageLimit, pageOf } from './cursor.js';
import type { AuditEntry, Json, Page, PageQuery, StoredAudit, StoredKey } from './rows.js';
import type { Tables } from './schema.js';

export async function insertAudit(
  db: Kysely<Tables>,
  { atMs, actor, action, subject, detail }: AuditEntry,
): Promise<void> {
  await db
    .insertInto('audit')
    .values({ at_ms: atMs, actor, action, subject, detail: JSON.stringify(detail) })
    .execute();
}

/** The same entry again changes nothing: an answer may have got lost. */
export async function insertAuditOnce(db: Kysely<Tables>, entry: AuditEntry): Promise<void> {
  const { atMs, actor, action, subject, detail } = entry;
  const same = await db
    .selectFrom('audit')
    .select('id')
    .where('at_ms', '=', atMs)
    .where('actor', '=', actor)
    .where('action', '=', action)
    .where('subject', '=', subject)
    .where('detail', '=', JSON.stringify(detail))
    .executeTakeFirst();
  if (same === undefined) await insertAudit(db, entry);
}

export async function readAudit(db: Kysely<Tables>, { cursor, limit }: PageQuery): Promise<Page<StoredAudit>> {
  const rows = pageLimit(limit);
  let query = db
    .selectFrom('audit')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(rows + 1);
  if (cursor !== undefined) query = query.where('id', '<', decodeCursor(cursor, ['number'])[0]);
  const found = await query.execute();
  return pageOf(
    found,
    rows,
    ({ id }) => [id],
    ({ at_ms, detail, ...row }) => ({ ...row, atMs: at_ms, detail: JSON.parse(detail) as Json }),
  );
}

export async function readSettings(db: Kysely<Tables>): Promise<Map<string, Json>> {
  const rows = await db.selectFrom('settings').selectAll().orderBy('name').execute();
  return new Map(rows.map(({ name, value }) => [name, JSON.parse(value) as Json]));
}

export async function putSetting(db: Kysely<Tables>, name: string, value: Json | undefined): Promise<void> {
  if (value === undefined) {
    await db.deleteFrom('settings').where('name', '=', name).execute();
    return;
  }
  const text = JSON.stringify(value);
  await db
    .insertInto('settings')
    .values({ name, value: text })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text }))
    .execute();
}

export async function readKeys(db: Kysely<Tables>, hash?: string): Promise<StoredKey[]> {
  let query = db.selectFrom('keys').selectAll().orderBy('created_ms').orderBy('id');
  if (hash !== undefined) query = query.where('hash', '=', hash);
  const rows = await query.execute();
  return rows.map(({ id, name, role, hash: stored, created_ms, revoked_ms }) => ({
    id,
    name,
    role: role as StoredKey['role'],
    hash: stored,
    createdMs: created_ms,
    revokedMs: revoked_ms,
  }));
}

/** The same key again changes nothing: an answer may have got lost. */
export async function insertKey(
  db: Kysely<Tables>,
  { id, name, role, hash, createdMs }: Omit<StoredKey, 'revokedMs'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('keys')
    .values({ id, name, role, hash, created_ms: createdMs, revoked_ms: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function endKey(db: Kysely<Tables>, id: string, atMs: number): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update keys set revoked_ms = ${atMs}::float8 where id = ${id} and revoked_ms is null`.execute(db);
  return numAffectedRows === 1n;
}
