/** `isotherm serve` over a PostgreSQL that is stopped, killed and started again beneath it while samples are brought. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { noPostgres, Postgres } from '../postgres.js';
import { Served, until, untilTicked } from '../served.js';

const KEYS = ['shop/cart', 'shop/pay', 'shop/mail'];

let database: Postgres | undefined;
let served: Served;

beforeAll(async () => {
  if (noPostgres !== undefined) {
    if (process.env.CI !== undefined) throw new Error(noPostgres);
    return;
  }
  database = await Postgres.serve();
  served = await Served.start({
    config: {
      prediction: { update_interval: '1s', prediction_horizon: '60s' },
      provider: { kind: 'push', lag: '0s' },
      store: { url: database.database().url },
    },
  });
});
afterAll(async () => {
  await served?.stop();
  await database?.remove();
});
beforeEach(({ skip }) => {
  if (database === undefined) skip(noPostgres);
});

interface Batch {
  samples: object[];
  isAcknowledged: boolean;
}

/** Brings samples all the time, as somebody does who does not wait for a database. */
class Bringer {
  readonly batches: Batch[] = [];
  readonly refusals: { status: number; retryAfter: string | null; code: string; type: string | null }[] = [];
  #isStopped = false;
  readonly #running: Promise<void>;

  constructor() {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    for (let n = 0; !this.#isStopped; n++) {
      const atMs = Date.now();
      const samples = KEYS.map((functionKey, i) => ({ functionKey, atMs, durationMs: 50, id: `${n}.${i}` }));
      const { status, headers, body } = await served.push(samples);
      this.batches.push({ samples, isAcknowledged: status === 200 });
      if (status !== 200) {
        const [retryAfter, type] = [headers.get('retry-after'), headers.get('content-type')];
        this.refusals.push({ status, retryAfter, code: body.code, type });
      }
      await wait(25);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }
}

test('pauses, says so, refuses with 503 and loses nothing, however it goes away', async () => {
  const bringer = new Bringer();
  await until(
    () => served.desired('shop/cart'),
    ({ status }) => status === 200,
    'something is decided',
  );
  await untilTicked(served, 2);
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    await database!.stop(signal);
    const away = await until(
      () => served.status(),
      ({ store }) => store.state === 'down',
      'it is noticed',
    );
    expect(away.store.detail).not.toContain('tester');
    const down = await until(
      () => served.status(),
      ({ loop }) => loop === 'behind',
      'the loop waits',
    );
    expect(down.degraded).toContainEqual(expect.stringMatching(/^store: /));
    // Alive, ready, and the numbers that others scale by are there, marked.
    expect((await served.ask('/healthz')).status).toBe(200);
    expect(await served.ask('/readyz')).toMatchObject({ status: 200, body: { ready: true, loop: 'behind' } });
    expect(await served.desired('shop/cart')).toMatchObject({
      status: 200,
      body: { value: expect.any(Number), stale: true },
    });
    expect(await served.ask('/v1/receipts')).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    const refused = bringer.refusals.length;
    await until(
      async () => bringer.refusals.length,
      (now) => now > refused + 3,
      'samples are refused',
    );
    expect((await served.status()).tick).toBe(down.tick);
    await database!.start();
    await until(
      () => served.status(),
      ({ store, loop }) => store.state === 'up' && loop === 'running',
      'it goes on',
    );
    await untilTicked(served, 2);
  }
  await bringer.stop();
  expect(bringer.refusals.every(({ status, code }) => status === 503 && code === 'STORE_UNAVAILABLE')).toBe(true);
  expect(
    bringer.refusals.every(
      ({ retryAfter, type }) => Number(retryAfter) > 0 && type!.startsWith('application/problem+json'),
    ),
  ).toBe(true);

  // What was acknowledged is there: brought again it is found. The rest is taken now, or was committed though its answer was lost.
  for (const { samples, isAcknowledged } of bringer.batches) {
    const { status, body } = await served.push(samples);
    expect(status).toBe(200);
    expect(body.accepted + body.duplicates).toBe(KEYS.length);
    if (isAcknowledged) expect(body.duplicates).toBe(KEYS.length);
  }
  await untilTicked(served, 2);
  for (const key of KEYS) expect(await served.fn(key)).toMatchObject({ ours: { calls: bringer.batches.length } });

  const events = (await served.events()).filter(({ kind }) => kind.startsWith('store-'));
  expect(events.map(({ kind }) => kind)).toEqual(['store-down', 'store-up', 'store-down', 'store-up']);
  for (const key of KEYS) {
    const { receipts, others } = await served.recomputeAll(key);
    expect(receipts).toBeGreaterThan(0);
    expect(others).toEqual([]);
  }
  expect(await served.stop()).toBe(0);
});
