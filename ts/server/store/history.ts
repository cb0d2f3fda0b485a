/** Receipts and events: in once, out by pages, newest first. */
import { type Expression, type Kysely, sql } from 'kysely';
import { mapInTurns } from '../turns.js';
import { base64s, inStatements, numbers, texts } from './arrays.js';
import { decodeCursor, pageLimit, pageOf } from './cursor.js';
import { ALL_FUNCTIONS, type Functions, type NewIds } from './functions.js';
import { packJson, unpackJson } from './json.js';
import type { HistoryQuery, Json, Page, ReceiptRow, StoredEvent, StoredReceipt } from './rows.js';
import type { Tables } from './schema.js';

/** The number of each row's function. */
type Numbered = (functionKey: string | null) => number;

export const numbering =
  (functions: Functions, newIds: NewIds): Numbered =>
  (key) =>
    key === null ? ALL_FUNCTIONS : (newIds.get(key) ?? functions.idOf(key)!);

/** A receipt with its body as it is stored. */
export interface PackedReceipt extends ReceiptRow {
  packed: Uint8Array;
}

/** Before the transaction begins. */
export const packedReceipts = (receipts: readonly StoredReceipt[]): Promise<PackedReceipt[]> =>
  mapInTurns(receipts, ({ body, ...row }) => ({ ...row, packed: packJson(body) }));

export async function insertReceipts(db: Kysely<Tables>, idOf: Numbered, all: readonly PackedReceipt[]): Promise<void> {
  for (const receipts of inStatements(all))
    await sql`
    insert into receipts (id, function_id, tick, at_ms, kind, decision, body)
    select id, function_id, tick, at_ms, kind, decision, decode(body, 'base64')
    from unnest(
      ${texts(receipts.map(({ id }) => id))}::text[], ${numbers(receipts.map(({ functionKey }) => idOf(functionKey)))}::int4[],
      ${numbers(receipts.map(({ tick }) => tick))}::int4[], ${numbers(receipts.map(({ atMs }) => atMs))}::float8[],
      ${texts(receipts.map(({ kind }) => kind))}::text[], ${texts(receipts.map(({ decision }) => JSON.stringify(decision)))}::text[],
      ${base64s(receipts.map(({ packed }) => packed))}::text[])
      as given (id, function_id, tick, at_ms, kind, decision, body)
    on conflict (id) do nothing`.execute(db);
}

export async function insertEvents(db: Kysely<Tables>, idOf: Numbered, all: readonly StoredEvent[]): Promise<void> {
  for (const events of inStatements(all))
    await sql`
    insert into events (id, function_id, at_ms, kind, detail)
    select * from unnest(
      ${texts(events.map(({ id }) => id))}::text[], ${numbers(events.map(({ functionKey }) => idOf(functionKey)))}::int4[],
      ${numbers(events.map(({ atMs }) => atMs))}::float8[], ${texts(events.map(({ kind }) => kind))}::text[],
      ${texts(events.map(({ detail }) => JSON.stringify(detail)))}::text[])
    on conflict (id) do nothing`.execute(db);
}

/** Null where the function was never seen: nothing can be of it. */
function conditions(functions: Functions, { cursor, functionKey, kind, fromMs, toMs }: HistoryQuery) {
  const id = functionKey === undefined ? undefined : functions.idOf(functionKey);
  if (functionKey !== undefined && id === undefined) return null;
  const where = [sql<boolean>`true`];
  if (id !== undefined) where.push(sql`function_id = ${id}`);
  if (kind !== undefined) where.push(sql`kind = ${kind}`);
  if (fromMs !== undefined) where.push(sql`at_ms >= ${fromMs}::float8`);
  if (toMs !== undefined) where.push(sql`at_ms < ${toMs}::float8`);
  if (cursor !== undefined) {
    const [atMs, last] = decodeCursor(cursor, ['number', 'string']);
    where.push(sql`(at_ms, id) < (${atMs}::float8, ${last}::text collate "C")`);
  }
  return sql<boolean>`${sql.join(where, sql` and `)}`;
}

interface Instant {
  id: string;
  function_id: number;
  at_ms: number;
}

/** A page of a table, newest first; `find` asks for so many rows of it. */
async function readPage<Row extends Instant, Out>(
  db: Kysely<Tables>,
  functions: Functions,
  query: HistoryQuery,
  find: (where: Expression<boolean>, limit: number) => Promise<Row[]>,
  out: (row: Row) => Out,
): Promise<Page<Out>> {
  const rows = pageLimit(query.limit);
  const where = conditions(functions, query);
  if (where === null) return { rows: [], cursor: null };
  const found = await find(where, rows + 1);
  await functions.learn(
    db,
    found.map((row) => row.function_id),
  );
  return pageOf(found, rows, ({ at_ms, id }) => [at_ms, id], out);
}

export function readReceipts(db: Kysely<Tables>, functions: Functions, query: HistoryQuery): Promise<Page<ReceiptRow>> {
  const find = (where: Expression<boolean>, limit: number): Promise<Listed[]> =>
    db
      .selectFrom('receipts')
      .select(['id', 'function_id', 'tick', 'at_ms', 'kind', 'decision'])
      .where(where)
      .orderBy('at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  return readPage(db, functions, query, find, (row) => receiptRow(functions, row));
}

type Listed = Omit<Tables['receipts'], 'body'>;

const receiptRow = (functions: Functions, { id, function_id, tick, at_ms, kind, decision }: Listed): ReceiptRow => ({
  id,
  functionKey: functions.keyOf(function_id),
  tick,
  atMs: at_ms,
  kind,
  decision: JSON.parse(decision) as Json,
});

export async function readReceipt(
  db: Kysely<Tables>,
  functions: Functions,
  id: string,
): Promise<StoredReceipt | undefined> {
  const row = await db.selectFrom('receipts').selectAll().where('id', '=', id).executeTakeFirst();
  if (row !== undefined) await functions.learn(db, [row.function_id]);
  return row && { ...receiptRow(functions, row), body: unpackJson(row.body) };
}

export async function readLastEventId(db: Kysely<Tables>): Promise<string | null> {
  const found = await db
    .selectFrom('events')
    .select('id')
    // Letters come after digits.
    .where('id', '<', ':')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}

export function readEvents(db: Kysely<Tables>, functions: Functions, query: HistoryQuery): Promise<Page<StoredEvent>> {
  const find = (where: Expression<boolean>, limit: number): Promise<Tables['events'][]> =>
    db
      .selectFrom('events')
      .selectAll()
      .where(where)
      .orderBy('at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  return readPage(db, functions, query, find, ({ id, at_ms, kind, function_id, detail }) => ({
    id,
    atMs: at_ms,
    kind,
    functionKey: function_id === ALL_FUNCTIONS ? null : functions.keyOf(function_id),
    detail: JSON.parse(detail) as Json,
  }));
}
