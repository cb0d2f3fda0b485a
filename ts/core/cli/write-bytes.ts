/** Writing files of bytes: whole or not at all, `-` for standard output. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IsothermError } from '../kernels/index.js';
import type { TraceFile } from '../trace/index.js';

/** Writes the chunks at the pace of the disk; the file is there once all are. */
export async function writeBytes(path: string, { chunks }: TraceFile, signal: AbortSignal): Promise<void> {
  if (path === '-') {
    await pipeline(Readable.from(chunks), process.stdout, { end: false, signal });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(part), { signal });
    await rename(part, path);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new IsothermError('ABORTED', 'writing was stopped', { cause: error });
  } finally {
    await rm(part, { force: true });
  }
}
