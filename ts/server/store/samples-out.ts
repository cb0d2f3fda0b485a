/** Reading samples in the order in which they are fed: by stretches of ticks that hold about as many as a page. */
import { type Kysely, sql } from 'kysely';
import { type CountPack, unpackCounts } from './count-pack.js';
import { allPages } from './cursor.js';
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
  const { rows } = await sql<{ tick: number | null }>`
    select greatest((select max(tick) from samples), (select max(tick) from count_packs)) as tick`.execute(db);
  const lastTick = Math.min(toTick, rows[0]?.tick ?? 0);
  let stretch = 1;
  for (let from = fromTick; from <= lastTick; ) {
    const to = Math.min(lastTick, from + stretch - 1);
    let found = 0;
    for await (const row of merged(readRows(db, from, to, functionId), readPacked(db, from, to, functionId))) {
      found += 1;
      if (!functions.knows(row.function_id)) await functions.learn(db, [row.function_id]);
      yield sampleOf(row, functions.keyOf(row.function_id));
    }
    from = to + 1;
    if (found < PAGE_ROWS / 4) stretch = Math.min(LONGEST_STRETCH, stretch * 4);
    else if (found > PAGE_ROWS) stretch = Math.max(1, Math.floor((stretch * PAGE_ROWS) / found));
  }
}

/** Two rows that are in order, in order: one function's are never at the same place in both. */
async function* merged(rows: AsyncGenerator<SampleRow>, packed: AsyncGenerator<SampleRow>): AsyncGenerator<SampleRow> {
  let next = await packed.next();
  for await (const row of rows) {
    for (; next.done !== true && isBefore(next.value, row); next = await packed.next()) yield next.value;
    yield row;
  }
  for (; next.done !== true; next = await packed.next()) yield next.value;
}

const isBefore = (a: SampleRow, b: SampleRow): boolean =>
  (a.tick - b.tick || a.at_ms - b.at_ms || a.span_ms - b.span_ms) < 0;

const PAGE_PACKS = 20;

async function* readPacked(
  db: Kysely<Tables>,
  from: number,
  to: number,
  functionId: number | undefined,
): AsyncGenerator<SampleRow> {
  const inOrder = db
    .selectFrom('count_packs')
    .selectAll()
    .where('tick', '>=', from)
    .where('tick', '<=', to)
    .orderBy('tick')
    .orderBy('at_ms')
    .orderBy('span_ms')
    .orderBy('part')
    .limit(PAGE_PACKS);
  const pages = allPages<CountPack>(PAGE_PACKS, (after) => {
    if (after === undefined) return inOrder.execute();
    const { tick, at_ms, span_ms, part } = after;
    const isBehind = sql<boolean>`(tick, at_ms, span_ms, part) > (${tick}, ${at_ms}, ${span_ms}, ${part})`;
    return inOrder.where(isBehind).execute();
  });
  for await (const packs of pages) for (const pack of packs) yield* unpackCounts(pack, functionId);
}

async function* readRows(
  db: Kysely<Tables>,
  from: number,
  to: number,
  functionId: number | undefined,
): AsyncGenerator<SampleRow> {
  const all = db
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
  const inOrder = functionId === undefined ? all : all.where('function_id', '=', functionId);
  const pages = allPages<SampleRow>(PAGE_ROWS, (after) => {
    if (after === undefined) return inOrder.execute();
    const { tick, at_ms, span_ms, function_id, ordinal, id } = after;
    const isBehind = sql<boolean>`(tick, at_ms, span_ms, function_id, ordinal, id) > (${tick}, ${at_ms}, ${span_ms}, ${function_id}, ${ordinal}, ${id})`;
    return inOrder.where(isBehind).execute();
  });
  for await (const rows of pages) yield* rows;
}
