import { expect, test } from 'vitest';
import { type ByteSource, readTrace } from '../../ts/core/trace/index.js';
import { TRACE_CASES } from '../trace-cases.js';

/** What a page has: a blob of a file that its user chose. */
const blobSource = (name: string, blob: Blob): ByteSource => ({
  name,
  size: blob.size,
  async *stream() {
    const reader = blob.stream().getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  },
  slice: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
});

const packed = (content: string): Promise<Blob> => {
  return new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
};

test.each(TRACE_CASES)('$name is read as in Node, plain and packed', async ({ name, content, digest }) => {
  const plain = await readTrace(blobSource('trace', new Blob([content])));
  expect(plain.format).toBe(name);
  expect(plain.digest).toBe(digest);
  expect((await readTrace(blobSource('trace.gz', await packed(content)))).digest).toBe(digest);
});

test('a gzip that ends early is found in a browser too', async () => {
  const whole = await packed(TRACE_CASES[0].content);
  await expect(readTrace(blobSource('cut.gz', whole.slice(0, whole.size - 9)))).rejects.toMatchObject({
    code: 'BAD_GZIP',
  });
});

test('a gzip of several members is refused, not read in part', async () => {
  const member = await packed(TRACE_CASES[0].content);
  await expect(readTrace(blobSource('two.gz', new Blob([member, member])))).rejects.toMatchObject({ code: 'BAD_GZIP' });
});
