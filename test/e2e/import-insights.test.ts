import { expect, test } from 'vitest';
import { readTrace } from '../../ts/core/trace/index.js';
import { insightsCsv, insightsReply, type LambdaCallFacts, requestId } from '../import-files.js';
import { callsOf, failure, gzip, read, text } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0);
const A = '2026/08/01/[$LATEST]0a1b';
const B = '2026/08/01/[$LATEST]2c3d';

const CALLS: LambdaCallFacts[] = [
  { name: 'checkout', stream: A, requestId: requestId(1), endMs: T0 + 1000, durationMs: 100.4, initMs: 250.25 },
  { name: 'checkout', stream: A, requestId: requestId(2), endMs: T0 + 61_000, durationMs: 20, usedMb: 71 },
  {
    name: 'report',
    stream: B,
    requestId: requestId(3),
    endMs: T0 + 90_000,
    durationMs: 5000,
    restoreMs: 400,
    memoryMb: 1024,
  },
];

test.each([
  ['CSV', insightsCsv(CALLS)],
  ['the reply of get-query-results', insightsReply(CALLS)],
  ['the reply on one line', JSON.stringify(JSON.parse(insightsReply(CALLS)))],
])('%s: a call starts its duration and its cold start before its end', async (_, content) => {
  const reading = await read(content);
  expect(reading.format).toBe('cloudwatch-insights');
  expect(reading.rows).toBe(3);
  expect(callsOf(reading)).toEqual({
    checkout: [
      [649, 100],
      [60_980, 20],
    ],
    report: [[84_600, 5000]],
  });
  const { trace } = reading;
  if (trace.kind !== 'calls') throw new TypeError('no calls');
  expect(trace).toMatchObject({ originMs: T0, minutes: 2, calls: 3 });
  expect(trace.functions.memoryMiB).toEqual(Float64Array.of(128, 1024));
  expect(trace.columns).toEqual({
    memoryMiB: Float64Array.of(128, 128, 1024),
    usedMiB: Float64Array.of(64, 71, 64),
    billedMs: Float64Array.of(351, 20, 5000),
    initMs: Float64Array.of(250.25, Number.NaN, 400),
    coldStart: Float64Array.of(1, 0, 1),
    environment: Float64Array.of(0, 0, 1),
  });
  expect(reading.notes).toEqual([
    'calls with an init, which count as cold starts: 1 (with provisioned concurrency some inits keep nobody waiting; this log does not tell which)',
  ]);
});

test('CSV, its gzip, and the reply are the same trace', async () => {
  const csv = await readTrace(text('a.csv', insightsCsv(CALLS)));
  expect((await readTrace(gzip('a.csv.gz', insightsCsv(CALLS)))).digest).toBe(csv.digest);
  expect((await readTrace(gzip('a.json.gz', insightsReply(CALLS)))).digest).toBe(csv.digest);
});

test('rows that come again, in the same file or another, count once; a retry is another call', async () => {
  const retry = { ...CALLS[1]!, endMs: T0 + 120_000 };
  const first = text('a.csv', insightsCsv([...CALLS, CALLS[1]!]));
  const reading = await readTrace([first, text('b.csv', insightsCsv([CALLS[0]!, retry]))]);
  expect(reading.trace.calls).toBe(4);
  expect(reading.notes).toContain('calls that came more than once (same request id and time), counted once: 2');
});

const many = (count: number): LambdaCallFacts[] => {
  return Array.from({ length: count }, (_, n) => ({
    name: 'busy',
    stream: A,
    requestId: requestId(n),
    endMs: T0 + n * 100,
    durationMs: 5,
  }));
};

