/** Writing results: files whole or not at all, `-` for standard output. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IsothermError } from '../kernels/index.js';

export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** Text is gathered up to so many characters: a system call takes longer than a line. */
const GATHERED = 1 << 16;

export function cannotWrite(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  // What the pieces themselves fail with is theirs to say.
  if (code === undefined || cause instanceof IsothermError) return cause;
  return new IsothermError('CANNOT_WRITE', `${path}: cannot be written (${code})`, { cause });
}

/** Writes beside the file and renames, so that an interrupted run leaves the old one. Errors: `CANNOT_WRITE`. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writePieces(path, [text]);
}

/**
 * Writes pieces as they come, at the pace of the disk; the file is there once all are. Errors: `CANNOT_WRITE`, `ABORTED`, and those
 * of the pieces.
 */
export async function writePieces(path: string, pieces: Pieces, signal?: AbortSignal): Promise<void> {
  if (path === '-') {
    await toStdout(gathered(pieces, signal));
    return;
  }
  const part = `${path}.${randomUUID()}.part`;
  let file: FileHandle | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = await open(part, 'wx');
    for await (const piece of gathered(pieces, signal)) await file.appendFile(piece);
    await file.close();
    await rename(part, path);
  } catch (cause) {
    throw cannotWrite(path, cause);
  } finally {
    await file?.close();
    if (file !== undefined) await rm(part, { force: true });
  }
}

/** Which of the options has standard output; undefined where none. Errors: `BAD_ARGUMENT` where several want it. */
export function stdoutTaker(files: Record<string, string | boolean | undefined>): string | undefined {
  const takers = Object.keys(files).filter((option) => files[option] === '-');
  if (takers.length < 2) return takers[0];
  throw new IsothermError('BAD_ARGUMENT', `only one of ${takers.join(' and ')} can have standard output`);
}

async function* gathered(pieces: Pieces, signal?: AbortSignal): AsyncGenerator<string | Uint8Array> {
  let text = '';
  for await (const piece of pieces) {
    if (signal?.aborted) throw new IsothermError('ABORTED', 'writing was stopped', { cause: signal.reason });
    if (typeof piece === 'string') text += piece;
    if (text.length >= GATHERED || (typeof piece !== 'string' && text !== '')) {
      yield text;
      text = '';
    }
    if (typeof piece !== 'string') yield piece;
  }
  if (text !== '') yield text;
}

async function toStdout(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) {
      await new Promise<void>((resolve, reject) => {
        process.stdout.write(piece, (error) => (error ? reject(error) : resolve()));
      });
    }
  } catch (cause) {
    if (!isReaderGone(cause)) throw cause;
  }
}

/** Whether nobody reads standard output any more: nothing is to be written there, and nothing is wrong. */
export function isReaderGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
