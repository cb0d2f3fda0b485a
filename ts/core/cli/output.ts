/** Writing results: whole or not at all, `-` for standard output. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IsothermError } from '../kernels/index.js';

function cannotWrite(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  // What the pieces themselves fail with is theirs to say.
  if (code === undefined || cause instanceof IsothermError) return cause;
  return new IsothermError('CANNOT_WRITE', `${path}: cannot be written (${code})`, { cause });
}

/** Writes beside the file and renames, so that an interrupted run leaves the old one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  if (path === '-') {
    process.stdout.write(text);
    return;
  }
  const part = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, text);
    await rename(part, path);
  } catch (cause) {
    throw cannotWrite(path, cause);
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
  const part = `${path}.${randomUUID()}.part`;
  let file: WriteStream | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = createWriteStream(part);
    await once(file, 'open');
    for await (const piece of pieces) if (!file.write(piece)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    await rename(part, path);
  } catch (cause) {
    throw cannotWrite(path, cause);
  } finally {
    file?.destroy();
    await rm(part, { force: true });
  }
}
