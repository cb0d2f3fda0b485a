/** The embedded database in a thread of its own: statements come as messages, one at a time. */
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { dataFolder } from './data-folder.js';
import { DurableFs } from './durable-fs.js';

export interface WorkerSettings {
  /** Of the store; null: in memory. */
  folder: string | null;
}

export interface Statement {
  id: number;
  sql: string;
  parameters: readonly unknown[];
}

export type Reply =
  | { id: number; rows: unknown[]; affected: number }
  | { id: number; failure: { message: string; code: string | undefined } };

/** What the parent hears first. */
export type Opened = { opened: true } | { opened: false; message: string };

/** Written between two checkpoints at most: what a start after a crash has to go through again. */
const CHECKPOINT_BYTES = 64 * 2 ** 20;
const CHECKPOINT_MS = 300_000;

const port = parentPort!;
const { folder } = workerData as WorkerSettings;
let fs: DurableFs | undefined;

const STARTING = PGlite.defaultStartParams
  // With it a commit is answered before it is on the disk.
  .filter((parameter) => parameter !== '-F')
  .concat(['-c', 'wal_sync_method=fsync', '-c', 'max_wal_size=256MB', '-c', 'min_wal_size=32MB']);

/** Whole numbers of eight bytes are counts here; bytes come as hexadecimal digits, which PGlite's own reader takes one at a time. */
const PARSERS = { 20: Number, 17: (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex')) };

async function open(): Promise<PGlite> {
  if (folder !== null) fs = new DurableFs(await dataFolder(folder));
  const durable = fs === undefined ? {} : { fs, startParams: STARTING };
  const database = await PGlite.create({ ...durable, parsers: PARSERS });
  await database.exec('create schema if not exists isotherm');
  await database.exec("set search_path = isotherm; set timezone = 'UTC'; set extra_float_digits = 1");
  return database;
}

/** A single-user PostgreSQL writes no checkpoint by itself. */
class Checkpoints {
  #atMs = Date.now();
  #bytes = 0;

  async afterCommit(database: PGlite): Promise<void> {
    if (fs === undefined || database.isInTransaction()) return;
    const written = fs.writtenBytes - this.#bytes;
    if (written === 0 || (written < CHECKPOINT_BYTES && Date.now() - this.#atMs < CHECKPOINT_MS)) return;
    await database.exec('checkpoint');
    this.#atMs = Date.now();
    this.#bytes = fs.writtenBytes;
  }
}

async function answer(database: PGlite, { id, sql, parameters }: Statement): Promise<Reply> {
  try {
    const { rows, affectedRows } = await database.query(sql, parameters as unknown[]);
    return { id, rows, affected: affectedRows ?? 0 };
  } catch (thrown) {
    const { message, code } = thrown as { message?: string; code?: string };
    return { id, failure: { message: message ?? String(thrown), code } };
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

try {
  const database = await open();
  const checkpoints = new Checkpoints();
  // One after the other: a statement does not begin before the one before it has ended.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: Statement | 'close') => {
    last = last.then(async () => {
      if (message === 'close') {
        await database.close();
        port.close();
        return;
      }
      const reply = await answer(database, message);
      port.postMessage(reply);
      // What is no answer of the database is its end: it is opened anew.
      if ('failure' in reply && !SQLSTATE.test(reply.failure.code ?? '')) process.exit(1);
      await checkpoints.afterCommit(database);
    });
    last.catch((thrown) => {
      console.error(thrown);
      process.exit(1);
    });
  });
  port.postMessage({ opened: true } satisfies Opened);
} catch (thrown) {
  // The database throws errors of its own, which are no `Error` and may say nothing.
  const { message: said } = thrown as { message?: unknown };
  const message =
    typeof said === 'string' && said !== '' ? said : inspect(thrown, { breakLength: Number.POSITIVE_INFINITY });
  port.postMessage({ opened: false, message } satisfies Opened);
  port.close();
}
