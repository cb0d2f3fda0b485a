/** What the API answers when something is wrong: always a problem, always with its code, never with its insides. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, json, type Running, running } from './api-server.js';

let api: Running;

beforeAll(async () => {
  api = await running({ bodyLimit: 4096, uploadLimit: 10_000 });
  api.plane.decide('f', 1);
});
afterAll(() => api.close());

async function problem(path: string, init?: RequestInit): Promise<Json> {
  const response = await fetch(api.url + path, init);
  expect(response.headers.get('content-type'), path).toBe('application/problem+json; charset=utf-8');
  const body: Json = await response.json();
  expect(body.status).toBe(response.status);
  expect(body.type).toBe(`urn:isotherm:problem:${body.code.toLowerCase().replaceAll('_', '-')}`);
  expect(body.instance).toBe(`urn:isotherm:request:${response.headers.get('x-request-id')}`);
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts\b|\.js\b| {4}at /);
  return { ...body, headers: response.headers };
}

const sample = { functionKey: 'f', atMs: 1, durationMs: 1 };
const batch = (...samples: unknown[]) => json({ samples });

describe('a request that is not as expected', () => {
  it.each([
    ['a number is missing', '/v1/samples', json({ functionKey: 'f', durationMs: 1 }), 'body', '/atMs', 'is missing'],
    ['a number is text', '/v1/samples', json({ ...sample, atMs: '1' }), 'body', '/atMs', 'expected integer'],
    [
      'a number is negative',
      '/v1/samples',
      json({ ...sample, durationMs: -1 }),
      'body',
      '/durationMs',
      'expected: be >= 0',
    ],
    ['a time has a fraction', '/v1/samples', json({ ...sample, atMs: 1.5 }), 'body', '/atMs', 'expected integer'],
    [
      'a field is not known',
      '/v1/samples',
      json({ ...sample, memory: 1 }),
      'body',
      '/memory',
      'is not known, expected functionKey, atMs',
    ],
    [
      'a count has no end',
      '/v1/samples',
      json({ functionKey: 'f', fromMs: 0, calls: 1 }),
      'body',
      '/toMs',
      'is missing',
    ],
    [
      'the third sample is wrong',
      '/v1/samples/bulk',
      batch(sample, sample, { ...sample, coldStart: 1 }),
      'body',
      '/samples/2/coldStart',
      'expected boolean',
    ],
    ['there are no samples', '/v1/samples/bulk', batch(), 'body', '/samples', 'expected: NOT have fewer than 1 items'],
    ['a sample is null', '/v1/samples/bulk', batch(null), 'body', '/samples/0', 'expected object'],
    [
      'a key is too long',
      '/v1/samples',
      json({ ...sample, functionKey: 'x'.repeat(513) }),
      'body',
      '/functionKey',
      'expected: NOT have more than 512 characters',
    ],
    [
      'a scope is of another kind',
      '/v1/pause',
      json({ scope: { kind: 'team' } }),
      'body',
      '/scope/kind',
      'expected "fleet"',
    ],
    [
      'a scope lacks its name',
      '/v1/pause',
      json({ scope: { kind: 'function' } }),
      'body',
      '/scope/functionKey',
      'is missing',
    ],
    [
      'a patch is empty',
      '/v1/limits',
      { ...json({ scope: { kind: 'fleet' }, limits: {} }), method: 'PATCH' },
      'body',
      '/limits',
      'expected: NOT have fewer than 1 properties',
    ],
    ['a page is too large', '/v1/functions?limit=1001', {}, 'query', 'limit', 'expected: be <= 1000'],
    ['a page is no number', '/v1/functions?limit=1e2', {}, 'query', 'limit', 'expected integer'],
    ['a parameter comes twice', '/v1/functions?limit=1&limit=2', {}, 'query', 'limit', 'expected integer'],
    [
      'a parameter is not known',
      '/v1/functions?page=2',
      {},
      'query',
      'page',
      'is not known, expected q, state, sort, cursor, limit',
    ],
    ['a sort is not known', '/v1/functions?sort=name', {}, 'query', 'sort', 'expected one of "functionKey", "-calls"'],
    ['a file has no name', '/v1/uploads', { method: 'PUT', body: 'x' }, 'query', 'name', 'is missing'],
    [
      'a file is a path',
      '/v1/uploads?name=..%2Fx',
      { method: 'PUT', body: 'x' },
      'query',
      'name',
      'expected: match pattern',
    ],
    [
      'an event id is none',
      '/v1/events/stream',
      { headers: { 'last-event-id': 'x' } },
      'header',
      'last-event-id',
      'expected the id of an event',
    ],
  ] as [string, string, RequestInit, string, string, string][])(
    'tells where: %s',
    async (_what, path, init, place, pointer, message) => {
      const { status, code, errors, detail } = await problem(path, init);
      expect([status, code]).toEqual([400, 'INVALID_REQUEST']);
      expect(errors).toEqual([{ in: place, pointer, message: expect.stringContaining(message) }]);
      expect(detail).toContain(pointer);
    },
  );

  it.each([
    ['is no JSON', '{"a":'],
    ['is empty', ''],
    ['poisons prototypes', '{"__proto__":{"x":1},"functionKey":"f","atMs":1,"durationMs":1}'],
    ['nests deeply', '['.repeat(2000)],
  ])('is refused when the body %s', async (_what, body) => {
    const { code } = await problem('/v1/samples', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(code).toBe('INVALID_REQUEST');
  });
});

describe('status by code', () => {
  it.each([
    ['NOT_FOUND', 404, '/v2', {}],
    ['NOT_FOUND', 404, '/docs/static/nothing.css', {}],
    ['INVALID_REQUEST', 400, '/v1/functions/', {}],
    ['UNKNOWN_FUNCTION', 404, '/v1/functions/nobody', {}],
    ['UNKNOWN_FUNCTION', 404, '/v1/functions/nobody/desired', {}],
    ['UNKNOWN_FUNCTION', 404, '/v1/functions/f/forecast', {}],
    ['UNKNOWN_RECEIPT', 404, '/v1/receipts/nobody', {}],
    ['UNKNOWN_RECEIPT', 404, '/v1/receipts/nobody/recompute', { method: 'POST' }],
    ['UNKNOWN_FUNCTION', 404, '/v1/what-if', json({ functionKeys: ['nobody'] })],
    ['BAD_ARGUMENT', 400, '/v1/what-if', json({ fromMs: 2, toMs: 1 })],
    ['BAD_CURSOR', 400, '/v1/functions?cursor=abcd', {}],
    ['BODY_TOO_LARGE', 413, '/v1/samples', json({ ...sample, id: 'x'.repeat(5000) })],
    ['BODY_TOO_LARGE', 413, '/v1/uploads?name=a.csv', { method: 'PUT', body: 'x'.repeat(10_001) }],
    ['UNKNOWN_FORMAT', 400, '/v1/uploads?name=a.csv', { method: 'PUT', body: 'nonsense\n' }],
    ['EMPTY_INPUT', 400, '/v1/uploads?name=a.csv', { method: 'PUT', body: '' }],
    [
      'UNSUPPORTED_MEDIA_TYPE',
      415,
      '/v1/samples',
      { method: 'POST', body: 'a=1', headers: { 'content-type': 'text/plain' } },
    ],
    ['UNSUPPORTED_MEDIA_TYPE', 415, '/v1/samples', { method: 'POST', body: new URLSearchParams('a=1') }],
    ['UNSUPPORTED_MEDIA_TYPE', 415, '/v1/samples', { method: 'POST', body: new FormData() }],
    ['INVALID_REQUEST', 400, '/v1/functions/%E0%A4%A', {}],
  ] as [string, number, string, RequestInit][])('%s is %i: %s', async (code, status, path, init) => {
    expect(await problem(path, init)).toMatchObject({ code, status });
  });

  it('METHOD_NOT_ALLOWED is 405 and says what is', async () => {
    const { code, status, headers } = await problem('/v1/functions/f/desired', { method: 'DELETE' });
    expect([code, status]).toEqual(['METHOD_NOT_ALLOWED', 405]);
    expect(headers.get('allow')).toBe('GET, HEAD');
    expect((await problem('/v1/uploads', { method: 'GET' })).headers.get('allow')).toBe('PUT, POST');
  });

  it('a cursor is good for its own list and filters only', async () => {
    await fetch(`${api.url}/v1/samples/bulk`, batch(sample, { ...sample, functionKey: 'g' }));
    const page: Json = await (await fetch(`${api.url}/v1/functions?limit=1`)).json();
    const cursor = encodeURIComponent(page.nextCursor);
    expect((await fetch(`${api.url}/v1/functions?limit=2&cursor=${cursor}`)).status).toBe(200);
    expect(await problem(`/v1/functions?q=f&cursor=${cursor}`)).toMatchObject({ code: 'BAD_CURSOR' });
    expect(await problem(`/v1/decisions?cursor=${cursor}`)).toMatchObject({ code: 'BAD_CURSOR' });
  });

  it('an upload that fails late tells it in its last line', async () => {
    const init = { method: 'PUT', body: 'nonsense\n', headers: { accept: 'application/x-ndjson' } };
    const text = await (await fetch(`${api.url}/v1/uploads?name=a.csv`, init)).text();
    expect(JSON.parse(text.trim().split('\n').at(-1)!)).toMatchObject({
      problem: { code: 'UNKNOWN_FORMAT', status: 400 },
    });
  });
});

describe('while the store is away', () => {
  beforeAll(() => {
    api.plane.storeAway = true;
  });
  afterAll(() => {
    api.plane.storeAway = false;
  });

  it.each([
    ['/v1/samples', json(sample)],
    ['/v1/receipts', {}],
    ['/v1/events', {}],
    ['/v1/pause', json({ scope: { kind: 'fleet' } })],
  ] as [string, RequestInit][])('%s says when to ask again, and not where the store is', async (path, init) => {
    const { code, status, headers, detail } = await problem(path, init);
    expect([code, status]).toEqual(['STORE_UNAVAILABLE', 503]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(detail).not.toContain('hunter2');
  });

  it.each([
    '/v1/functions',
    '/v1/functions/f',
    '/v1/functions/f/desired',
    '/v1/status',
    '/v1/summary',
    '/metrics',
    '/readyz',
  ])('%s is answered from memory', async (path) => {
    expect((await fetch(api.url + path)).status).toBe(200);
  });
});

it('a fault of ours is told by its name in the log only', async () => {
  const own = await running();
  own.plane.summary = () => {
    throw new Error('secret of the house');
  };
  const response = await fetch(`${own.url}/v1/summary`);
  const body: Json = await response.json();
  expect([response.status, body.code]).toEqual([500, 'INTERNAL']);
  expect(JSON.stringify(body)).not.toContain('secret of the house');
  const line = own.log.find((one) => one.includes('secret of the house'))!;
  expect(body.instance).toContain(JSON.parse(line).request);
  await own.close();
});
