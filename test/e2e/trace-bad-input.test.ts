import { expect, test } from 'vitest';
import { type ByteSource, bytesSource, readTrace, type TraceFormat } from '../../ts/core/trace/index.js';
import { callsOf, failure, gzip, read, text } from '../trace-sources.js';

const HEAD_2021 = 'app,func,end_timestamp,duration\n';
const HEAD = 'function,timestamp,durationMs,coldStart\n';

test.each([
  // An empty file, or one with nothing below its header.
  ['', 'EMPTY_INPUT', {}, 'trace.csv: the file is empty; expected a header and rows'],
  ['\n\n  \n', 'EMPTY_INPUT', {}, 'trace.csv: the file is empty; expected a header and rows'],
  [HEAD_2021, 'EMPTY_INPUT', {}, 'trace.csv: there are no rows below the header; expected at least one row'],
  // Headers.
  ['day,hits\n1,2\n', 'UNKNOWN_FORMAT', { line: 1 }, "trace.csv: no known trace format begins with 'day,hits'"],
  ['[1,2]', 'UNKNOWN_FORMAT', { line: 1 }, 'trace.csv: no known trace format'],
  [
    'app,func,end,duration\na,f,1,1\n',
    'BAD_HEADER',
    { line: 1 },
    "trace.csv:1: the header 'app,func,end,duration' lacks end_timestamp; expected the columns app, func, end_timestamp, duration of format azure2021",
  ],
  [
    'function,timestamp,count\nf,1,1\n',
    'BAD_HEADER',
    { line: 1 },
    "trace.csv:1: the header 'function,timestamp,count' lacks stepSeconds",
  ],
  ['app,"func,end_timestamp\na,f\n', 'BAD_HEADER', {}, 'trace.csv: line 1: a quote is never closed'],
  // Rows.
  [
    `${HEAD_2021}a,f,1,1\na,f,1\n`,
    'BAD_ROW',
    { line: 3 },
    'trace.csv:3: the row has 3 fields; expected 4 fields, as in the header',
  ],
  [`${HEAD_2021}a,f,1,1,\n`, 'BAD_ROW', { line: 2 }, 'trace.csv:2: the row has 5 fields; expected 4 fields'],
  [`${HEAD_2021}a,"f"x,1,1\n`, 'BAD_ROW', { line: 2, column: 2 }, 'trace.csv:2: there is text behind a closing quote'],
  [`${HEAD_2021}a,f,1,1\n"a,f,1,1\na,f,1,1\n`, 'BAD_ROW', { line: 3 }, 'trace.csv:3: a quote is never closed'],
  [`${HEAD},1,1,\n`, 'BAD_ROW', { line: 2 }, 'trace.csv:2: the row has no function; expected the name of a function'],
  // Numbers.
  [
    `${HEAD_2021}a,f,1,1\na,f,2,abc\n`,
    'BAD_NUMBER',
    { line: 3, column: 4 },
    "trace.csv:3: column 4 (duration): 'abc' is not a number; expected seconds >= 0",
  ],
  [`${HEAD_2021}a,f,1,-0.5\n`, 'BAD_NUMBER', { line: 2, column: 4 }, "'-0.5' is negative; expected seconds >= 0"],
  [`${HEAD_2021}a,f,-1,1\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "(end_timestamp): '-1' is negative"],
  [`${HEAD_2021}a,f,1e999,1\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "'1e999' is out of range"],
  [`${HEAD_2021}a,f,inf,1\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "'inf' is not a number"],
  [`${HEAD_2021}a,f,NaN,1\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "'NaN' is not a number"],
  [`${HEAD_2021}a,f,0x10,1\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "'0x10' is not a number"],
  [`${HEAD_2021}a,f,,1\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "'' is not a number"],
  [`${HEAD_2021}a,f,1,5000000\n`, 'BAD_NUMBER', { line: 2, column: 4 }, "'5000000' is out of range"],
  [
    `${HEAD}f,1,1,maybe\n`,
    'BAD_NUMBER',
    { line: 2, column: 4 },
    "column 4 (coldStart): 'maybe' is neither true nor false",
  ],
  [`${HEAD}f,1,,true\n`, 'BAD_NUMBER', { line: 2, column: 3 }, "column 3 (durationMs): '' is not a number"],
  // Times.
  [`${HEAD}f,yesterday,1,\n`, 'BAD_TIME', { line: 2, column: 2 }, "'yesterday' is not a time; expected epoch seconds"],
  [`${HEAD}f,2026-02-30,1,\n`, 'BAD_TIME', { line: 2, column: 2 }, "'2026-02-30' is not a time"],
  [`${HEAD}f,2026-02-03T24:00,1,\n`, 'BAD_TIME', { line: 2, column: 2 }, 'is not a time'],
  [`${HEAD}f,2026-02-03T10:00:00+1,1,\n`, 'BAD_TIME', { line: 2, column: 2 }, 'is not a time'],
  [`${HEAD}f,1769904000000000,1,\n`, 'BAD_TIME', { line: 2, column: 2 }, 'is not a time'],
  [`${HEAD}f,-5,1,\n`, 'BAD_TIME', { line: 2, column: 2 }, "'-5' is not a time"],
  [
    `${HEAD}f,1769904000,1,\nf,1769904000000,1,\n`,
    'BAD_TIME',
    { line: 3, column: 2 },
    'expected epoch seconds, as in the rows before',
  ],
  [`${HEAD}f,2026-02-03,1,\nf,1769904000,1,\n`, 'BAD_TIME', { line: 3, column: 2 }, 'expected ISO 8601'],
  // JSON Lines.
  ['{"function":"f"\n', 'BAD_ROW', {}, 'trace.csv: the first line begins as JSON does and is none'],
  [
    '{"function":"f","timestamp":1,"durationMs":1}\n[1]\n',
    'BAD_ROW',
    { line: 2 },
    'trace.csv:2: the line is no JSON object',
  ],
  [
    '{"function":"f","timestamp":1,"durationMs":1}\n{"function":"f","timestamp":1}\n',
    'BAD_ROW',
    { line: 2 },
    'the row has no durationMs',
  ],
  [
    '{"function":"f","timestamp":1,"durationMs":-1}\n',
    'BAD_NUMBER',
    { line: 1 },
    "trace.csv:1: durationMs: '-1' is negative",
  ],
])('%j: %s', async (content, code, place, message) => {
  const found = await failure(read(content));
  expect(found.code).toBe(code);
  expect(found.message).toContain(message);
  expect(found.place).toMatchObject({ file: 'trace.csv', ...place });
  expect(found.place).toHaveProperty('expected');
});

