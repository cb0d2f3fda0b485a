/** `isotherm import --prometheus` against a real Prometheus: every call is counted once, whatever the pieces it comes in. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSources } from '../../ts/core/cli/sources.js';
import { readTrace } from '../../ts/core/trace/index.js';
import { openProvider } from '../../ts/server/providers/index.js';
import { noPrometheus, Prometheus, type WrittenSeries } from '../prometheus.js';
import { cellsOf } from '../trace-sources.js';
import { environment, MAIN, Workplace } from './cli-replay-run.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0) / 1000;
const HOUR = 3600;
/** Scraped so often. */
const EVERY = 15;

const at = (seconds: number): string => new Date((T0 + seconds) * 1000).toISOString();

/** A counter scraped from `from` to `to`: `value(n)` at its n-th scrape. */
function counter(
  labels: Record<string, string>,
  from: number,
  to: number,
  value: (n: number) => number,
): WrittenSeries {
  const samples: [number, number][] = [];
  for (let n = 0; from + n * EVERY <= to; n++) samples.push([T0 + from + n * EVERY, value(n)]);
  return { metric: 'gateway_function_invocation_total', labels, samples };
}

const knative = { k8s_namespace_name: 'shop', kn_configuration_name: 'pay' };
const invocations = 'kn_serving_invocation_duration_seconds';

const SERIES: readonly WrittenSeries[] = [
  // 2 calls each quarter of a minute for six hours: 1440 times 2. What came before its first sample (100) is not known.
  counter({ function_name: 'steady' }, 0, 6 * HOUR, (n) => 100 + 2 * n),
  // Restarts after two hours (480 scrapes): 480 calls, then again from 0, of which the first sample shows 3; 960 times 1 more.
  counter({ function_name: 'restarted' }, 0, 6 * HOUR, (n) => (n <= 480 ? 7 + n : 3 + (n - 481))),
  // A second instance that appears after three hours with 5 calls, and takes one more at each scrape for an hour: 240.
  counter({ function_name: 'scaled', instance: 'a' }, 0, 6 * HOUR, () => 40),
  counter({ function_name: 'scaled', instance: 'b' }, 3 * HOUR, 4 * HOUR, (n) => 5 + n),
  // Not scraped for half an hour, while 30 calls came.
  {
    metric: 'gateway_function_invocation_total',
    labels: { function_name: 'gap' },
    samples: [...counter({}, 0, 2 * HOUR, () => 10).samples, ...counter({}, 2.5 * HOUR, 6 * HOUR, () => 40).samples],
  },
  // 240 calls of 0.25 s.
  { ...counter(knative, 0, HOUR, (n) => n), metric: `${invocations}_count` },
  { ...counter(knative, 0, HOUR, (n) => 0.25 * n), metric: `${invocations}_sum` },
];

/** By hand, as the comments above have it; of the restart 480, 3, and 6 h less 481 scrapes (1440 - 481) of one call each. */
const CALLS: Record<string, number> = { steady: 2880, restarted: 480 + 3 + 959, scaled: 5 + 240, gap: 30 };

let server: Prometheus | undefined;
let place: Workplace;

beforeAll(async () => {
  place = new Workplace();
  if (noPrometheus === undefined) server = await Prometheus.serve(SERIES);
  else if (process.env.CI !== undefined) throw new Error(noPrometheus);
});

afterAll(async () => {
  await server?.stop();
  place.remove();
});

beforeEach(({ skip }) => {
  if (server === undefined) skip(noPrometheus);
});

/** In a process of its own, as this one may have to answer it. */
async function importFrom(url: string, ...args: string[]) {
  const ran = promisify(execFile)(process.execPath, [MAIN, 'import', '--prometheus', url, ...args], {
    cwd: place.folder,
    env: environment(),
  });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failed: { code: number; stdout: string; stderr: string }) => failed,
  );
}

const SIX_HOURS = ['--start', at(0), '--end', at(6 * HOUR)];

const summed = (cells: Record<string, Record<number, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(cells).map(([key, one]) => [key, Object.values(one).reduce((a, b) => a + b, 0)]));

