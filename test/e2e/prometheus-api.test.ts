/** What the Prometheus provider does when a server does not answer as it should: on a server of this test's own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from 'vitest';
import type { Providers } from '../../ts/core/cli/server.js';
import { readTrace } from '../../ts/core/trace/index.js';
import { openProvider } from '../../ts/server/providers/index.js';
import { failure } from '../trace-sources.js';
import { environment, MAIN } from './cli-replay-run.js';

interface Asked {
  query: string;
  start: number;
  end: number;
  step: number;
  headers: IncomingMessage['headers'];
  /** How many samples of a series that is. */
  points: number;
}

let server: Server;
let url: string;
let asked: Asked[];
let respond: (one: Asked, response: ServerResponse) => void;

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

/** A counter that grows by one each second. */
const matrix = ({ start, end, step }: Asked, extra = {}) => {
  const values: [number, string][] = [];
  for (let at = start; at <= end; at += step) values.push([at, String(at)]);
  const result = [{ metric: { __name__: 'calls_total', function: 'f' }, values }];
  return { status: 'success', data: { resultType: 'matrix', result }, ...extra };
};

const refuse = (errorType: string, error: string) => ({ status: 'error', errorType, error });

beforeEach(async () => {
  asked = [];
  respond = (one, response) => json(response, 200, matrix(one));
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const number = (name: string): number => Number(searchParams.get(name));
    const [start, end, step] = [number('start'), number('end'), number('step')];
    const points = Math.floor((end - start) / step) + 1;
    const one = { query: searchParams.get('query') ?? '', start, end, step, points, headers: request.headers };
    asked.push(one);
    if (pathname === '/api/v1/query_range') respond(one, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const T0_MS = 1_785_585_600_000;
const request = (steps: number, queries = ['calls_total']) => {
  return { queries, startMs: T0_MS, endMs: T0_MS + steps * 1000, stepMs: 1000 };
};

async function calls(steps: number, settings = {}): Promise<number> {
  const source = await openProvider('prometheus', { url, retryDelayMs: 1, ...settings }).observe(request(steps));
  return (await readTrace(source)).trace.calls;
}

/** Answers the first requests in these ways, and the others well. */
function atFirst(...answers: ((response: ServerResponse, one: Asked) => void)[]): void {
  respond = (one, response) => (answers[asked.length - 1] ?? (() => json(response, 200, matrix(one))))(response, one);
}

test('the command line asks for what the provider has', () => {
  expectTypeOf<typeof openProvider>().toExtend<Providers['openProvider']>();
});

test('asks in pieces of 11,000 samples, each once, and goes on where it was', async () => {
  const progress: [number, number][] = [];
  const provider = openProvider('prometheus', { url });
  const queries = ['calls_total', 'more_total'];
  const source = await provider.observe({
    ...request(25_000, queries),
    onProgress: (done, total) => progress.push([done, total]),
  });
  expect(asked).toHaveLength(1);
  // The second query's answers are of the same series: a copy of the first one's, and so refused.
  expect(await failure(readTrace(source))).toMatchObject({ code: 'TIME_ORDER' });
  expect(asked.map(({ query, points }) => [query, points])).toEqual([
    ['calls_total', 11_000],
    ['calls_total', 11_000],
    ['calls_total', 3_001],
    ['more_total', 11_000],
    ['more_total', 11_000],
    ['more_total', 3_001],
  ]);
  expect(asked[1]!.start).toBe(asked[0]!.end + 1);
  expect(progress.at(-1)).toEqual([50_002, 50_002]);
  expect(await calls(25_000)).toBe(25_000);
});

test('tries again after 5xx, 429 and a broken connection, and waits as long as it is told', async () => {
  atFirst(
    (response) => json(response, 500, refuse('internal', 'a passing trouble')),
    (response) => json(response, 429, {}, { 'retry-after': '0' }),
    (response) => void response.destroy(),
    (response) => json(response, 502, {}),
  );
  expect(await calls(10)).toBe(10);
  expect(asked).toHaveLength(5);
});

test('gives up after five attempts, in the words of the server', async () => {
  respond = (_, response) => json(response, 503, refuse('unavailable', 'the  store\nis down'));
  const found = await failure(calls(10));
  expect(found).toMatchObject({ code: 'SERVER_UNAVAILABLE' });
  expect(found.message).toBe(`${url}: it answered 503: unavailable: the store is down`);
  expect(asked).toHaveLength(5);
});

test('does not wait for a server that wants more than a minute', async () => {
  respond = (_, response) => json(response, 429, {}, { 'retry-after': '3600' });
  expect(await failure(calls(10))).toMatchObject({ code: 'SERVER_UNAVAILABLE' });
  expect(asked).toHaveLength(1);
});

test('a server that is not there is said at once', async () => {
  server.close();
  server.closeAllConnections();
  const found = await failure(calls(10, { retryDelayMs: 60_000 }));
  expect(found).toMatchObject({ code: 'SERVER_UNAVAILABLE', message: `${url}: it cannot be reached (ECONNREFUSED)` });
});

test.each([
  [422, refuse('execution', 'query processing would load too many samples into memory in query execution')],
  [503, refuse('timeout', 'query timed out in expression evaluation')],
  [504, ''],
])('what is too much for a server (%i) is asked for in halves', async (status, refusal) => {
  respond = (one, response) => (one.points > 700 ? json(response, status, refusal) : json(response, 200, matrix(one)));
  expect(await calls(5000)).toBe(5000);
  // 5001, 2501, 1251 and 626 samples; then 626 at a time.
  expect(asked.map(({ points }) => points)).toEqual([5001, 2501, 1251, ...Array(7).fill(626), 619]);
});

test('halving has an end', async () => {
  respond = (_, response) => json(response, 422, refuse('execution', 'too many samples'));
  expect(await failure(calls(5000))).toMatchObject({ code: 'SERVER_REFUSED' });
  expect(asked.map(({ points }) => points)).toEqual([5001, 2501, 1251, 626, 313]);
});

test('a server that hangs is asked for less, and given up in time', async () => {
  // In the place of fetch: what is asked for is known however slow this machine is, and nothing but the time-out ends it.
  const points: number[] = [];
  vi.stubGlobal('fetch', (address: string, { signal }: { signal: AbortSignal }) => {
    const { searchParams } = new URL(address);
    points.push(Number(searchParams.get('end')) - Number(searchParams.get('start')) + 1);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  try {
    const found = await failure(calls(15, { timeoutMs: 20 }));
    expect(found.message).toBe(`${url}: it did not answer within 0.02 s`);
    expect(found.code).toBe('SERVER_UNAVAILABLE');
    expect(points).toEqual([16, 8, 4, 2, 1]);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('a server that hangs is waited for as long as it may', async () => {
  respond = () => {};
  const found = await failure(calls(1, { timeoutMs: 50 }));
  expect(found.message).toBe(`${url}: it did not answer within 0.05 s`);
});

test.each([
  [200, 'text/html', '<html>Log in</html>', 'it answered with text/html that is no JSON; expected the Prometheus API'],
  [401, 'text/plain', 'Unauthorized\n', 'it answered 401: Unauthorized; expected credentials that may read'],
  [
    403,
    'application/json',
    '{"kind":"Status","message":"services is forbidden"}',
    '403: services is forbidden; expected',
  ],
  [403, 'application/json', '{"error":{"code":403,"message":"Permission denied"}}', '403: Permission denied; expected'],
  [404, 'text/html', '<html>no</html>', 'it answered 404'],
  [302, '', '', 'it sends us on to https://login.example/in; expected the address itself'],
])('an answer of %i %s is refused in words', async (status, type, body, words) => {
  respond = (_, response) => {
    response.writeHead(status, { 'content-type': type, location: 'https://login.example/in?state=secret' }).end(body);
  };
  const found = await failure(calls(10));
  expect(found).toMatchObject({ code: 'SERVER_REFUSED' });
  expect(found.message).toContain(words);
  expect(asked).toHaveLength(1);
});

test.each([
  ['localhost:9090', "the server's address begins with localhost:"],
  ['nonsense', "the server's address is no URL"],
  ['http://me:secret@localhost:9090', 'credentials or a query'],
])('the address %s is refused', (address, words) => {
  expect(() => openProvider('prometheus', { url: address })).toThrow(words);
  expect(() => openProvider('prometheus', { url: address })).not.toThrow('secret');
});

test('a wrong header, time or step is refused before anything is asked', async () => {
  expect(() => openProvider('prometheus', { url, headers: { Authorization: 'a\nsecret' } })).toThrow(
    /'Authorization' has/,
  );
  const provider = openProvider('prometheus', { url });
  for (const wrong of [{ queries: [] }, { stepMs: 0.5 }, { endMs: T0_MS }, { startMs: Number.NaN }]) {
    expect(await failure(provider.observe({ ...request(10), ...wrong }))).toMatchObject({ code: 'BAD_ARGUMENT' });
  }
  expect(asked).toEqual([]);
});

test('stops when it is asked to, in a request and between two', async () => {
  respond = () => {};
  const provider = openProvider('prometheus', { url, retryDelayMs: 60_000 });
  const hanging = new AbortController();
  const first = failure(provider.observe({ ...request(10), signal: hanging.signal }));
  await expect.poll(() => asked.length).toBe(1);
  hanging.abort();
  expect(await first).toMatchObject({ code: 'ABORTED' });
  respond = (_, response) => json(response, 500, {});
  const waiting = new AbortController();
  const second = failure(provider.observe({ ...request(10), signal: waiting.signal }));
  await expect.poll(() => asked.length).toBe(2);
  waiting.abort();
  expect(await second).toMatchObject({ code: 'ABORTED' });
});

/** Not spawnSync: this process answers the requests. */
async function isotherm(args: string[], env: NodeJS.ProcessEnv, onRequest?: (kill: () => void) => void) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...environment(), ...env } });
  if (onRequest !== undefined) server.once('request', () => onRequest(() => child.kill('SIGINT')));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const TIMES = ['--start', '1785585600', '--end', '1785585660', '--step', '1'];

test('the command sends secrets from the environment, and never shows them', async () => {
  const secrets = ['--bearer-env', 'MY_TOKEN', '--header-env', 'X-Scope-OrgID=MY_TENANT'];
  const env = { MY_TOKEN: 'a-secret', MY_TENANT: 'another-secret' };
  const command = ['import', '--prometheus', url, '--query', 'calls_total', ...TIMES, ...secrets];
  const good = await isotherm(command, env);
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('60 calls') });
  expect(asked[0]!.headers).toMatchObject({ authorization: 'Bearer a-secret', 'x-scope-orgid': 'another-secret' });
  respond = (_, response) => json(response, 403, { message: 'no' });
  const bad = await isotherm(command, env);
  expect(bad.code).toBe(2);
  expect(good.stdout + good.stderr + bad.stdout + bad.stderr).not.toContain('secret');
  const unset = await isotherm(command, { MY_TENANT: 'another-secret' });
  expect(unset).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the environment variable MY_TOKEN is not set'),
  });
  const wrong = await isotherm([...command, '--header-env', 'sk-123-secret'], env);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).not.toContain('secret');
});

