import { expect, test } from 'vitest';
import { type ByteSource, readTrace } from '../../ts/core/trace/index.js';
import { cellsOf, failure, gzip, text } from '../trace-sources.js';

const INVOCATIONS = 'HashOwner,HashApp,HashFunction,Trigger,1,2,3\r\n';
const DURATIONS = 'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum\r\n';
const MEMORY = 'HashOwner,HashApp,SampleCount,AverageAllocatedMb\r\n';

const day: ByteSource[] = [
  text('i.d01.csv', `${INVOCATIONS}o,a,f,http,1,0,2\r\no,a,g,timer,0,0,0\r\no,b,f,queue,5,300,70000\r\n`),
  text('d.d01.csv', `${DURATIONS}o,a,f,12.5,1,1,1\r\no,b,f,0.49,1,1,1\r\n`),
  text('m.d01.csv', `${MEMORY}o,a,3,101\r\n`),
];

test("a day: counts, rounded durations, an app's memory shared by its functions, defaults", async () => {
  const reading = await readTrace(day);
  expect(reading.format).toBe('azure2019');
  expect(reading.trace.functions).toEqual({
    keys: ['o/a/f', 'o/a/g', 'o/b/f'],
    durationMs: Float64Array.of(13, 1000, 0),
    memoryMiB: Float64Array.of(50.5, 50.5, 170),
    trigger: ['http', 'timer', 'queue'],
    index: Float64Array.of(0, 1, 2),
  });
  expect(cellsOf(reading)).toEqual({ 'o/a/f': { 0: 1, 2: 2 }, 'o/a/g': {}, 'o/b/f': { 0: 5, 1: 300, 2: 70000 } });
  expect(reading.trace).toMatchObject({ kind: 'counts', minutes: 3, calls: 70308, originMs: Number.NaN });
  expect(reading.rows).toBe(6);
  expect(reading.notes).toEqual([
    'functions without a duration, taken to run 1000 ms: 1',
    'functions without a memory size, taken to hold 170 MiB: 1',
  ]);
});

test('files are known by their header, in any order, packed or not', async () => {
  const plain = await readTrace(day);
  const shuffled = await readTrace([day[2], day[1], day[0]]);
  const packed = await readTrace([
    gzip('zzz', `${MEMORY}o,a,3,101\r\n`),
    gzip('b', `${INVOCATIONS}o,a,f,http,1,0,2\r\no,a,g,timer,0,0,0\r\no,b,f,queue,5,300,70000\r\n`),
    gzip('c.txt', `${DURATIONS}o,a,f,12.5,1,1,1\r\no,b,f,0.49,1,1,1\r\n`),
  ]);
  expect(shuffled.digest).toBe(plain.digest);
  expect(packed.digest).toBe(plain.digest);
});

test('columns go by name; a trigger and labels from 1 are not needed', async () => {
  const reading = await readTrace(text('i.csv', '0,HashFunction,1,HashOwner,2,HashApp\n7,f,8,o,9,a\n'));
  expect(cellsOf(reading)).toEqual({ 'o/a/f': { 0: 7, 1: 8, 2: 9 } });
  expect(reading.trace.functions.trigger).toEqual(['']);
  expect(reading.notes).toEqual([
    'no file of durations; functions without a duration, taken to run 1000 ms: 1',
    'no file of memory; functions without a memory size, taken to hold 170 MiB: 1',
  ]);
});

test('labels with a gap and columns without a use are said', async () => {
  const reading = await readTrace(text('i.csv', 'HashOwner,HashApp,HashFunction,Total,1,2,4\no,a,f,9,1,1,1\n'));
  expect(cellsOf(reading)).toEqual({ 'o/a/f': { 0: 1, 1: 1, 2: 1 } });
  expect(reading.notes.slice(0, 2)).toEqual([
    'i.csv: columns not kept: Total',
    'i.csv: the labels of the minutes have gaps; the columns are taken as minutes 0, 1, 2, …',
  ]);
});

test('a memory file with a function column is taken as it is', async () => {
  const reading = await readTrace([
    day[0],
    text('m', 'HashOwner,HashApp,HashFunction,AverageAllocatedMb\no,a,g,33.25\no,a,g,99\no,x,y,1\n'),
  ]);
  expect(reading.trace.functions.memoryMiB).toEqual(Float64Array.of(170, 33.25, 170));
  expect(reading.notes).toContain('m: rows for nobody in the invocations: 1');
  expect(reading.notes).toContain('m: rows of a key that has a value already (the first counts): 1');
});

