/** `isotherm serve` among clients that bring too much, or never get done: the loop and everybody else go on. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../ts/server/api/schemas/problems.js';
import type { PushResult } from '../../ts/server/api/schemas/samples.js';
import { Served, until } from '../served.js';

const MIB = 1024 * 1024;
const LIMIT = 10 * MIB;

let served: Served;
let accepted = 0;

beforeAll(async () => {
  served = await Served.start({
    config: {
      prediction: { update_interval: '1s', prediction_horizon: '60s' },
      provider: { kind: 'push', lag: '0s' },
    },
  });
  await served.push([{ functionKey: 'shop/cart', atMs: Date.now(), durationMs: 50 }]);
  accepted++;
});
afterAll(async () => {
  await served?.stop();
});

const post = (path: string, body: string): Promise<Response> =>
  fetch(`${served.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

/** A body of exactly so many bytes with `count` samples. */
function bodyOf(bytes: number, count: number): string {
  const atMs = Date.now();
  const samples = Array.from({ length: count }, (_, i) => {
    return { functionKey: `load/f${i % 3}`, atMs, durationMs: 20, id: `${bytes}.${String(i).padStart(90, '0')}` };
  });
  const text = JSON.stringify({ samples });
  expect(text.length).toBeLessThan(bytes);
  return text + ' '.repeat(bytes - text.length);
}

test('10 MB in one request are taken, a byte more is refused with a problem, and a file may have more', async () => {
  const taken = await post('/v1/samples/bulk', bodyOf(LIMIT, 50_000));
  expect(taken.status).toBe(200);
  expect((await taken.json()) as PushResult).toMatchObject({ accepted: 50_000, rejectedTotal: 0 });
  accepted += 50_000;
  const { tick } = await served.status();

  const refused = await post('/v1/samples/bulk', bodyOf(LIMIT + 1, 50_000));
  expect(refused.status).toBe(413);
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect((await refused.json()) as Problem).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });

  const time = new Date().toISOString();
  const row = `load/file,${time},20,${'r'.repeat(200)}\n`;
  const rows = Math.ceil((LIMIT + 1) / row.length);
  const file = `function,time,duration_ms,request\n${row.repeat(rows)}`;
  const uploaded = await served.ask<PushResult>('/v1/uploads?name=calls.csv', { method: 'PUT', body: file });
  expect(uploaded).toMatchObject({ status: 200, body: { bytes: file.length, rows, rejectedTotal: 0 } });
  accepted += uploaded.body.accepted;
  await until(
    () => served.status(),
    (status) => status.tick > tick + 1,
    'the loop goes on',
  );
  const status = await served.status();
  expect(status.samples).toMatchObject({ accepted, rejected: 0 });
  expect(status.degraded).toEqual([]);
});

/** Keeps a connection and lets bytes drip. */
function drip(head: string, drop: string): { socket: Socket; end: () => void } {
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(head);
  const dripping = setInterval(() => socket.write(drop), 100);
  return {
    socket,
    end: () => {
      clearInterval(dripping);
      socket.destroy();
    },
  };
}

test('clients by the hundred whose headers and bodies drip keep neither the loop nor others waiting', async () => {
  const request = (line: string): string => `${line} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`;
  const clients = Array.from({ length: 300 }, (_, i) => {
    if (i % 3 === 0) return drip(request('GET /v1/status'), 'x: y\r\n');
    if (i % 3 === 1) return drip(`${request('POST /v1/samples/bulk')}content-length: 1000\r\n\r\n{"samples":[`, ' ');
    return drip(`${request('PUT /v1/uploads?name=a.csv')}content-length: 100000\r\n\r\nfunction,time,`, 'x');
  });
  await Promise.all(clients.map(({ socket }) => (socket.connecting ? once(socket, 'connect') : undefined)));
  const before = await served.status();
  for (let k = 0; k < 10; k++) {
    expect((await served.ask('/healthz')).status).toBe(200);
    const { status, body } = await served.push([{ functionKey: 'shop/cart', atMs: Date.now(), durationMs: 50 }]);
    expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 1 });
    accepted++;
  }
  const during = await until(
    () => served.status(),
    ({ tick }) => tick > before.tick + 2,
    'the loop goes on',
  );
  expect(during.loop).not.toBe('stopped');
  // Nobody had to wait until they were let go of: they are still there.
  expect(clients.filter(({ socket }) => !socket.destroyed).length).toBeGreaterThan(0);
  for (const { end } of clients) end();
  const after = await until(
    () => served.status(),
    ({ tick }) => tick > during.tick + 1,
    'the loop goes on after',
  );
  // Nothing of what they began counts; nothing of the others is lost.
  expect(after.samples).toMatchObject({ accepted, rejected: 0 });
  expect(await served.fn('shop/cart')).toMatchObject({ ours: { calls: 11 } });
  const { receipts, others } = await served.recomputeAll('shop/cart');
  expect(receipts).toBeGreaterThan(0);
  expect(others).toEqual([]);
  expect(await served.stop()).toBe(0);
});
