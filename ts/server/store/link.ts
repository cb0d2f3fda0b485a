/** A connection to a database, of either driver, and the kysely dialect that speaks over it. */
import { IsothermError } from 'isotherm/kernels';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Health } from './health.js';

export interface Answered {
  rows: unknown[];
  /** Rows that the statement put in, changed or took away. */
  affected: number;
}

/** One connection. */
export interface Link {
  query(sql: string, parameters: readonly unknown[]): Promise<Answered>;
}

/** Where connections come from. What it throws is an error of the store already. */
export interface LinkSource {
  /** Waits for its turn. */
  acquire(): Promise<Link>;
  release(link: Link): void;
  close(): Promise<void>;
}

class LinkConnection implements DatabaseConnection {
  readonly link: Link;

  constructor(link: Link) {
    this.link = link;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, affected } = await this.link.query(sql, parameters);
    return { rows: rows as Row[], numAffectedRows: BigInt(affected) };
  }

  // biome-ignore lint/correctness/useYield: results are read page by page instead.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('the store reads by pages');
  }
}

class LinkDriver implements Driver {
  readonly #source: LinkSource;

  constructor(source: LinkSource) {
    this.#source = source;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<LinkConnection> {
    return new LinkConnection(await this.#source.acquire());
  }

  async beginTransaction(connection: LinkConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: LinkConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  /** The error that led here is the one to be seen: a connection that is gone has rolled back by itself. */
  async rollbackTransaction(connection: LinkConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined);
  }

  async releaseConnection(connection: LinkConnection): Promise<void> {
    this.#source.release(connection.link);
  }

  async destroy(): Promise<void> {
    await this.#source.close();
  }
}

export function linkDialect(source: LinkSource): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new LinkDriver(source),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** The same source, with an eye on what becomes of its statements. */
export function watched(source: LinkSource, health: Health): LinkSource {
  const told = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (thrown) {
      if (thrown instanceof IsothermError) health.failed(thrown);
      throw thrown;
    }
  };
  const links = new WeakMap<Link, Link>();
  return {
    async acquire() {
      const link = await told(source.acquire());
      const outer: Link = {
        async query(sql, parameters) {
          const answered = await told(link.query(sql, parameters));
          health.succeeded(sql === 'commit');
          return answered;
        },
      };
      links.set(outer, link);
      return outer;
    },
    release: (outer) => source.release(links.get(outer)!),
    close: () => source.close(),
  };
}
