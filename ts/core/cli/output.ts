/** Writing results: whole or not at all, `-` for standard output. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes beside the file and renames, so that an interrupted run leaves the old one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  if (path === '-') {
    process.stdout.write(text);
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, text);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes pieces as they come, at the pace of the disk; the file is there once all are. */
export async function writePieces(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  if (path === '-') {
    for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomUUID()}.part`;
  const file = createWriteStream(part);
  try {
    for await (const piece of pieces) if (!file.write(piece)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    await rename(part, path);
  } finally {
    file.destroy();
    await rm(part, { force: true });
  }
}