test('a result that was cut off is said, with what to do', async () => {
  const ten = insightsCsv(many(10_000));
  const cut = await readTrace(text('calls.csv', ten));
  expect(cut.notes[0]).toBe(
    'calls.csv: likely truncated: exactly 10,000 rows, the most that Logs Insights gives; repeat the query for shorter times, each below 10,000 rows, and give all files together',
  );
  const nearly = await readTrace(text('calls.csv', insightsCsv(many(9999))));
  expect(nearly.notes.join()).not.toContain('truncated');
  const old = await readTrace(text('calls.csv', insightsCsv(many(1000))));
  expect(old.notes[0]).toContain("exactly 1,000 rows, what older consoles give without a limit; say '| limit 10000'");
  const reply = await readTrace(text('calls.json', insightsReply(many(1000), { recordsMatched: 25_000 })));
  expect(reply.notes[0]).toContain('calls.json: truncated: 1,000 rows of 25,000 that matched;');
  expect(reply.notes[0]).toContain('(4 of equal traffic would do)');
  // The statistics know that all of it is there.
  expect((await readTrace(text('calls.json', insightsReply(many(1000))))).notes.join()).not.toContain('truncated');
});

test('pages of one result are one result', async () => {
  const calls = many(300);
  const page = (from: number, nextToken?: string): string => {
    const options = { recordsMatched: 300, ...(nextToken !== undefined && { nextToken }) };
    return insightsReply(calls.slice(from, from + 100), options);
  };
  const whole = await read(page(0, 'a') + page(100, 'b') + page(200));
  expect(whole.trace.calls).toBe(300);
  expect(whole.notes.join()).not.toContain('truncated');
  const partial = await read(page(0, 'a') + page(100, 'b'));
  expect(partial.notes.slice(0, 2)).toEqual([
    'trace.csv: the last page ends with a nextToken: there are more rows than it has',
    expect.stringContaining('truncated: 200 rows of 300 that matched'),
  ]);
});

test('a query that had not ended is partial', async () => {
  const { notes } = await read(insightsReply(CALLS, { status: 'Running' }));
  expect(notes).toContain("trace.csv: the query's status is Running, not Complete: the result is partial");
});

test('what the query did not ask for is unknown, not none', async () => {
  const reading = await read('@timestamp,@log,@duration\n2026-08-01 12:00:01.000,1:/aws/lambda/f,1000\n');
  const { trace, notes } = reading;
  expect(trace.kind === 'calls' && trace.columns).toEqual({});
  expect(notes).toEqual([
    'calls without a request id, of which duplicates cannot be told: 1',
    'calls without a log stream, whose execution environment is unknown: 1',
    'there is no init duration in it: which calls were cold starts is unknown',
    'functions without a memory size, taken to hold 170 MiB: 1',
  ]);
});

test('the default query has reports as messages; other lines are passed over', async () => {
  const report = `REPORT RequestId: ${requestId(1)}\tDuration: 10.00 ms\tBilled Duration: 10 ms\tMemory Size: 256 MB\tMax Memory Used: 80 MB\tInit Duration: 90.00 ms`;
  const rows = [
    `2026-08-01 12:00:01.000,"hello, world",1:/aws/lambda/f,${A}`,
    `2026-08-01 12:00:02.000,"${report}\t\n",1:/aws/lambda/f,${A}`,
  ];
  const reading = await read(`@timestamp,@message,@log,@logStream\n${rows.join('\n')}\n`);
  expect(callsOf(reading)).toEqual({ f: [[1900, 10]] });
  expect(reading.rows).toBe(1);
  expect(reading.notes[0]).toBe('trace.csv: lines that are no reports, passed over: 1');
});

