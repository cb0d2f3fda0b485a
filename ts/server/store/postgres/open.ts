/** The store in PostgreSQL. */
import { setTimeout as wait } from 'node:timers/promises';
import { IsothermError } from 'isotherm/kernels';
import { Kysely, sql } from 'kysely';
import { Health } from '../health.js';
import { linkDialect, watched } from '../link.js';
import { migrate } from '../migrations.js';
import type { Tables } from '../schema.js';
import type { Surroundings } from '../sql-store.js';
import { PostgresSource } from './source.js';

/** A process that was killed holds its lock until the server notices. */
const LOCK_PATIENCE_MS = 3000;

export async function openPostgres(
  databaseUrl: string,
  statementTimeoutMs: number,
  onTaken: () => void,
): Promise<Surroundings> {
  const settings = { databaseUrl, place: placeOf(databaseUrl), statementTimeoutMs };
  const { place } = settings;
  const health = new Health();
  const sources = { writer: new PostgresSource(settings, true), reader: new PostgresSource(settings, false) };
  const writer = new Kysely<Tables>({ dialect: linkDialect(watched(sources.writer, health)) });
  const reader = new Kysely<Tables>({ dialect: linkDialect(watched(sources.reader, health)) });
  const close = async (): Promise<void> => {
    // Kysely closes only what was asked for something.
    await Promise.all([sources.writer.close(), sources.reader.close()]);
    await Promise.all([writer.destroy(), reader.destroy()]);
  };
  try {
    // The first statement of a connection takes the lock.
    await withPatience(() => sql`select 1`.execute(writer));
    onTaken();
    await migrate(writer, place);
    return { driver: 'postgresql', place, writer, reader, health: health.now, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function withPatience(work: () => Promise<unknown>): Promise<unknown> {
  for (const untilMs = Date.now() + LOCK_PATIENCE_MS; ; ) {
    try {
      return await work();
    } catch (thrown) {
      const isLocked = thrown instanceof IsothermError && thrown.code === 'STORE_LOCKED';
      if (!isLocked || Date.now() > untilMs) throw thrown;
      await wait(100);
    }
  }
}

/** Host and database: what may be shown to anybody. A socket's folder may stand for the host, as in libpq. */
function placeOf(databaseUrl: string): string {
  const address = databaseUrl.replace(/@(?=\/)/, '@socket');
  if (!/^postgres(?:ql)?:\/\//.test(address) || !URL.canParse(address)) {
    const expected = 'expected postgresql://USER@HOST:PORT/DATABASE';
    throw new IsothermError('BAD_ARGUMENT', `the address of the database is none; ${expected}`);
  }
  const { host, pathname, searchParams } = new URL(address);
  return `postgresql://${searchParams.get('host') ?? host}${pathname}`;
}
