/** What a store remembers beside samples, and what it promises, on each kind of database. */
import { openStore, type Page, type PageQuery, type Store, type StoreOptions } from 'isotherm-server/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { all, audit, call, codeOf, count, DAY, embedded, postgresql, receipt, TICK_MS, totals } from '../stores.js';

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
  let options: StoreOptions;
  let store: Store;

  // An embedded database takes seconds to make: the tests share one, each with functions of its own.
  beforeAll(async () => {
    await kind.begin();
    options = kind.empty();
    store = await openStore(options);
  });
  afterAll(async () => {
    await store.close();
    await kind.end();
  });

  /** The same store, opened again. */
  async function reopen(): Promise<void> {
    await store.close();
    store = await openStore(options);
  }

  test('commits a tick once, with all that belongs to it', async () => {
    const state = (byte: number) => new Uint8Array(5000).fill(byte);
    const commit = {
      tick: 100,
      atMs: DAY + 100 * TICK_MS,
      receipts: [receipt('tick', 100, { s: 'é\u0000\u{1f600}', n: [1e-300, 0.1, null, true] }), receipt('tock', 100)],
      events: [{ id: 'e100', atMs: DAY, kind: 'demoted', functionKey: null, detail: { why: 'x' } }],
      totals: [{ functionKey: 'tick', ours: totals(1), compared: totals(2) }],
      checkpoints: [{ functionKey: 'tick', state: state(1) }],
    };
    const lastBefore = await store.lastTick();
    expect(lastBefore).toBeLessThan(100);
    expect(await store.commitTick(commit)).toBe(true);
    expect(await store.commitTick(commit)).toBe(false);
    expect(await store.commitTick({ ...commit, tick: 99, receipts: [receipt('tick', 99)] })).toBe(false);
    expect(
      await store.commitTick({
        ...commit,
        tick: 101,
        receipts: commit.receipts,
        checkpoints: [{ functionKey: 'tick', state: state(2) }],
      }),
    ).toBe(true);
    await reopen();
    expect(await store.lastTick()).toBe(101);
    expect(await store.receipt('tick@100')).toEqual(commit.receipts[0]);
    expect(await store.receipt('tick@99')).toBeUndefined();
    const { body: _, ...row } = commit.receipts[0]!;
    expect(await store.receipts({ functionKey: 'tick' })).toEqual({ rows: [row], cursor: null });
    expect(await store.events({ kind: 'demoted' })).toEqual({ rows: commit.events, cursor: null });
    expect((await all(store.checkpoints())).filter(({ functionKey }) => functionKey === 'tick')).toEqual([
      { functionKey: 'tick', tick: 101, state: state(2) },
    ]);
    // The first of the day is its anchor.
    expect(await store.checkpointAt('tick', 100)).toEqual({ functionKey: 'tick', tick: 100, state: state(1) });
    expect(await store.checkpointAt('tick', 5000)).toMatchObject({ tick: 101 });
    expect(await store.checkpointAt('tick', 99)).toBeUndefined();
    expect(await store.checkpointAt('never seen', 99)).toBeUndefined();
  });

  test('says what each day came to', async () => {
    const commit = async (tick: number, day: number, of: [string, number][]): Promise<void> => {
      const sides = of.map(([functionKey, from]) => ({ functionKey, ours: totals(from), compared: totals(2 * from) }));
      await store.commitTick({
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
    const own = await store.totals('days');
    expect(own.map((one) => [one.day, one.ours.calls, one.compared.calls])).toEqual([
      [day, 30, 60],
      [day + 2, 70, 140],
    ]);
    expect(own[0]!.ours).toEqual(totals(30));
    const sums = (await store.totals()).filter((one) => one.day >= day);
    expect(sums.map((one) => [one.day, one.ours.calls])).toEqual([
      [day, 31],
      [day + 2, 74],
    ]);
    expect(await store.totals('never seen')).toEqual([]);
  });

  test('lists by pages, newest first, and nothing twice while rows are added', async () => {
    const commit = (tick: number, keys: readonly string[]): Promise<boolean> =>
      store.commitTick({
        ...{ tick, atMs: DAY, events: [], totals: [], checkpoints: [] },
        receipts: keys.map((key) => receipt(key, tick)),
      });
    const keys = Array.from({ length: 25 }, (_, i) => `page ${String(i).padStart(2, '0')}`);
    for (const tick of [20_001, 20_002, 20_003, 20_004]) await commit(tick, keys);
    const found = await pages(async (query) => {
      const page = await store.receipts({ ...query, fromMs: DAY + 20_000 * TICK_MS });
      await commit((await store.lastTick()) + 1, ['page new']);
      return page;
    }, 7);
    const ids = found.flat().map(({ id }) => id);
    expect(found.map((page) => page.length)).toEqual([...Array(14).fill(7), 2]);
    expect(ids).toEqual(
      [20_004, 20_003, 20_002, 20_001].flatMap((tick) => keys.toReversed().map((key) => `${key}@${tick}`)),
    );
    const between = { fromMs: DAY + 20_002 * TICK_MS, toMs: DAY + 20_003 * TICK_MS };
    expect((await store.receipts({ functionKey: 'page 03', ...between })).rows.map(({ id }) => id)).toEqual([
      'page 03@20002',
    ]);
    expect((await store.receipts({ kind: 'none' })).rows).toEqual([]);
    expect((await store.receipts({ functionKey: 'never seen' })).rows).toEqual([]);
    const named = (await pages((query) => store.functions({ ...query, q: 'PAGE 1' }), 3)).flat();
    expect(named.map(({ functionKey }) => functionKey)).toEqual(keys.slice(10, 20));
    for (const query of [{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }]) {
      expect(await codeOf(store.receipts(query))).toBe('OUT_OF_RANGE');
    }
    for (const cursor of [
      '',
      'x',
      Buffer.from('["a"]').toString('base64url'),
      Buffer.from('[1,"\\u0000"]').toString('base64url'),
    ]) {
      expect(await codeOf(store.receipts({ cursor }))).toBe('BAD_ARGUMENT');
      expect(await codeOf(store.functions({ cursor }))).toMatch(cursor.startsWith('WyJh') ? /did not/ : /BAD_ARGUMENT/);
    }
  });

  test('remembers settings, keys and who changed them', async () => {
    expect(await store.rememberMeta('epochMs', '5')).toBe('5');
    expect(await store.rememberMeta('epochMs', '6')).toBe('5');
    await store.setSetting('limits', { functions: { 'ä"\'': { maxInstances: 3 } } }, audit('limits.set'));
    await store.setSetting('pause', true, audit('pause'));
    await store.setSetting('pause', undefined, audit('resume'));
    const key = { id: 'k1', name: 'grafana', role: 'read', hash: 'abc', createdMs: DAY } as const;
    await store.addKey(key, audit('key.created'));
    await store.addKey(key, audit('key.created'));
    expect(await codeOf(store.addKey({ ...key, id: 'k2' }, audit('key.created')))).not.toBe('it did not fail');
    expect(await store.revokeKey('k1', { ...audit('key.revoked'), atMs: DAY + 1 })).toBe(true);
    expect(await store.revokeKey('k1', audit('key.revoked'))).toBe(false);
    await store.appendAudit(audit('looked'));
    await reopen();
    expect(await store.meta('epochMs')).toBe('5');
    expect(await store.meta('none')).toBeUndefined();
    expect([...(await store.settings())]).toEqual([['limits', { functions: { 'ä"\'': { maxInstances: 3 } } }]]);
    expect(await store.keys()).toEqual([{ ...key, revokedMs: DAY + 1 }]);
    expect(await store.keyByHash('abc')).toMatchObject({ id: 'k1' });
    expect(await store.keyByHash('other')).toBeUndefined();
    const entries = (await pages((query) => store.audit(query), 2)).flat();
    expect(entries.map(({ action }) => action)).toEqual([
      'looked',
      'key.revoked',
      'key.created',
      'resume',
      'pause',
      'limits.set',
    ]);
    expect(entries[0]).toEqual({ ...audit('looked'), id: expect.any(Number) });
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
      expect(await codeOf(store.acceptSamples([call('refused', 1), sample]))).toBe(code);
    }
    expect(await all(store.samples(1, 2 ** 31 - 1, 'refused'))).toEqual([]);
  });

  test('lets go of samples, not of what they came to', async () => {
    const hours = Array.from({ length: 60 }, (_, h) => [
      call('old', h * HOUR, { durationMs: 7 }),
      count('old', h * HOUR + TICK_MS, 2, { durationMs: 3, coldStarts: 1 }),
    ]).flat();
    await store.acceptSamples(hours);
    await store.acceptSamples(Array.from({ length: 80 }, (_, i) => count(`old fleet ${i}`, 0, i % 2)));
    const before = await store.minutes('old', DAY, DAY + 60 * HOUR);
    expect(before).toHaveLength(60);
    const last = await store.lastTick();
    const nowMs = DAY + 60 * HOUR;
    // No tick of that time was committed: nothing may go.
    const nothing = { samples: 0, minutes: 0, gaps: 0, events: 0, anchors: 0, receipts: 0 };
    expect(await store.expire(nowMs - 1000 * HOUR, RETENTION)).toEqual(nothing);
    const commit = {
      receipts: [],
      events: [],
      totals: [],
      checkpoints: [{ functionKey: 'old', state: Uint8Array.of(1) }],
    };
    for (const day of [0, 1, 2, 3]) {
      await store.commitTick({ ...commit, tick: last + 1 + day, atMs: DAY + day * 24 * HOUR + last + 1 });
    }
    const expired = await store.expire(nowMs, RETENTION);
    expect(expired.samples).toBeGreaterThan(100);
    expect(await store.minutes('old', DAY, DAY + 60 * HOUR)).toEqual(before);
    expect(await all(store.samples(1, 1))).toEqual([]);
    expect(await store.minutes('old fleet 1', DAY, DAY + HOUR)).toEqual([
      { atMs: DAY, calls: 1, durationMs: 0, coldStarts: 0 },
    ]);
    expect(await store.minutes('old fleet 2', DAY, DAY + HOUR)).toEqual([]);
    expect(await store.acceptSamples([call('old', 11 * HOUR), call('old', 13 * HOUR + 1)])).toEqual([
      'expired',
      'accepted',
    ]);
    expect(await store.receipt('tick@100')).toMatchObject({ functionKey: 'tick' });
    await reopen();
    expect(await store.acceptSamples([call('old', 11 * HOUR)])).toEqual(['expired']);
    // Again over what is packed already.
    await store.expire(nowMs, RETENTION);
    expect(await store.minutes('old', DAY, DAY + 13 * HOUR)).toEqual(before.slice(0, 13));
    const much = await store.expire(nowMs + 100 * 24 * HOUR, RETENTION);
    expect(much.minutes).toBeGreaterThan(0);
    expect(much.anchors).toBeGreaterThan(0);
    expect((await store.events({})).rows).toEqual([]);
    expect(await store.minutes('old', DAY, DAY + 60 * HOUR)).toEqual([]);
    expect(await store.receipt('tick@100')).toMatchObject({ functionKey: 'tick' });
    expect(await all(store.checkpoints())).not.toEqual([]);
  });

  test('belongs to one process', async () => {
    expect(await codeOf(openStore(options))).toBe('STORE_LOCKED');
    await expect(openStore(options)).rejects.toThrow(/has this store open/);
    expect(await store.lastTick()).toBeGreaterThan(0);
  });

  test('is closed once and for all', async () => {
    await store.close();
    await store.close();
    expect(await codeOf(store.ping())).toBe('CLOSED_HANDLE');
    expect(await codeOf(store.acceptSamples([call('a', 1)]))).toBe('CLOSED_HANDLE');
    store = await openStore(options);
    expect(store.health()).toEqual({ state: 'up' });
  });
});
