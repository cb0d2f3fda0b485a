import { expect, test } from 'vitest';
import { readTrace } from '../../ts/core/trace/index.js';
import {
  filterLogEvents,
  initStartEvent,
  insightsReply,
  type LambdaCallFacts,
  type LogEvent,
  reportEvent,
  reportEvents,
  requestId,
  tailLines,
} from '../import-files.js';
import { callsOf, failure, gzip, read, text } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0);
const A = '2026/08/01/[$LATEST]0a1b';
const B = '2026/08/01/[$LATEST]2c3d';

const CALLS: LambdaCallFacts[] = [
  { name: 'checkout', stream: A, requestId: requestId(1), endMs: T0 + 1250, durationMs: 100.4, initMs: 250.25 },
  { name: 'checkout', stream: A, requestId: requestId(2), endMs: T0 + 61_500, durationMs: 20, usedMb: 71 },
  { name: 'checkout', stream: B, requestId: requestId(3), endMs: T0 + 90_750, durationMs: 5000, restoreMs: 400 },
];

/** A line that the function wrote, and one that the platform wrote and no one needs. */
const NOISE: LogEvent[] = [
  { timestamp: T0, message: 'START RequestId: 8f507cfc Version: $LATEST\n', logStreamName: A },
  { timestamp: T0 + 1, message: '{"level":"info","message":"no REPORT of ours, \\"quoted\\""}\n', logStreamName: A },
];

test.each([
  ['filter-log-events', 'json', filterLogEvents([...NOISE, ...reportEvents(CALLS)])],
  ['filter-log-events, JSON log format', 'json', filterLogEvents([...NOISE, ...reportEvents(CALLS, reportEvent)])],
  ['tail, detailed', 'log', tailLines([...NOISE, ...reportEvents(CALLS)], 'detailed')],
  ['tail, detailed, JSON log format', 'log', tailLines([...NOISE, ...reportEvents(CALLS, reportEvent)], 'detailed')],
])('%s', async (_, ending, content) => {
  const reading = await readTrace(text(`logs/checkout.${ending}`, content));
  expect(reading.format).toBe('lambda-logs');
  expect(callsOf(reading)).toEqual({
    checkout: [
      [899, 100],
      [61_480, 20],
      [85_350, 5000],
    ],
  });
  expect(reading.trace.kind === 'calls' && reading.trace.columns).toMatchObject({
    coldStart: Float64Array.of(1, 0, 1),
    initMs: Float64Array.of(250.25, Number.NaN, 400),
    environment: Float64Array.of(0, 0, 1),
    memoryMiB: Float64Array.of(128, 128, 128),
    usedMiB: Float64Array.of(64, 71, 64),
    billedMs: Float64Array.of(351, 20, 5000),
  });
  expect(reading.notes).toContain(`logs/checkout.${ending}: lines that are no reports, passed over: 2`);
  expect(reading.notes).toContain('functions named after their files, as the lines name none: checkout');
  expect((await readTrace(gzip('checkout.gz', content))).digest).toBe(reading.digest);
});

test('logs and Insights tell the same calls', async () => {
  const logs = await readTrace(text('checkout.json', filterLogEvents(reportEvents(CALLS))));
  expect((await read(insightsReply(CALLS))).digest).toBe(logs.digest);
});

test('tail in the short format has whole seconds and no streams, which is said', async () => {
  const reading = await readTrace(text('checkout.txt', tailLines(reportEvents(CALLS), 'short')));
  expect(callsOf(reading).checkout?.[1]).toEqual([60_980, 20]);
  expect(reading.trace.kind === 'calls' && reading.trace.columns.environment).toBeUndefined();
  expect(reading.notes).toEqual([
    'checkout.txt: times of whole seconds only (aws logs tail --format detailed has more): 3',
    'calls with an init, which count as cold starts: 1 (with provisioned concurrency some inits keep nobody waiting; this log does not tell which)',
    'calls without a log stream, whose execution environment is unknown: 3',
    'functions named after their files, as the lines name none: checkout',
  ]);
});

test('stream before time, as sam logs writes it; platform events by themselves', async () => {
  const report =
    'REPORT RequestId: r\tDuration: 306.34 ms\tBilled Duration: 610 ms\tMemory Size: 3009 MB\tMax Memory Used: 155 MB\tRestore Duration: 511.25 ms\tBilled Restore Duration: 303 ms\t';
  const sam = await readTrace(text('flow.log', `2026/08/01/[56]374c 2026-08-01T12:00:01.686000 ${report}\n`));
  expect(callsOf(sam)).toEqual({ flow: [[868, 306]] });
  expect(sam.trace.kind === 'calls' && sam.trace.columns.initMs).toEqual(Float64Array.of(511.25));
  const events = CALLS.map((call) => `${reportEvent(call)}\n`).join('');
  const lines = await readTrace(text('checkout.jsonl', initStart('on-demand', T0 - 30) + events));
  expect(lines.format).toBe('lambda-logs');
  expect(lines.trace.functions.keys).toEqual(['pay']);
  expect(lines.trace.calls).toBe(3);
});

function initStart(type: string, ms: number): string {
  return `${initStartEvent(ms, type, 'pay')}\n`;
}

