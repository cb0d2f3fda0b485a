import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { bytesSource, type ReadProgress, readTrace } from '../../ts/core/trace/index.js';
import { callsOf, failure, gzip, read, text } from '../trace-sources.js';

const CSV = `function,app,timestamp,durationMs,memoryMiB,coldStart,initMs,error,requestId,region,weather
resize,shop,2026-01-31T23:59:59.9995Z,12.5,256,true,340.25,false,r-1,eu,fine
pay,shop,2026-02-01T00:00:30+00:00,7,,0,,1,r-2,eu,rain
resize,shop,2026-01-31 23:59:10Z,3,512,false,,0,r-3,eu,fine
`;

const JSON_LINES = `{"function":"resize","app":"shop","timestamp":1769903999999.5,"durationMs":12.5,"memoryMiB":256,"coldStart":true,"initMs":340.25,"error":false,"requestId":"r-1"}
{"app":"shop","function":"pay","timestamp":1769904030000,"durationMs":7,"coldStart":false,"error":true,"memoryMiB":null}

{"timestamp":"1769903950000","function":"resize","app":"shop","durationMs":3,"memoryMiB":512,"coldStart":0,"error":0}
`;

function parquet(): ArrayBuffer {
  const instants = [1769903999999500n, 1769904030000000n, 1769903950000000n];
  return parquetWriteBuffer({
    columnData: [
      { name: 'function', data: ['resize', 'pay', 'resize'] },
      { name: 'app', data: ['shop', 'shop', 'shop'] },
      { name: 'timestamp', data: instants },
      { name: 'duration_ms', data: [12.5, 7, 3] },
      { name: 'memoryMiB', data: [256, undefined, 512] },
      { name: 'coldStart', data: [true, false, false] },
      { name: 'initMs', data: [340.25, undefined, undefined] },
      { name: 'error', data: [false, true, false] },
      { name: 'requestId', data: ['r-1', 'r-2', 'r-3'] },
    ],
    schema: [
      { name: 'root', num_children: 9 },
      { name: 'function', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'app', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'timestamp', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'REQUIRED' },
      { name: 'duration_ms', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      { name: 'memoryMiB', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
      { name: 'coldStart', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
      { name: 'initMs', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
      { name: 'error', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
      { name: 'requestId', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    ],
    rowGroupSize: 2,
  });
}

test('records as CSV: keys, minute 0, optional columns, what is not kept', async () => {
  const reading = await read(CSV);
  expect(reading.format).toBe('records');
  const { trace } = reading;
  expect(trace).toMatchObject({ kind: 'calls', minutes: 2, calls: 3, originMs: Date.UTC(2026, 0, 31, 23, 59) });
  expect(trace.functions).toEqual({
    keys: ['shop/resize', 'shop/pay'],
    durationMs: Float64Array.of(8, 7),
    memoryMiB: Float64Array.of(256, 170),
    trigger: ['', ''],
    index: Float64Array.of(0, 1),
  });
  expect(callsOf(reading)).toEqual({
    'shop/resize': [
      [10000, 3],
      [60000, 13],
    ],
    'shop/pay': [[90000, 7]],
  });
  expect(trace.kind === 'calls' && trace.columns).toEqual({
    memoryMiB: Float64Array.of(512, 256, Number.NaN),
    coldStart: Float64Array.of(0, 1, 0),
    initMs: Float64Array.of(Number.NaN, 340.25, Number.NaN),
    error: Float64Array.of(0, 0, 1),
  });
  expect(reading.notes).toEqual([
    'trace.csv: columns not kept: requestId, region, weather',
    'functions without a memory size, taken to hold 170 MiB: 1',
  ]);
});

test('CSV, JSON Lines and Parquet of the same calls are the same trace', async () => {
  const csv = await read(CSV);
  const lines = await readTrace(text('trace.jsonl', JSON_LINES));
  expect(lines.notes).toContain('trace.jsonl: blank lines: 1');
  const bytes = new Uint8Array(parquet());
  const columns = await readTrace(bytesSource('trace.parquet', bytes));
  expect(columns.rows).toBe(3);
  expect(lines.digest).toBe(csv.digest);
  expect(columns.digest).toBe(csv.digest);
  let share = 0;
  const onProgress = ({ bytes: done, totalBytes }: ReadProgress): void => {
    share = done / totalBytes;
  };
  await readTrace(bytesSource('trace.parquet', bytes), { onProgress });
  expect(share).toBe(1);
  // Also where the source cannot give pieces, and packed.
  const { slice: _, ...stream } = bytesSource('trace.parquet', bytes);
  expect((await readTrace(stream)).digest).toBe(csv.digest);
  expect((await readTrace(gzip('trace.parquet.gz', bytes))).digest).toBe(csv.digest);
});

test('several files are one trace', async () => {
  const head = 'function,timestamp,durationMs\n';
  const both = await readTrace([
    text('1.csv', `${head}f,1769904000,5\n`),
    text('2.jsonl', '{"func":"g","time":"2026-02-01T00:01:00Z","durationMs":6,"cpuMs":2}\n'),
  ]);
  expect(callsOf(both)).toEqual({ f: [[0, 5]], g: [[60000, 6]] });
  expect(both.trace.kind === 'calls' && both.trace.columns).toEqual({ cpuMs: Float64Array.of(Number.NaN, 2) });
  const mixed = await failure(readTrace([text('1.csv', `${head}f,1769904000,5\n`), text('2.csv', `${head}f,12,5\n`)]));
  expect(mixed.code).toBe('BAD_TIME');
  expect(mixed.message).toContain("2.csv:2: column 2 (timestamp): '12' does not fit the other files");
});

test.each([
  ['epoch seconds', '1769904000.0625', '1769904059.99951', Date.UTC(2026, 1, 1), 63, 60000],
  ['epoch milliseconds', '1769904000062.5', '1769904059999.51', Date.UTC(2026, 1, 1), 63, 60000],
  [
    'ISO 8601 with zones',
    '2026-02-01T02:30:00.0625+02:30',
    '2026-01-31T19:00:59.9996-0500',
    Date.UTC(2026, 1, 1),
    63,
    60000,
  ],
  ['ISO 8601 in UTC', '2026-02-01T00:00:00,062500', '2026-02-01 00:01', Date.UTC(2026, 1, 1), 63, 60000],
  ['seconds without a date', '120.0625', '180', Number.NaN, 63, 60000],
])('times as %s', async (_, first, second, originMs, firstMs, secondMs) => {
  const reading = await read(`function,timestamp,durationMs\nf,"${first}",1\nf,"${second}",1\n`);
  expect(reading.trace.originMs).toBe(originMs);
  expect(reading.trace.minutes).toBe(2);
  expect(callsOf(reading)).toEqual({
    f: [
      [firstMs, 1],
      [secondMs, 1],
    ],
  });
});

test('what a time leaves open is said', async () => {
  const local = await read('function,timestamp,durationMs\nf,2026-02-01T00:00:00,1\nf,2026-02-01,1\n');
  expect(local.notes).toContain('trace.csv: times without a zone, read as UTC: 2');
  const undated = await read('function,timestamp,durationMs\nf,5,1\n');
  expect(undated.notes).toContain(
    'trace.csv: times are read as seconds from the beginning of the trace, which has no date',
  );
});

test.each([
  ['functionName,Start Time,duration_seconds', 'f,1769904000,0.25', []],
  ['FUNC,start,DurationMs', 'f,1769904000,250', []],
  ['function,time,duration', 'f,1769904000,250', ["trace.csv: column 'duration' names no unit and is read as ms"]],
])('columns may be called %s', async (header, row, notes) => {
  const reading = await read(`${header}\n${row}\n`);
  expect(callsOf(reading)).toEqual({ f: [[0, 250]] });
  expect(reading.notes.slice(0, -1)).toEqual(notes);
});
