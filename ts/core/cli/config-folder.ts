/** `--config`: where a platform's configuration is written. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdviceTarget } from '../decide/index.js';
import { IsothermError } from '../kernels/index.js';

/**
 * A folder of its own for each platform: several have files of the same names. Looked at before the work, so that what cannot be written is said first.
 *
 * Errors: `BAD_ARGUMENT` where a file is in the way, or standard output is asked for.
 */
export async function configFolder(folder: string, target: AdviceTarget): Promise<string> {
  if (folder === '-') throw new IsothermError('BAD_ARGUMENT', '--config writes several files: it must be a folder');
  const own = join(folder, target);
  for (const path of [folder, own]) {
    if (await isInTheWay(path)) {
      throw new IsothermError('BAD_ARGUMENT', `--config ${folder}: ${path} is a file, expected a folder or a new name`);
    }
  }
  return own;
}

async function isInTheWay(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch (thrown) {
    // A part of the path is a file; what is not there yet is made.
    return (thrown as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
