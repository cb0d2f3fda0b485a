/** The store in a folder, or in memory. */
import { IsothermError } from 'isotherm/kernels';
import { Kysely } from 'kysely';
import { Health } from '../health.js';
import { linkDialect, watched } from '../link.js';
import { migrate } from '../migrations.js';
import type { Tables } from '../schema.js';
import type { Surroundings } from '../sql-store.js';
import { prepareFolder } from './folder.js';
import { FolderLock } from './folder-lock.js';
import { PgliteHost } from './host.js';

/** `path` null: in memory. */
export async function openPglite(
  path: string | null,
  statementTimeoutMs: number,
  onTaken: () => void,
): Promise<Surroundings> {
  const place = path ?? 'the store in memory';
  const health = new Health();
  const host = new PgliteHost({ folder: path, place, statementTimeoutMs });
  const lock = path === null ? undefined : lockFolder(path, host);
  onTaken();
  const db = new Kysely<Tables>({ dialect: linkDialect(watched(host, health)) });
  const close = async (): Promise<void> => {
    // Kysely closes only what was asked for something.
    await host.close();
    await db.destroy();
    lock?.release();
  };
  try {
    await migrate(db, place);
    return { driver: 'pglite', place, writer: db, reader: db, health: health.now, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function lockFolder(path: string, host: PgliteHost): FolderLock {
  prepareFolder(path);
  const lost = new IsothermError(
    'STORE_LOCKED',
    `${path}: another process has taken this store, because this one gave no sign of life`,
  );
  return FolderLock.take(path, () => void host.abandon(lost));
}
