/** What the observer of Prometheus does when a server is away, hangs, lies or lags: on a server of this test's own, and a clock of its own. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type CountSample,
  type Gap,
  type Observation,
  openObserver,
  PrometheusObserver,
  type PrometheusObserverSettings,
} from '../../ts/server/providers/index.js';
import { JumpingClock } from '../jumping-clock.js';
import { failure } from '../trace-sources.js';

const METRIC = 'gateway_function_invocation_total';
const STEP_MS = 15_000;
const LAG_MS = 60_000;
const T0_MS = Date.UTC(2026, 7, 1, 12);
const DAY_MS = 86_400_000;

interface Asked {
  path: string;
  query: string;
  startMs: number;
  endMs: number;
  points: number;
}

let server: Server;
let url: string;
let clock: JumpingClock;
let asked: Asked[];
/** The server's clock less ours. */
let skewMs: number;
/** From here on there are samples, and up to here. */
let keptFromMs: number;
let scrapedToMs: number;
/** A call each second, unless told otherwise. */
let valueAt: (ms: number) => string;
let warnings: string[];
/** Answers in place of the server; true where it did. */
let instead: (one: Asked, response: ServerResponse) => boolean;

const number = (value: number): string => String(Math.round(value));

beforeEach(async () => {
  clock = new JumpingClock(T0_MS + LAG_MS);
  asked = [];
  skewMs = 0;
  keptFromMs = Number.NEGATIVE_INFINITY;
  scrapedToMs = Number.POSITIVE_INFINITY;
  valueAt = (ms) => number((ms - T0_MS) / 1000 + 1e6);
  warnings = [];
  instead = () => false;
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const ms = (name: string): number => Math.round(Number(searchParams.get(name)) * 1000);
    const [startMs, endMs, stepMs] = [ms('start'), ms('end'), ms('step')];
    const one: Asked = {
      path: pathname.replace('/api/v1/', ''),
      query: searchParams.get('query') ?? '',
      startMs,
      endMs,
      points: Math.floor((endMs - startMs) / stepMs) + 1,
    };
    asked.push(one);
    if (instead(one, response)) return;
    const answer = (resultType: string, result: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ status: 'success', data: { resultType, result }, ...(warnings.length > 0 && { warnings }) }),
      );
    };
    const values = (of: (at: number) => string): [number, string][] => {
      const all: [number, string][] = [];
      for (let at = startMs; at <= endMs; at += stepMs) if (at >= keptFromMs) all.push([at / 1000, of(at)]);
      return all;
    };
    const matrix = (metric: object, of: (at: number) => string): void => {
      const found = values(of);
      answer('matrix', found.length === 0 ? [] : [{ metric, values: found }]);
    };
    if (one.query === 'time()') return answer('scalar', [0, String((clock.now() + skewMs) / 1000)]);
    if (one.query.startsWith('max(timestamp(')) {
      const last = Math.min(ms('time'), scrapedToMs);
      return answer('vector', [{ metric: {}, value: [0, String(last / 1000)] }]);
    }
    if (one.query === 'up == 0') return answer('matrix', []);
    if (one.query.startsWith('count(')) return matrix({}, () => '1');
    if (one.query === METRIC)
      return matrix({ __name__: METRIC, function_name: 'f', instance: 'i' }, (at) =>
        valueAt(Math.min(at, scrapedToMs)),
      );
    answer('matrix', []);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const open = (settings: Partial<PrometheusObserverSettings> = {}): PrometheusObserver =>
  new PrometheusObserver({
    url,
    preset: 'openfaas',
    stepMs: STEP_MS,
    lagMs: LAG_MS,
    backfillMs: 15 * DAY_MS,
    timeoutMs: 20_000,
    retryDelayMs: 1,
    clock,
    ...settings,
  });

const SIGNAL = new AbortController().signal;

async function take(of: PrometheusObserver, fromMs: number, toMs: number, signal = SIGNAL): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const one of of.observe(fromMs, toMs, signal)) found.push(one);
  return found;
}

/** The next tick of 30 s, and the clock with it. */
class Loop {
  readonly observer: PrometheusObserver;
  atMs = T0_MS;

  constructor(observer: PrometheusObserver) {
    this.observer = observer;
  }

  async tick(): Promise<Observation[]> {
    clock.advance(30_000);
    const found = await take(this.observer, this.atMs, this.atMs + 30_000);
    this.atMs += 30_000;
    return found;
  }
}

const calls = (found: readonly Observation[]): number =>
  found.filter((one): one is CountSample => one.kind === 'count').reduce((sum, one) => sum + one.calls, 0);
const gaps = (found: readonly Observation[]): Gap[] => found.filter((one): one is Gap => one.kind === 'gap');

