/** The port while a plane is opened, and when the API has taken its place. */
import { describe, expect, it } from 'vitest';
import { createKey, openWaitingRoom, serveApi } from '../../ts/server/api/index.js';
import { MemoryPlane } from '../memory-plane.js';

const free = { host: '127.0.0.1', port: 0 };

describe('a waiting room', () => {
  it('says that the process lives, and how far it has come, until the API stands in its place', async () => {
    let words = 'loading what was learnt: 3 functions so far';
    const room = await openWaitingRoom(free, () => words);
    try {
      const health = await fetch(`${room.url}/healthz`);
      expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
      for (const path of ['/readyz', '/v1/status', '/v1/functions/f/desired', '/metrics', '/nowhere']) {
        const answer = await fetch(room.url + path);
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('1');
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        expect(await answer.json()).toMatchObject({ code: 'STARTING', status: 503, detail: words });
      }
      words = 'computing again what came after the states were saved: 7 of 20 ticks';
      const pushed = await fetch(`${room.url}/v1/samples`, { method: 'POST', body: '{}' });
      expect(await pushed.json()).toMatchObject({ code: 'STARTING', detail: words });
      const page = await fetch(room.url, { headers: { accept: 'text/html,*/*' } });
      expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain(words);

      const api = await serveApi({ plane: new MemoryPlane(), log: { level: 'silent' } }, room);
      try {
        expect(api.url).toBe(room.url);
        expect((await fetch(`${room.url}/v1/status`)).status).toBe(200);
      } finally {
        await api.close();
      }
    } finally {
      await room.close();
    }
  });

  it('tells strangers no more than that it starts', async () => {
    const room = await openWaitingRoom(
      { host: '0.0.0.0', port: 0 },
      () => 'loading what was learnt: 3 functions so far',
    );
    try {
      const url = `http://127.0.0.1:${room.port}`;
      expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
      const answer = await fetch(`${url}/v1/status`);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toMatchObject({ code: 'STARTING', detail: 'it starts' });
      const page = await fetch(url, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(503);
      expect(await page.text()).not.toContain('functions');
    } finally {
      await room.close();
    }
  });

  it('gives an autoscaler that may read the number that stands, once the store is open', async () => {
    const room = await openWaitingRoom(free, () => 'loading');
    const { key, stored } = createKey('keda', 'read', 0);
    let keys = [stored];
    const asked: string[] = [];
    const desired = (name: string, headers: Record<string, string> = { authorization: `Bearer ${key}` }) =>
      fetch(`${room.url}/v1/functions/${encodeURIComponent(name)}/desired`, { headers });
    try {
      expect((await desired('shop/cart')).status).toBe(503);
      room.tell({
        keys: () => keys,
        authRequired: false,
        desired: async (name) => {
          asked.push(name);
          if (name === 'shop/away') throw new Error('the store is away');
          return name === 'shop/cart' ? { value: 4, asOfMs: 17 } : undefined;
        },
      });
      const answer = await desired('shop/cart');
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await answer.json()).toEqual({ value: 4, asOfMs: 17, stale: true, functionKey: 'shop/cart' });
      for (const name of ['shop/new', 'shop/away']) {
        const none = await desired(name);
        expect([none.status, (await none.json()).code]).toEqual([503, 'STARTING']);
      }
      expect(asked).toEqual(['shop/cart', 'shop/new', 'shop/away']);
      // Who may not read is told what everybody is told, and nothing is looked up.
      for (const headers of [
        {},
        { authorization: `Bearer isk_${'x'.repeat(43)}` },
        { authorization: `Basic ${key}` },
      ]) {
        expect((await desired('shop/cart', headers)).status).toBe(503);
      }
      expect(
        (await fetch(`${room.url}/v1/functions/%ff/desired`, { headers: { authorization: `Bearer ${key}` } })).status,
      ).toBe(503);
      expect(
        (await fetch(`${room.url}/v1/functions/shop/cart`, { headers: { authorization: `Bearer ${key}` } })).status,
      ).toBe(503);
      const posted = { method: 'POST', headers: { authorization: `Bearer ${key}` } };
      expect((await fetch(`${room.url}/v1/functions/shop%2Fcart/desired`, posted)).status).toBe(503);
      keys = [{ ...stored, revokedMs: 5 }];
      // Without a key that holds, loopback is asked for none, as by the API.
      expect((await desired('shop/cart', {})).status).toBe(200);
      expect(asked).toHaveLength(4);
    } finally {
      await room.close();
    }
  });

  it('lets nobody keep it open', async () => {
    const room = await openWaitingRoom(free, () => 'waits');
    const never = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    const slow = fetch(room.url, { method: 'POST', body: never, duplex: 'half' } as RequestInit).catch(() => 'ended');
    expect((await fetch(`${room.url}/readyz`)).status).toBe(503);
    await room.close();
    await slow;
    await expect(fetch(room.url)).rejects.toThrow();
  });

  it('says what the system says where the port is taken', async () => {
    const first = await openWaitingRoom(free, () => 'waits');
    try {
      await expect(openWaitingRoom({ host: '127.0.0.1', port: first.port }, () => '')).rejects.toMatchObject({
        code: 'EADDRINUSE',
      });
    } finally {
      await first.close();
    }
  });
});
