/** `--prior`: what adaptive policies begin with. */
import { readFile } from 'node:fs/promises';
import type { NamedPolicy } from '../decide/index.js';
import type { PriorChoice } from '../evaluate/index.js';
import { takesPrior } from '../evaluate/priors.js';
import { type AdaptivePrior, IsothermError } from '../kernels/index.js';
import { parsePrior } from '../learn/index.js';

/**
 * The choice as a replay takes it. A file is read before anything else, so that a wrong one is said first.
 *
 * Errors: `BAD_ARGUMENT` where none of the policies begins with a prior, `MISSING_FILE`, `CANNOT_READ`, and those of `parsePrior`.
 */
export async function priorOption(
  which: string | undefined,
  policies: readonly NamedPolicy[],
): Promise<{ prior?: PriorChoice }> {
  if (which === undefined) return {};
  if (!policies.some(({ spec }) => takesPrior(spec))) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      '--prior is for adaptive and adaptive-keepalive; expected one of them among the policies of --policy or --sweep',
    );
  }
  return { prior: which === 'default' || which === 'cv5' ? which : await readPrior(which) };
}

async function readPrior(file: string): Promise<AdaptivePrior> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new IsothermError('CANNOT_READ', `${file}: cannot be read (${code})`, { cause });
    const sentence = `${file}: there is no such file; expected a prior that isotherm fit wrote`;
    throw new IsothermError('MISSING_FILE', sentence, { cause });
  }
  return parsePrior(text, file);
}
