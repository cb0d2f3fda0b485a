/** What the observer of Prometheus does when a server is away, hangs or lies. */
import { describe, expect, test } from 'vitest';
import { openObserver, type PrometheusObserverSettings } from '../../ts/server/providers/index.js';
import { failure } from '../trace-sources.js';
import {
  calls,
  DAY_MS,
  everySecond,
  gaps,
  LAG_MS,
  METRIC,
  pretendPrometheus,
  SIGNAL,
  STEP_MS,
  T0_MS,
  take,
} from './pretend-prometheus.js';

const server = pretendPrometheus();

describe('a server that is well', () => {
  test('is asked for two steps a tick, and counts every call once', async () => {
    const loop = server.now.ticks();
    let sum = 0;
    for (let k = 0; k < 10; k++) sum += calls(await loop.tick());
    expect(sum).toBe(300);
    expect(loop.observer.health()).toEqual({
      degraded: null,
      clock: null,
      clockSkewMs: 0,
      lastAnswerMs: server.now.clock.now(),
      restarts: 0,
      badSamples: 0,
    });
    const counters = server.now.asked.filter(({ query, path }) => query === METRIC && path === 'query_range');
    expect(counters.map(({ points }) => points)).toEqual(Array(10).fill(3));
    // Clocks are compared once in ten minutes.
    expect(server.now.asked.filter(({ query }) => query === 'time()')).toHaveLength(1);
  });

  test('is opened by a configuration', async () => {
    const provider = {
      kind: 'prometheus' as const,
      url: server.now.url,
      preset: null,
      queries: [METRIC],
      headers: {},
      stepMs: STEP_MS,
      timeoutMs: 20_000,
      lagMs: LAG_MS,
      backfillMs: 0,
    };
    const { observer, clock: own } = openObserver(provider, { clock: server.now.clock });
    expect(own).toBe(server.now.clock);
    expect(observer).toMatchObject({ name: 'prometheus', lagMs: LAG_MS, endMs: null });
    expect(await observer.beginMs(SIGNAL)).toBeNull();
    expect(server.now.asked.map(({ query }) => query)).toEqual(['time()']);
  });

  test.each([
    [{ preset: 'nomad' }, "there is no preset 'nomad'; expected one of knative,"],
    [{ preset: undefined, queries: [] }, 'there are no counters to ask for'],
    [{ stepMs: 1500 }, 'the step is 1500 ms; expected whole seconds'],
    [{ url: 'nonsense' }, 'is no URL'],
  ])('settings that cannot be right: %j', (settings, words) => {
    expect(() => server.now.observer(settings as Partial<PrometheusObserverSettings>)).toThrow(words);
  });
});

