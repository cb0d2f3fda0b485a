/** Minutes of a function: of samples while they are kept, of what is left of them after that. */
import type { Kysely } from 'kysely';
import { LONGEST_SPAN_MS } from './admission.js';
import { addDay, addSample, DAY_MS, listed, type Minutes } from './minute-day.js';
import type { StoredMinute } from './rows.js';
import { sampleOf } from './sample-rows.js';
import type { Tables } from './schema.js';

const PAGE_ROWS = 10_000;

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
  return listed(minutes, fromMs, toMs);
}
