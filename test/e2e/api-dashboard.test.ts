/** The files of the dashboard, as the API serves them: to anybody, fresh, and with nothing of others in them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Running, running } from './api-server.js';

let folder: string;
let api: Running;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-dashboard-'));
  mkdirSync(join(folder, 'pages/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'x');
  writeFileSync(join(folder, 'pages/index.html'), '<!doctype html><title>Isotherm</title>');
  writeFileSync(join(folder, 'pages/assets/main.js'), 'export {};\n');
  api = await running({ dashboard: join(folder, 'pages'), authRequired: true });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['/', 'text/html; charset=utf-8'],
  ['/index.html', 'text/html; charset=utf-8'],
  ['/assets/main.js', 'application/javascript; charset=utf-8'],
])('%s comes without a key, with a policy of its own, and once', async (path, type) => {
  const response = await fetch(api.url + path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  const etag = response.headers.get('etag')!;
  await response.arrayBuffer();
  // Not by fetch: it says `cache-control: no-cache` of its own accord.
  const again = await api.app.inject({ url: path, headers: { 'if-none-match': etag } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

it.each([
  '/../secret',
  '/..%2fsecret',
  '/%2e%2e/secret',
  '/assets/..%2f..%2fsecret',
  '/assets',
  '/assets/',
  '/nothing.js',
])('%s is nothing', async (path) => {
  const response = await api.app.inject(path);
  expect([response.statusCode, response.json().code]).toEqual([404, 'NOT_FOUND']);
});

it('the API beside it still asks for a key', async () => {
  expect((await fetch(`${api.url}/v1/status`)).status).toBe(401);
});
