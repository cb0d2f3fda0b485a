/** What a tick leaves behind, and the states from which the loop goes on. */
import { promisify } from 'node:util';
import { deflateRawSync, inflateRaw } from 'node:zlib';
import { type Kysely, sql, type Transaction } from 'kysely';
import { DAY_MS } from '../time.js';
import { mapInTurns } from '../turns.js';
import { base64s, numbers } from './arrays.js';
import { allPages } from './cursor.js';
import type { Functions } from './functions.js';
import type { DayTotals, FunctionStates, FunctionTotals, StoredCheckpoint, Totals } from './rows.js';
import { TOTAL_NAMES } from './rows.js';
import type { Tables } from './schema.js';

const inflateBuffer = promisify<Uint8Array, Buffer>(inflateRaw);

/** Bytes and nothing more: a `Buffer` is compared and printed in another way. */
async function inflate(state: Uint8Array): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await inflateBuffer(state);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A state as it is stored. */
interface Deflated {
  functionKey: string;
  tick: number;
  state: Uint8Array;
  isAnew: boolean;
}

/** Buffers that suit a state, which has a few kB: setting up those of a large text would take longer than the work. */
const SMALL = { level: 1, windowBits: 13, memLevel: 5, chunkSize: 8192 };

/** Up to so many bytes, as of a function that has just begun, setting up a compressor takes far longer than a third less to store spares. */
const FEW_BYTES = 1024;

/** One last block that is stored as it is (RFC 1951, 3.2.4). */
function storedBlock(state: Uint8Array): Uint8Array {
  const { length } = state;
  const block = new Uint8Array(5 + length);
  const head = new DataView(block.buffer);
  head.setUint8(0, 1);
  head.setUint16(1, length, true);
  head.setUint16(3, ~length, true);
  block.set(state, 5);
  return block;
}

const deflate = (state: Uint8Array): Uint8Array =>
  state.length <= FEW_BYTES ? storedBlock(state) : deflateRawSync(state, SMALL);

/** Before the transaction begins. Handing them to other threads would take this one longer. */
export const deflated = (checkpoints: FunctionStates['checkpoints']): Promise<Deflated[]> =>
  mapInTurns(checkpoints, ({ functionKey, tick, state, isAnew }) => ({
    functionKey,
    tick,
    state: deflate(state),
    isAnew,
  }));

/** Bytes of states in one statement. */
const STATEMENT_BYTES = 2 ** 19;

/** How functions are after a tick that ends at `atMs`. */
export async function putStates(
  db: Transaction<Tables>,
  idOf: (key: string) => number,
  atMs: number,
  totals: readonly FunctionTotals[],
  states: readonly Deflated[],
): Promise<void> {
  const day = Math.floor(atMs / DAY_MS);
  await putTotals(db, idOf, day, totals);
  await putCheckpoints(db, idOf, day, states);
}

async function putCheckpoints(
  db: Transaction<Tables>,
  idOf: (key: string) => number,
  day: number,
  all: readonly Deflated[],
): Promise<void> {
  for (let from = 0; from < all.length; ) {
    let to = from;
    for (let bytes = 0; to < all.length && bytes < STATEMENT_BYTES; to++) bytes += all[to]!.state.length;
    const some = all.slice(from, to);
    from = to;
    const anew = some.filter(({ isAnew }) => isAnew).map(({ functionKey }) => idOf(functionKey));
    if (anew.length > 0)
      await sql`delete from anchors where day = ${day}::int4 and function_id = any (${numbers(anew)}::int4[])`.execute(
        db,
      );
    await sql`
      with given as (
        select function_id, tick, decode(state, 'base64') as state
        from unnest(
          ${numbers(some.map(({ functionKey }) => idOf(functionKey)))}::int4[], ${numbers(some.map(({ tick }) => tick))}::int4[],
          ${base64s(some.map(({ state }) => state))}::text[]) as one (function_id, tick, state)),
      anchored as (
        insert into anchors (function_id, day, tick, state)
        select function_id, ${day}::int4, tick, state from given
        where not exists (select from anchors a where a.function_id = given.function_id and a.day = ${day}::int4))
      insert into checkpoints (function_id, tick, state)
      select function_id, tick, state from given
      on conflict (function_id) do update set tick = excluded.tick, state = excluded.state
      where checkpoints.tick <= excluded.tick`.execute(db);
  }
}

