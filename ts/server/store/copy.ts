/** Moving: everything of one store into another, of either kind. */
import { IsothermError } from 'isotherm/kernels';
import { type Kysely, sql } from 'kysely';
import { openDatabase } from './open.js';
import type { Tables } from './schema.js';
import type { StoreOptions } from './store.js';

/** In one statement; thirteen columns at most, 65,535 parameters. */
const PAGE_ROWS = 2000;
/** Of one page, but for a row that is larger by itself: the files of a large fleet are a row of a MB. */
const PAGE_BYTES = 8 << 20;

const COPIED = [
  ...(['functions', 'samples', 'count_packs', 'gaps', 'minute_days', 'ticks', 'checkpoints', 'anchors'] as const),
  ...(['receipts', 'placements', 'placement_parts', 'events', 'totals', 'settings', 'keys', 'audit', 'meta'] as const),
];

/** Those that number their rows themselves. */
const NUMBERED = ['functions', 'audit'] as const;

/**
 * Copies the store at `from` into the one at `to`, which must be empty; answers with the rows of each table. Both are locked meanwhile, and
 * `from` stays as it is. Where it fails, `to` is empty as before.
 *
 * Errors: those of `openStore`; BAD_STATE for a store at `to` that holds something.
 */
export async function copyStore(from: StoreOptions, to: StoreOptions): Promise<Record<string, number>> {
  const source = await openDatabase(from);
  try {
    const target = await openDatabase(to);
    try {
      return await target.writer.transaction().execute(async (transaction) => {
        const counts: Record<string, number> = {};
        for (const table of COPIED) {
          const first = await transaction.selectFrom(table).select(sql`1`.as('one')).limit(1).execute();
          if (first.length > 0) {
            const problem = `it holds rows already (table ${table})`;
            throw new IsothermError('BAD_STATE', `${target.place}: ${problem}; expected an empty store`);
          }
          counts[table] = await copyTable(source.reader, transaction, table);
        }
        for (const table of NUMBERED) {
          await sql`select setval(pg_get_serial_sequence(${table}, 'id'), (select coalesce(max(id), 0) + 1 from ${sql.table(table)}), false)`.execute(
            transaction,
          );
        }
        return counts;
      });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copyTable(
  source: Kysely<Tables>,
  target: Kysely<Tables>,
  table: (typeof COPIED)[number],
): Promise<number> {
  const names = await columnsOf(source, table);
  let copied = 0;
  // The source is locked: where a row lies does not change meanwhile.
  for (let last = '(0,0)'; ; ) {
    const end = await pageEnd(source, table, names, last);
    if (end === undefined) return copied;
    const { rows } = await sql<Record<string, unknown>>`
      select * from ${sql.table(table)} where ctid > ${last}::tid and ctid <= ${end}::tid order by ctid`.execute(
      source,
    );
    const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name]))})`);
    await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) overriding system value values ${sql.join(values)}`.execute(
      target,
    );
    copied += rows.length;
    last = end;
  }
}

async function columnsOf(source: Kysely<Tables>, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`.execute(source);
  return rows.map(({ name }) => name);
}

/** Where the last row of the next page lies, of which no more than a page of bytes is kept; undefined where there is none. */
async function pageEnd(
  source: Kysely<Tables>,
  table: string,
  names: readonly string[],
  last: string,
): Promise<string | undefined> {
  const bytes = sql.join(
    names.map((name) => sql`coalesce(pg_column_size(${sql.ref(name)}), 0)`),
    sql` + `,
  );
  const { rows } = await sql<{ place: string; bytes: number }>`
    select ctid::text as place, ${bytes} as bytes
    from ${sql.table(table)} where ctid > ${last}::tid order by ctid limit ${PAGE_ROWS}::int4`.execute(source);
  let sum = 0;
  const first = rows.findIndex((row) => {
    sum += row.bytes;
    return sum > PAGE_BYTES;
  });
  return first < 0 ? rows.at(-1)?.place : rows[Math.max(0, first - 1)]!.place;
}