describe('a server that is well', () => {
  test('is asked for two steps a tick, and counts every call once', async () => {
    const loop = new Loop(open());
    let sum = 0;
    for (let k = 0; k < 10; k++) sum += calls(await loop.tick());
    expect(sum).toBe(300);
    expect(loop.observer.health()).toEqual({
      degraded: null,
      clock: null,
      clockSkewMs: 0,
      lastAnswerMs: clock.now(),
      restarts: 0,
      badSamples: 0,
    });
    const counters = asked.filter(({ query, path }) => query === METRIC && path === 'query_range');
    expect(counters.map(({ points }) => points)).toEqual(Array(10).fill(3));
    // Clocks are compared once in ten minutes.
    expect(asked.filter(({ query }) => query === 'time()')).toHaveLength(1);
  });

  test('is opened by a configuration', async () => {
    const provider = {
      kind: 'prometheus' as const,
      url,
      preset: null,
      queries: [METRIC],
      headers: {},
      stepMs: STEP_MS,
      timeoutMs: 20_000,
      lagMs: LAG_MS,
      backfillMs: 0,
    };
    const { observer, clock: own } = openObserver(provider, { clock });
    expect(own).toBe(clock);
    expect(observer).toMatchObject({ name: 'prometheus', lagMs: LAG_MS, endMs: null });
    expect(await observer.beginMs(SIGNAL)).toBeNull();
    expect(asked.map(({ query }) => query)).toEqual(['time()']);
  });

  test.each([
    [{ preset: 'nomad' }, "there is no preset 'nomad'; expected one of knative,"],
    [{ preset: undefined, queries: [] }, 'there are no counters to ask for'],
    [{ stepMs: 1500 }, 'the step is 1500 ms; expected whole seconds'],
    [{ url: 'nonsense' }, 'is no URL'],
  ])('settings that cannot be right: %j', (settings, words) => {
    expect(() => open(settings as Partial<PrometheusObserverSettings>)).toThrow(words);
  });
});

