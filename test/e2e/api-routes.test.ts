/** What the API answers when all is well: every operation, over HTTP. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Json, json, type Running, running } from './api-server.js';

let api: Running;

beforeEach(async () => {
  api = await running();
});
afterEach(() => api.close());

async function get(path: string): Promise<Json> {
  const response = await fetch(api.url + path);
  expect(response.status, path).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return response.json();
}

async function send(path: string, body: unknown, method = 'POST'): Promise<Json> {
  const response = await fetch(api.url + path, { ...json(body), method });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

const call = (functionKey: string, atMs: number) => ({ functionKey, atMs, durationMs: 5 });

describe('samples', () => {
  it('are taken one by one, and once', async () => {
    const taken = { accepted: 1, duplicates: 0, late: 0, rejected: [], rejectedTotal: 0 };
    expect(await send('/v1/samples', call('f', 1000))).toEqual(taken);
    expect(await send('/v1/samples', call('f', 1000))).toEqual({ ...taken, accepted: 0, duplicates: 1 });
  });

  it('are taken in bulk, calls and counts together; a contradiction is told by its index', async () => {
    const count = { functionKey: 'g', fromMs: 0, toMs: 60_000, calls: 12 };
    await send('/v1/samples/bulk', { samples: [call('f', 1000), count] });
    const answer = await send('/v1/samples/bulk', { samples: [call('f', 2000), { ...count, calls: 13 }, count] });
    expect(answer).toMatchObject({ accepted: 1, duplicates: 1, rejectedTotal: 1 });
    expect(answer.rejected).toEqual([{ index: 1, code: 'SAMPLE_CONFLICT', message: expect.any(String) }]);
    expect((await get('/v1/functions/g')).ours.calls).toBe(12);
  });

  const csv =
    'app,function,timestamp,durationMs\nshop,a,1763726400000,50\nshop,a,1763726461000,90\nshop,b,1763726470000,1\n';

  it.each([
    ['PUT', 'calls.csv', csv],
    ['POST', 'calls.csv', csv],
    ['PUT', 'calls.csv.gz', gzipSync(csv)],
  ])('come as a file, by %s of %s', async (method, name, body) => {
    const response = await fetch(`${api.url}/v1/uploads?name=${name}`, { method, body });
    expect(await response.json()).toMatchObject({ name, rows: 3, samples: 3, accepted: 3, rejectedTotal: 0 });
    expect((await get('/v1/functions/shop%2Fa')).ours.calls).toBe(2);
  });

  it('come as a file with progress in the answer', async () => {
    const response = await fetch(`${api.url}/v1/uploads?name=calls.csv`, {
      method: 'PUT',
      body: csv,
      headers: { accept: 'application/x-ndjson' },
    });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(0)).toEqual({ progress: { bytes: csv.length, rows: 0, samples: 0 } });
    expect(lines.at(-1)).toMatchObject({ result: { accepted: 3 } });
  });
});

describe('functions', () => {
  beforeEach(async () => {
    const samples = [];
    for (let f = 0; f < 25; f++)
      for (let i = 0; i <= f; i++) samples.push(call(`app/F${String(f).padStart(2, '0')}`, i));
    await send('/v1/samples/bulk', { samples });
  });

  it('are listed page by page, each once, busiest first', async () => {
    const keys: string[] = [];
    let cursor = '';
    do {
      const page: Json = await get(`/v1/functions?limit=10${cursor}`);
      keys.push(...page.items.map((row: { functionKey: string }) => row.functionKey));
      cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== '');
    expect(keys).toHaveLength(25);
    expect(new Set(keys).size).toBe(25);
    expect(keys[0]).toBe('app/F24');
  });

  it('are searched and sorted', async () => {
    const { items } = await get('/v1/functions?q=f1&sort=functionKey');
    expect(items.map(({ functionKey }: Json) => functionKey)).toEqual([...'0123456789'].map((n) => `app/F1${n}`));
  });

  it('say what was decided, how many there shall be, and since when', async () => {
    api.plane.decide('app/F03', 7);
    expect(await get('/v1/functions/app%2FF03/decision')).toMatchObject({ desiredInstances: 7, reason: 'told' });
    const desired = await get('/v1/functions/app%2FF03/desired');
    expect(desired).toEqual({ value: 7, asOfMs: expect.any(Number), stale: false, functionKey: 'app/F03' });
    api.plane.loop = 'behind';
    expect(await get('/v1/functions/app%2FF03/desired')).toMatchObject({ value: 7, stale: true });
    expect((await get('/v1/decisions')).items).toHaveLength(1);
  });

  it('have any name', async () => {
    for (const key of ['a/b/c', 'ä ö?&=#%', '__proto__', 'constructor', '{x}', '"\\', '🙂']) {
      await send('/v1/samples', call(key, 1));
      const found = await get(`/v1/functions/${encodeURIComponent(key)}`);
      expect(found.functionKey).toBe(key);
    }
  });
});

describe('receipts', () => {
  it('are listed newest first, shown, and computed again', async () => {
    api.plane.decide('f', 1);
    api.plane.decide('g', 2);
    const { items } = await get('/v1/receipts');
    expect(items.map(({ id }: Json) => id)).toEqual(['g@1', 'f@0']);
    expect((await get('/v1/receipts?functionKey=f')).items).toHaveLength(1);
    expect((await get('/v1/receipts/f%400')).decision.desiredInstances).toBe(1);
    const response = await fetch(`${api.url}/v1/receipts/f%400/recompute`, { method: 'POST' });
    expect(await response.json()).toMatchObject({ id: 'f@0', same: true });
  });
});

describe('limits and pause', () => {
  it('are changed by field, taken away by null, and audited', async () => {
    const scope = { kind: 'function', functionKey: 'f' };
    await send('/v1/limits', { scope, limits: { minInstances: 2, maxInstances: 9 } }, 'PATCH');
    const view = await send('/v1/limits', { scope, limits: { maxInstances: null } }, 'PATCH');
    expect(view.functions).toEqual([{ functionKey: 'f', limits: { minInstances: 2 } }]);
    expect(await get('/v1/limits')).toEqual(view);
    const { items } = await get('/v1/audit');
    expect(items[0]).toMatchObject({
      actor: 'local',
      action: 'limits',
      scope,
      from: { minInstances: 2, maxInstances: 9 },
      to: { minInstances: 2 },
    });
  });

  it('pause and resume the fleet, a group, a function', async () => {
    const scopes = [{ kind: 'fleet' }, { kind: 'group', match: 'batch/*' }, { kind: 'function', functionKey: 'f' }];
    for (const scope of scopes) await send('/v1/pause', { scope, reason: 'test' });
    expect((await get('/v1/pauses')).paused.map(({ scope }: Json) => scope)).toEqual(scopes);
    for (const scope of scopes) await send('/v1/resume', { scope });
    expect((await get('/v1/pauses')).paused).toEqual([]);
    const { items } = await get('/v1/events?kind=paused');
    expect(items).toHaveLength(3);
  });
});

describe('the whole', () => {
  it('has a status, a summary, another past, health and readiness', async () => {
    expect(await get('/v1/status')).toMatchObject({ mode: 'shadow', loop: 'running' });
    expect(await get('/v1/summary')).toMatchObject({ functions: 0 });
    expect(await send('/v1/what-if', { policy: 'fixed-10min' })).toMatchObject({ functions: 0 });
    const lines = await fetch(`${api.url}/v1/what-if`, json({}, { accept: 'application/x-ndjson' }));
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    const [last, ...before] = (await lines.text()).trimEnd().split('\n').reverse();
    expect(JSON.parse(last!)).toMatchObject({ result: { functions: 0 } });
    expect(before).toEqual([]);
    const refused = await fetch(
      `${api.url}/v1/what-if`,
      json({ functionKeys: ['no'] }, { accept: 'application/x-ndjson' }),
    );
    expect(await refused.json()).toMatchObject({ problem: { code: 'UNKNOWN_FUNCTION', status: 404 } });
    expect(await get('/healthz')).toEqual({ status: 'ok' });
    expect(await get('/readyz')).toEqual({ ready: true, loop: 'running', degraded: [] });
    for (const [loop, status] of [
      ['starting', 503],
      ['behind', 200],
      ['ended', 200],
      ['stopped', 503],
    ] as const) {
      api.plane.loop = loop;
      const response = await fetch(`${api.url}/readyz`);
      expect({ status: response.status, ...(await response.json()) }).toMatchObject({
        status,
        loop,
        ready: status === 200,
      });
    }
  });

  it('answers HEAD like GET, without the body', async () => {
    const response = await fetch(`${api.url}/v1/status`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('serves its document with an ETag, and the page over it', async () => {
    const first = await fetch(`${api.url}/openapi.json`);
    const etag = first.headers.get('etag')!;
    expect(((await first.json()) as { openapi: string }).openapi).toBe('3.1.0');
    const second = await fetch(`${api.url}/openapi.json`, { headers: { 'if-none-match': etag } });
    expect(second.status).toBe(304);
    const page = await fetch(`${api.url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    // Its script and style come from here, and the policy for them allows nothing else.
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const [, file] of html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)) {
      const response = await fetch(new URL(file!, page.url));
      expect(response.status, file).toBe(200);
      await response.arrayBuffer();
    }
    expect(html).not.toMatch(/<script>[^<]/);
  });
});
