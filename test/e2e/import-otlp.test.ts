import { expect, test } from 'vitest';
import { readTrace, startTimes } from '../../ts/core/trace/index.js';
import { nanos, otlpExport } from '../import-files.js';
import { cellsOf, failure, gzip, read } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0);
const minute = (n: number): number => T0 + n * 60_000;
const DELTA = 1;
const CUMULATIVE = 'AGGREGATION_TEMPORALITY_CUMULATIVE';

const sum = (
  name: string,
  from: number,
  to: number,
  value: number,
  aggregationTemporality: number | string = DELTA,
) => ({
  name,
  sum: {
    aggregationTemporality,
    isMonotonic: true,
    dataPoints: [
      {
        attributes: [{ key: 'faas.trigger', value: { stringValue: 'http' } }],
        startTimeUnixNano: nanos(from),
        timeUnixNano: nanos(to),
        asInt: String(value),
      },
    ],
  },
});

const histogram = (
  name: string,
  from: number,
  to: number,
  counts: number[],
  total: number,
  aggregationTemporality: number | string = DELTA,
) => ({
  name,
  unit: 's',
  histogram: {
    aggregationTemporality,
    dataPoints: [
      {
        startTimeUnixNano: nanos(from),
        timeUnixNano: nanos(to),
        count: String(counts.reduce((all, one) => all + one, 0)),
        sum: total,
        explicitBounds: [0.1, 0.5, 1],
        bucketCounts: counts.map(String),
      },
    ],
  },
});

const PAY = { 'service.name': 'ignored', 'faas.name': 'pay', 'faas.max_memory': 256 * 2 ** 20 };

test('delta sums: invocations, errors and timeouts together are the calls', async () => {
  const content =
    otlpExport(PAY, [sum('faas.invocations', minute(0), minute(1), 5), sum('faas.errors', minute(0), minute(1), 2)]) +
    otlpExport(PAY, [sum('faas.invocations', minute(2), minute(3), 3), sum('faas.timeouts', minute(2), minute(3), 1)]) +
    otlpExport(PAY, [histogram('faas.invoke_duration', minute(0), minute(3), [5, 5, 1, 0], 2.2)]);
  const reading = await read(content);
  expect(reading.format).toBe('otlp');
  expect(cellsOf(reading)).toEqual({ pay: { 0: 7, 2: 4 } });
  expect(reading.trace).toMatchObject({ calls: 11, minutes: 3, originMs: T0 });
  expect(reading.trace.functions).toMatchObject({
    durationMs: Float64Array.of(200),
    memoryMiB: Float64Array.of(256),
    trigger: ['http'],
  });
  expect(reading.notes).toEqual([]);
  expect((await readTrace(gzip('m.jsonl.gz', content))).digest).toBe(reading.digest);
});

test('cumulative sums: differences, restarts, and processes that begin later', async () => {
  const at = (from: number, to: number, value: number, instance: string) =>
    otlpExport({ ...PAY, 'faas.instance': instance }, [
      sum('faas.invocations', minute(from), minute(to), value, CUMULATIVE),
    ]);
  const reading = await read(
    at(-100, 1, 50, 'a') + at(-100, 2, 54, 'a') + at(2, 3, 6, 'b') + at(2, 4, 7, 'b') + at(2, 3, 9, 'a'),
  );
  // a: 4 in minute 1; began anew at minute 2 and made 9 until 3. b: 6 in minute 2, 1 in minute 3.
  expect(cellsOf(reading)).toEqual({ pay: { 0: 4, 1: 15, 2: 1 } });
  expect(reading.trace.originMs).toBe(minute(1));
  expect(reading.notes).toContain(
    'cumulative series that began before the first export; what they counted until their first point is left out: 1',
  );
});

test('the histogram of durations counts calls where nothing else does', async () => {
  const reading = await read(
    otlpExport(PAY, [histogram('faas.invoke_duration', minute(0), minute(1), [4, 0, 0, 0], 0.2)]),
  );
  expect(cellsOf(reading)).toEqual({ pay: { 0: 4 } });
  expect(reading.trace.functions.durationMs).toEqual(Float64Array.of(50));
  expect(reading.notes.join()).toContain('calls are counted by faas.invoke_duration, as nothing else does: 1');
});

test('cold starts and init durations are observed', async () => {
  const content =
    otlpExport(PAY, [
      sum('faas.invocations', minute(0), minute(1), 50),
      sum('faas.coldstarts', minute(0), minute(1), 4),
      histogram('faas.init_duration', minute(0), minute(1), [0, 4, 0, 0], 1.2),
      { name: 'faas.cpu_usage', histogram: {} },
    ]) +
    otlpExport({ 'faas.name': 'other' }, [sum('faas.invocations', minute(0), minute(1), 1)]) +
    otlpExport(PAY, [sum('faas.coldstarts', minute(1), minute(2), 1)]);
  const { trace, starts, notes } = await read(content);
  expect(starts).toEqual([
    { coldStarts: 5, count: 4, medianMs: expect.closeTo(300, 9), p90Ms: expect.closeTo(460, 9) },
    { coldStarts: Number.NaN, count: 0, medianMs: Number.NaN, p90Ms: Number.NaN },
  ]);
  expect(notes).toContain('metrics not read: faas.cpu_usage');
  const times = startTimes(trace, { observed: starts!, platform: 'aws-lambda' });
  expect(times.map(({ from, count }) => [from, count])).toEqual([
    ['measured', 4],
    ['table', expect.any(Number)],
  ]);
});

test('cumulative histograms of init durations are not counted twice', async () => {
  const at = (to: number, counts: number[]) =>
    otlpExport(PAY, [histogram('faas.init_duration', minute(0), minute(to), counts, 1, CUMULATIVE)]);
  const { starts } = await read(at(1, [1, 0, 0, 0]) + at(2, [1, 1, 0, 0]) + at(3, [1, 1, 0, 2]));
  expect(starts?.[0]).toMatchObject({ count: 4, medianMs: 500, p90Ms: 1000 });
});

test.each([
  [otlpExport({}, [sum('faas.invocations', minute(0), minute(1), 1)]), 'BAD_ROW', 'names no function'],
  [otlpExport(PAY, [sum('faas.invocations', minute(0), minute(1), -1)]), 'BAD_NUMBER', 'a point of faas.invocations'],
  ['{"resourceMetrics":[7]}', 'BAD_ROW', 'a resource is no object'],
  [otlpExport(PAY, []), 'EMPTY_INPUT', 'no rows'],
])('%s is refused', async (content, code, message) => {
  const found = await failure(read(content));
  expect(found.code).toBe(code);
  expect(found.message).toContain(message);
});

test('exports out of order are refused', async () => {
  const at = (to: number, value: number) =>
    otlpExport(PAY, [sum('faas.invocations', minute(0), minute(to), value, CUMULATIVE)]);
  expect(await failure(read(at(2, 5) + at(1, 3)))).toMatchObject({ code: 'TIME_ORDER', place: { line: 2 } });
});
