/** Connections to a PostgreSQL server: one that writes and holds the lock, and a few that read. */
import { IsothermError } from 'isotherm/kernels';
import pg from 'pg';
import { storeFailure } from '../failure.js';
import type { Answered, Link, LinkSource } from '../link.js';
import { Mutex } from '../mutex.js';

/** "isotherm", as one number: the name of the lock that one control plane holds on a database. */
const LOCK = '7598255079146975853';
const CONNECT_MS = 5000;
const OLDEST_VERSION = 150_000;
const READERS = 4;

export interface PostgresSettings {
  databaseUrl: string;
  /** What errors call it. */
  place: string;
  statementTimeoutMs: number;
}

class PostgresLink implements Link {
  readonly client: pg.PoolClient;
  readonly #place: string;
  /** Set when it is good for nothing any more. */
  broken: IsothermError | undefined;

  constructor(client: pg.PoolClient, place: string) {
    this.client = client;
    this.#place = place;
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<Answered> {
    // Or what follows would run on another connection, outside of the transaction that broke.
    if (this.broken !== undefined) throw this.broken;
    try {
      const { rows, rowCount } = await this.client.query(sql, parameters as unknown[]);
      return { rows, affected: rowCount ?? 0 };
    } catch (thrown) {
      const failure = storeFailure(this.#place, thrown);
      if (failure.code === 'STORE_UNAVAILABLE') this.broken = failure;
      throw failure;
    }
  }
}

/** Of PostgreSQL's types only int8 comes as text otherwise. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export class PostgresSource implements LinkSource {
  readonly #pool: pg.Pool;
  readonly #place: string;
  readonly #mutex: Mutex | undefined;
  #isClosed = false;

  /** `isWriter`: a single connection that is kept, with the lock. */
  constructor({ databaseUrl, place, statementTimeoutMs }: PostgresSettings, isWriter: boolean) {
    this.#place = place;
    this.#mutex = isWriter ? new Mutex() : undefined;
    this.#pool = new pg.Pool({
      connectionString: databaseUrl,
      application_name: 'isotherm',
      max: isWriter ? 1 : READERS,
      idleTimeoutMillis: isWriter ? 0 : 30_000,
      // Those who wait for a reader wait for others' statements; the writer's have been in turn before.
      connectionTimeoutMillis: isWriter ? CONNECT_MS : statementTimeoutMs,
      keepAlive: true,
      statement_timeout: statementTimeoutMs,
      // The server may be silent altogether.
      query_timeout: statementTimeoutMs + CONNECT_MS,
      types,
      onConnect: (client) => prepare(client, isWriter, place),
    });
    // Of connections that nobody uses at the moment; the next one that is asked for is new.
    this.#pool.on('error', () => undefined);
  }

  async acquire(): Promise<Link> {
    await this.#mutex?.lock();
    try {
      if (this.#isClosed) throw new IsothermError('CLOSED_HANDLE', `${this.#place}: the store is closed`);
      return new PostgresLink(await this.#pool.connect(), this.#place);
    } catch (thrown) {
      this.#mutex?.unlock();
      throw storeFailure(this.#place, thrown);
    }
  }

  release(link: PostgresLink): void {
    link.client.release(link.broken);
    this.#mutex?.unlock();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#mutex?.lock();
    this.#isClosed = true;
    await this.#pool.end();
    this.#mutex?.unlock();
  }
}

/** Before its first statement: the tables' schema, and the lock. Errors: STORE_LOCKED, STORE_FOREIGN. */
async function prepare(client: pg.ClientBase, isWriter: boolean, place: string): Promise<void> {
  // A connection that breaks says so as an event too, and nobody else listens while it is in use; who uses it hears from its statement.
  client.on('error', () => undefined);
  const { rows } = await client.query<{ version: number; found: boolean }>(
    "select current_setting('server_version_num')::int4 as version, to_regnamespace('isotherm') is not null as found",
  );
  const { version = 0, found = false } = rows[0] ?? {};
  if (version < OLDEST_VERSION) {
    const problem = `it is PostgreSQL ${Math.floor(version / 10_000)}`;
    throw new IsothermError('STORE_FOREIGN', `${place}: ${problem}; expected PostgreSQL 15 or later`);
  }
  if (isWriter) {
    const { rows: locks } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
    if (locks[0]?.taken !== true) {
      const problem = 'another process has this store open';
      throw new IsothermError(
        'STORE_LOCKED',
        `${place}: ${problem}; one control plane owns a store. Stop that one, or give this one another database`,
      );
    }
    if (!found) await client.query('create schema isotherm');
  }
  await client.query("set search_path = isotherm; set timezone = 'UTC'; set extra_float_digits = 1");
}
