/** `isotherm serve` whose disk is full for a while: the folder of its embedded database takes nothing more. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Served, until, untilTicked } from '../served.js';

let folder: string;
let served: Served;
const full = (): string => join(folder, 'full');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-disk-'));
  served = await Served.start({
    config: {
      prediction: { update_interval: '1s', prediction_horizon: '60s' },
      provider: { kind: 'push', lag: '0s' },
    },
    imports: ['bad-disk.mjs'],
    env: { BAD_DISK: full(), BAD_DISK_CALL: 'write' },
  });
});
afterAll(async () => {
  await served?.stop();
  rmSync(folder, { recursive: true, force: true });
});

let next = 0;
const batch = (): object[] => {
  const atMs = Date.now();
  return Array.from({ length: 20 }, () => ({ functionKey: 'shop/cart', atMs, durationMs: 50, id: String(next++) }));
};

test('pauses, says so, takes nothing that it cannot keep, and goes on by itself when there is space', async () => {
  expect((await served.push(batch())).body).toMatchObject({ accepted: 20 });
  await until(
    () => served.desired('shop/cart'),
    ({ status }) => status === 200,
    'something is decided',
  );
  await untilTicked(served, 1);

  writeFileSync(full(), '');
  const refused: object[][] = [];
  for (let k = 0; k < 2; k++) {
    const samples = batch();
    refused.push(samples);
    const { status, headers, body } = await served.push(samples);
    expect({ status, code: body.code }).toEqual({
      status: 503,
      code: expect.stringMatching(/^STORE_(FULL|UNAVAILABLE)$/),
    });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const down = await until(
    () => served.status(),
    ({ loop, store }) => loop === 'behind' && store.state === 'down',
    'the loop waits',
  );
  expect(down.degraded).toContainEqual(expect.stringMatching(/^store: /));
  expect((await served.ask('/healthz')).status).toBe(200);
  expect((await served.desired('shop/cart')).body).toMatchObject({ value: expect.any(Number), stale: true });
  expect((await served.post('/v1/pause', { scope: { kind: 'fleet' } })).status).toBe(503);
  expect((await served.status()).paused).toEqual([]);

  rmSync(full());
  await until(
    () => served.status(),
    ({ store, loop }) => store.state === 'up' && loop === 'running',
    'it goes on',
  );
  // As they were told to: those who were refused come again.
  for (const samples of refused) {
    const { status, body } = await served.push(samples);
    expect({ status, known: body.accepted + body.duplicates }).toEqual({ status: 200, known: 20 });
  }
  await until(
    () => served.fn('shop/cart'),
    (detail) => detail!.ours.calls >= next,
    'all of them are decided upon',
  );
  await untilTicked(served, 2);
  expect(await served.fn('shop/cart')).toMatchObject({ ours: { calls: next } });
  const kinds = (await served.events()).map(({ kind }) => kind).filter((kind) => kind.startsWith('store-'));
  expect(kinds).toEqual(['store-down', 'store-up']);
  const { receipts, others } = await served.recomputeAll('shop/cart');
  expect(receipts).toBeGreaterThan(0);
  expect(others).toEqual([]);
  expect(await served.stop()).toBe(0);
});