describe('a server that is away', () => {
  test('is a gap with what it said; afterwards all that is still known comes, and nothing twice', async () => {
    const loop = server.now.ticks();
    expect(calls(await loop.tick())).toBe(30);
    server.now.instead = (_, response) => {
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
        detail: `${server.now.url}: it answered 503: unavailable: the store is down`,
      },
    ]);
    expect(loop.observer.health().degraded).toBe(`${server.now.url}: it answered 503: unavailable: the store is down`);
    server.now.instead = () => false;
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
    const loop = server.now.ticks();
    await loop.tick();
    server.now.instead = (_, response) => {
      response.writeHead(500).end();
      return true;
    };
    server.now.asked = [];
    for (let k = 0; k < 60; k++) expect(gaps(await loop.tick())).toHaveLength(1);
    // Half an hour: three quick tries, then one each time, at last every five minutes.
    expect(server.now.asked.length).toBeGreaterThan(8);
    expect(server.now.asked.length).toBeLessThan(20);
    server.now.instead = () => false;
    let ticks = 0;
    for (; gaps(await loop.tick()).length > 0; ticks++) expect(ticks).toBeLessThan(11);
    expect(loop.observer.health().degraded).toBeNull();
  });

  test('is asked again though the clock was set back meanwhile', async () => {
    const loop = server.now.ticks();
    await loop.tick();
    server.now.instead = (_, response) => {
      response.destroy();
      return true;
    };
    for (let k = 0; k < 5; k++) await loop.tick();
    server.now.instead = () => false;
    server.now.clock.jump(-DAY_MS);
    expect(gaps(await take(loop.observer, loop.atMs, loop.atMs + 30_000))).toEqual([]);
  });

  test('that hangs costs one time-out, and is a gap', async () => {
    const loop = server.now.ticks({ timeoutMs: 50 });
    server.now.instead = () => true;
    expect(gaps(await loop.tick())).toMatchObject([
      { reason: 'unavailable', detail: `${server.now.url}: it did not answer within 0.05 s` },
    ]);
    // On a machine that is busy it may not even have come.
    expect(server.now.asked.length).toBeLessThanOrEqual(1);
  });

  test.each([
    ['<html>Log in</html>', 'that is no JSON; expected the Prometheus API at this address'],
    ['{"status":"success","data":{"resultType":"matrix","result":[', 'JSON that is damaged or ends early'],
    ['{"status":"success","data":{"resultType":"vector","result":[]}}', 'it answered without a matrix'],
    ['{"status":"success","data":{"resultType":"matrix","result":[7]}}', 'a series that is none'],
    ['{"status":"error"}', "the query's status is 'error'"],
    ['{}', "the query's status is 'undefined'"],
  ])('or answers with nonsense is a gap in words: %s', async (body, words) => {
    server.now.instead = (one, response) => {
      if (one.path !== 'query_range') return false;
      response.end(body);
      return true;
    };
    const found = gaps(await server.now.ticks().tick());
    expect(found).toMatchObject([{ functionKey: null, reason: 'unavailable', detail: expect.stringContaining(words) }]);
  });
});

describe('a server that lies', () => {
  test('says NaN, a negative number, and falls for a moment: a gap each, and nothing of it is counted', async () => {
    const loop = server.now.ticks();
    const right = server.now.valueAt;
    expect(calls(await loop.tick())).toBe(30);
    for (const lie of ['NaN', '-7', String(1e6 - 1)]) {
      const wrongMs = loop.atMs + STEP_MS;
      server.now.valueAt = (ms) => (ms === wrongMs ? lie : right(ms));
      const found = await loop.tick();
      expect(gaps(found)).toMatchObject([{ functionKey: 'f', reason: 'bad-value', fromMs: loop.atMs - 30_000 }]);
      expect(calls(found)).toBe(30);
    }
    expect(loop.observer.health().badSamples).toBe(3);
  });

  test('a counter that begins again counts from 0', async () => {
    const loop = server.now.ticks();
    await loop.tick();
    server.now.valueAt = everySecond(-30);
    expect(calls(await loop.tick())).toBe(30);
    expect(loop.observer.health()).toMatchObject({ restarts: 1, badSamples: 0, degraded: null });
  });
});

test('stops when it is asked to: in a request, while it waits, and when it is closed', async () => {
  const stopped = { code: 'ABORTED' };
  server.now.instead = () => true;
  const hanging = new AbortController();
  const first = failure(take(server.now.observer(), T0_MS, T0_MS + 30_000, hanging.signal));
  await expect.poll(() => server.now.asked.length, { timeout: 60_000 }).toBe(1);
  hanging.abort();
  expect(await first).toMatchObject(stopped);
  server.now.instead = (_, response) => {
    response.writeHead(503).end();
    return true;
  };
  const waiting = server.now.observer();
  const second = failure(take(waiting, T0_MS - DAY_MS, T0_MS - DAY_MS / 2));
  await expect.poll(() => server.now.clock.sleepers, { timeout: 60_000 }).toBe(1);
  await waiting.close();
  expect(await second).toMatchObject(stopped);
});
