/** `isotherm serve` over a real Prometheus that is ended and started again beneath it, is slow, and lies; the counters that it scrapes begin again. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { noPrometheus, Prometheus } from '../prometheus.js';
import { Served, until } from '../served.js';

const METRIC = 'gateway_function_invocation_total';
const KEYS = ['steady', 'busy'];

/** Calls so far, and what the counters show of them. */
const truth: Record<string, number> = { steady: 0, busy: 0 };
const counters: Record<string, number> = { steady: 0, busy: 0 };
let isCalling = true;

let exporter: Server;
let prometheus: Prometheus | undefined;
/** Between Prometheus and the control plane: how long an answer takes, and what it says instead of numbers of calls. */
let proxy: Server;
let delayMs = 0;
let lie: string | null = null;
let served: Served;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  if (noPrometheus !== undefined) {
    if (process.env.CI !== undefined) throw new Error(noPrometheus);
    return;
  }
  exporter = await listening(
    createServer((_, response) => {
      const lines = KEYS.map((name) => `${METRIC}{function_name="${name}"} ${counters[name]}`);
      response.end(`# TYPE ${METRIC} counter\n${lines.join('\n')}\n`);
    }),
  );
  prometheus = await Prometheus.scrape(`127.0.0.1:${portOf(exporter)}`, 250);
  proxy = await listening(
    createServer(async (request, response) => {
      await wait(delayMs);
      try {
        const answer = await fetch(`${prometheus!.url}${request.url}`);
        const text = await answer.text();
        const isOfCalls = new URL(request.url!, 'http://localhost').searchParams.get('query') === METRIC;
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(lie !== null && isOfCalls ? text.replace(/"-?\d+"\]/g, `"${lie}"]`) : text);
      } catch {
        // It is away: so is this.
        request.socket.destroy();
      }
    }),
  );
  const calling = setInterval(() => {
    if (!isCalling) return;
    KEYS.forEach((key, i) => {
      truth[key]! += 1 + i;
      counters[key]! += 1 + i;
    });
  }, 100);
  calling.unref();
  await wait(1000);
  served = await Served.start({
    config: {
      prediction: { update_interval: '3s', prediction_horizon: '60s' },
      provider: {
        kind: 'prometheus',
        url: `http://127.0.0.1:${portOf(proxy)}`,
        preset: 'openfaas',
        ...{ step: '1s', lag: '2s', timeout: '2s', backfill: '0s' },
      },
    },
  });
});
afterAll(async () => {
  await served?.stop();
  await prometheus?.stop();
  for (const server of [exporter, proxy]) {
    server?.close();
    server?.closeAllConnections();
  }
});
beforeEach(({ skip }) => {
  if (prometheus === undefined) skip(noPrometheus);
});

const state = async (wanted: 'up' | 'down', why: string): Promise<string | null> => {
  const { provider } = await until(
    () => served.status(),
    ({ provider: { state: now } }) => now === wanted,
    why,
  );
  return provider.detail;
};

/** While nothing can be known: the last number stands and is marked, the loop goes on, others are answered. */
async function holds(): Promise<void> {
  // A tick that had begun before still has what was known.
  const { body: before } = await until(
    () => served.desired('steady'),
    ({ body }) => body?.stale === true,
    'the number is marked',
  );
  const { tick } = await served.status();
  await until(
    () => served.status(),
    (status) => status.tick > tick,
    'ticks go on',
  );
  expect((await served.desired('steady')).body).toMatchObject({ value: before.value, stale: true });
  expect((await served.ask('/healthz')).status).toBe(200);
  expect(await served.ask('/readyz')).toMatchObject({ status: 200 });
  expect((await served.status()).degraded).not.toEqual([]);
}

const callsOf = async (key: string): Promise<number> => (await served.fn(key))?.ours.calls ?? 0;

/** Every call is counted that came since the first that was. */
async function counted(since: Record<string, number>): Promise<void> {
  for (const key of KEYS) {
    await until(
      () => callsOf(key),
      (calls) => calls >= truth[key]! - since[key]!,
      `all calls of ${key} are counted`,
    );
    expect(await callsOf(key)).toBe(truth[key]! - since[key]!);
  }
}

/** Nothing is called until the last call is counted; answers with what was never seen. */
async function quiet(): Promise<Record<string, number>> {
  isCalling = false;
  let last = '';
  let same = 0;
  await until(
    async () => JSON.stringify([(await served.status()).tick, await Promise.all(KEYS.map(callsOf))]),
    (now) => {
      const [, calls] = JSON.parse(now) as [number, number[]];
      same = String(calls) === last ? same + 1 : 0;
      last = String(calls);
      return same > 60;
    },
    'the counts stand still',
  );
  const seen = await Promise.all(KEYS.map(callsOf));
  return Object.fromEntries(KEYS.map((key, i) => [key, truth[key]! - seen[i]!]));
}

test('goes on, says what is wrong, holds what it has decided, and counts every call in the end', async () => {
  await until(
    () => served.desired('steady'),
    ({ status }) => status === 200,
    'something is decided',
  );
  await until(
    () => callsOf('steady'),
    (calls) => calls > 20,
    'calls are counted',
  );
  // The first look tells no calls: what was before it is not known.
  const unseen = await quiet();
  isCalling = true;

  await prometheus!.end();
  expect(await state('down', 'a server that is away is noticed')).toMatch(/cannot be reached|did not answer/);
  await holds();
  await prometheus!.begin();
  await state('up', 'it answers again');

  delayMs = 2500;
  expect(await state('down', 'a server that is slow is noticed')).toMatch(/did not answer within 2 s/);
  await holds();
  delayMs = 0;
  await state('up', 'it is fast again');

  lie = 'NaN';
  const isGap = async (): Promise<boolean> => (await served.fn('steady'))!.gaps[0]?.toMs === null;
  await until(isGap, (open) => open, 'what cannot be is a gap');
  await holds();
  lie = null;
  await until(isGap, (open) => !open, 'numbers are believed again');

  // The counters begin again when all of before is known, as between two scrapes nobody could tell.
  isCalling = false;
  await counted(unseen);
  for (const key of KEYS) counters[key] = 0;
  await wait(1000);
  isCalling = true;
  await wait(2500);
  isCalling = false;
  await counted(unseen);
  isCalling = true;

  const events = await served.events();
  const kinds = events.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind.startsWith('provider-'))).toEqual(
    expect.arrayContaining(['provider-down', 'provider-up']),
  );
  expect(kinds).toContain('gap');
  expect(kinds).toContain('gap-closed');
  for (const key of KEYS) {
    const { receipts, others } = await served.recomputeAll(key);
    expect(receipts).toBeGreaterThan(0);
    expect(others).toEqual([]);
  }
  expect(await served.stop()).toBe(0);
});