const first = { name: 'pay', stream: A, requestId: requestId(1), endMs: T0 + 60_000, durationMs: 10, initMs: 300 };
const initEvent = (ms: number, type: string): LogEvent => {
  return { timestamp: ms, message: `${initStartEvent(ms, type, 'pay')}\n`, logStreamName: A };
};
const initText = (ms: number): LogEvent => {
  const message =
    'INIT_START Runtime Version: nodejs:22.v30\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0\n';
  return { timestamp: ms, message, logStreamName: A };
};

test.each([
  ['said to be provisioned', initEvent(T0 + 59_000, 'provisioned-concurrency'), 0],
  ['said to be on demand', initEvent(first.endMs - 320, 'on-demand'), 1],
  ['on demand, but long ahead of any call', initEvent(T0, 'on-demand'), 0],
  ['just before the call', initText(first.endMs - 320), 1],
  ['long before the call', initText(T0), 0],
])('an initialisation %s', async (_, init, coldStart) => {
  const events = [init, ...reportEvents([first])];
  // In any order: a query may give the latest first.
  for (const order of [events, [...events].reverse()]) {
    const { trace, notes } = await readTrace(text('pay.json', filterLogEvents(order)));
    if (trace.kind !== 'calls') throw new TypeError('no calls');
    expect(trace.columns.coldStart).toEqual(Float64Array.of(coldStart));
    expect(trace.columns.initMs?.[0] ?? Number.NaN).toBe(coldStart === 1 ? 300 : Number.NaN);
    expect(trace.originMs + trace.startMs[0]!).toBe(first.endMs - 10 - (coldStart === 1 ? 300 : 0));
    const ahead = notes.filter((note) => note.includes('initialised ahead of their first call'));
    expect(ahead.length).toBe(1 - coldStart);
    expect(notes.join()).not.toContain('which count as cold starts');
  }
});

test('files of one function are one function; the platform may name it', async () => {
  const parts = [CALLS.slice(0, 1), CALLS.slice(1)].map((calls, n) => {
    return text(`checkout.${n}.json`, filterLogEvents(reportEvents(calls)));
  });
  expect((await readTrace(parts)).trace.functions.keys).toEqual(['checkout']);
  const named = [CALLS.slice(0, 1), CALLS.slice(1)].map((calls, n) => {
    return text(`part-${n}.json`, filterLogEvents([...reportEvents(calls), initEvent(T0, 'on-demand')]));
  });
  const reading = await readTrace(named);
  expect(callsOf(reading)).toEqual({ pay: callsOf(await readTrace(parts)).checkout });
  expect(reading.trace.functions.durationMs).toEqual(Float64Array.of(1707));
});

test('status of a call that went wrong', async () => {
  const report = (extra: string): string =>
    `2026-08-01T12:00:01.5 REPORT RequestId: r${extra.length}\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\t${extra}\n`;
  const reading = await read(
    report('Status: timeout') + report('') + report('Status: error\tError Type: Runtime.ExitError'),
  );
  expect(reading.trace.kind === 'calls' && reading.trace.columns.error).toEqual(Float64Array.of(1, Number.NaN, 1));
});

test('a reply with more behind it is said', async () => {
  const { notes } = await read(filterLogEvents(reportEvents(CALLS), { nextToken: 'abc' }));
  expect(notes).toContain('trace.csv: the reply ends with a nextToken: there are more events than it has');
});

test('what functions write before the first report does not hide that it is a log', async () => {
  const chatter = Array.from({ length: 500 }, (_, n) => `2026-08-01T12:00:00 "unbalanced, ${n}\n`).join('');
  const reading = await readTrace(text('f.log', chatter + tailLines(reportEvents(CALLS), 'detailed')));
  expect([reading.format, reading.trace.calls]).toEqual(['lambda-logs', 3]);
  const named = await readTrace(text('f.log', chatter + tailLines(reportEvents(CALLS), 'detailed')), {
    format: 'lambda-logs',
  });
  expect(named.digest).toBe(reading.digest);
});

test.each([
  ['REPORT RequestId: r\tDuration: 1.00 ms', 'BAD_TIME', 'the line has no time'],
  ['2026-08-01T12:00:00 REPORT RequestId: r\tBilled Duration: 1 ms', 'BAD_ROW', 'the report has no Duration'],
  ['2026-08-01T12:00:00 REPORT RequestId: r\tDuration: x ms', 'BAD_ROW', "'Duration: x ms' is no number"],
  ['2026-08-01T12:00:00 REPORT RequestId: r\tDuration: 1e12 ms', 'BAD_NUMBER', 'is out of range'],
  ['2026-08-01T12:00:00 {"type":"platform.report","record":{"metrics":{}}}', 'BAD_ROW', 'metrics.durationMs is no'],
  ['2026-08-01T12:00:00 {"type":"platform.report","record":', 'BAD_ROW', 'the platform event is no JSON'],
])('%s', async (line, code, message) => {
  const good = tailLines(reportEvents(CALLS), 'detailed');
  const found = await failure(read(`${good}${line}\n`));
  expect(found).toMatchObject({ code, place: { file: 'trace.csv', line: 4 } });
  expect(found.message).toContain(message);
  const reading = await read(`${line}\n${good}`, { skipBad: true });
  expect([reading.trace.calls, reading.badRows]).toEqual([3, 1]);
});

test('events without a message or time are bad', async () => {
  const found = await failure(read('{"events": [\n{"timestamp": 1785585600000}\n]}'));
  expect(found).toMatchObject({ code: 'BAD_ROW', place: { line: 2 } });
  expect((await failure(read('{"events": []}'))).code).toBe('EMPTY_INPUT');
});
