/** What a store remembers beside samples, and what it promises, on each kind of database. */
import { openStore, type Page, type PageQuery } from 'isotherm-server/store';
import { describe, expect, test } from 'vitest';
import {
  all,
  audit,
  call,
  codeOf,
  count,
  DAY,
  embedded,
  postgresql,
  receipt,
  sharedStore,
  TICK_MS,
  totals,
} from '../stores.js';

const HOUR = 3_600_000;
const RETENTION = { callsMs: 48 * HOUR, minutesMs: 90 * 24 * HOUR };

/** All pages of a list. */
async function pages<Row>(read: (query: PageQuery) => Promise<Page<Row>>, limit: number): Promise<Row[][]> {
  const found: Row[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(page.rows);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe.each([embedded(), postgresql()])('a store in $name', (kind) => {
  const shared = sharedStore(kind);

  test('commits a tick once, with all that belongs to it', async () => {
    const state = (byte: number) => new Uint8Array(5000).fill(byte);
    const commit = {
      tick: 100,
      atMs: DAY + 100 * TICK_MS,
      receipts: [receipt('tick', 100, { s: 'é\u0000\u{1f600}', n: [1e-300, 0.1, null, true] }), receipt('tock', 100)],
      events: [{ id: 'e100', atMs: DAY, kind: 'demoted', functionKey: null, detail: { why: 'x' } }],
      totals: [{ functionKey: 'tick', ours: totals(1), compared: totals(2) }],
      checkpoints: [{ functionKey: 'tick', tick: 100, state: state(1), isAnew: false }],
    };
    const lastBefore = await shared.store.lastTick();
    expect(lastBefore).toBeLessThan(100);
    expect(await shared.store.commitTick(commit)).toBe(true);
    expect(await shared.store.commitTick(commit)).toBe(false);
    expect(await shared.store.commitTick({ ...commit, tick: 99, receipts: [receipt('tick', 99)] })).toBe(false);
    expect(
      await shared.store.commitTick({
        ...commit,
        tick: 101,
        receipts: commit.receipts,
        checkpoints: [{ functionKey: 'tick', tick: 101, state: state(2), isAnew: false }],
      }),
    ).toBe(true);
    await shared.reopen();
    expect(await shared.store.lastTick()).toBe(101);
    expect(await shared.store.receipt('tick@100')).toEqual(commit.receipts[0]);
    expect(await shared.store.receipt('tick@99')).toBeUndefined();
    const { body: _, ...row } = commit.receipts[0]!;
    expect(await shared.store.receipts({ functionKey: 'tick' })).toEqual({ rows: [row], cursor: null });
    expect(await shared.store.events({ kind: 'demoted' })).toEqual({ rows: commit.events, cursor: null });
    expect((await all(shared.store.checkpoints())).filter(({ functionKey }) => functionKey === 'tick')).toEqual([
      { functionKey: 'tick', tick: 101, state: state(2) },
    ]);
    // The first of the day is its anchor.
    expect(await shared.store.checkpointAt('tick', 100)).toEqual({ functionKey: 'tick', tick: 100, state: state(1) });
    expect(await shared.store.checkpointAt('tick', 5000)).toMatchObject({ tick: 101 });
    expect(await shared.store.checkpointAt('tick', 99)).toBeUndefined();
    expect(await shared.store.checkpointAt('never seen', 99)).toBeUndefined();
  });

  test('keeps states of any length', async () => {
    const lengths = [0, 1, 255, 256, 1023, 1024, 1025, 70_000];
    const tick = (await shared.store.lastTick()) + 1;
    const checkpoints = lengths.map((length) => ({
      functionKey: `of ${length} bytes`,
      tick,
      state: Uint8Array.from({ length }, (_, i) => (i * i) % 251),
      isAnew: false,
    }));
    const commit = { tick, atMs: DAY + tick * TICK_MS, receipts: [], events: [], totals: [], checkpoints };
    expect(await shared.store.commitTick(commit)).toBe(true);
    await shared.reopen();
    for (const { functionKey, state } of checkpoints) {
      expect(await shared.store.checkpointAt(functionKey, tick)).toEqual({ functionKey, tick, state });
    }
  });

  test('says what each day came to', async () => {
    const commit = async (tick: number, day: number, of: [string, number][]): Promise<void> => {
      const sides = of.map(([functionKey, from]) => ({ functionKey, ours: totals(from), compared: totals(2 * from) }));
      await shared.store.commitTick({
        tick,
        atMs: DAY + day * 24 * HOUR,
        receipts: [],
        events: [],
        totals: sides,
        checkpoints: [],
      });
    };
    await commit(3000, 1, [
      ['days', 10],
      ['days too', 1],
    ]);
    await commit(3001, 1, [['days', 30]]);
    await commit(9000, 3, [
      ['days', 100],
      ['days too', 5],
    ]);
    const day = DAY / (24 * HOUR) + 1;
    const own = await shared.store.totals('days');
    expect(own.map((one) => [one.day, one.ours.calls, one.compared.calls])).toEqual([
      [day, 30, 60],
      [day + 2, 70, 140],
    ]);
    expect(own[0]!.ours).toEqual(totals(30));
    const sums = (await shared.store.totals()).filter((one) => one.day >= day);
    expect(sums.map((one) => [one.day, one.ours.calls])).toEqual([
      [day, 31],
      [day + 2, 74],
    ]);
    expect(await shared.store.totals('never seen')).toEqual([]);
  });

  test('lists by pages, newest first, and nothing twice while rows are added', async () => {
    const commit = (tick: number, keys: readonly string[]): Promise<boolean> =>
      shared.store.commitTick({
        ...{ tick, atMs: DAY, events: [], totals: [], checkpoints: [] },
        receipts: keys.map((key) => receipt(key, tick)),
      });
    const keys = Array.from({ length: 25 }, (_, i) => `page ${String(i).padStart(2, '0')}`);
    for (const tick of [20_001, 20_002, 20_003, 20_004]) await commit(tick, keys);
    const found = await pages(async (query) => {
      const page = await shared.store.receipts({ ...query, fromMs: DAY + 20_000 * TICK_MS });
      await commit((await shared.store.lastTick()) + 1, ['page new']);
      return page;
    }, 7);
    const ids = found.flat().map(({ id }) => id);
    expect(found.map((page) => page.length)).toEqual([...Array(14).fill(7), 2]);
    expect(ids).toEqual(
      [20_004, 20_003, 20_002, 20_001].flatMap((tick) => keys.toReversed().map((key) => `${key}@${tick}`)),
    );
    const between = { fromMs: DAY + 20_002 * TICK_MS, toMs: DAY + 20_003 * TICK_MS };
    expect((await shared.store.receipts({ functionKey: 'page 03', ...between })).rows.map(({ id }) => id)).toEqual([
      'page 03@20002',
    ]);
    expect((await shared.store.receipts({ kind: 'none' })).rows).toEqual([]);
    expect((await shared.store.receipts({ functionKey: 'never seen' })).rows).toEqual([]);
    const named = (await pages((query) => shared.store.functions({ ...query, q: 'PAGE 1' }), 3)).flat();
    expect(named.map(({ functionKey }) => functionKey)).toEqual(keys.slice(10, 20));
    for (const query of [{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }]) {
      expect(await codeOf(shared.store.receipts(query))).toBe('OUT_OF_RANGE');
    }
    for (const cursor of [
      '',
      'x',
      Buffer.from('["a"]').toString('base64url'),
      Buffer.from('[1,"\\u0000"]').toString('base64url'),
    ]) {
      expect(await codeOf(shared.store.receipts({ cursor }))).toBe('BAD_ARGUMENT');
      expect(await codeOf(shared.store.functions({ cursor }))).toMatch(
        cursor.startsWith('WyJh') ? /did not/ : /BAD_ARGUMENT/,
      );
    }
  });

  test('remembers settings, keys and who changed them', async () => {
    expect(await shared.store.rememberMeta('epochMs', '5')).toBe('5');
    expect(await shared.store.rememberMeta('epochMs', '6')).toBe('5');
    await shared.store.setSetting('limits', { functions: { 'ä"\'': { maxInstances: 3 } } }, audit('limits.set'));
    await shared.store.setSetting('pause', true, audit('pause'));
    await shared.store.setSetting('pause', undefined, audit('resume'));
    const key = { id: 'k1', name: 'grafana', role: 'read', hash: 'abc', createdMs: DAY } as const;
    await shared.store.addKey(key, audit('key.created'));
    await shared.store.addKey(key, audit('key.created'));
    expect(await codeOf(shared.store.addKey({ ...key, id: 'k2' }, audit('key.created')))).not.toBe('it did not fail');
    expect(await shared.store.revokeKey('k1', { ...audit('key.revoked'), atMs: DAY + 1 })).toBe(true);
    expect(await shared.store.revokeKey('k1', audit('key.revoked'))).toBe(false);
    await shared.store.appendAudit(audit('looked'));
    await shared.reopen();
    // An answer may have got lost.
    await shared.store.appendAudit(audit('looked'));
    await shared.store.appendAudit({ ...audit('looked'), atMs: DAY + 2 });
    await shared.store.appendAudit({ ...audit('looked'), atMs: DAY + 2, detail: { y: 2 } });
    expect(await shared.store.meta('epochMs')).toBe('5');
    expect(await shared.store.meta('none')).toBeUndefined();
    expect([...(await shared.store.settings())]).toEqual([['limits', { functions: { 'ä"\'': { maxInstances: 3 } } }]]);
    expect(await shared.store.keys()).toEqual([{ ...key, revokedMs: DAY + 1 }]);
    expect(await shared.store.keyByHash('abc')).toMatchObject({ id: 'k1' });
    expect(await shared.store.keyByHash('other')).toBeUndefined();
    const entries = (await pages((query) => shared.store.audit(query), 2)).flat();
    expect(entries.map(({ action }) => action)).toEqual([
      'looked',
      'looked',
      'looked',
      'key.revoked',
      'key.created',
      'resume',
      'pause',
      'limits.set',
    ]);
    expect(entries[2]).toEqual({ ...audit('looked'), id: expect.any(Number) });
  });

  test('refuses what no database holds, and what cannot be', async () => {
    const bad = [
      [call('a\0b', 1), 'BAD_ARGUMENT'],
      [call('', 1), 'BAD_ARGUMENT'],
      [call('\ud800', 1), 'BAD_ARGUMENT'],
      [call('x'.repeat(513), 1), 'BAD_ARGUMENT'],
      [call('a', 1, { id: '\0' }), 'BAD_ARGUMENT'],
      [call('a', Number.NaN), 'OUT_OF_RANGE'],
      [call('a', 1, { atMs: 9e15 }), 'OUT_OF_RANGE'],
      [call('a', 1, { durationMs: -1 }), 'OUT_OF_RANGE'],
      [call('a', 1, { durationMs: Number.POSITIVE_INFINITY }), 'OUT_OF_RANGE'],
      [call('a', 1, { tick: 0 }), 'OUT_OF_RANGE'],
      [call('a', 1, { tick: 2 ** 31 }), 'OUT_OF_RANGE'],
      [count('a', 1, 1.5), 'OUT_OF_RANGE'],
      [count('a', 1, 2 ** 31), 'OUT_OF_RANGE'],
      [count('a', 1, 1, { toMs: DAY }), 'OUT_OF_RANGE'],
      [count('a', 1, 1, { toMs: DAY + 25 * HOUR }), 'OUT_OF_RANGE'],
    ] as const;
    for (const [sample, code] of bad) {
      expect(await codeOf(shared.store.acceptSamples([call('refused', 1), sample]))).toBe(code);
    }
    expect(await all(shared.store.samples(1, 2 ** 31 - 1, 'refused'))).toEqual([]);
  });

  test('lets go of samples, not of what they came to', async () => {
    const hours = Array.from({ length: 60 }, (_, h) => [
      call('old', h * HOUR, { durationMs: 7 }),
      count('old', h * HOUR + TICK_MS, 2, { durationMs: 3, coldStarts: 1 }),
    ]).flat();
    await shared.store.acceptSamples(hours);
    await shared.store.acceptSamples(Array.from({ length: 80 }, (_, i) => count(`old fleet ${i}`, 0, i % 2)));
    const before = await shared.store.minutes('old', DAY, DAY + 60 * HOUR);
    expect(before).toHaveLength(60);
    const last = await shared.store.lastTick();
    const nowMs = DAY + 60 * HOUR;
    // No tick of that time was committed: nothing may go.
    const nothing = { samples: 0, minutes: 0, gaps: 0, events: 0, anchors: 0, receipts: 0, placementParts: 0 };
    expect(await shared.store.expire(nowMs - 1000 * HOUR, RETENTION)).toEqual(nothing);
    for (const day of [0, 1, 2, 3]) {
      const tick = last + 1 + day;
      await shared.store.commitTick({
        ...{ tick, atMs: DAY + day * 24 * HOUR + last + 1, receipts: [], events: [], totals: [] },
        checkpoints: [{ functionKey: 'old', tick, state: Uint8Array.of(1), isAnew: false }],
      });
    }
    const expired = await shared.store.expire(nowMs, RETENTION);
    expect(expired.samples).toBeGreaterThan(100);
    expect(await shared.store.minutes('old', DAY, DAY + 60 * HOUR)).toEqual(before);
    expect(await all(shared.store.samples(1, 1))).toEqual([]);
    expect(await shared.store.minutes('old fleet 1', DAY, DAY + HOUR)).toEqual([
      { atMs: DAY, calls: 1, durationMs: 0, coldStarts: 0 },
    ]);
    expect(await shared.store.minutes('old fleet 2', DAY, DAY + HOUR)).toEqual([]);
    expect(await shared.store.acceptSamples([call('old', 11 * HOUR), call('old', 13 * HOUR + 1)])).toEqual([
      'expired',
      'accepted',
    ]);
    expect(await shared.store.receipt('tick@100')).toMatchObject({ functionKey: 'tick' });
    await shared.reopen();
    expect(await shared.store.acceptSamples([call('old', 11 * HOUR)])).toEqual(['expired']);
    // Again over what is packed already.
    await shared.store.expire(nowMs, RETENTION);
    expect(await shared.store.minutes('old', DAY, DAY + 13 * HOUR)).toEqual(before.slice(0, 13));
    const much = await shared.store.expire(nowMs + 100 * 24 * HOUR, RETENTION);
    expect(much.minutes).toBeGreaterThan(0);
    expect(much.anchors).toBeGreaterThan(0);
    expect((await shared.store.events({})).rows).toEqual([]);
    expect(await shared.store.minutes('old', DAY, DAY + 60 * HOUR)).toEqual([]);
    expect(await shared.store.receipt('tick@100')).toMatchObject({ functionKey: 'tick' });
    expect(await all(shared.store.checkpoints())).not.toEqual([]);
  });

  test('belongs to one process', async () => {
    expect(await codeOf(openStore(shared.options))).toBe('STORE_LOCKED');
    await expect(openStore(shared.options)).rejects.toThrow(/has this store open/);
    expect(await shared.store.lastTick()).toBeGreaterThan(0);
  });

  test('is closed once and for all', async () => {
    await shared.store.close();
    await shared.store.close();
    expect(await codeOf(shared.store.ping())).toBe('CLOSED_HANDLE');
    expect(await codeOf(shared.store.acceptSamples([call('a', 1)]))).toBe('CLOSED_HANDLE');
    await shared.reopen();
    expect(shared.store.health()).toEqual({ state: 'up' });
  });

  test('keeps decisions about placement, and each part that they share once', async () => {
    const part = (digest: string, byte: number) => ({ digest, body: new Uint8Array(3000).fill(byte) });
    const commit = (tick: number, parts: ReturnType<typeof part>[]) => ({
      placement: {
        id: `placement-${tick}`,
        tick,
        atMs: DAY + tick * HOUR,
        decision: { reason: `so ${tick}` },
        body: { tick, 'ä"\'': [null, 1e-9] },
      },
      parts,
    });
    const { store } = shared;
    await store.commitPlacement(commit(1, [part('files', 1), part('before', 2), part('after', 3)]));
    // The same again, and one that begins where it ended.
    await store.commitPlacement(commit(1, [part('files', 1), part('before', 2), part('after', 3)]));
    await store.commitPlacement(commit(2, [part('files', 1), part('after', 3), part('later', 4), part('later', 4)]));
    await shared.reopen();
    const listed = (await pages((query) => shared.store.placements(query), 1)).flat();
    expect(listed).toEqual([
      { id: 'placement-2', tick: 2, atMs: DAY + 2 * HOUR, decision: { reason: 'so 2' } },
      { id: 'placement-1', tick: 1, atMs: DAY + HOUR, decision: { reason: 'so 1' } },
    ]);
    expect(await shared.store.placement('placement-1')).toMatchObject({ body: { 'ä"\'': [null, 1e-9] } });
    expect(await shared.store.placement('none')).toBeUndefined();
    expect(new Uint8Array((await shared.store.placementPart('after'))!)).toEqual(part('', 3).body);
    // What the last one had stays, however old: a restart goes on from it.
    const expired = await shared.store.expire(DAY + 1000 * HOUR, RETENTION);
    expect(expired).toMatchObject({ placementParts: 1, receipts: 0 });
    expect(await shared.store.placementPart('before')).toBeUndefined();
    expect(await shared.store.placementPart('files')).toBeDefined();
    const all = await shared.store.expire(DAY + 1000 * HOUR, { ...RETENTION, receiptsMs: HOUR });
    expect(all.receipts).toBeGreaterThanOrEqual(2);
    expect(await shared.store.placement('placement-1')).toBeUndefined();
    expect(await codeOf(shared.store.commitPlacement(commit(0, [])))).toBe('OUT_OF_RANGE');
    expect(await codeOf(shared.store.placement('\0'))).toBe('BAD_ARGUMENT');
  });
});