describe('a server that is away', () => {
  test('is a gap with what it said; afterwards all that is still known comes, and nothing twice', async () => {
    const loop = new Loop(open());
    expect(calls(await loop.tick())).toBe(30);
    instead = (_, response) => {
      response.writeHead(503).end(JSON.stringify({ errorType: 'unavailable', error: 'the store is down' }));
      return true;
    };
    const found = await loop.tick();
    expect(found).toEqual([
      {
        kind: 'gap',
        functionKey: null,
        fromMs: T0_MS + 30_000,
        toMs: T0_MS + 60_000,
        reason: 'unavailable',
        detail: `${url}: it answered 503: unavailable: the store is down`,
      },
    ]);
    expect(loop.observer.health().degraded).toBe(`${url}: it answered 503: unavailable: the store is down`);
    instead = () => false;
    const after = await loop.tick();
    // What came while it was away is of its own time.
    expect(after[0]).toEqual({
      kind: 'count',
      functionKey: 'f',
      fromMs: T0_MS + 30_000,
      toMs: T0_MS + 60_000,
      calls: 30,
    });
    expect(calls(after)).toBe(60);
    expect(loop.observer.health().degraded).toBeNull();
  });

  test('is asked less and less, until it answers', async () => {
    const loop = new Loop(open());
    await loop.tick();
    instead = (_, response) => {
      response.writeHead(500).end();
      return true;
    };
    asked = [];
    for (let k = 0; k < 60; k++) expect(gaps(await loop.tick())).toHaveLength(1);
    // Half an hour: three quick tries, then one each time, at last every five minutes.
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.length).toBeLessThan(20);
    instead = () => false;
    let ticks = 0;
    for (; gaps(await loop.tick()).length > 0; ticks++) expect(ticks).toBeLessThan(11);
    expect(loop.observer.health().degraded).toBeNull();
  });

  test('is asked again though the clock was set back meanwhile', async () => {
    const loop = new Loop(open());
    await loop.tick();
    instead = (_, response) => {
      response.destroy();
      return true;
    };
    for (let k = 0; k < 5; k++) await loop.tick();
    instead = () => false;
    clock.jump(-DAY_MS);
    expect(gaps(await take(loop.observer, loop.atMs, loop.atMs + 30_000))).toEqual([]);
  });

  test('that hangs costs one time-out, and is a gap', async () => {
    const loop = new Loop(open({ timeoutMs: 50 }));
    instead = () => true;
    expect(gaps(await loop.tick())).toMatchObject([
      { reason: 'unavailable', detail: `${url}: it did not answer within 0.05 s` },
    ]);
    // On a machine that is busy it may not even have come.
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  test.each([
    ['<html>Log in</html>', 'that is no JSON; expected the Prometheus API at this address'],
    ['{"status":"success","data":{"resultType":"matrix","result":[', 'JSON that is damaged or ends early'],
    ['{"status":"success","data":{"resultType":"vector","result":[]}}', 'it answered without a matrix'],
    ['{"status":"success","data":{"resultType":"matrix","result":[7]}}', 'a series that is none'],
    ['{"status":"error"}', "the query's status is 'error'"],
    ['{}', "the query's status is 'undefined'"],
  ])('or answers with nonsense is a gap in words: %s', async (body, words) => {
    instead = (one, response) => {
      if (one.path !== 'query_range') return false;
      response.end(body);
      return true;
    };
    const found = gaps(await new Loop(open()).tick());
    expect(found).toMatchObject([{ functionKey: null, reason: 'unavailable', detail: expect.stringContaining(words) }]);
  });
});

describe('a server that lies', () => {
  test('says NaN, a negative number, and falls for a moment: a gap each, and nothing of it is counted', async () => {
    const loop = new Loop(open());
    const right = valueAt;
    expect(calls(await loop.tick())).toBe(30);
    for (const lie of ['NaN', '-7', String(1e6 - 1)]) {
      const wrongMs = loop.atMs + STEP_MS;
      valueAt = (ms) => (ms === wrongMs ? lie : right(ms));
      const found = await loop.tick();
      expect(gaps(found)).toMatchObject([{ functionKey: 'f', reason: 'bad-value', fromMs: loop.atMs - 30_000 }]);
      expect(calls(found)).toBe(30);
    }
    expect(loop.observer.health().badSamples).toBe(3);
  });

  test('a counter that begins again counts from 0', async () => {
    const loop = new Loop(open());
    await loop.tick();
    valueAt = (ms) => number((ms - T0_MS) / 1000 - 30);
    expect(calls(await loop.tick())).toBe(30);
    expect(loop.observer.health()).toMatchObject({ restarts: 1, badSamples: 0, degraded: null });
  });
});

describe('times', () => {
  test.each([
    [
      3_600_000,
      0,
      "the server's clock is 3600.0 s ahead of ours: it is asked as soon as a tick is over, and tells what was 3540.0 s before",
    ],
    [20_000, 40_000, "the server's clock is 20.0 s ahead of ours: it is asked that much sooner"],
    [4000, LAG_MS, null],
    [-90_000, LAG_MS + 90_000, "the server's clock is 90.0 s behind ours: it is asked that much later"],
  ])('a server whose clock is %i ms off is asked by its own', async (ms, lagMs, words) => {
    skewMs = ms;
    const loop = new Loop(open());
    await loop.tick();
    expect(loop.observer.health()).toMatchObject({ clockSkewMs: ms, clock: words, degraded: null });
    expect(loop.observer.lagMs).toBe(lagMs);
  });

  test.each([-90_000, -3_600_000])(
    'of a server that is %i ms off every call is counted, and nothing is a gap',
    async (ms) => {
      skewMs = ms;
      const live = open({ backfillMs: 0 });
      expect(await live.beginMs(SIGNAL)).toBeNull();
      let [atMs, found] = [T0_MS, [] as Observation[]];
      for (let k = 0; k < 400; k++) {
        clock.advance(30_000);
        scrapedToMs = clock.now() + skewMs;
        // As the loop does: a tick is asked for when it is over and its lag has passed.
        while (atMs + 30_000 + live.lagMs <= clock.now()) {
          found.push(...(await take(live, atMs, atMs + 30_000)));
          atMs += 30_000;
        }
      }
      const first = atMs;
      expect(live.health().clockSkewMs).toBe(ms);
      expect(calls(found)).toBe((first - T0_MS) / 1000);
      expect(gaps(found).filter(({ fromMs }) => fromMs > T0_MS)).toEqual([]);
      // When the server's clock is set right it is noticed, and made up for.
      skewMs = 0;
      for (let k = 0; k < 60; k++) {
        clock.advance(30_000);
        scrapedToMs = clock.now();
        while (atMs + 30_000 + live.lagMs <= clock.now()) {
          found.push(...(await take(live, atMs, atMs + 30_000)));
          atMs += 30_000;
        }
      }
      expect(live.lagMs).toBe(LAG_MS);
      expect(calls(found)).toBe((atMs - T0_MS) / 1000);
    },
  );

  test('scrapes that stopped are a gap, never a time without calls; what is known later comes then', async () => {
    const loop = new Loop(open());
    for (let k = 0; k < 4; k++) await loop.tick();
    scrapedToMs = loop.atMs;
    const found: Observation[] = [];
    for (let k = 0; k < 8; k++) found.push(...(await loop.tick()));
    expect(calls(found)).toBe(0);
    expect(gaps(found).at(-1)).toMatchObject({
      functionKey: null,
      reason: 'missing',
      detail: `no scrape since ${new Date(scrapedToMs).toISOString()}`,
    });
    expect(gaps(found).length).toBeGreaterThanOrEqual(5);
    expect(loop.observer.health().degraded).toContain('no scrape since');
    scrapedToMs = Number.POSITIVE_INFINITY;
    expect(calls(await loop.tick())).toBe(9 * 30);
    expect(loop.observer.health().degraded).toBeNull();
  });

  test('a part of the data that is missing is said, and what is not there then is a gap', async () => {
    const loop = new Loop(open());
    await loop.tick();
    warnings = ['a store is down'];
    expect(calls(await loop.tick())).toBe(30);
    expect(loop.observer.health().degraded).toBe('the server says: a store is down');
    keptFromMs = Number.POSITIVE_INFINITY;
    expect(gaps(await loop.tick())).toMatchObject([{ reason: 'missing' }]);
  });

  test('all series and all targets gone is a gap: nobody scrapes any more', async () => {
    const loop = new Loop(open());
    await loop.tick();
    keptFromMs = Number.POSITIVE_INFINITY;
    expect(gaps(await loop.tick())).toMatchObject([{ functionKey: null, reason: 'missing' }]);
  });

  test('no series from the beginning is said: the metrics may have another name', async () => {
    keptFromMs = Number.POSITIVE_INFINITY;
    const loop = new Loop(open());
    expect(await loop.tick()).toEqual([]);
    expect(loop.observer.health().degraded).toBe(
      `the server has no series of ${METRIC}, gateway_functions_seconds_sum`,
    );
  });
});

describe('the past', () => {
  test('begins where the server has samples, and is read in pieces that it can answer', async () => {
    keptFromMs = T0_MS - 2 * DAY_MS;
    const observer = open();
    const beginMs = await observer.beginMs(SIGNAL);
    expect(beginMs!).toBeLessThanOrEqual(keptFromMs);
    expect(beginMs!).toBeGreaterThan(keptFromMs - 600_000);
    instead = (one, response) => {
      if (!(one.points > 5000)) return false;
      response.writeHead(422).end(JSON.stringify({ errorType: 'execution', error: 'too many samples' }));
      return true;
    };
    asked = [];
    const found = await take(observer, beginMs!, T0_MS);
    expect(calls(found)).toBe(2 * 86_400);
    expect(gaps(found)).toEqual([]);
    const points = asked.filter(({ query }) => query === METRIC).map((one) => one.points);
    expect(Math.max(...points)).toBeLessThanOrEqual(11_000);
    expect(points.length).toBeGreaterThan(2);
    // As time goes: what comes first can be used while the rest is read.
    const ends = found.map((one) => (one.kind === 'call' ? 0 : one.toMs));
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    // And on from there.
    expect(calls(await take(observer, T0_MS, T0_MS + 30_000))).toBe(30);
  });

  test('there may be none', async () => {
    keptFromMs = Number.POSITIVE_INFINITY;
    expect(await open().beginMs(SIGNAL)).toBeNull();
    server.close();
    server.closeAllConnections();
    expect(await failure(open().beginMs(SIGNAL))).toMatchObject({ code: 'SERVER_UNAVAILABLE' });
  });

  test('is waited for while the server is away, and goes on where it was', async () => {
    const observer = open();
    let away = true;
    instead = (_, response) => {
      if (away) response.writeHead(503).end();
      return away;
    };
    const taking = take(observer, T0_MS - 2 * 3_600_000, T0_MS - 3_600_000);
    await expect.poll(() => clock.sleepers, { timeout: 60_000 }).toBe(1);
    expect(observer.health().degraded).toContain('it answered 503');
    away = false;
    clock.advance(300_000);
    const found = await taking;
    expect(calls(found)).toBe(3600);
    expect(gaps(found)).toEqual([]);
  });

  test('a time that is asked for again is looked at anew', async () => {
    const observer = open();
    const once = await take(observer, T0_MS - 60_000, T0_MS);
    expect(await take(observer, T0_MS - 60_000, T0_MS)).toEqual(once);
    expect(calls(once)).toBe(60);
  });
});

test('stops when it is asked to: in a request, while it waits, and when it is closed', async () => {
  const stopped = { code: 'ABORTED' };
  instead = () => true;
  const hanging = new AbortController();
  const first = failure(take(open(), T0_MS, T0_MS + 30_000, hanging.signal));
  await expect.poll(() => asked.length, { timeout: 60_000 }).toBe(1);
  hanging.abort();
  expect(await first).toMatchObject(stopped);
  instead = (_, response) => {
    response.writeHead(503).end();
    return true;
  };
  const waiting = open();
  const second = failure(take(waiting, T0_MS - DAY_MS, T0_MS - DAY_MS / 2));
  await expect.poll(() => clock.sleepers, { timeout: 60_000 }).toBe(1);
  await waiting.close();
  expect(await second).toMatchObject(stopped);
});
