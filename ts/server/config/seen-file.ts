/** Files that a configuration is read from, and whether they have changed since. */
import { stat } from 'node:fs/promises';

/** A file, and what it was when it was read. */
export interface SeenFile {
  path: string;
  state: string;
}

/** Tells two states of a file apart: another file, another length or another time. */
export async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs}`;
  } catch (cause) {
    return String((cause as NodeJS.ErrnoException).code);
  }
}
