import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IsothermError } from '../kernels/error.js';
import type { ByteSource } from '../trace/index.js';

const CHUNK = 1 << 18;

/**
 * Opens what a path names: a file, or the files of a folder in the order of their names (not those of its folders).
 *
 * Errors: MISSING_FILE when there is nothing there, or no file in the folder.
 *
 * @example
 * const { trace } = await readTrace(await openSources('azure2019-day1'));
 */
export async function openSources(path: string): Promise<ByteSource[]> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(path);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  if (!found.isDirectory()) return [fileSource(path, found.size)];
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  if (names.length === 0) throw missing(path, 'the folder has no files', 'the files of a trace');
  const sources: ByteSource[] = [];
  for (const name of names.sort()) {
    const file = join(path, name);
    sources.push(fileSource(file, (await stat(file)).size));
  }
  return sources;
}

/** One file; `name` is what messages and formats know it by. */
export function fileSource(path: string, size: number, name = path): ByteSource {
  return {
    name,
    size,
    async *stream() {
      const file = await openFile(path);
      let pending: Promise<{ bytesRead: number }> | undefined;
      try {
        // Two buffers for all chunks, as readers copy what they keep: the next one fills while this one is read.
        let filling = new Uint8Array(CHUNK);
        let full = new Uint8Array(CHUNK);
        pending = file.read(filling, 0, CHUNK);
        for (;;) {
          const { bytesRead } = await pending;
          if (bytesRead === 0) return;
          [full, filling] = [filling, full];
          pending = file.read(filling, 0, CHUNK);
          // Should it fail while this chunk is read, the next turn of the loop throws it.
          pending.catch(() => {});
          yield full.subarray(0, bytesRead);
        }
      } finally {
        // A reader that stops early leaves a read under way; the file must outlive it.
        await pending?.catch(() => {});
        await file.close();
      }
    },
    async slice(from, to) {
      const file = await openFile(path);
      try {
        const bytes = new Uint8Array(to - from);
        let at = 0;
        while (at < bytes.length) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at);
          if (bytesRead === 0) break;
          at += bytesRead;
        }
        return bytes.subarray(0, at);
      } finally {
        await file.close();
      }
    },
  };
}

function openFile(path: string): ReturnType<typeof open> {
  return open(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
}

function cannotRead(path: string, cause: unknown): IsothermError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return missing(path, 'there is no such file or folder', 'a file, or a folder with files', cause);
  }
  const sentence = `${path}: cannot be read (${code ?? String(cause)})`;
  return new IsothermError('CANNOT_READ', sentence, { cause, place: { file: path } });
}

function missing(path: string, problem: string, expected: string, cause?: unknown): IsothermError {
  return new IsothermError('MISSING_FILE', `${path}: ${problem}; expected ${expected}`, {
    cause,
    place: { file: path, expected },
  });
}
