/** Who may ask, and what stays secret. */
import { afterEach, describe, expect, it } from 'vitest';
import { createKey, type StoredKey } from '../../ts/server/api/keys.js';
import { withoutSecrets } from '../../ts/server/api/log.js';
import { json, type Running, running } from './api-server.js';

let api: Running;
afterEach(() => api.close());

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const status = async (path: string, init: RequestInit = {}): Promise<number> => {
  const response = await fetch(api.url + path, init);
  await response.arrayBuffer();
  return response.status;
};
const pause = (headers: Record<string, string>) => json({ scope: { kind: 'fleet' } }, headers);

describe('keys', () => {
  const read = createKey('grafana', 'read', 1);
  const write = createKey('ops', 'write', 1);

  it('have 256 random bits and are kept as a digest only', () => {
    expect(read.key).toMatch(/^isk_[A-Za-z0-9_-]{43}$/);
    expect(read.key).not.toBe(write.key);
    expect(read.stored).toEqual({
      name: 'grafana',
      role: 'read',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdMs: 1,
      revokedMs: null,
    });
    expect(JSON.stringify(read.stored)).not.toContain(read.key.slice(4));
    api = { close: async () => {} } as Running;
  });

  it('are asked for as soon as there is one, and open what their role may', async () => {
    const keys: StoredKey[] = [];
    api = await running({ keys: () => keys });
    expect(await status('/v1/status')).toBe(200);
    keys.push(read.stored, write.stored);
    expect(await status('/v1/status')).toBe(401);
    expect(await status('/metrics')).toBe(401);
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(200);
    expect(await status('/openapi.json')).toBe(200);
    expect(await status('/v1/status', { headers: bearer(read.key) })).toBe(200);
    expect(await status('/v1/pause', pause(bearer(read.key)))).toBe(403);
    expect(await status('/v1/pause', pause(bearer(write.key)))).toBe(200);
    const { items } = await api.plane.audit({ limit: 10 });
    expect(items).toEqual([expect.objectContaining({ actor: 'ops', action: 'pause', from: false, to: true })]);
  });

  it('that are wrong, cut, revoked or in another scheme open nothing', async () => {
    const revoked = createKey('old', 'write', 1);
    api = await running({ keys: () => [read.stored, { ...revoked.stored, revokedMs: 2 }] });
    const wrong = `${read.key.slice(0, -1)}${read.key.endsWith('A') ? 'B' : 'A'}`;
    for (const authorization of [
      `Bearer ${wrong}`,
      `Bearer ${read.key.slice(0, -1)}`,
      `Bearer ${read.key} `.repeat(2),
      `Bearer ${revoked.key}`,
      `Basic ${read.key}`,
      read.key,
      'Bearer',
      `Bearer ${read.stored.hash}`,
    ]) {
      const response = await fetch(`${api.url}/v1/status`, { headers: { authorization } });
      expect(response.status, authorization).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="isotherm"');
    }
    expect(await status(`/v1/status?key=${read.key}`)).toBe(401);
  });

  it('are asked for on loopback too where the configuration says so, and off it always', async () => {
    api = await running({ authRequired: true });
    expect(await status('/v1/status')).toBe(401);
    await api.close();
    api = await running({ host: '0.0.0.0' });
    expect(await status('/v1/status')).toBe(401);
  });
});

