/** Reading samples in the order in which they are fed: by stretches of ticks that hold about as many as a page. */
import { type Kysely, sql } from 'kysely';
import type { Functions } from './functions.js';
import type { StoredSample } from './rows.js';
import { type SampleRow, sampleOf } from './sample-rows.js';
import type { Tables } from './schema.js';

const PAGE_ROWS = 5000;
const LONGEST_STRETCH = 1 << 20;

/** Nothing is held in the database between two pages. */
export async function* readSamples(
  db: Kysely<Tables>,
  functions: Functions,
  fromTick: number,
  toTick: number,
  functionId: number | undefined,
): AsyncGenerator<StoredSample> {
  const { rows } = await sql<{ tick: number | null }>`select max(tick) as tick from samples`.execute(db);
  const lastTick = Math.min(toTick, rows[0]?.tick ?? 0);
  let stretch = 1;
  for (let from = fromTick; from <= lastTick; ) {
    const to = Math.min(lastTick, from + stretch - 1);
    let found = 0;
    for await (const row of readRows(db, from, to, functionId)) {
      found += 1;
      yield sampleOf(row, functions.keyOf(row.function_id));
    }
    from = to + 1;
    if (found < PAGE_ROWS / 4) stretch = Math.min(LONGEST_STRETCH, stretch * 4);
    else if (found > PAGE_ROWS) stretch = Math.max(1, Math.floor((stretch * PAGE_ROWS) / found));
  }
}

async function* readRows(
  db: Kysely<Tables>,
  from: number,
  to: number,
  functionId: number | undefined,
): AsyncGenerator<SampleRow> {
  for (let last: SampleRow | undefined; ; ) {
    let query = db
      .selectFrom('samples')
      .selectAll()
      .where('tick', '>=', from)
      .where('tick', '<=', to)
      .orderBy('tick')
      .orderBy('at_ms')
      .orderBy('span_ms')
      .orderBy('function_id')
      .orderBy('ordinal')
      .orderBy('id')
      .limit(PAGE_ROWS);
    if (functionId !== undefined) query = query.where('function_id', '=', functionId);
    if (last !== undefined) {
      const { tick, at_ms, span_ms, function_id, ordinal, id } = last;
      query = query.where(
        sql<boolean>`(tick, at_ms, span_ms, function_id, ordinal, id) > (${tick}, ${at_ms}, ${span_ms}, ${function_id}, ${ordinal}, ${id})`,
      );
    }
    const rows = await query.execute();
    yield* rows;
    if (rows.length < PAGE_ROWS) return;
    last = rows.at(-1);
  }
}
