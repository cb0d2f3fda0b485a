/** Letting go: samples become minutes, and what is older than it is kept goes. A little at a time, in transactions of its own. */
import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import { DAY_MS, MINUTE_MS } from '../time.js';
import { base64s, numbers } from './arrays.js';
import { type CountPack, unpackCounts } from './count-pack.js';
import { addDay, addSample, type Minutes, packDay } from './minute-day.js';
import { type SampleRow, sampleOf } from './sample-rows.js';
import type { Tables } from './schema.js';

/** Samples in one transaction: others wait for it meanwhile. */
const STEP_ROWS = 10_000;
const MINUTES_A_DAY = DAY_MS / MINUTE_MS;

/** Since when samples are kept: what began before is refused as expired. Grows only. */
export const EXPIRED_NAME = 'expiredMs';

/** The last tick whose samples may go: one that was committed at or before that time. 0 where there is none. */
export async function lastTickUntil(db: Kysely<Tables>, atMs: number): Promise<number> {
  const row = await db
    .selectFrom('ticks')
    .select('tick')
    .where('at_ms', '<=', atMs)
    .orderBy('tick', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.tick ?? 0;
}

export interface Step {
  samples: number;
  /** There may be more. */
  isDone: boolean;
}

/** Turns some into minutes. */
export async function expireSamples(db: Transaction<Tables>, tick: number): Promise<Step> {
  const { rows } = await sql<SampleRow>`
    delete from samples where ctid = any(array(
      select ctid from samples where tick <= ${tick}::int4 order by tick limit ${STEP_ROWS}::int4))
    returning *`.execute(db);
  const touched: Touched = new Map();
  for (const row of rows) touch(touched, row);
  await addMinutes(db, touched);
  return { samples: rows.length, isDone: rows.length < STEP_ROWS };
}

/** An hour's scrapes: a function's day is packed anew for all of them at once. */
const STEP_PACKS = 120;

export async function expirePacks(db: Transaction<Tables>, tick: number): Promise<Step> {
  const { rows: packs } = await sql<CountPack>`
    delete from count_packs where ctid = any(array(
      select ctid from count_packs where tick <= ${tick}::int4 order by tick limit ${STEP_PACKS}::int4))
    returning *`.execute(db);
  const touched: Touched = new Map();
  let samples = 0;
  for (const pack of packs) {
    for (const row of unpackCounts(pack)) {
      samples += 1;
      if (row.calls !== 0) touch(touched, row);
    }
    // Unpacking a fleet takes ms: others get their turn in between.
    await setImmediate();
  }
  await addMinutes(db, touched);
  return { samples, isDone: packs.length < STEP_PACKS };
}

/** Minutes by number of function. */
type Touched = Map<number, Minutes>;

function touch(touched: Touched, row: SampleRow): void {
  const minutes = touched.get(row.function_id) ?? new Map();
  touched.set(row.function_id, minutes);
  addSample(minutes, sampleOf(row, ''));
}

interface DayOf {
  functionId: number;
  day: number;
  minutes: Minutes;
}

/** In one statement. */
const STATEMENT_DAYS = 500;

async function addMinutes(db: Transaction<Tables>, touched: Touched): Promise<void> {
  const all = [...touched].flatMap(([functionId, minutes]) => byDay(functionId, minutes));
  for (let from = 0; from < all.length; from += STATEMENT_DAYS)
    await addDays(db, all.slice(from, from + STATEMENT_DAYS));
}

async function addDays(db: Transaction<Tables>, days: readonly DayOf[]): Promise<void> {
  const places = new Map(days.map((one) => [`${one.functionId} ${one.day}`, one]));
  const asked = [numbers(days.map(({ functionId }) => functionId)), numbers(days.map(({ day }) => day))] as const;
  const { rows: present } = await sql<Tables['minute_days']>`
    select m.* from unnest(${asked[0]}::int4[], ${asked[1]}::int4[]) as given (function_id, day)
    join minute_days m using (function_id, day)`.execute(db);
  for (const { function_id, day, body } of present) addDay(places.get(`${function_id} ${day}`)!.minutes, day, body);
  await sql`
    insert into minute_days (function_id, day, body)
    select function_id, day, decode(body, 'base64')
    from unnest(${asked[0]}::int4[], ${asked[1]}::int4[], ${base64s(days.map(({ day, minutes }) => packDay(minutes, day)))}::text[])
      as given (function_id, day, body)
    on conflict (function_id, day) do update set body = excluded.body`.execute(db);
}

function byDay(functionId: number, minutes: Minutes): DayOf[] {
  const days = new Map<number, Minutes>();
  for (const [minute, one] of minutes) {
    const day = Math.floor(minute / MINUTES_A_DAY);
    const own = days.get(day) ?? new Map();
    days.set(day, own);
    own.set(minute, one);
  }
  return [...days].map(([day, own]) => ({ functionId, day, minutes: own }));
}

const removed = async (statement: Promise<{ numAffectedRows?: bigint }>): Promise<number> =>
  Number((await statement).numAffectedRows ?? 0);

/** The oldest anchor that is kept is the last one before the first tick whose samples are: from it on all can be computed again. */
export const expireAnchors = (db: Kysely<Tables>, tick: number): Promise<number> =>
  removed(
    sql`delete from anchors a where tick < ${tick}::int4 and exists (
      select from anchors b where b.function_id = a.function_id and b.day > a.day and b.tick <= ${tick}::int4)`.execute(
      db,
    ),
  );

export const expireMinutes = (db: Kysely<Tables>, beforeMs: number): Promise<number> =>
  removed(sql`delete from minute_days where day < ${Math.floor(beforeMs / DAY_MS)}::int4`.execute(db));

export const expireGaps = (db: Kysely<Tables>, beforeMs: number, tick: number): Promise<number> =>
  removed(sql`delete from gaps where to_ms < ${beforeMs}::float8 and tick <= ${tick}::int4`.execute(db));

export const expireEvents = (db: Kysely<Tables>, beforeMs: number): Promise<number> =>
  removed(sql`delete from events where at_ms < ${beforeMs}::float8`.execute(db));

export const expireReceipts = (db: Kysely<Tables>, beforeMs: number): Promise<number> =>
  removed(sql`delete from receipts where at_ms < ${beforeMs}::float8`.execute(db));

export const expirePlacements = (db: Kysely<Tables>, beforeMs: number): Promise<number> =>
  removed(sql`delete from placements where at_ms < ${beforeMs}::float8`.execute(db));

/** All but those that the last decision had or left: a restart goes on from them. */
export const expirePlacementParts = (db: Kysely<Tables>, beforeMs: number): Promise<number> =>
  removed(
    sql`delete from placement_parts where used_ms < ${beforeMs}::float8 and used_ms < (select max(used_ms) from placement_parts)`.execute(
      db,
    ),
  );

/** All but the last one. */
export const expireTicks = (db: Kysely<Tables>, tick: number): Promise<number> =>
  removed(sql`delete from ticks where tick < ${tick}::int4 and tick < (select max(tick) from ticks)`.execute(db));
