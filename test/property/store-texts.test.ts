/** Any text comes back as it was given, or is refused by its code; none is ever read as SQL. */
import fc from 'fast-check';
import { inFeedOrder, openStore, type Store, type StoredSample } from 'isotherm-server/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { all, call, codeOf, count, DAY, embedded, postgresql, receipt } from '../stores.js';

/** What has broken programs before, and any string of UTF-16 units at all. */
const text = fc.oneof(
  fc.constantFrom(
    ...[
      "'; drop table isotherm.samples; --",
      '$1',
      '$$',
      '{',
      '}',
      '{"NULL"}',
      'NULL',
      'null',
      '\\',
      '\\N',
      '"',
      '""',
      "'",
      "\\'",
    ],
    ...[
      '%',
      '_',
      ',',
      ' ',
      '\t\n\r',
      '\u0000',
      'a\u0000',
      '\ud800',
      '\udc00x',
      '\ufeff',
      '\u202e',
      '\u{10ffff}',
      'ß',
      'İ',
      'é',
      'e\u0301',
    ],
    ...['x'.repeat(512), 'x'.repeat(513), '\u{1f600}'.repeat(256), '', '__proto__', 'constructor', '-0', '1e999'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);

const isStorable = (value: string): boolean =>
  value !== '' &&
  value.length <= 512 &&
  !value.startsWith('\ufeff') &&
  !value.includes('\0') &&
  !/\p{Surrogate}/u.test(value);

describe.each([embedded(), postgresql()])('texts in $name', (kind) => {
  let store: Store;
  let run = 0;

  beforeAll(async () => {
    await kind.begin();
    store = await openStore(kind.empty());
  });
  afterAll(async () => {
    await store.close();
    await kind.end();
  });

  test('function keys, ids and bodies', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (functionKey, id, words) => {
        run += 1;
        const given = [call(functionKey, run, { id, tick: run }), count(functionKey, run, 1, { tick: run })];
        const tick = { tick: run, atMs: DAY, events: [], totals: [], checkpoints: [] };
        const proof = { ...receipt(functionKey, run, { [words]: words }), id: `${run} ${id}` };
        if (!isStorable(functionKey) || !isStorable(id)) {
          expect(await codeOf(store.acceptSamples(given))).toBe('BAD_ARGUMENT');
          return;
        }
        expect(await store.acceptSamples(given)).toEqual(['accepted', 'accepted']);
        expect(await store.acceptSamples(given)).toEqual(['duplicate', 'duplicate']);
        expect(await all(store.samples(run, run, functionKey))).toEqual(given);
        if (`${run} ${id}`.length > 512) return;
        await store.commitTick({ ...tick, receipts: [proof] });
        expect(await store.receipt(proof.id)).toEqual(JSON.parse(JSON.stringify(proof)));
        if (isStorable(words)) expect((await store.receipts({ functionKey, kind: words })).rows).toEqual([]);
        const { rows } = await store.functions({ q: functionKey, limit: 1000 });
        expect(rows.map((row) => row.functionKey)).toContain(functionKey);
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  test('the order of ids is one in memory and in the database', async () => {
    const ids = fc.uniqueArray(text.filter(isStorable), { minLength: 2, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(ids, async (some) => {
        run += 1;
        const given: StoredSample[] = some.map((id) => call('ordered', run, { id, tick: 1_000_000 + run }));
        await store.acceptSamples(given);
        const found = await all(store.samples(1_000_000 + run, 1_000_000 + run));
        expect(found).toEqual(given.toSorted(inFeedOrder));
      }),
      { numRuns: 40, seed: 12 },
    );
  });
});
