/** Taking samples in: by columns, one statement for thousands of rows. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { Turns } from '../turns.js';
import { flags, inStatements, numbers, texts } from './arrays.js';
import { grouped, insertPack, lookUpPacked } from './counts-in.js';
import type { Functions, NewIds } from './functions.js';
import type { Outcome, StoredSample } from './rows.js';
import { compared, identityOf, rowOf, type SampleRow } from './sample-rows.js';
import type { Tables } from './schema.js';

/** A row, and where in the batch it comes from. */
interface Given {
  index: number;
  row: SampleRow;
}

export interface Admitted {
  outcomes: Outcome[];
  newIds: NewIds;
}

const startOf = (sample: StoredSample): number => (sample.kind === 'call' ? sample.atMs : sample.fromMs);

/** Within a transaction that nothing else writes beside. Samples that begin before `expiredMs` are not looked up any more. */
export async function admit(
  db: Transaction<Tables>,
  functions: Functions,
  samples: readonly StoredSample[],
  expiredMs: number,
): Promise<Admitted> {
  const outcomes = samples.map((sample): Outcome => (startOf(sample) < expiredMs ? 'expired' : 'accepted'));
  const kept = samples.filter((_, index) => outcomes[index] === 'accepted');
  const newIds = await functions.number(
    db,
    kept.map(({ functionKey }) => functionKey),
    firstTimes(kept),
  );
  const given = new Map<string, Given>();
  const turns = new Turns();
  for (const [index, sample] of samples.entries()) {
    if (turns.isOver) await turns.give();
    if (outcomes[index] !== 'accepted') continue;
    const row = rowOf(sample, newIds.get(sample.functionKey) ?? functions.idOf(sample.functionKey)!);
    const identity = identityOf(row);
    const first = given.get(identity);
    if (first === undefined) given.set(identity, { index, row });
    else outcomes[index] = compared(row, first.row);
  }
  /** What is there already under the same identity is judged, and left out. */
  const settle = (present: Iterable<SampleRow>): void => {
    for (const row of present) {
      const identity = identityOf(row);
      const asked = given.get(identity);
      if (asked === undefined) continue;
      outcomes[asked.index] = compared(asked.row, row);
      given.delete(identity);
    }
  };
  const rowsLeft = (): SampleRow[] => Array.from(given.values(), ({ row }) => row);
  const packed = await lookUpPacked(
    db,
    rowsLeft().filter((row) => row.span_ms > 0),
  );
  settle(packed.rows.values());
  const { groups } = grouped(rowsLeft());
  if (groups.length > 0) settle(await lookUp(db, groups.flat()));
  const { groups: fleets, single } = grouped(rowsLeft());
  for (const fleet of fleets) await insertPack(db, fleet, packed);
  const inserted = await insert(db, single);
  if (inserted < single.length) settle((await lookUp(db, single)).filter(({ is_new }) => !is_new));
  return { outcomes, newIds };
}

function firstTimes(samples: readonly StoredSample[]): (key: string) => number {
  const times = new Map<string, number>();
  for (const sample of samples) {
    const { functionKey } = sample;
    times.set(functionKey, Math.min(times.get(functionKey) ?? Number.POSITIVE_INFINITY, startOf(sample)));
  }
  return (key) => times.get(key)!;
}

/** How many of them were not there yet. */
async function insert(db: Kysely<Tables>, all: readonly SampleRow[]): Promise<number> {
  let inserted = 0;
  for (const rows of inStatements(all)) inserted += await insertSome(db, rows);
  return inserted;
}

async function insertSome(db: Kysely<Tables>, rows: readonly SampleRow[]): Promise<number> {
  const column = <Name extends keyof SampleRow>(name: Name): SampleRow[Name][] => rows.map((row) => row[name]);
  const { numAffectedRows } = await sql`
    insert into samples
      (function_id, at_ms, span_ms, ordinal, id, tick, late, duration_ms, calls, cold_starts, init_ms, memory_mib, error)
    select * from unnest(
      ${numbers(column('function_id'))}::int4[], ${numbers(column('at_ms'))}::float8[], ${numbers(column('span_ms'))}::int4[],
      ${numbers(column('ordinal'))}::int4[], ${texts(column('id'))}::text[], ${numbers(column('tick'))}::int4[],
      ${flags(column('late'))}::bool[], ${numbers(column('duration_ms'))}::float8[], ${numbers(column('calls'))}::int4[],
      ${numbers(column('cold_starts'))}::int4[], ${numbers(column('init_ms'))}::float8[],
      ${numbers(column('memory_mib'))}::float8[], ${flags(column('error'))}::bool[])
    on conflict do nothing`.execute(db);
  return Number(numAffectedRows);
}

/** Those that are there under the same identities; `is_new`: put in by this transaction. */
async function lookUp(db: Kysely<Tables>, rows: readonly SampleRow[]): Promise<(SampleRow & { is_new: boolean })[]> {
  const { rows: present } = await sql<SampleRow & { is_new: boolean }>`
    select s.*, s.xmin = pg_current_xact_id()::xid as is_new
    from unnest(
      ${numbers(rows.map((row) => row.function_id))}::int4[], ${numbers(rows.map((row) => row.at_ms))}::float8[],
      ${numbers(rows.map((row) => row.span_ms))}::int4[], ${numbers(rows.map((row) => row.ordinal))}::int4[],
      ${texts(rows.map((row) => row.id))}::text[]) as g (function_id, at_ms, span_ms, ordinal, id)
    join samples s using (function_id, at_ms, span_ms, ordinal, id)`.execute(db);
  return present;
}
