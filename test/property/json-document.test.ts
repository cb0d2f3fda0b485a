import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocuments } from '../../ts/core/trace/readers/json-document.js';
import { Reading } from '../../ts/core/trace/readers/reading.js';
import { inChunks } from '../trace-sources.js';

/** What a reader is given, with the paths under which it comes. */
async function visited(
  text: string,
  cuts: readonly number[] = [],
): Promise<{ values: [string, unknown][]; bad: number }> {
  const values: [string, unknown][] = [];
  const reading = new Reading({ skipBad: true });
  const source = inChunks('d.json', new TextEncoder().encode(text), cuts);
  await readDocuments(source, reading, {
    value: (path, value) => values.push([path, value]),
    end: () => values.push(['end', undefined]),
  });
  return { values, bad: reading.badRows };
}

/** The same, from the document as a whole. */
function expected(document: Record<string, unknown>): [string, unknown][] {
  const values: [string, unknown][] = [];
  for (const [key, value] of Object.entries(document)) {
    if (['results', 'events', 'resourceMetrics', 'MetricDataResults'].includes(key) && Array.isArray(value)) {
      for (const one of value) values.push([`${key}[]`, one]);
    } else if (key === 'data' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [below, inner] of Object.entries(value)) {
        if (below === 'result' && Array.isArray(inner)) for (const one of inner) values.push(['data.result[]', one]);
        else values.push([`data.${below}`, inner]);
      }
    } else values.push([key, value]);
  }
  return [...values, ['end', undefined]];
}

const KEYS = fc.constantFrom('results', 'events', 'resourceMetrics', 'data', 'status', 'a "b\\', 'ü');
const DATA = fc.dictionary(fc.constantFrom('result', 'resultType', 'x'), fc.jsonValue({ maxDepth: 2 }), {
  noNullPrototype: true,
});
const VALUES = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }), DATA);
const DOCUMENTS = fc.dictionary(KEYS, VALUES, { noNullPrototype: true });

test('any document is given as JSON.parse has it, however it is broken into lines and chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(DOCUMENTS, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(undefined, 1, 4),
      fc.array(fc.nat({ max: 400 }), { maxLength: 8 }),
      async (documents, indent, cuts) => {
        const parsed = documents.map((document) => JSON.parse(JSON.stringify(document)));
        const text = documents.map((document) => JSON.stringify(document, null, indent)).join('\n');
        expect(await visited(text, cuts)).toEqual({ values: parsed.flatMap(expected), bad: 0 });
      },
    ),
    { numRuns: 300 },
  );
});

test('a document that is cut or damaged is one bad row, and never more than was there', async () => {
  await fc.assert(
    fc.asyncProperty(DOCUMENTS, fc.nat(), fc.string({ maxLength: 2 }), async (document, place, put) => {
      const text = JSON.stringify(document);
      const at = place % text.length;
      const whole = await visited(text);
      const cut = await visited(text.slice(0, at));
      expect(cut.bad).toBe(at === 0 ? 0 : 1);
      expect(whole.values.slice(0, cut.values.length)).toEqual(cut.values);
      const damaged = await visited(text.slice(0, at) + put + text.slice(at));
      expect(damaged.bad).toBeLessThanOrEqual(1);
    }),
    { numRuns: 300 },
  );
});