test('the command says what warnings there are, and that samples are missing', async () => {
  respond = (one, response) => {
    const body = matrix(one, { warnings: ['partial response: a store is down'] });
    body.data.result[0]!.values.splice(20, 10);
    json(response, 200, body);
  };
  const { code, stderr } = await isotherm(['import', '--prometheus', url, '--query', 'calls_total', ...TIMES], {});
  expect(code).toBe(0);
  expect(stderr).toContain('Prometheus says: partial response: a store is down\n');
  expect(stderr).toContain('samples that are missing between others; what came in between is spread evenly: 10\n');
});

test('Ctrl-C ends a request that hangs', async () => {
  respond = () => {};
  const command = ['import', '--prometheus', url, '--query', 'calls_total', ...TIMES];
  const { code, stdout, stderr } = await isotherm(command, {}, (kill) => setTimeout(kill, 100));
  expect({ code, stdout, stderr }).toEqual({
    code: 130,
    stdout: '',
    stderr: 'Interrupted; no file was left half written.\n',
  });
});

test.each([
  [[], 'name files, or a server'],
  [['calls.csv', '--prometheus', 'http://localhost'], 'name files, or a server'],
  [['calls.csv', '--query', 'x'], 'are for --prometheus'],
  [['--prometheus', 'http://localhost'], '--query, or with --preset'],
  [['--prometheus', 'http://localhost', '--query', 'x', '--preset', 'keda'], '--query, or with --preset'],
  [
    ['--prometheus', 'http://localhost', '--query', 'x', '--start', '2026-08-02', '--end', '2026-08-01T00:00:00Z'],
    'BAD_ARGUMENT: from 2026-08-02T00:00:00.000Z to 2026-08-01T00:00:00.000Z is no step of 60 s',
  ],
  [['--prometheus', 'http://localhost', '--query', 'x', '--start', 'yesterday'], 'expected a time as in 2026'],
])('usage: %j', async (args, words) => {
  const { code, stderr } = await isotherm(['import', ...args], {});
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});
