/** What the observer of Prometheus does about clocks that differ, scrapes that stop, and the past. */
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../ts/server/providers/index.js';
import { failure } from '../trace-sources.js';
import { calls, DAY_MS, gaps, LAG_MS, METRIC, pretendPrometheus, SIGNAL, T0_MS, take } from './pretend-prometheus.js';

const server = pretendPrometheus();

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
    server.now.skewMs = ms;
    const loop = server.now.ticks();
    await loop.tick();
    expect(loop.observer.health()).toMatchObject({ clockSkewMs: ms, clock: words, degraded: null });
    expect(loop.observer.lagMs).toBe(lagMs);
  });

  test.each([-90_000, -3_600_000])(
    'of a server that is %i ms off every call is counted, and nothing is a gap',
    async (ms) => {
      server.now.skewMs = ms;
      const live = server.now.observer({ backfillMs: 0 });
      expect(await live.beginMs(SIGNAL)).toBeNull();
      let [atMs, found] = [T0_MS, [] as Observation[]];
      for (let k = 0; k < 400; k++) {
        server.now.clock.advance(30_000);
        server.now.scrapedToMs = server.now.clock.now() + ms;
        // As the loop does: a tick is asked for when it is over and its lag has passed.
        while (atMs + 30_000 + live.lagMs <= server.now.clock.now()) {
          found.push(...(await take(live, atMs, atMs + 30_000)));
          atMs += 30_000;
        }
      }
      const first = atMs;
      expect(live.health().clockSkewMs).toBe(ms);
      expect(calls(found)).toBe((first - T0_MS) / 1000);
      expect(gaps(found).filter(({ fromMs }) => fromMs > T0_MS)).toEqual([]);
      // When the server's clock is set right it is noticed, and made up for.
      server.now.skewMs = 0;
      for (let k = 0; k < 60; k++) {
        server.now.clock.advance(30_000);
        server.now.scrapedToMs = server.now.clock.now();
        while (atMs + 30_000 + live.lagMs <= server.now.clock.now()) {
          found.push(...(await take(live, atMs, atMs + 30_000)));
          atMs += 30_000;
        }
      }
      expect(live.lagMs).toBe(LAG_MS);
      expect(calls(found)).toBe((atMs - T0_MS) / 1000);
    },
  );

  test('scrapes that stopped are a gap, never a time without calls; what is known later comes then', async () => {
    const loop = server.now.ticks();
    for (let k = 0; k < 4; k++) await loop.tick();
    server.now.scrapedToMs = loop.atMs;
    const found: Observation[] = [];
    for (let k = 0; k < 8; k++) found.push(...(await loop.tick()));
    expect(calls(found)).toBe(0);
    expect(gaps(found).at(-1)).toMatchObject({
      functionKey: null,
      reason: 'missing',
      detail: `no scrape since ${new Date(server.now.scrapedToMs).toISOString()}`,
    });
    expect(gaps(found).length).toBeGreaterThanOrEqual(5);
    expect(loop.observer.health().degraded).toContain('no scrape since');
    server.now.scrapedToMs = Number.POSITIVE_INFINITY;
    expect(calls(await loop.tick())).toBe(9 * 30);
    expect(loop.observer.health().degraded).toBeNull();
  });

  test('a part of the data that is missing is said, and what is not there then is a gap', async () => {
    const loop = server.now.ticks();
    await loop.tick();
    server.now.warnings = ['a store is down'];
    expect(calls(await loop.tick())).toBe(30);
    expect(loop.observer.health().degraded).toBe('the server says: a store is down');
    server.now.keptFromMs = Number.POSITIVE_INFINITY;
    expect(gaps(await loop.tick())).toMatchObject([{ reason: 'missing' }]);
  });

  test('all series and all targets gone is a gap: nobody scrapes any more', async () => {
    const loop = server.now.ticks();
    await loop.tick();
    server.now.keptFromMs = Number.POSITIVE_INFINITY;
    expect(gaps(await loop.tick())).toMatchObject([{ functionKey: null, reason: 'missing' }]);
  });

  test('no series from the beginning is said: the metrics may have another name', async () => {
    server.now.keptFromMs = Number.POSITIVE_INFINITY;
    const loop = server.now.ticks();
    expect(await loop.tick()).toEqual([]);
    expect(loop.observer.health().degraded).toBe(
      `the server has no series of ${METRIC}, gateway_functions_seconds_sum`,
    );
  });
});

describe('the past', () => {
  test('begins where the server has samples, and is read in pieces that it can answer', async () => {
    server.now.keptFromMs = T0_MS - 2 * DAY_MS;
    const observer = server.now.observer();
    const beginMs = await observer.beginMs(SIGNAL);
    expect(beginMs!).toBeLessThanOrEqual(server.now.keptFromMs);
    expect(beginMs!).toBeGreaterThan(server.now.keptFromMs - 600_000);
    server.now.instead = (one, response) => {
      if (!(one.points > 5000)) return false;
      response.writeHead(422).end(JSON.stringify({ errorType: 'execution', error: 'too many samples' }));
      return true;
    };
    server.now.asked = [];
    const found = await take(observer, beginMs!, T0_MS);
    expect(calls(found)).toBe(2 * 86_400);
    expect(gaps(found)).toEqual([]);
    const points = server.now.asked.filter(({ query }) => query === METRIC).map((one) => one.points);
    expect(Math.max(...points)).toBeLessThanOrEqual(11_000);
    expect(points.length).toBeGreaterThan(2);
    // As time goes: what comes first can be used while the rest is read.
    const ends = found.map((one) => (one.kind === 'call' ? 0 : one.toMs));
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    // And on from there.
    expect(calls(await take(observer, T0_MS, T0_MS + 30_000))).toBe(30);
  });

  test('there may be none', async () => {
    server.now.keptFromMs = Number.POSITIVE_INFINITY;
    expect(await server.now.observer().beginMs(SIGNAL)).toBeNull();
    server.now.close();
    expect(await failure(server.now.observer().beginMs(SIGNAL))).toMatchObject({ code: 'SERVER_UNAVAILABLE' });
  });

  test('is waited for while the server is away, and goes on where it was', async () => {
    const observer = server.now.observer();
    let away = true;
    server.now.instead = (_, response) => {
      if (away) response.writeHead(503).end();
      return away;
    };
    const taking = take(observer, T0_MS - 2 * 3_600_000, T0_MS - 3_600_000);
    await expect.poll(() => server.now.clock.sleepers, { timeout: 60_000 }).toBe(1);
    expect(observer.health().degraded).toContain('it answered 503');
    away = false;
    server.now.clock.advance(300_000);
    const found = await taking;
    expect(calls(found)).toBe(3600);
    expect(gaps(found)).toEqual([]);
  });

  test('a time that is asked for again is looked at anew', async () => {
    const observer = server.now.observer();
    const once = await take(observer, T0_MS - 60_000, T0_MS);
    expect(await take(observer, T0_MS - 60_000, T0_MS)).toEqual(once);
    expect(calls(once)).toBe(60);
  });
});
