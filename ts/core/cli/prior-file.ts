/** Priors from files. */
import { readFile } from 'node:fs/promises';
import { type AdaptivePrior, IsothermError } from '../kernels/index.js';
import { parsePrior } from '../learn/index.js';

/** Errors: `MISSING_FILE`, `CANNOT_READ`, and those of `parsePrior`. */
export async function readPrior(file: string): Promise<AdaptivePrior> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new IsothermError('CANNOT_READ', `${file}: cannot be read (${code})`, { cause });
    throw new IsothermError(
      'MISSING_FILE',
      `${file}: there is no such file; expected a prior that isotherm fit wrote`,
      {
        cause,
      },
    );
  }
  return parsePrior(text, file);
}
