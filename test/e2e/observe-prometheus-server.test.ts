/** A real Prometheus that scrapes an exporter while it is observed: what comes tick by tick is what an import finds afterwards. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readTrace } from '../../ts/core/trace/index.js';
import {
  type CountSample,
  type Observation,
  openProvider,
  PrometheusObserver,
} from '../../ts/server/providers/index.js';
import { noPrometheus, Prometheus } from '../prometheus.js';
import { cellsOf } from '../trace-sources.js';

const METRIC = 'gateway_function_invocation_total';
const SCRAPE_MS = 250;
const STEP_MS = 1000;
const LAG_MS = 2000;

/** Counters by function, as the exporter shows them; undefined: it answers with an error. */
let shown: Record<string, number> | undefined = {};
let exporter: Server;
let server: Prometheus | undefined;

beforeAll(async () => {
  if (noPrometheus !== undefined) {
    if (process.env.CI !== undefined) throw new Error(noPrometheus);
    return;
  }
  exporter = createServer((_, response) => {
    if (shown === undefined) return void response.writeHead(503).end();
    const lines = Object.entries(shown).map(([name, value]) => `${METRIC}{function_name="${name}"} ${value}`);
    response.end(`# TYPE ${METRIC} counter\n${lines.join('\n')}\n`);
  });
  exporter.listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  server = await Prometheus.scrape(`127.0.0.1:${(exporter.address() as AddressInfo).port}`, SCRAPE_MS);
});

afterAll(async () => {
  await server?.stop();
  exporter?.close();
  exporter?.closeAllConnections();
});

beforeEach(({ skip }) => {
  if (server === undefined) skip(noPrometheus);
});

const observer = (): PrometheusObserver =>
  new PrometheusObserver({
    url: server!.url,
    preset: 'openfaas',
    stepMs: STEP_MS,
    lagMs: LAG_MS,
    backfillMs: 600_000,
    timeoutMs: 60_000,
  });

const SIGNAL = new AbortController().signal;

async function all(of: PrometheusObserver, fromMs: number, toMs: number): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const one of of.observe(fromMs, toMs, SIGNAL)) found.push(one);
  return found;
}

function callsOf(found: readonly Observation[]): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const { functionKey, calls: more } of found.filter((one): one is CountSample => one.kind === 'count')) {
    calls[functionKey] = (calls[functionKey] ?? 0) + more;
  }
  return calls;
}

/** Until Prometheus has a value of a function that is as high as this. */
async function scraped(name: string, value: number): Promise<void> {
  const query = new URLSearchParams({ query: `${METRIC}{function_name="${name}"} >= ${value}` });
  await expect
    .poll(async () => (await (await fetch(`${server!.url}/api/v1/query?${query}`)).json()).data.result.length, {
      timeout: 60_000,
    })
    .toBe(1);
}

test('counts what comes, a restart, a gap, and functions that appear and end', async () => {
  const counters: Record<string, number> = { steady: 100, restarts: 50, ends: 10 };
  shown = counters;
  await scraped('steady', 100);
  await scraped('ends', 10);
  const live = observer();
  // A time at which all three are there, and before which nothing changes.
  const startMs = Math.ceil(Date.now() / STEP_MS) * STEP_MS;
  await wait(startMs + 1 - Date.now());
  const found: Observation[] = [];
  let atMs = startMs;
  /** Takes the next second when it is complete. */
  const next = async (): Promise<Observation[]> => {
    const toMs = atMs + STEP_MS;
    await wait(Math.max(0, toMs + LAG_MS - Date.now()));
    const some = await all(live, atMs, toMs);
    found.push(...some);
    atMs = toMs;
    return some;
  };
  const script: (() => void)[] = [
    () => {},
    () => {
      counters.restarts = 3;
    },
    () => {
      counters.appears = 7;
    },
    () => {
      shown = undefined;
    },
    () => {},
    () => {},
    () => {
      shown = counters;
    },
    () => {
      delete counters.ends;
    },
    () => {},
  ];
  for (const step of script) {
    counters.steady! += 3;
    if (counters.restarts !== 50) counters.restarts! += 2;
    step();
    await next();
  }
  // Nothing changes from here on; what was on its way comes.
  for (let quiet = 0; quiet < LAG_MS / STEP_MS + 3; quiet++) await next();
  await live.close();

  const truth = { steady: 3 * script.length, restarts: counters.restarts, ends: 0, appears: 7 };
  expect(callsOf(found)).toEqual(truth);
  expect(live.health()).toMatchObject({ restarts: 1, badSamples: 0 });
  expect(live.health().lastAnswerMs).not.toBeNull();
  expect(Math.abs(live.health().clockSkewMs!)).toBeLessThan(60_000);
  // The target was not scraped for three seconds: that is no time without calls.
  const missing = found.filter((one) => one.kind === 'gap');
  expect(missing.length).toBeGreaterThan(0);
  for (const gap of missing) {
    expect(gap).toMatchObject({
      reason: 'missing',
      detail: expect.stringMatching(/^the target exporter 127\.0\.0\.1:\d+ was not/),
    });
  }
  expect(new Set(missing.map(({ functionKey }) => functionKey))).toContain('steady');

  // The import, asked afterwards, and observers that look back: in one go, or begun anew in the middle.
  const provider = openProvider('prometheus', { url: server!.url });
  const imported = await readTrace(
    await provider.observe({ queries: [METRIC], startMs, endMs: atMs, stepMs: STEP_MS }),
  );
  const sums = Object.entries(cellsOf(imported)).map(([key, cells]) => [
    key,
    Object.values(cells).reduce((a, b) => a + b, 0),
  ]);
  expect({ ends: 0, ...Object.fromEntries(sums) }).toEqual(truth);
  expect(callsOf(await all(observer(), startMs, atMs))).toEqual(truth);
  const middleMs = startMs + 4 * STEP_MS;
  const begun = [...(await all(observer(), startMs, middleMs)), ...(await all(observer(), middleMs, atMs))];
  expect(callsOf(begun).steady).toBeLessThanOrEqual(truth.steady);
  const whole = observer();
  const twice = [...(await all(whole, startMs, middleMs)), ...(await all(whole, middleMs, atMs))];
  expect(callsOf(twice)).toEqual(truth);
  // It knows how far back there is something.
  const beginMs = await whole.beginMs(SIGNAL);
  expect(beginMs).not.toBeNull();
  expect(beginMs!).toBeLessThanOrEqual(startMs);
  expect(beginMs! % 60_000).toBe(0);
});
