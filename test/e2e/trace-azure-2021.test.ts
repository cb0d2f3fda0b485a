import { expect, test } from 'vitest';
import { callsOf, read } from '../trace-sources.js';

test('a call starts where it ended less its duration, halves rounded up', async () => {
  const reading = await read(
    'app,func,end_timestamp,duration\r\na,f,61.5,1.5\r\na,g,0.0795,0.079\r\na,f,0.5005,0.0005\r\nb,f,1e2,1e-2\r\n',
  );
  expect(reading.format).toBe('azure2021');
  expect(callsOf(reading)).toEqual({
    'a/f': [
      [500, 1],
      [60000, 1500],
    ],
    'a/g': [[1, 79]],
    'b/f': [[99990, 10]],
  });
  expect(reading.trace.functions).toEqual({
    keys: ['a/f', 'a/g', 'b/f'],
    durationMs: Float64Array.of(751, 79, 10),
    memoryMiB: Float64Array.of(170, 170, 170),
    trigger: ['', '', ''],
    index: Float64Array.of(0, 1, 2),
  });
  expect(reading.trace).toMatchObject({ kind: 'calls', minutes: 2, calls: 4, originMs: Number.NaN });
});

test('minute 0 is trace second 0: earlier starts are negative and said', async () => {
  const reading = await read('app,func,end_timestamp,duration\na,f,0.1,0.6\na,f,150,0\n');
  expect(callsOf(reading)).toEqual({
    'a/f': [
      [-500, 600],
      [150000, 0],
    ],
  });
  expect(reading.trace.minutes).toBe(3);
  expect(reading.notes).toContain('calls that start before trace second 0 and keep their negative start: 1');
});

test('rows in any order, calls of one start in the order of the file', async () => {
  const reading = await read(
    'func,duration,extra,app,end_timestamp\nf,0.002,x,a,9.002\nf,0.001,x,a,3.001\nf,0.004,x,a,9.004\nf,0.003,x,a,3.003\n',
  );
  expect(callsOf(reading)['a/f']).toEqual([
    [3000, 1],
    [3000, 3],
    [9000, 2],
    [9000, 4],
  ]);
  expect(reading.notes[0]).toBe('trace.csv: columns not kept: extra');
});

test('names with quotes, commas, slashes and line ends stay apart', async () => {
  const reading = await read(
    'app,func,end_timestamp,duration\n"a,1","say ""f""",1,0\n"a\n2",f,1,0\na/b,c,1,0\na,b/c,1,0\na%2Fb,c,1,0\né,ü,1,0',
  );
  expect(reading.trace.functions.keys).toEqual(['a,1/say "f"', 'a\n2/f', 'a%2Fb/c', 'a/b%2Fc', 'a%252Fb/c', 'é/ü']);
});
