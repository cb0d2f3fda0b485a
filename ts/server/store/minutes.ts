/** Minutes of a function: of samples while they are kept, of what is left of them after that. */
import { type Kysely, sql } from 'kysely';
import { DAY_MS } from '../time.js';
import { LONGEST_SPAN_MS } from './admission.js';
import { unpackCounts } from './count-pack.js';
import { addDay, addSample, listed, type Minutes } from './minute-day.js';
import type { StoredMinute } from './rows.js';
import { sampleOf } from './sample-rows.js';
import type { Tables } from './schema.js';

const PAGE_ROWS = 10_000;
const PAGE_PACKS = 100;

export async function readMinutes(
  db: Kysely<Tables>,
  functionId: number,
  fromMs: number,
  toMs: number,
): Promise<StoredMinute[]> {
  const minutes: Minutes = new Map();
  const days = await db
    .selectFrom('minute_days')
    .selectAll()
    .where('function_id', '=', functionId)
    .where('day', '>=', Math.floor(fromMs / DAY_MS))
    .where('day', '<=', Math.floor(toMs / DAY_MS))
    .execute();
  for (const { day, body } of days) addDay(minutes, day, body);
  // Counts may begin before.
  for (let afterMs = fromMs - LONGEST_SPAN_MS, skip = 0; ; ) {
    const rows = await db
      .selectFrom('samples')
      .selectAll()
      .where('function_id', '=', functionId)
      .where('at_ms', '>=', afterMs)
      .where('at_ms', '<', toMs)
      .orderBy('at_ms')
      .orderBy('span_ms')
      .orderBy('ordinal')
      .orderBy('id')
      .offset(skip)
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) addSample(minutes, sampleOf(row, ''));
    if (rows.length < PAGE_ROWS) break;
    const lastMs = rows.at(-1)!.at_ms;
    skip = lastMs === afterMs ? skip + rows.length : rows.length - rows.findIndex((row) => row.at_ms === lastMs);
    afterMs = lastMs;
  }
  for (let after: [atMs: number, spanMs: number, part: number] = [fromMs - LONGEST_SPAN_MS, 0, 0]; ; ) {
    const packs = await db
      .selectFrom('count_packs')
      .selectAll()
      .where(sql<boolean>`(at_ms, span_ms, part) > (${after[0]}::float8, ${after[1]}::int4, ${after[2]}::int4)`)
      .where('at_ms', '<', toMs)
      .orderBy('at_ms')
      .orderBy('span_ms')
      .orderBy('part')
      .limit(PAGE_PACKS)
      .execute();
    for (const pack of packs) {
      if (pack.at_ms + pack.span_ms <= fromMs) continue;
      for (const row of unpackCounts(pack, functionId)) addSample(minutes, sampleOf(row, ''));
    }
    const last = packs.at(-1);
    if (packs.length < PAGE_PACKS || last === undefined) break;
    after = [last.at_ms, last.span_ms, last.part];
  }
  return listed(minutes, fromMs, toMs);
}