// 60 s: one piece. 1 s: 21,601 samples, two pieces. 45 s: steps that are no whole minutes.
test.each([60, 15, 1, 45])('counts every call, in steps of %i s', async (step) => {
  const { code, stderr } = await importFrom(
    server!.url,
    ...['--preset', 'openfaas', ...SIX_HOURS, '--step', String(step), '--out', `calls-${step}.csv`],
  );
  expect(stderr).toContain(`the step is taken to be ${step} s`);
  expect(stderr).toContain('times that a counter fell and is taken to have begun again at 0: 1');
  expect(stderr).toContain('calls of series that begin later than the others (1), counted from 0');
  expect(stderr).toContain('samples that are missing between others');
  expect(code).toBe(0);
  const reading = await readTrace(await openSources(place.path(`calls-${step}.csv`)));
  expect(summed(cellsOf(reading))).toEqual(CALLS);
  const scaled = cellsOf(reading).scaled!;
  // 3 h is minute 180: what the new instance began with lies in the minute that ends there.
  expect(Object.keys(scaled).map(Number)[0]).toBe(179);
  if (step === 60)
    expect(cellsOf(reading).steady).toEqual(Object.fromEntries(Array.from({ length: 360 }, (_, m) => [m, 8])));
});

test('calls and time spent of a preset give mean durations; the answers are those of the file', async () => {
  const { stdout, stderr } = await importFrom(server!.url, '--preset', 'knative', ...SIX_HOURS, '--json', '-');
  const { functions, format, digest } = JSON.parse(stdout);
  expect(format).toBe('prometheus');
  expect(functions).toMatchObject([{ key: 'shop/pay', calls: 240, durationMs: 250 }]);
  // The series end after an hour, and Prometheus carries their last samples on for five minutes, to its end or not.
  expect(stderr).toMatch(
    /the last samples are of 2026-08-01T13:0[45]:00\.000Z, asked for was 2026-08-01T18:00:00\.000Z/,
  );
  const provider = openProvider('prometheus', { url: server!.url });
  const queries = [`${invocations}_count`, `${invocations}_sum`];
  const time = { startMs: T0 * 1000, endMs: (T0 + 6 * HOUR) * 1000, stepMs: 60_000 };
  expect((await readTrace(await provider.observe({ queries, ...time }))).digest).toBe(digest);
});

test('a query: a selector, or an expression', async () => {
  const selector = ['--query', 'gateway_function_invocation_total{function_name=~"s.*"}'];
  const { stdout } = await importFrom(server!.url, ...selector, ...SIX_HOURS, '--json', '-');
  const calls = (text: string) =>
    JSON.parse(text).functions.map((one: { key: string; calls: number }) => [one.key, one.calls]);
  expect(calls(stdout).sort()).toEqual([
    ['scaled', 245],
    ['steady', 2880],
  ]);
  const rate = [
    '--query',
    'sum by (function_name) (rate(gateway_function_invocation_total{function_name="steady"}[1m]))',
  ];
  const found = await importFrom(server!.url, ...rate, '--start', at(HOUR), '--end', at(2 * HOUR), '--json', '-');
  // 8 a minute, from the minute that ends with the first sample to that which ends with the last one: 61.
  expect(calls(found.stdout)).toEqual([['steady', 488]]);
  expect(found.stderr).toContain('taken for rates');
});

test('what a server has not is said', async () => {
  const before = ['--start', at(-HOUR), '--end', at(HOUR)];
  const found = await importFrom(server!.url, '--preset', 'openfaas', ...before);
  expect(found.code).toBe(0);
  expect(found.stderr).toContain(`the first samples are of ${at(0)}, asked for was ${at(-HOUR)}`);
  const none = await importFrom(server!.url, '--query', 'absent_total', ...SIX_HOURS);
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toBe(
    `EMPTY_INPUT: there is no series from ${at(0)} to ${at(6 * HOUR)} for absent_total; expected at least one\n`,
  );
});

test('the errors of Prometheus are shown with our code', async () => {
  const broken = await importFrom(server!.url, '--query', 'calls_total{', ...SIX_HOURS);
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toMatch(
    /^SERVER_REFUSED: http:\/\/127\.0\.0\.1:\d+: it answered 400: bad_data: .*parse error.*\n$/,
  );
  const elsewhere = await importFrom(`${server!.url}/prometheus/`, '--query', 'calls_total', ...SIX_HOURS);
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.stderr).toContain('/prometheus: it answered 404: 404 page not found');
});
