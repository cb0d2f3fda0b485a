/** Whether a folder may hold an embedded store. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IsothermError } from 'isotherm/kernels';
import { DATA, LOCK, UNFINISHED } from './layout.js';

/** Of the PostgreSQL inside PGlite. */
const MAJOR = '18';

/** Makes it if need be; refuses one that is something else. Errors: STORE_FOREIGN, CANNOT_WRITE. */
export function prepareFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    const strange = readdirSync(path).find((name) => ![DATA, UNFINISHED].includes(name) && !name.startsWith(LOCK));
    if (existsSync(join(path, DATA))) checkVersion(path);
    else if (strange !== undefined)
      throw foreign(path, `it holds ${strange} and no store`, 'an empty folder, or a new one');
  } catch (thrown) {
    if (thrown instanceof IsothermError) throw thrown;
    throw new IsothermError('CANNOT_WRITE', `${path}: ${(thrown as Error).message}`, { cause: thrown });
  }
}

function checkVersion(path: string): void {
  const file = join(path, DATA, 'PG_VERSION');
  if (!existsSync(file))
    throw foreign(path, `${DATA} holds no database (PG_VERSION is missing)`, 'one, or a new folder');
  const version = readFileSync(file, 'utf8').trim();
  if (version !== MAJOR) throw foreign(path, `its database is of PostgreSQL ${version}`, `one of PostgreSQL ${MAJOR}`);
}

const foreign = (path: string, problem: string, expected: string): IsothermError =>
  new IsothermError('STORE_FOREIGN', `${path}: ${problem}; expected ${expected}`);