test('fields of the JSON log format', async () => {
  const header =
    '@timestamp,@log,@logStream,record.requestId,record.status,record.metrics.durationMs,record.metrics.billedDurationMs,record.metrics.initDurationMs,record.metrics.memorySizeMB,record.metrics.maxMemoryUsedMB';
  const reading = await read(
    `${header}\n2026-08-01 12:00:01.000,1:/aws/lambda/f,${A},r,success,10,100,90,256,80\n2026-08-01 12:00:05.000,1:/aws/lambda/f,${A},s,timeout,3000,3000,,256,80\n`,
  );
  expect(callsOf(reading)).toEqual({
    f: [
      [900, 10],
      [2000, 3000],
    ],
  });
  expect(reading.trace.kind === 'calls' && reading.trace.columns).toMatchObject({
    error: Float64Array.of(0, 1),
    coldStart: Float64Array.of(1, 0),
    memoryMiB: Float64Array.of(256, 256),
  });
});

test('functions that share a log group have their names in the streams', async () => {
  const stream = (name: string): string => `2026/08/01/${name}[3]9f8e`;
  const rows = ['pay', 'ship'].map(
    (name, n) => `2026-08-01 12:00:0${n}.000,1:shop,${stream(name)},${requestId(n)},5\n`,
  );
  const reading = await read(`@timestamp,@log,@logStream,@requestId,@duration\n${rows.join('')}`);
  expect(reading.trace.functions.keys).toEqual(['pay', 'ship']);
});

test('memory is that of the latest call', async () => {
  const later = { ...CALLS[0]!, requestId: requestId(9), endMs: T0 + 400_000, memoryMb: 512 };
  const reading = await read(insightsCsv([later, CALLS[0]!]));
  expect(reading.trace.functions.memoryMiB).toEqual(Float64Array.of(512));
});

const HEAD = '@timestamp,@log,@duration,@memorySize';
test.each([
  ['yesterday,1:/aws/lambda/f,5,', 'BAD_TIME', 1, "column 1 (@timestamp): 'yesterday' is not a time"],
  ['2026-08-01 12:00:00.000,1:/aws/lambda/f,abc,', 'BAD_NUMBER', 3, "column 3 (@duration): 'abc' is not a number"],
  ['2026-08-01 12:00:00.000,1:/aws/lambda/f,-5,', 'BAD_NUMBER', 3, "'-5' is out of range"],
  ['2026-08-01 12:00:00.000,1:/aws/lambda/f,5,big', 'BAD_NUMBER', 4, "column 4 (@memorySize): 'big' is not a number"],
])('%s is refused, or left out', async (row, code, column, message) => {
  const good = '2026-08-01 12:00:00.000,1:/aws/lambda/f,5,128000000';
  const found = await failure(read(`${HEAD}\n${good}\n${row}\n`));
  expect(found).toMatchObject({ code, place: { file: 'trace.csv', line: 3, column } });
  expect(found.message).toContain(message);
  const reading = await read(`${HEAD}\n${row}\n${good}\n`, { skipBad: true });
  expect([reading.trace.calls, reading.badRows]).toEqual([1, 1]);
});

test('a reply that ends early is said with its line; what was whole is kept on demand', async () => {
  const reply = insightsReply(CALLS);
  const cut = reply.slice(0, reply.indexOf('report'));
  const found = await failure(read(cut));
  expect(found).toMatchObject({ code: 'BAD_ROW', message: expect.stringContaining('the JSON ends early') });
  const reading = await read(cut, { skipBad: true });
  expect([reading.trace.calls, reading.badRows]).toEqual([2, 1]);
  expect((await failure(read('{"results": [], "status": "Complete"}'))).code).toBe('EMPTY_INPUT');
  expect((await failure(read('{"results": [{]}'))).code).toBe('BAD_ROW');
  expect((await failure(read('{"results" []}'))).code).toBe('BAD_ROW');
});

test('UTF-16, as some shells redirect, is told by name', async () => {
  const bytes = new Uint8Array(Buffer.from(`\ufeff${insightsReply(CALLS)}`, 'utf16le'));
  const found = await failure(
    readTrace({
      name: 'a.json',
      async *stream() {
        yield bytes;
      },
    }),
  );
  expect(found).toMatchObject({ code: 'BAD_HEADER', message: expect.stringContaining('the text is UTF-16') });
});
