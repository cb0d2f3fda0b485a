/** Opens a store: a folder, a PostgreSQL, or memory. */
import { IsothermError } from 'isotherm/kernels';
import { openPglite } from './pglite/open.js';
import { openPostgres } from './postgres/open.js';
import { SqlStore, type Surroundings } from './sql-store.js';
import type { Store, StoreOptions } from './store.js';

const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * The store at `path` (embedded, made if need be), in PostgreSQL at `databaseUrl`, or with neither in memory alone; its tables brought up to date.
 *
 * Errors: STORE_LOCKED (another process has it), STORE_NEWER (a newer isotherm wrote it), STORE_FOREIGN (the folder is something else, or
 * damaged), STORE_UNAVAILABLE, STORE_FULL, CANNOT_WRITE, BAD_ARGUMENT.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const around = await openDatabase(options);
  const store = new SqlStore(around);
  try {
    await store.load();
    return store;
  } catch (thrown) {
    await around.close();
    throw thrown;
  }
}

/** The tables alone, locked and brought up to date. Errors: as of `openStore`. */
export async function openDatabase(options: StoreOptions): Promise<Surroundings> {
  const { path, databaseUrl, statementTimeoutMs = STATEMENT_TIMEOUT_MS, onTaken = () => {} } = options;
  if (path !== undefined && databaseUrl !== undefined) {
    const problem = 'a store is in a folder or in PostgreSQL, not in both';
    throw new IsothermError('BAD_ARGUMENT', `${problem}: give one of path and databaseUrl`);
  }
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, statementTimeoutMs, onTaken);
  return openPglite(path ?? null, statementTimeoutMs, onTaken);
}
