/** Files with plain values: JSON, or YAML with the package isotherm-server. */
import { readFile } from 'node:fs/promises';
import { IsothermError } from '../kernels/index.js';
import { loadConfigRoom } from './server.js';

/** The bytes of a file. Errors: `MISSING_FILE`, `CANNOT_READ`. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const place = { file: path };
    if (code === 'ENOENT') throw new IsothermError('MISSING_FILE', `${path}: there is no such file`, { cause, place });
    throw new IsothermError('CANNOT_READ', `${path}: cannot be read (${code ?? String(cause)})`, { cause, place });
  }
}

/** What is in a file, by the end of its name: `.json`, else YAML. Errors: `MISSING_FILE`, `CANNOT_READ`, `BAD_ARGUMENT`, `CONFIG_INVALID`, `MISSING_PACKAGE`. */
export async function readPlainFile(path: string): Promise<unknown> {
  const bytes = await bytesOf(path);
  if (!path.endsWith('.json')) {
    const { readYaml } = await loadConfigRoom(`YAML (${path}; JSON works without)`);
    return readYaml(path, bytes);
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const place = { file: path };
    throw new IsothermError('BAD_ARGUMENT', `${path}: it is no JSON (${(cause as Error).message})`, { cause, place });
  }
}