test('what is bad is skipped, counted and listed on demand', async () => {
  const good = 'a,f,60,1\n';
  const content = `${HEAD_2021}${good}a,f,x,1\n\na,f\n"a,f,1,1\n${good}a,f,1,1e9\n${good}`;
  const reading = await read(content, { skipBad: true });
  expect(callsOf(reading)).toEqual({ 'a/f': Array(3).fill([59000, 1000]) });
  expect(reading.rows).toBe(3);
  expect(reading.badRows).toBe(4);
  expect(reading.bad.map(({ code, line }) => [code, line])).toEqual([
    ['BAD_NUMBER', 3],
    ['BAD_ROW', 5],
    ['BAD_ROW', 6],
    ['BAD_NUMBER', 8],
  ]);
  expect(reading.bad[0]).toEqual({
    code: 'BAD_NUMBER',
    file: 'trace.csv',
    line: 3,
    column: 3,
    expected: 'seconds from the beginning of the trace, >= 0',
    message:
      "trace.csv:3: column 3 (end_timestamp): 'x' is not a number; expected seconds from the beginning of the trace, >= 0",
  });
  expect(reading.notes).toContain('trace.csv: blank lines: 1');
  expect((await failure(read(`${HEAD_2021}a,f\n`, { skipBad: true }))).message).toContain('1 bad ones were left out');
});

test('at most 1000 bad rows are listed, all are counted', async () => {
  const reading = await read(`${HEAD_2021}a,f,1,1\n${'a,f,1\n'.repeat(1500)}`, { skipBad: true });
  expect(reading.bad.length).toBe(1000);
  expect(reading.badRows).toBe(1500);
});

test('an endless quote is found after 16 MiB, and only its line is lost', async () => {
  const rows = 'a,f,1,1\n'.repeat(2_200_000);
  const endless = text('long.csv', `${HEAD_2021}a,"f,1,1\n${rows}`);
  expect(await failure(readTrace(endless))).toMatchObject({ code: 'BAD_ROW', place: { line: 2 } });
  const reading = await readTrace(endless, { skipBad: true });
  expect([reading.rows, reading.badRows]).toEqual([2_200_000, 1]);
});

