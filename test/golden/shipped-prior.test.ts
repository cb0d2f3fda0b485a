/** The prior that comes with Isotherm is what its card says: fitted on the real day 1, which lies beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSources } from '../../ts/core/cli/sources.js';
import { ADAPTIVE_PRIOR } from '../../ts/core/kernels/index.js';
import { fitPrior, parsePrior, priorWithCard } from '../../ts/core/learn/index.js';
import { readTrace } from '../../ts/core/trace/index.js';

const DAY = fileURLToPath(new URL('../../../shared/data/azure2019-day1', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../models/adaptive-prior.json', import.meta.url));
const isThere = existsSync(DAY);

test('the document and the module of the package are the same, and whole', async () => {
  expect(await parsePrior(readFileSync(DOCUMENT, 'utf8'), 'adaptive-prior.json')).toEqual(ADAPTIVE_PRIOR);
});

test.skipIf(!isThere && !process.env.CI)(
  'day 1 (../shared/data/azure2019-day1) gives it again (else run scripts/ship-prior.mjs)',
  async () => {
    expect(isThere, `${DAY} is missing`).toBe(true);
    const { trace, format, digest } = await readTrace(await openSources(DAY));
    const { title, licence } = ADAPTIVE_PRIOR.card.data;
    const { command, date } = ADAPTIVE_PRIOR.card.fit;
    const again = await priorWithCard(trace, fitPrior(trace), { title, licence, format, digest, command, date });
    expect(again).toEqual(ADAPTIVE_PRIOR);
  },
);
