import { expect, test } from 'vitest';
import { PATTERNS } from '../../ts/core/trace/index.js';
import { GOLDEN, generatedDigests } from './generate-golden.js';

test.each(PATTERNS)('%s has the bytes it always had', async (pattern) => {
  expect(await generatedDigests(pattern)).toBe(GOLDEN[pattern]);
});