const CHECKPOINTS_PAGE = 200;

export async function* readCheckpoints(db: Kysely<Tables>, functions: Functions): AsyncGenerator<StoredCheckpoint> {
  const pages = allPages<Tables['checkpoints']>(CHECKPOINTS_PAGE, (after) =>
    db
      .selectFrom('checkpoints')
      .selectAll()
      .where('function_id', '>', after?.function_id ?? 0)
      .orderBy('function_id')
      .limit(CHECKPOINTS_PAGE)
      .execute(),
  );
  for await (const rows of pages) {
    await functions.learn(
      db,
      rows.map((row) => row.function_id),
    );
    for (const { function_id, tick, state } of rows) {
      yield { functionKey: functions.keyOf(function_id), tick, state: await inflate(state) };
    }
  }
}

export async function checkpointAt(
  db: Kysely<Tables>,
  functionId: number,
  tick: number,
): Promise<Omit<StoredCheckpoint, 'functionKey'> | undefined> {
  const { rows } = await sql<{ tick: number; state: Uint8Array }>`
    (select tick, state from checkpoints where function_id = ${functionId} and tick <= ${tick}::int4)
    union all
    (select tick, state from anchors where function_id = ${functionId} and tick <= ${tick}::int4 order by day desc limit 1)
    order by tick desc limit 1`.execute(db);
  const [found] = rows;
  return found && { tick: found.tick, state: await inflate(found.state) };
}

const columns = (totals: Totals): number[] => TOTAL_NAMES.map((name) => totals[name]);

async function putTotals(
  db: Kysely<Tables>,
  idOf: (key: string) => number,
  day: number,
  all: readonly FunctionTotals[],
): Promise<void> {
  if (all.length === 0) return;
  // A row of numbers a function: arrays of arrays are rectangular, and `unnest` would flatten them.
  const flat = (side: 'ours' | 'compared'): string => numbers(all.flatMap((one) => columns(one[side])));
  const width = TOTAL_NAMES.length;
  await sql`
    insert into totals (function_id, day, ours, compared)
    select function_id, ${day}::int4,
      (${flat('ours')}::float8[])[(place - 1) * ${width}::int4 + 1 : place * ${width}::int4],
      (${flat('compared')}::float8[])[(place - 1) * ${width}::int4 + 1 : place * ${width}::int4]
    from unnest(${numbers(all.map(({ functionKey }) => idOf(functionKey)))}::int4[]) with ordinality as given (function_id, place)
    on conflict (function_id, day) do update set ours = excluded.ours, compared = excluded.compared`.execute(db);
}

/** Each day's growth of what is stored as sums since the epoch; a function that did not change on a day adds nothing. */
export async function readTotals(db: Kysely<Tables>, functionId: number | undefined): Promise<DayTotals[]> {
  const { rows } = await sql<{ day: number; place: number; ours: number; compared: number }>`
    with grown as (
      select day, ours, compared, lag(ours) over by_day as ours_before, lag(compared) over by_day as compared_before
      from totals ${functionId === undefined ? sql`` : sql`where function_id = ${functionId}`}
      window by_day as (partition by function_id order by day))
    select day, place, sum(coalesce(ours[place], 0) - coalesce(ours_before[place], 0)) as ours,
      sum(coalesce(compared[place], 0) - coalesce(compared_before[place], 0)) as compared
    from grown cross join generate_series(1, ${TOTAL_NAMES.length}::int4) as place
    group by day, place order by day, place`.execute(db);
  const days = new Map<number, DayTotals>();
  for (const { day, place, ours, compared } of rows) {
    const one = days.get(day) ?? { day, ours: {} as Totals, compared: {} as Totals };
    days.set(day, one);
    one.ours[TOTAL_NAMES[place - 1]!] = ours;
    one.compared[TOTAL_NAMES[place - 1]!] = compared;
  }
  return [...days.values()];
}
