/** The folder of the embedded database itself. Runs on the database's thread, which loads nothing of isotherm: it starts the sooner. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { DATA, UNFINISHED } from './layout.js';

/** Makes it if need be, all of it on the disk or nothing; only who holds the lock may ask. */
export async function dataFolder(path: string): Promise<string> {
  const data = join(path, DATA);
  if (existsSync(data)) return data;
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
