import { expect, test } from 'vitest';
import { PATTERNS } from '../../ts/core/trace/index.js';
import { GOLDEN, generatedDigests } from '../golden/generate-golden.js';

test.each(PATTERNS)('%s has the same bytes in a browser as in Node', async (pattern) => {
  expect(await generatedDigests(pattern)).toBe(GOLDEN[pattern]);
});
