/** Clients that do not play by the rules: bytes that are no HTTP, bodies that drip, connections that are only held. */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Running, running } from './api-server.js';

let api: Running;

beforeAll(async () => {
  api = await running({ headersTimeoutMs: 500, bodyTimeoutMs: 500 });
});
afterAll(() => api.close());

/** Everything that comes back until the server ends the connection, or until it has said `enough`. */
function exchange(bytes: string | Uint8Array, enough: RegExp | null = null): Promise<string> {
  return new Promise((done) => {
    let text = '';
    const socket = connect(api.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (enough?.test(text)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => done(text));
  });
}

const well = async (): Promise<void> => expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
const POST = 'POST /v1/samples HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

describe('bytes that are no HTTP', () => {
  it.each([
    ['words', 'hello\r\n\r\n', 400],
    ['TLS', Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), 400],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: localhost\r\n: x\r\n\r\n', 400],
    ['no host', 'GET /v1/status HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['two lengths', `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400],
    ['a length and chunks', `${POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a chunk of no length', `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['a negative length', `${POST}content-length: -1\r\n\r\n`, 400],
    ['too long headers', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['too long an address', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 431],
    ['an empty host', 'GET /v1/status HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n', 403],
    ['a host that points here', 'GET /v1/status HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n', 403],
    [
      'an address of another host',
      'GET http://evil.example/v1/status HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
      403,
    ],
  ] as [string, string | Uint8Array, number][])('%s', async (_what, bytes, status) => {
    const answer = await exchange(bytes);
    expect(statusOf(answer), answer).toBe(status);
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toMatch(/node_modules| {4}at /);
    await well();
  });

  it('of any kind leave it standing', async () => {
    const tokens = fc.constantFrom(
      'GET ',
      'POST ',
      '/v1/samples',
      ' HTTP/1.1',
      '\r\n',
      '\n',
      '\0',
      'host: localhost',
      'content-length: 9',
      'transfer-encoding: chunked',
      '{',
      '"',
      'ffffffff',
      ': ',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(tokens, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 20 }),
        async (parts) => {
          const answer = await exchange(`${parts.join('')}\r\n\r\n`, /\r\n\r\n/);
          if (answer !== '') expect(statusOf(answer), answer).toBeLessThan(500);
        },
      ),
      { numRuns: 40 },
    );
    await well();
  });

  it('methods and upgrades that nobody serves', async () => {
    for (const line of ['TRACE / HTTP/1.1', 'PROPFIND /v1/status HTTP/1.1', 'OPTIONS * HTTP/1.1']) {
      expect([400, 404, 405]).toContain(
        statusOf(await exchange(`${line}\r\nhost: localhost\r\nconnection: close\r\n\r\n`)),
      );
    }
    const upgrade =
      'GET /v1/status HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n';
    expect(statusOf(await exchange(upgrade, /\r\n\r\n/))).toBe(200);
    expect(statusOf(await exchange('CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n'))).toBeNaN();
    await well();
  });
});

describe('slow clients', () => {
  it('that never end their headers are let go', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /v1/status HTTP/1.1\r\nhost: localhost\r\n');
    const dripping = setInterval(() => socket.write('x: y\r\n'), 50);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((done) => socket.on('close', done));
    clearInterval(dripping);
    expect(statusOf(text)).toBe(408);
  });

  it('that say nothing at all are let go', async () => {
    expect(statusOf(await exchange(''))).toBe(408);
  });

  it.each([
    ['a body', `${POST}content-length: 100\r\n\r\n{"a":`],
    ['an upload', 'PUT /v1/uploads?name=a.csv HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\napp,'],
  ])('that do not finish %s are let go', async (_what, bytes) => {
    const answer = await exchange(bytes);
    if (answer !== '') expect(statusOf(answer)).toBe(408);
    await well();
  });

  it('by the hundred keep nobody waiting', async () => {
    const held = Array.from({ length: 300 }, () => {
      const socket = connect(api.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`${POST}content-length: 100\r\n\r\n{`);
      return socket;
    });
    for (let i = 0; i < 20; i++) await well();
    await Promise.all(
      held.map((socket) => new Promise((done) => (socket.closed ? done(0) : socket.on('close', done)))),
    );
  });
});

describe('large bodies', () => {
  const sample = (i: number) => ({ functionKey: 'f', atMs: i, durationMs: 1, id: 'x'.repeat(100) });

  it('of 10 MB are taken, of more are refused before they are read', async () => {
    const samples = Array.from({ length: 50_000 }, (_, i) => sample(i));
    const body = JSON.stringify({ samples });
    expect(body.length).toBeGreaterThan(7_000_000);
    const padded = body + ' '.repeat(10 * 1024 * 1024 - body.length);
    const taken = await fetch(`${api.url}/v1/samples/bulk`, { ...json({}), body: padded });
    expect(await taken.json()).toMatchObject({ accepted: 50_000 });
    const answer = await exchange(`${POST}content-length: ${10 * 1024 * 1024 + 1}\r\n\r\n`);
    expect(statusOf(answer)).toBe(413);
  });

  it('that are nothing but depth are refused', async () => {
    for (const body of ['['.repeat(5_000_000), `${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`]) {
      const response = await fetch(`${api.url}/v1/samples`, { ...json({}), body });
      expect(response.status).toBe(400);
      await response.arrayBuffer();
    }
    await well();
  });

  it('in chunks count too', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await exchange(`${POST}transfer-encoding: chunked\r\n\r\n${chunk.repeat(170)}0\r\n\r\n`);
    if (answer !== '') expect(statusOf(answer)).toBe(413);
    await well();
  });
});

it('clients that leave in the middle are forgotten', async () => {
  for (let i = 0; i < 50; i++) {
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      i % 2 === 0 ? `${POST}content-length: 100\r\n\r\n{` : 'GET /v1/functions HTTP/1.1\r\nhost: localhost\r\n\r\n',
    );
    await wait(1);
    socket.destroy();
  }
  await well();
  expect(api.log.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
});