test('of equal keys the first row counts, and the others keep their row number', async () => {
  const reading = await readTrace([
    text('i', `${INVOCATIONS}o,a,f,http,1,1,1\no,a,f,timer,9,9,9\no,a,g,http,2,2,2\n`),
    text('d', `${DURATIONS}o,a,f,10,1,1,1\no,a,f,20,1,1,1\n`),
  ]);
  expect(cellsOf(reading)).toEqual({ 'o/a/f': { 0: 1, 1: 1, 2: 1 }, 'o/a/g': { 0: 2, 1: 2, 2: 2 } });
  expect(reading.trace.functions.index).toEqual(Float64Array.of(0, 2));
  expect(reading.trace.functions.trigger).toEqual(['http', 'http']);
  expect(reading.trace.functions.durationMs).toEqual(Float64Array.of(10, 1000));
  expect(reading.notes[0]).toBe(
    'i: rows that repeat the key of an earlier one and were left out: 1 (the first in line 3)',
  );
});

test('several days follow one another in the order of their names', async () => {
  const header = 'HashOwner,HashApp,HashFunction,Trigger,1,2\n';
  const reading = await readTrace([
    text('i.d10.csv', `${header}o,b,h,http,0,7\no,a,f,http,1,1\n`),
    text('i.d2.csv', `${header}o,a,g,timer,0,4\no,b,x,queue,5,0\no,b,x,queue,6,0\no,b,h,http,1,0\n`),
    text('i.d1.csv', `${header}o,a,f,http,0,3\no,a,f,http,8,8\n`),
    text('d.d2.csv', `${DURATIONS}o,a,f,99,1,1,1\no,a,g,5,1,1,1\n`),
    text('d.d1.csv', `${DURATIONS}o,a,f,77,1,1,1\n`),
    text('m.d1.csv', `${MEMORY}o,a,3,100\no,b,3,90\n`),
  ]);
  expect(reading.trace.minutes).toBe(6);
  expect(cellsOf(reading)).toEqual({
    'o/a/f': { 1: 3, 4: 1, 5: 1 },
    'o/a/g': { 3: 4 },
    'o/b/x': { 2: 5 },
    'o/b/h': { 2: 1, 5: 7 },
  });
  // Two rows in the first file: later functions are numbered from 2, repeated rows take no number there.
  expect(reading.trace.functions.index).toEqual(Float64Array.of(0, 2, 3, 4));
  expect(reading.trace.functions.durationMs).toEqual(Float64Array.of(77, 5, 1000, 1000));
  // Functions of an app are counted over all days.
  expect(reading.trace.functions.memoryMiB).toEqual(Float64Array.of(50, 50, 45, 45));
  expect(reading.trace.calls).toBe(22);
});

test('a folder without invocations, and files that are no part of the schema', async () => {
  const missing = await failure(readTrace([day[1], day[2]]));
  expect(missing.code).toBe('MISSING_FILE');
  expect(missing.message).toContain('no file of invocations among d.d01.csv, m.d01.csv');
  expect((await failure(readTrace(day[1]))).code).toBe('MISSING_FILE');
  const reading = await readTrace([
    ...day,
    text('README.md', '# About\n'),
    text('calls.csv', 'app,func,end_timestamp,duration\n'),
  ]);
  expect(reading.notes[0]).toBe('files not read: README.md, calls.csv');
  expect(reading.digest).toBe((await readTrace(day)).digest);
});

test('files beside the data may hold anything, data files may not', async () => {
  const beside = [text('about.json', '{\n  "year": 2019\n}\n'), text('quote.md', '"Serverless in the wild\n')];
  const reading = await readTrace([...day, ...beside]);
  expect(reading.notes[0]).toBe('files not read: about.json, quote.md');
  expect((await failure(readTrace([...day, text('more.csv', '"HashOwner,1\n')]))).code).toBe('BAD_HEADER');
});

test('bad rows that are skipped keep their row number', async () => {
  const content = `${INVOCATIONS}o,a,f,http,1,1\no,a,g,http,-1,0,0\no,a,h,http,1,0.5,0\no,a,i,http,1.0,0,1\n`;
  const reading = await readTrace(text('i', content), { skipBad: true });
  expect(reading.trace.functions.keys).toEqual(['o/a/i']);
  expect(reading.trace.functions.index).toEqual(Float64Array.of(3));
  expect(reading.badRows).toBe(3);
  expect(reading.bad.map(({ code, line, column }) => [code, line, column])).toEqual([
    ['BAD_ROW', 2, undefined],
    ['BAD_NUMBER', 3, 5],
    ['BAD_NUMBER', 4, 6],
  ]);
  expect(reading.bad[1].message).toBe(
    "i:3: column 5 (1): '-1' is not a count; expected a whole number of calls, 0..4294967295",
  );
});
