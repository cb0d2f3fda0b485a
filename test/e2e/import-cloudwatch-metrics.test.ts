import { expect, test } from 'vitest';
import { readTrace } from '../../ts/core/trace/index.js';
import { metricData } from '../import-files.js';
import { cellsOf, failure, gzip, read, text } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0);
const minute = (n: number): number => T0 + n * 60_000;

const invocations = (name: string, counts: Record<number, number>) => ({
  Id: `i_${name}`,
  Label: `${name} Invocations`,
  points: Object.entries(counts).map(([n, value]) => [minute(Number(n)), value] as const),
});
const durations = (name: string, means: Record<number, number>) => ({
  Id: `d_${name}`,
  Label: `${name} Duration`,
  points: Object.entries(means).map(([n, value]) => [minute(Number(n)), value] as const),
});

test('invocations are the calls, gaps have none, durations are weighted by calls', async () => {
  const content = metricData([
    invocations('checkout', { 0: 3, 1: 1, 5: 4 }),
    durations('checkout', { 0: 100, 1: 200, 5: 50.5 }),
    invocations('report', { 2: 7 }),
  ]);
  const reading = await read(content);
  expect(reading.format).toBe('cloudwatch-metrics');
  expect(cellsOf(reading)).toEqual({ checkout: { 0: 3, 1: 1, 5: 4 }, report: { 2: 7 } });
  expect(reading.trace).toMatchObject({ kind: 'counts', calls: 15, minutes: 6, originMs: T0 });
  expect(reading.trace.functions.durationMs).toEqual(Float64Array.of(88, 1000));
  expect(reading.notes).toEqual([
    'the period is taken to be 60 s, as the times are spaced',
    'periods without a value of Invocations, taken to have no calls: 3',
    'functions without a duration, taken to run 1000 ms: 1',
    'functions without a memory size, taken to hold 170 MiB: 2',
  ]);
  expect((await readTrace(gzip('m.json.gz', content))).digest).toBe(reading.digest);
});

test('longer periods are spread over their minutes', async () => {
  const content = metricData([invocations('f', { 0: 10, 5: 0, 15: 1 })]);
  const reading = await read(content);
  expect(reading.notes[0]).toBe('the period is taken to be 300 s, as the times are spaced');
  expect(cellsOf(reading)).toEqual({ f: { 0: 2, 1: 2, 2: 2, 3: 2, 4: 2, 17: 1 } });
  expect(reading.trace.minutes).toBe(20);
});

test('what is partial, and what CloudWatch says, is said', async () => {
  const partial = {
    ...invocations('f', { 0: 1, 1: 1 }),
    StatusCode: 'PartialData',
    Messages: [{ Code: 'MaxMetricsExceeded', Value: 'too many' }],
  };
  const { notes } = await read(
    metricData([partial], { Messages: [{ Code: 'Warning', Value: 'account' }], NextToken: 'x' }),
  );
  expect(notes.slice(0, 4)).toEqual([
    'trace.csv: f Invocations: StatusCode PartialData: values are missing; ask again, or for a shorter time',
    'trace.csv: f Invocations: CloudWatch says MaxMetricsExceeded: too many',
    'trace.csv: CloudWatch says Warning: account',
    'trace.csv: the reply ends with a NextToken: give the pages that follow it too',
  ]);
});

test('pages, files and overlaps make one series; other values for a time do not', async () => {
  const page = (counts: Record<number, number>) => metricData([invocations('f', counts)]);
  const one = await readTrace([
    text('a.json', page({ 0: 1, 1: 2 }) + page({ 2: 3 })),
    text('b.json', page({ 2: 3, 3: 4 })),
  ]);
  expect(cellsOf(one)).toEqual({ f: { 0: 1, 1: 2, 2: 3, 3: 4 } });
  expect(one.notes).toContain('values that came more than once, counted once: 1');
  const found = await failure(readTrace([text('a.json', page({ 0: 1 })), text('b.json', page({ 0: 2 }))]));
  expect(found).toMatchObject({ code: 'BAD_ROW', place: { file: 'b.json' } });
  expect(found.message).toContain('f has two values of Invocations at 2026-08-01T12:00:00.000Z, 1 and 2');
});

test('the metric is told by label or id, the function by label or file', async () => {
  const points = [[T0, 5]] as const;
  const named = await readTrace(
    text(
      'checkout.eu.json',
      metricData([
        { Id: 'm1', Label: 'Invocations', points },
        { Id: 'invocations_2', Label: 'report', points },
        { Id: 'm3', Label: 'Invocations - ship', points },
        { Id: 'm4', Label: 'ship Errors', points },
      ]),
    ),
  );
  expect(named.trace.functions.keys).toEqual(['checkout', 'report', 'ship']);
  expect(named.notes).toContain('metrics not read: Errors');
  expect(named.notes).toContain('functions named after their files, as the labels name none: checkout');
  expect(named.notes).toContain('the period is taken to be 60 s, as there is one time only');
  const found = await failure(read(metricData([{ Id: 'm1', Label: 'checkout', points }])));
  expect(found.message).toContain("'checkout' does not tell its metric; expected a Label 'FUNCTION METRIC'");
});

test("durations come from concurrency by Little's law where there are none", async () => {
  const running = {
    Id: 'c',
    Label: 'f ConcurrentExecutions',
    points: [
      [minute(0), 2],
      [minute(1), 4],
    ] as const,
  };
  const { trace, notes } = await read(metricData([invocations('f', { 0: 60, 1: 120 }), running]));
  expect(trace.functions.durationMs).toEqual(Float64Array.of(2000));
  expect(notes.join()).toContain("f: no Duration; its mean is concurrency over rate (Little's law)");
});

test.each([
  [
    { ...invocations('f', { 0: 1.5 }) },
    'BAD_NUMBER',
    "f Invocations, point 1: '1.5' is no such number; expected a whole",
  ],
  [{ ...invocations('f', { 0: -1 }) }, 'BAD_NUMBER', "'-1' is no such number"],
])('%j is refused', async (result, code, message) => {
  const found = await failure(read(metricData([result])));
  expect(found.code).toBe(code);
  expect(found.message).toContain(message);
  const reading = await read(metricData([result, invocations('g', { 0: 1 })]), { skipBad: true });
  expect([reading.trace.calls, reading.badRows]).toEqual([1, 1]);
});

test('times and values must match', async () => {
  const content =
    '{"MetricDataResults":[{"Id":"i","Label":"f Invocations","Timestamps":["2026-08-01T12:00:00+00:00"],"Values":[]}]}';
  expect((await failure(read(content))).message).toContain('times and values do not match');
  const time = '{"MetricDataResults":[{"Id":"i","Label":"f Invocations","Timestamps":["noon"],"Values":[1]}]}';
  expect(await failure(read(time))).toMatchObject({ code: 'BAD_TIME' });
  expect((await failure(read('{"MetricDataResults": []}'))).code).toBe('EMPTY_INPUT');
});
