/** The folder of an embedded store: what it looks like, and who it belongs to. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { IsothermError } from 'isotherm/kernels';
import { LOCK_FILE } from './folder-lock.js';

const DATA = 'data';
/** A database half made: of a process that ended meanwhile. */
const UNFINISHED = 'data.new';
/** Of the PostgreSQL inside PGlite. */
const MAJOR = '18';

/** Refuses a folder that is something else. Errors: STORE_FOREIGN, CANNOT_WRITE. */
export function prepareFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    const strange = readdirSync(path).find((name) => ![DATA, UNFINISHED].includes(name) && !name.startsWith(LOCK_FILE));
    if (strange !== undefined && !existsSync(join(path, DATA))) {
      throw foreign(
        path,
        `it is not empty (${strange}) and holds no store`,
        'an empty folder, or one that does not exist yet',
      );
    }
  } catch (thrown) {
    if (thrown instanceof IsothermError) throw thrown;
    const { message } = thrown as Error;
    throw new IsothermError('CANNOT_WRITE', `${path}: ${message}`, { cause: thrown });
  }
}

/** The folder of the database itself, made and on the disk; only who holds the lock may ask. */
export async function dataFolder(path: string): Promise<string> {
  const data = join(path, DATA);
  if (existsSync(data)) {
    const version = readVersion(data);
    if (version !== MAJOR) {
      throw foreign(
        path,
        `its database is ${version === undefined ? 'damaged: PG_VERSION is missing' : `of PostgreSQL ${version}`}`,
        `one of PostgreSQL ${MAJOR}`,
      );
    }
    return data;
  }
  const unfinished = join(path, UNFINISHED);
  rmSync(unfinished, { recursive: true, force: true });
  const database = await PGlite.create(unfinished);
  await database.exec('checkpoint');
  await database.close();
  syncTree(unfinished);
  renameSync(unfinished, data);
  sync(path);
  return data;
}

function readVersion(data: string): string | undefined {
  try {
    return readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function foreign(path: string, problem: string, expected: string): IsothermError {
  return new IsothermError('STORE_FOREIGN', `${path}: ${problem}; expected ${expected}`);
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else sync(path);
  }
  sync(folder);
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
