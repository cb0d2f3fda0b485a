/** `isotherm serve` whose file is changed while samples come: the change acts, is told and written down, and no answer is missed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry } from '../../ts/server/api/schemas/events.js';
import type { Receipt } from '../../ts/server/api/schemas/receipts.js';
import { Served, until, untilTicked } from '../served.js';

const CONFIG = { provider: { kind: 'push', lag: 0 }, prediction: { update_interval: 1 } };

let served: Served;

beforeAll(async () => {
  served = await Served.start({ config: CONFIG });
});

afterAll(() => served.stop());

test('what a file changes acts without a restart', async () => {
  let pushed = 0;
  const push = async (): Promise<void> => {
    const id = String(pushed++);
    const { status } = await served.push([{ functionKey: 'shop/cart', atMs: Date.now() - 5, durationMs: 40, id }]);
    expect(status).toBe(200);
  };
  await push();
  await until(
    () => served.fn('shop/cart'),
    (fn) => fn?.decision != null,
    'something is decided',
  );
  const next = {
    ...CONFIG,
    warming: { max_warm_pool: 7 },
    prices: { cold_start_usd_per_s: 0.0004 },
    functions: [{ match: 'shop/*', memory: '2GiB', start_time: '4s' }],
    log: { level: 'error' },
    server: { rate_limit: 900_000 },
  };
  writeFileSync(
    join(served.folder, 'isotherm.yaml'),
    JSON.stringify({ store: { path: join(served.folder, 'store') }, ...next }),
  );
  await until(
    async () => {
      await push();
      return served.fn('shop/cart');
    },
    (fn) => fn!.memoryMiB === 2048 && fn!.startMs === 4000,
    'the function has its new memory',
  );
  // What is told is stored with the tick that it was told in.
  await untilTicked(served, 2);
  const { body: audit } = await served.ask<{ items: AuditEntry[] }>('/v1/audit');
  const functions = [{ match: 'shop/*', memory: '2GiB', start_time: '4s' }];
  expect(audit.items).toMatchObject([
    {
      actor: 'configuration',
      action: 'config',
      from: { 'warming.max_warm_pool': 100, functions: [] },
      to: { 'warming.max_warm_pool': 7, 'prices.cold_start_usd_per_s': 0.0004, functions, 'log.level': 'error' },
    },
  ]);
  const words = (await served.events()).filter(({ kind }) => kind === 'config').map(({ message }) => message);
  expect(words[0]).toMatch(/^the configuration was read again: .*warming\.max_warm_pool/);
  expect(words).toContain('1 functions go on under another configuration from here');
  expect(served.said).toMatch(/^In force after a restart: server\.rate_limit\.$/m);
  for (let i = 0; i < 20; i++) await push();
  await untilTicked(served, 3);
  await until(
    () => served.fn('shop/cart'),
    (fn) => fn!.ours.calls === pushed,
    'every call that was acknowledged is counted',
  );
  const { receipts, others } = await served.recomputeAll('shop/cart');
  expect(receipts).toBeGreaterThan(1);
  expect(others).toEqual([]);
  const { body: rows } = await served.ask<{ items: { id: string }[] }>('/v1/receipts?limit=1&functionKey=shop%2Fcart');
  const { body: newest } = await served.ask<Receipt>(`/v1/receipts/${rows.items[0]!.id}`);
  expect(newest).toMatchObject({ prices: { coldStartUsdPerS: 0.0004, coldStartMs: 4000, memoryMiB: 2048 } });
});

test('what is logged follows the file', async () => {
  let asked = 0;
  /** Whether the answer to a request that only reads is logged: on `debug` alone. */
  const isLogged = async (): Promise<boolean> => {
    const key = `probe-${++asked}`;
    await served.fn(key);
    await wait(200);
    return served.said.split('\n').some((line) => line.includes(`/v1/functions/${key}"`) && line.includes('answered'));
  };
  const write = (level: string): void =>
    writeFileSync(
      join(served.folder, 'isotherm.yaml'),
      JSON.stringify({ store: { path: join(served.folder, 'store') }, ...CONFIG, log: { level } }),
    );
  expect(await isLogged()).toBe(false);
  write('debug');
  await until(isLogged, (so) => so, 'answers are logged');
  expect(await isLogged()).toBe(true);
  write('info');
  await until(isLogged, (so) => !so, 'answers are not logged any more');
  expect(await isLogged()).toBe(false);
});