test('names that are not UTF-8 are refused', async () => {
  const bytes = new TextEncoder().encode(`${HEAD_2021}a,f,1,1\n`);
  bytes[HEAD_2021.length + 2] = 0xff;
  expect((await failure(readTrace(bytesSource('x.csv', bytes)))).code).toBe('BAD_ROW');
});

test('damaged files: gzip that ends early or is corrupt, Parquet without its footer', async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `a,f,${i * 1.37},0.${i}\n`).join('');
  const packed = gzip('trace.csv.gz', HEAD_2021 + rows);
  const bytes = (await packed.slice?.(0, packed.size as number)) as Uint8Array;
  for (const length of [3, 12, bytes.length >> 1, bytes.length - 1]) {
    const found = await failure(readTrace(bytesSource('cut.gz', bytes.slice(0, length))));
    expect(found).toMatchObject({
      code: 'BAD_GZIP',
      message: 'cut.gz: the gzip data are damaged or end early; expected a whole gzip file',
    });
  }
  const corrupt = bytes.slice();
  corrupt.fill(0x55, corrupt.length >> 1, (corrupt.length >> 1) + 50);
  // What it inflates to is garbage; that it is damaged is sure at its end.
  expect((await failure(readTrace(bytesSource('bad.gz', corrupt), { skipBad: true }))).code).toBe('BAD_GZIP');
  expect(await failure(readTrace(text('t.parquet', 'PAR1 and no more')))).toMatchObject({
    code: 'BAD_PARQUET',
    place: { file: 't.parquet' },
  });
});

test('a format by name is held to', async () => {
  const found = await failure(read(`${HEAD}f,1,1,\n`, { format: 'azure2021' }));
  expect(found.code).toBe('BAD_HEADER');
  expect(found.message).toContain('lacks app, func, end_timestamp, duration');
  const both = 'function,timestamp,durationMs,count,stepSeconds\nf,0,5,1,60\n';
  expect((await read(both)).format).toBe('counts');
  expect((await read(both, { format: 'records' })).format).toBe('records');
  const unknown = await failure(read(both, { format: 'csv' as TraceFormat }));
  expect(unknown).toMatchObject({
    code: 'UNKNOWN_FORMAT',
    message:
      "format 'csv' is unknown; expected azure2019, azure2021, records, counts, cloudwatch-insights, lambda-logs, cloudwatch-metrics, prometheus, otlp",
  });
});

test('no files, unknown files, formats side by side', async () => {
  expect((await failure(readTrace([]))).code).toBe('MISSING_FILE');
  expect((await failure(readTrace([text('a.md', '# A'), text('b.md', '# B')]))).code).toBe('MISSING_FILE');
  const two = [text('a.csv', `${HEAD_2021}a,f,1,1\n`), text('b.csv', `${HEAD}f,1,1,\n`)];
  expect(await failure(readTrace(two))).toMatchObject({
    code: 'UNKNOWN_FORMAT',
    message: expect.stringContaining('files of azure2021 and records side by side'),
  });
  expect((await readTrace(two, { format: 'records' })).notes[0]).toBe('files not read: a.csv');
  expect((await failure(readTrace([two[0], text('c.csv', '')]))).code).toBe('EMPTY_INPUT');
  expect((await readTrace([two[0], text('.keep', '')])).notes[0]).toBe('files not read: .keep');
});

test('a source that fails is reported as it failed, packed or not', async () => {
  const failing = (first: readonly number[]): ByteSource => ({
    name: 'net.csv',
    async *stream() {
      yield Uint8Array.from(first);
      throw new RangeError('the line went dead');
    },
  });
  await expect(readTrace(failing([97]))).rejects.toThrow('the line went dead');
  await expect(readTrace(failing([0x1f, 0x8b]))).rejects.toThrow('the line went dead');
});

test('reading stops on demand and tells how far it is', async () => {
  const source = text('long.csv', HEAD_2021 + 'a,f,1,1\n'.repeat(400_000));
  const stop = new AbortController();
  const seen: number[] = [];
  const found = await failure(
    readTrace(source, {
      signal: stop.signal,
      onProgress: ({ bytes, totalBytes }) => {
        seen.push(bytes / totalBytes);
        if (seen.length === 2) stop.abort();
      },
    }),
  );
  expect(found.code).toBe('ABORTED');
  expect(seen.length).toBe(2);
  let last = 0;
  let rows = 0;
  await readTrace(source, {
    onProgress: (progress) => {
      last = progress.bytes / progress.totalBytes;
      rows = progress.rows;
    },
  });
  expect(last).toBe(1);
  expect(rows).toBeGreaterThan(0);
});
