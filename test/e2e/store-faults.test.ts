/** What becomes of a store when what it stands on goes away, is full, or is something else. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { openStore, type Store } from 'isotherm-server/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { all, call, codeOf, DAY, postgresql, receipt, TICK_MS } from '../stores.js';

const run = promisify(execFile);
const at = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const commitOf = (tick: number) => ({
  ...{ tick, atMs: DAY + tick * TICK_MS, events: [], totals: [], checkpoints: [] },
  receipts: [receipt('f', tick)],
});

/** Asks again and again, as callers do, until it is there; bounded. */
async function eventually<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let i = 0; ; i++) {
    try {
      return await work();
    } catch (thrown) {
      if (i > 200) throw thrown;
      await wait(50);
    }
  }
}

describe('a store in PostgreSQL', () => {
  const kind = postgresql();
  beforeAll(() => kind.begin());
  afterAll(() => kind.end());

  test('says that the server is away, and goes on when it is back', async () => {
    const server = kind.server();
    const store = await openStore(kind.empty());
    await store.acceptSamples([call('f', 1)]);
    await store.commitTick(commitOf(1));
    await server.stop('SIGQUIT');
    const sinceMs = Date.now();
    for (const work of [
      () => store.acceptSamples([call('f', 2)]),
      () => store.commitTick(commitOf(2)),
      () => store.receipts({}),
      () => store.ping(),
      () => store.setSetting('pause', true, { atMs: DAY, actor: 'a', action: 'b', subject: 'c', detail: null }),
    ]) {
      const error = await work().catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', cause: expect.anything() });
      expect(error.message).not.toContain('tester');
    }
    expect(store.health()).toMatchObject({ state: 'down', code: 'STORE_UNAVAILABLE', error: expect.any(String) });
    expect(store.health()).toHaveProperty('sinceMs', expect.closeTo(sinceMs, -5));
    expect(await codeOf(openStore(kind.lastOptions()))).toBe('STORE_UNAVAILABLE');
    await server.start();
    await eventually(() => store.ping());
    expect(await eventually(() => store.acceptSamples([call('f', 1), call('f', 2)]))).toEqual([
      'duplicate',
      'accepted',
    ]);
    expect(await store.commitTick(commitOf(2))).toBe(true);
    expect(store.health()).toEqual({ state: 'up' });
    // The lock came back with the connection.
    expect(await codeOf(openStore(kind.lastOptions()))).toBe('STORE_LOCKED');
    await store.close();
  });

  test('loses nothing when the server is killed, and doubles nothing', async () => {
    const server = kind.server();
    const store = await openStore(kind.empty());
    const promised = new Set<number>();
    let batch = 0;
    let tick = 0;
    for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGKILL'] as const) {
      const killed = wait(150).then(() => server.stop(signal));
      for (let isUp = true; isUp; ) {
        batch += 1;
        const given = Array.from({ length: 50 }, (_, i) => call('g', batch, { ordinal: i }));
        isUp = await store
          .acceptSamples(given)
          .then(() => store.commitTick(commitOf(++tick)))
          .then(
            () => Boolean(promised.add(batch)),
            () => false,
          );
      }
      await killed;
      await server.start();
      await eventually(() => store.ping());
      // As a caller would that had no answer.
      await eventually(() =>
        store.acceptSamples(Array.from({ length: 50 }, (_, i) => call('g', batch, { ordinal: i }))),
      );
      await eventually(() => store.commitTick(commitOf(tick)));
    }
    expect(promised.size).toBeGreaterThan(3);
    const found = await all(store.samples(1, 99, 'g'));
    expect(found).toHaveLength(50 * batch);
    expect(new Set(found.map((one) => one.kind === 'call' && `${one.atMs} ${one.ordinal}`)).size).toBe(50 * batch);
    const { rows } = await store.receipts({ limit: 1000, functionKey: 'f' });
    expect(rows.map((one) => one.tick)).toEqual(Array.from({ length: tick }, (_, i) => tick - i));
    await store.close();
  });

  test('says that there is no space, keeps what it has promised, goes on when there is', async () => {
    const server = kind.server();
    const store = await openStore(kind.empty());
    const database = kind.lastDatabase();
    await store.acceptSamples([call('f', 1)]);
    // The error of a full disk, from where rows are written.
    server.sql(
      `create function isotherm.full() returns trigger language plpgsql as $$ begin raise exception using errcode = 'disk_full',
       message = 'could not extend file "base/1/2": No space left on device'; end $$;
       create trigger full_disk before insert on isotherm.samples execute function isotherm.full()`,
      database,
    );
    expect(await codeOf(store.acceptSamples([call('f', 2)]))).toBe('STORE_FULL');
    // What is there can be read: that does not say that there is space.
    expect(await all(store.samples(1, 9))).toHaveLength(1);
    expect(store.health()).toMatchObject({ state: 'down', code: 'STORE_FULL' });
    server.sql('drop trigger full_disk on isotherm.samples', database);
    expect(await store.acceptSamples([call('f', 1), call('f', 2)])).toEqual(['duplicate', 'accepted']);
    expect(store.health()).toEqual({ state: 'up' });
    await store.close();
  });

  test('gives a statement up that takes too long', async () => {
    const server = kind.server();
    const store = await openStore({ ...kind.empty(), statementTimeoutMs: 300 });
    const database = kind.lastDatabase();
    server.sql(
      `create function isotherm.slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return new; end $$;
       create trigger slow before insert on isotherm.samples for each row execute function isotherm.slow()`,
      database,
    );
    expect(await codeOf(store.acceptSamples([call('f', 1)]))).toBe('STORE_UNAVAILABLE');
    server.sql('drop trigger slow on isotherm.samples', database);
    expect(await eventually(() => store.acceptSamples([call('f', 1)]))).toEqual(['accepted']);
    await store.close();
  });

  test('is not taken for what a newer isotherm wrote, nor shows a password', async () => {
    const options = kind.empty();
    await (await openStore(options)).close();
    kind.server().sql("insert into isotherm.migrations values (1000, 'of tomorrow')", kind.lastDatabase());
    expect(await codeOf(openStore(options))).toBe('STORE_NEWER');
    const away = openStore({ databaseUrl: 'postgresql://user:secret@127.0.0.1:1/none' });
    await expect(away).rejects.toThrow(/127\.0\.0\.1:1\/none/);
    await expect(away).rejects.not.toThrow(/secret/);
  });
});

