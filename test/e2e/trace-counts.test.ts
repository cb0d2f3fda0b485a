import { expect, test } from 'vitest';
import { readTrace } from '../../ts/core/trace/index.js';
import { cellsOf, failure, read, text } from '../trace-sources.js';

const HEAD = 'function,timestamp,count,stepSeconds';

test('steps of a minute', async () => {
  const reading = await read(
    `${HEAD},durationMs,memoryMiB,trigger\nf,2026-01-01T00:01:00Z,3,60,10,128,http\ng,2026-01-01T00:00:00Z,1,60,,,\nf,2026-01-01T00:02:00Z,1,60,20,256,timer\ng,2026-01-01T00:09:00Z,0,60,,,\n`,
  );
  expect(reading.format).toBe('counts');
  expect(cellsOf(reading)).toEqual({ f: { 1: 3, 2: 1 }, g: { 0: 1 } });
  expect(reading.trace).toMatchObject({ kind: 'counts', calls: 5, minutes: 10, originMs: Date.UTC(2026, 0, 1) });
  expect(reading.trace.functions).toEqual({
    keys: ['f', 'g'],
    durationMs: Float64Array.of(13, 1000),
    memoryMiB: Float64Array.of(128, 170),
    trigger: ['http', ''],
    index: Float64Array.of(0, 1),
  });
});

test('steps below a minute add up, steps above are spread evenly and in whole calls', async () => {
  const reading = await read(`${HEAD}\nf,0,1,20\nf,20,2,20\nf,40,4,20\nf,60,7,300\nf,360,1,300\nf,660,60,120\n`);
  expect(cellsOf(reading)).toEqual({ f: { 0: 7, 1: 1, 2: 2, 3: 1, 4: 2, 5: 1, 8: 1, 11: 30, 12: 30 } });
  expect(reading.trace.calls).toBe(75);
  expect(reading.trace.minutes).toBe(13);
});

test('a step that begins beside its multiple is said', async () => {
  const reading = await read(`${HEAD}\nf,90,5,60\nf,150,6,60\n`);
  expect(cellsOf(reading)).toEqual({ f: { 0: 5, 1: 6 } });
  expect(reading.notes).toContain(
    'steps that do not begin on a multiple of their length and count in the minute in which they begin: 2',
  );
});

test('JSON Lines give the same trace', async () => {
  const lines = await readTrace(
    text(
      'c.jsonl',
      '{"function":"f","timestamp":1767225600,"count":3,"stepSeconds":60}\n{"function":"f","timestamp":1767225660,"count":4,"stepSeconds":60}',
    ),
  );
  const csv = await read(`${HEAD}\nf,1767225600000,3,60\nf,1767225660000,4,60\n`);
  expect(lines.format).toBe('counts');
  expect(lines.digest).toBe(csv.digest);
});

test('time goes strictly forward per function, over its whole step', async () => {
  for (const second of ['60', '0', '119']) {
    const found = await failure(read(`${HEAD}\nf,60,1,60\ng,0,1,60\nf,${second},1,60\n`));
    expect(found.code).toBe('TIME_ORDER');
    expect(found.message).toBe(
      `trace.csv:4: column 2 (timestamp): '${second}' goes back in time; expected a time at or after the end of the function's step before, 120 s`,
    );
  }
});

test.each([
  ['f,0,-1,60', 'BAD_NUMBER', 3],
  ['f,0,1.5,60', 'BAD_NUMBER', 3],
  ['f,0,1e300,60', 'BAD_NUMBER', 3],
  ['f,0,1,45', 'BAD_NUMBER', 4],
  ['f,0,1,90', 'BAD_NUMBER', 4],
  ['f,0,1,0', 'BAD_NUMBER', 4],
])('%s is refused', async (row, code, column) => {
  expect(await failure(read(`${HEAD}\n${row}\n`))).toMatchObject({ code, place: { line: 2, column } });
});
