/** A store that moves to another database. */
import { copyStore, openStore, type Store } from 'isotherm-server/store';
import { expect, test } from 'vitest';
import { all, audit, call, codeOf, count, DAY, embedded, postgresql, receipt, totals } from '../stores.js';

test('moves from a folder to PostgreSQL and back', async ({ skip }) => {
  const [folder, server] = [embedded(), postgresql()];
  skip(server.missing !== undefined, server.missing);
  try {
    await server.begin();
    const [first, second, third] = [folder.empty(), server.empty(), folder.empty()];
    const store = await openStore(first);
    const fleet = Array.from({ length: 100 }, (_, i) => count(`fleet ${i}`, 0, i % 3, { durationMs: i / 7 }));
    await store.acceptSamples([...fleet, call('moved \\ "x"', 5, { id: 'NULL', coldStart: true })]);
    const bytes = new Uint8Array(256).map((_, i) => i);
    await store.commitTick({
      ...{ tick: 1, atMs: DAY, receipts: [receipt('moved', 1)], events: [] },
      totals: [{ functionKey: 'moved', ours: totals(0.1), compared: totals(1e-9) }],
      checkpoints: [{ functionKey: 'moved', tick: 1, state: bytes, isAnew: false }],
    });
    await store.setSetting('pause', true, audit('pause'));
    const everything = async (of: Store) => ({
      samples: await all(of.samples(1, 99)),
      checkpoints: await all(of.checkpoints()),
      receipts: (await of.receipts({})).rows,
      receipt: await of.receipt('moved@1'),
      totals: await of.totals(),
      settings: [...(await of.settings())],
      audit: (await of.audit({})).rows,
      functions: (await of.functions({})).rows,
      lastTick: await of.lastTick(),
    });
    const before = await everything(store);
    expect(before.samples).toHaveLength(101);
    await store.close();
    expect(await copyStore(first, second)).toMatchObject({ functions: 102, samples: 1, count_packs: 1, receipts: 1 });
    await copyStore(second, third);
    expect(await codeOf(copyStore(first, second))).toBe('BAD_STATE');
    for (const options of [second, third]) {
      const moved = await openStore(options);
      expect(await everything(moved)).toEqual(before);
      // New rows get new numbers.
      expect(await moved.acceptSamples([call('new', 1), ...fleet.slice(0, 1)])).toEqual(['accepted', 'duplicate']);
      await moved.appendAudit(audit('moved'));
      await moved.close();
    }
  } finally {
    await server.end();
    await folder.end();
  }
});

test('large rows go one page of bytes at a time', async ({ skip }) => {
  const [folder, server] = [embedded(), postgresql()];
  skip(server.missing !== undefined, server.missing);
  try {
    await server.begin();
    const [from, to] = [folder.empty(), server.empty()];
    const store = await openStore(from);
    // Of three, two are more than a page; the small ones behind them are not left out.
    const body = (i: number): Uint8Array =>
      new Uint8Array(i < 3 ? 5 << 20 : 10).map((_, at) => (at * 2654435761) >> (8 + i));
    const parts = Array.from({ length: 8 }, (_, i) => ({ digest: `d${i}`, body: body(i) }));
    const placement = { id: 'placement-x-1', tick: 1, atMs: DAY, decision: {}, body: {} };
    await store.commitPlacement({ placement, parts });
    await store.close();
    expect(await copyStore(from, to)).toMatchObject({ placements: 1, placement_parts: 8 });
    const moved = await openStore(to);
    for (const { digest, body: before } of parts) {
      const after = await moved.placementPart(digest);
      expect(Buffer.compare(after!, before)).toBe(0);
    }
    await moved.close();
  } finally {
    await server.end();
    await folder.end();
  }
});

test('a store is in one place', async () => {
  expect(await codeOf(openStore({ path: '/x', databaseUrl: 'postgresql://h/d' }))).toBe('BAD_ARGUMENT');
  expect(await codeOf(openStore({ databaseUrl: 'mysql://secret@h/d' }))).toBe('BAD_ARGUMENT');
});
