/** The steps from one form of the tables to the next. What was released is never changed: a new step is added. */
import { IsothermError } from 'isotherm/kernels';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.js';

interface Migration {
  name: string;
  statements: readonly string[];
}

const MIGRATIONS: readonly Migration[] = [
  {
    name: 'begin',
    statements: [
      'create table meta (name text collate "C" primary key, value text not null)',
      `create table functions (
         id int4 generated always as identity primary key,
         key text collate "C" not null unique,
         since_ms float8 not null)`,
      `create table samples (
         at_ms float8 not null, duration_ms float8, init_ms float8, memory_mib float8,
         function_id int4 not null, tick int4 not null, span_ms int4 not null, ordinal int4 not null,
         calls int4, cold_starts int4,
         late bool not null, error bool, id text collate "C" not null,
         primary key (function_id, at_ms, span_ms, ordinal, id))`,
      'create index samples_by_tick on samples (tick)',
      `create table count_packs (
         at_ms float8 not null, tick int4 not null, span_ms int4 not null, part int4 not null, late bool not null, body bytea not null,
         primary key (at_ms, span_ms, part))`,
      'create index count_packs_by_tick on count_packs (tick)',
      `create table gaps (
         function_id int4 not null, tick int4 not null, from_ms float8 not null, to_ms float8 not null,
         reason text collate "C" not null, detail text not null,
         primary key (function_id, from_ms, to_ms, reason))`,
      'create index gaps_by_tick on gaps (tick)',
      'create index gaps_by_end on gaps (to_ms)',
      'create table minute_days (function_id int4 not null, day int4 not null, body bytea not null, primary key (function_id, day))',
      'create table ticks (tick int4 primary key, at_ms float8 not null)',
      'create table checkpoints (function_id int4 primary key, tick int4 not null, state bytea not null)',
      `create table anchors (
         function_id int4 not null, day int4 not null, tick int4 not null, state bytea not null, primary key (function_id, day))`,
      // Deflated already: not to be tried again.
      'alter table checkpoints alter state set storage external',
      'alter table anchors alter state set storage external',
      `create table receipts (
         at_ms float8 not null, function_id int4 not null, tick int4 not null,
         id text collate "C" primary key, kind text collate "C" not null, decision text not null, body bytea not null)`,
      'create index receipts_by_time on receipts (at_ms, id)',
      'create index receipts_by_function on receipts (function_id, at_ms, id)',
      `create table events (
         at_ms float8 not null, function_id int4 not null,
         id text collate "C" primary key, kind text collate "C" not null, detail text not null)`,
      'create index events_by_time on events (at_ms, id)',
      'create index events_by_function on events (function_id, at_ms, id)',
      `create table totals (
         function_id int4 not null, day int4 not null, ours float8[] not null, compared float8[] not null,
         primary key (function_id, day))`,
      'create table settings (name text collate "C" primary key, value text not null)',
      `create table keys (
         id text collate "C" primary key, name text not null, role text not null, hash text collate "C" not null unique,
         created_ms float8 not null, revoked_ms float8)`,
      `create table audit (
         id int4 generated always as identity primary key, at_ms float8 not null, actor text not null, action text not null,
         subject text not null, detail text not null)`,
    ],
  },
  {
    name: 'placements',
    statements: [
      `create table placements (
         at_ms float8 not null, tick int4 not null,
         id text collate "C" primary key, decision text not null, body bytea not null)`,
      'create index placements_by_time on placements (at_ms, id)',
      'create table placement_parts (used_ms float8 not null, digest text collate "C" primary key, body bytea not null)',
      // Deflated already: not to be tried again.
      'alter table placement_parts alter body set storage external',
    ],
  },
];

/** Brings the tables to the form that this code knows, each step at once. Errors: STORE_NEWER. */
export async function migrate(db: Kysely<Tables>, place: string): Promise<void> {
  await sql`create table if not exists migrations (version int4 primary key, name text not null)`.execute(db);
  const newest = await db
    .selectFrom('migrations')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const present = newest?.version ?? 0;
  if (present > MIGRATIONS.length) {
    const problem = `its tables are of version ${present}, this isotherm knows up to ${MIGRATIONS.length}`;
    throw new IsothermError('STORE_NEWER', `${place}: ${problem}; start the newer isotherm that wrote it`);
  }
  for (const [index, { name, statements }] of MIGRATIONS.entries()) {
    const version = index + 1;
    if (version <= present) continue;
    await db.transaction().execute(async (transaction) => {
      for (const statement of statements) await sql.raw(statement).execute(transaction);
      await transaction.insertInto('migrations').values({ version, name }).execute();
    });
  }
}