describe('names and origins', () => {
  const ask = (host: string) => api.app.inject({ url: '/v1/status', headers: { host } });

  it('a name that merely points here is refused', async () => {
    api = await running({ hostNames: ['board.internal'] });
    for (const host of [
      'localhost',
      'localhost:7717',
      '127.0.0.1:80',
      '[::1]:7717',
      'LOCALHOST',
      'board.internal:7717',
    ]) {
      expect((await ask(host)).statusCode, host).toBe(200);
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil.example:7717',
      '0.0.0.0',
      '[::1].evil',
    ]) {
      const answer = await ask(host);
      expect([answer.statusCode, answer.json().code], host).toEqual([403, 'HOST_REFUSED']);
    }
  });

  it('a page of another origin may neither read nor change', async () => {
    api = await running();
    const origin = 'https://evil.example';
    const response = await fetch(`${api.url}/v1/status`, { headers: { origin } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await status('/v1/pause', pause({ origin }))).toBe(403);
    expect(await status('/v1/pause', pause({ origin: 'null' }))).toBe(403);
    expect(await status('/v1/uploads?name=a.csv', { method: 'POST', body: 'x', headers: { origin } })).toBe(403);
    expect(await status('/v1/pause', pause({ origin: api.url }))).toBe(200);
    const preflight = await fetch(`${api.url}/v1/pause`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('an origin that the configuration names may do both', async () => {
    const origin = 'https://board.example';
    api = await running({ corsOrigins: [origin] });
    const preflight = await fetch(`${api.url}/v1/pause`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    expect(await status('/v1/pause', pause({ origin }))).toBe(200);
    expect(await status('/v1/pause', pause({ origin: `${origin}.evil.example` }))).toBe(403);
  });

  it('every answer tells browsers to be careful', async () => {
    api = await running();
    for (const path of ['/v1/status', '/nothing', '/docs', '/openapi.json', '/metrics']) {
      const { headers } = await fetch(api.url + path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('the rate limit', () => {
  it('counts by key, says what is left and when to come back; probes and the number for KEDA go on', async () => {
    const keys = [createKey('a', 'read', 1), createKey('b', 'read', 1)];
    api = await running({ rateLimit: 3, keys: () => keys.map(({ stored }) => stored) });
    api.plane.decide('f', 1);
    const ask = (path: string, k: number) => fetch(api.url + path, { headers: bearer(keys[k]!.key) });
    for (const left of ['2', '1', '0']) {
      const { status, headers } = await ask('/v1/status', 0);
      expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([200, '3', left]);
    }
    const refused = await ask('/v1/summary', 0);
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('/v1/status', 1)).status).toBe(200);
    expect((await ask('/v1/functions/f/desired', 0)).status).toBe(200);
    expect((await ask('/healthz', 0)).status).toBe(200);
  });

  it('counts wrong keys, and addresses where nothing is', async () => {
    api = await running({ rateLimit: 3, authRequired: true });
    for (const expected of [401, 401, 401, 429])
      expect(await status('/v1/status', { headers: bearer('x') })).toBe(expected);
    await api.close();
    api = await running({ rateLimit: 3 });
    for (const expected of [404, 404, 404, 429]) expect(await status('/nothing')).toBe(expected);
  });
});

describe('the log', () => {
  it('holds no key, wherever it was written', async () => {
    const { key, stored } = createKey('ops', 'write', 1);
    api = await running({ keys: () => [stored], authRequired: true });
    const headers = bearer(key);
    await fetch(`${api.url}/v1/status`, { headers });
    await fetch(`${api.url}/v1/status?key=${key}`, { headers });
    await fetch(`${api.url}/v1/functions/${key}`, { headers: { cookie: `key=${key}`, 'x-api-key': key } });
    await fetch(`${api.url}/${encodeURIComponent(`Bearer ${key}`)}`, { headers });
    await fetch(`${api.url}/v1/samples`, json({ functionKey: key, atMs: 1, durationMs: 1 }, headers));
    api.plane.summary = () => {
      throw new Error(`bad key ${key}; postgres://isotherm:hunter2@db/isotherm`);
    };
    await fetch(`${api.url}/v1/summary`, { headers });
    api.app.log.info(
      { authorization: `Bearer ${key}`, config: { databaseUrl: 'postgres://u:hunter2@db' } },
      `with ${key}`,
    );
    const text = api.log.join('');
    expect(api.log.length).toBeGreaterThan(6);
    expect(text).not.toContain(key.slice(4));
    expect(text).not.toContain('hunter2');
    for (const line of api.log) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('keeps what is no secret', () => {
    api = { close: async () => {} } as Running;
    const line = 'GET /v1/functions/basic%20things http://127.0.0.1:7717 mail@example.org bearer';
    expect(withoutSecrets('GET /v1/functions http://127.0.0.1:7717')).toBe('GET /v1/functions http://127.0.0.1:7717');
    expect(withoutSecrets(line)).toContain('mail@example.org');
  });
});
