import { expect, test } from 'vitest';
import { readTrace } from '../../ts/core/trace/index.js';
import { TRACE_CASES } from '../trace-cases.js';
import { gzip, read } from '../trace-sources.js';

test.each(TRACE_CASES)('$name: the digest stays what it is', async ({ name, content, digest }) => {
  const reading = await read(content);
  expect(reading.format).toBe(name);
  expect(reading.digest).toBe(digest);
  expect((await readTrace(gzip('packed', content))).digest).toBe(digest);
});
