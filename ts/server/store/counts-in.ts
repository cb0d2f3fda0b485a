/** Counts of a whole fleet, packed as they come: see `count-pack.ts`. */
import { type Kysely, sql } from 'kysely';
import { numbers } from './arrays.js';
import { type CountPack, packCounts, unpackCounts } from './count-pack.js';
import { identityOf, type SampleRow } from './sample-rows.js';
import type { Tables } from './schema.js';

/** Fewer of one interval are rows of their own: single pushes must not have to look into many packs. */
const LEAST_ROWS = 64;

export interface PackedAlready {
  /** By identity. */
  rows: Map<string, SampleRow>;
  /** How many packs there are of each interval. */
  parts: Map<string, number>;
}

const intervalOf = ({ at_ms, span_ms }: { at_ms: number; span_ms: number }): string => `${at_ms} ${span_ms}`;

/** What is packed of the intervals of these counts. */
export async function lookUpPacked(db: Kysely<Tables>, counts: readonly SampleRow[]): Promise<PackedAlready> {
  const found: PackedAlready = { rows: new Map(), parts: new Map() };
  const intervals = [...new Map(counts.map((row) => [intervalOf(row), row])).values()];
  if (intervals.length === 0) return found;
  const { rows: packs } = await sql<CountPack>`
    select p.* from unnest(${numbers(intervals.map((row) => row.at_ms))}::float8[], ${numbers(intervals.map((row) => row.span_ms))}::int4[])
      as given (at_ms, span_ms)
    join count_packs p using (at_ms, span_ms)`.execute(db);
  for (const pack of packs) {
    const interval = intervalOf(pack);
    found.parts.set(interval, (found.parts.get(interval) ?? 0) + 1);
    for (const row of unpackCounts(pack)) found.rows.set(identityOf(row), row);
  }
  return found;
}

/** Those that belong together in packs, and those that stay rows. */
export function grouped(rows: readonly SampleRow[]): { groups: SampleRow[][]; single: SampleRow[] } {
  const groups = new Map<string, SampleRow[]>();
  const single: SampleRow[] = [];
  for (const row of rows) {
    if (row.span_ms === 0) {
      single.push(row);
      continue;
    }
    const key = `${intervalOf(row)} ${row.tick} ${row.late}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const all = [...groups.values()];
  single.push(...all.filter((group) => group.length < LEAST_ROWS).flat());
  return { groups: all.filter((group) => group.length >= LEAST_ROWS), single };
}

/** None of them is there yet. */
export async function insertPack(
  db: Kysely<Tables>,
  group: readonly SampleRow[],
  { parts }: PackedAlready,
): Promise<void> {
  const { at_ms, span_ms, tick, late } = group[0]!;
  const interval = intervalOf(group[0]!);
  const part = parts.get(interval) ?? 0;
  parts.set(interval, part + 1);
  await db
    .insertInto('count_packs')
    .values({ at_ms, span_ms, tick, late, part, body: packCounts(group) })
    .execute();
}