describe('a store in a folder', () => {
  let folder = '';
  let store: Store;
  const path = (): string => join(folder, 'store');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'isotherm-faults-'));
    store = await openStore({ path: path() });
    await store.acceptSamples([call('f', 1)]);
  });
  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A lock that another has left: taken, or respected. */
  async function withLock(owner: unknown, ageMs: number): Promise<string> {
    await store.close();
    writeFileSync(join(path(), 'lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));
    const then = new Date(Date.now() - ageMs);
    utimesSync(join(path(), 'lock'), then, then);
    const code = await codeOf(openStore({ path: path() }).then((opened) => opened.close()));
    rmSync(join(path(), 'lock'), { force: true });
    store = await openStore({ path: path() });
    return code;
  }

  test('respects an owner that lives, and no dead one', async () => {
    const elsewhere = { pid: process.pid, surroundings: 'another machine', started: '1', token: 't' };
    expect(await withLock(elsewhere, 1000)).toBe('STORE_LOCKED');
    expect(await withLock(elsewhere, 60_000)).toBe('it did not fail');
    expect(await withLock('half a li', 60_000)).toBe('it did not fail');
    expect(await all(store.samples(1, 9))).toHaveLength(1);
  });

  test('refuses a folder that is something else', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.tex'), '');
    await expect(openStore({ path: foreign })).rejects.toThrow(/thesis\.tex.*expected an empty folder/);
    expect(await codeOf(openStore({ path: foreign }))).toBe('STORE_FOREIGN');
    const older = join(folder, 'older');
    mkdirSync(join(older, 'data'), { recursive: true });
    await expect(openStore({ path: older })).rejects.toThrow(/PG_VERSION is missing/);
    writeFileSync(join(older, 'data', 'PG_VERSION'), '15\n');
    await expect(openStore({ path: older })).rejects.toThrow(/PostgreSQL 15; expected one of PostgreSQL 18/);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await codeOf(openStore({ path: file }))).toBe('CANNOT_WRITE');
  });

  test('says what is wrong with a damaged one, and with one of tomorrow', async () => {
    await store.close();
    const data = join(path(), 'data');
    const database = await PGlite.create(data);
    await database.exec("insert into isotherm.migrations values (1000, 'of tomorrow')");
    await database.close();
    expect(await codeOf(openStore({ path: path() }))).toBe('STORE_NEWER');
    truncateSync(join(data, 'global', 'pg_control'), 100);
    await expect(openStore({ path: path() })).rejects.toThrow(/store: .*cannot be opened/);
    // It lets go of the lock all the same.
    expect(await codeOf(openStore({ path: path() }))).toBe('STORE_UNAVAILABLE');
  });

  test.each([
    // The log cannot be written: the database ends, and cannot begin again before there is space.
    ['write', /^STORE_(FULL|UNAVAILABLE)$/],
    // What cannot be brought to the disk is not promised: a commit waits for it.
    ['sync', /^STORE_UNAVAILABLE$/],
  ] as const)(
    'promises nothing while the disk does not %s, keeps what it has promised, goes on when it does',
    async (fault, code) => {
      const env = { ...process.env, BAD_DISK: join(folder, 'bad'), BAD_DISK_CALL: fault };
      const options = ['--import', at('bad-disk.mjs'), at('bad-disk-child.mjs'), join(folder, fault)];
      const { stdout } = await run(process.execPath, options, { env });
      const { before, during, health, after, again, counts, healthAfter } = JSON.parse(stdout);
      expect(before).toEqual(['accepted', 'accepted']);
      expect(during).toEqual(Array(3).fill(expect.stringMatching(code)));
      expect(health).toMatchObject({ state: 'down' });
      expect(after).toBe('accepted');
      // Promised ones are there, once; of the others each as a whole, or not.
      expect([again[0], again[1], again[5]]).toEqual(Array(3).fill('duplicate'));
      expect(again.slice(2, 5)).toEqual(Array(3).fill(expect.stringMatching(/^(accepted|duplicate)$/)));
      expect(counts).toEqual(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [i + 1, 500])));
      expect(healthAfter).toEqual({ state: 'up' });
    },
  );
});
