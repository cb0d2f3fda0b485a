/** Functions by number: four bytes in every row instead of a name. */
import { type Kysely, sql } from 'kysely';
import { numbers, texts } from './arrays.js';
import { allPages, decodeCursor, pageLimit, pageOf } from './cursor.js';
import type { FunctionQuery, Page, StoredFunction } from './rows.js';
import type { Tables } from './schema.js';

/** Stands for all functions where a row may be of one or of all. */
export const ALL_FUNCTIONS = 0;

/** Numbers that were given in a transaction, known to the others once it is committed. */
export type NewIds = Map<string, number>;

const PAGE_ROWS = 10_000;

export class Functions {
  readonly #ids = new Map<string, number>();
  readonly #keys = new Map<number, string>();

  /** Those of the store, all of them: a fleet's names fit in memory many times over. */
  async load(db: Kysely<Tables>): Promise<void> {
    const pages = allPages<{ id: number; key: string }>(PAGE_ROWS, (after) =>
      db
        .selectFrom('functions')
        .select(['id', 'key'])
        .where('id', '>', after?.id ?? 0)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute(),
    );
    for await (const rows of pages) for (const { id, key } of rows) this.#remember(key, id);
  }

  idOf(key: string): number | undefined {
    return this.#ids.get(key);
  }

  /**
   * Makes sure that `keyOf` can name them. Rows may be read a moment before who wrote them hears that they are committed, and an answer may have
   * got lost altogether.
   */
  async learn(db: Kysely<Tables>, ids: Iterable<number>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => id !== ALL_FUNCTIONS && !this.#keys.has(id));
    if (unknown.length === 0) return;
    const rows = await db
      .selectFrom('functions')
      .select(['id', 'key'])
      .where('id', '=', sql<number>`any(${numbers(unknown)}::int4[])`)
      .execute();
    for (const { id, key } of rows) this.#remember(key, id);
  }

  knows(id: number): boolean {
    return this.#keys.has(id);
  }

  keyOf(id: number): string {
    return this.#keys.get(id)!;
  }

  /** Gives numbers to those that have none; `keys` may repeat. To be remembered by `adopt` once the transaction is committed. */
  async number(db: Kysely<Tables>, keys: Iterable<string>, sinceMs: (key: string) => number): Promise<NewIds> {
    const unknown = [...new Set(keys)].filter((key) => !this.#ids.has(key));
    if (unknown.length === 0) return new Map();
    const { rows } = await sql<{ id: number; key: string }>`
      insert into functions (key, since_ms)
      select * from unnest(${texts(unknown)}::text[], ${numbers(unknown.map(sinceMs))}::float8[])
      on conflict (key) do update set key = excluded.key returning id, key`.execute(db);
    return new Map(rows.map(({ id, key }) => [key, id]));
  }

  adopt(ids: NewIds): void {
    for (const [key, id] of ids) this.#remember(key, id);
  }

  #remember(key: string, id: number): void {
    this.#ids.set(key, id);
    this.#keys.set(id, key);
  }

  async page(db: Kysely<Tables>, { q, cursor, limit }: FunctionQuery): Promise<Page<StoredFunction>> {
    const rows = pageLimit(limit);
    let query = db
      .selectFrom('functions')
      .select(['key', 'since_ms'])
      .orderBy('key')
      .limit(rows + 1);
    if (cursor !== undefined) query = query.where('key', '>', decodeCursor(cursor, ['string'])[0]);
    if (q !== undefined && q !== '')
      query = query.where(sql<boolean>`position(lower(${q}::text collate "C") in lower(key)) > 0`);
    const found = await query.execute();
    return pageOf(
      found,
      rows,
      ({ key }) => [key],
      ({ key, since_ms }) => ({ functionKey: key, sinceMs: since_ms }),
    );
  }
}
