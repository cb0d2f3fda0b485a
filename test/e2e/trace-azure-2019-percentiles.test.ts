/** Percentiles of durations in the Azure 2019 schema: read, written, and part of what a trace is. */
import { expect, test } from 'vitest';
import { bytesSource, type CountsTrace, readTrace, writeAzure2019 } from '../../ts/core/trace/index.js';
import { text } from '../trace-sources.js';

const INVOCATIONS = 'HashOwner,HashApp,HashFunction,Trigger,1,2\no,a,f,http,1,0\no,a,g,http,0,2\no,a,h,http,1,1\n';
const HEADER =
  'HashOwner,HashApp,HashFunction,Average,percentile_Average_0,percentile_Average_50,percentile_Average_100';
const ROWS = 'o,a,f,20,10,20,30.5\no,a,h,9,7,8,6\no,a,f,1,1,1,1\n';

const day = (durations: string) => [text('i.csv', INVOCATIONS), text('d.csv', durations)];

test('a row per function, none where its percentiles do not ascend', async () => {
  const { trace, notes } = await readTrace(day(`${HEADER}\n${ROWS}`));
  expect(trace.functions.callDurations).toEqual({
    shares: Float64Array.of(0, 0.5, 1),
    ms: Float64Array.of(10, 20, 30.5, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN),
  });
  expect(trace.functions.durationMs).toEqual(Float64Array.of(20, 1000, 9));
  expect(notes).toContain('d.csv: rows whose percentiles are no ascending numbers and were left out: 1');
});

test('they are written, read again, and part of the digest', async () => {
  const { trace, digest } = await readTrace(day(`${HEADER}\n${ROWS}`));
  const files = [...writeAzure2019(trace as CountsTrace)].map(({ name, chunks }) =>
    bytesSource(name, Buffer.concat([...chunks])),
  );
  const again = await readTrace(files);
  expect(again.trace.functions.callDurations).toEqual(trace.functions.callDurations);
  expect(again.digest).toBe(digest);
  const without = await readTrace(day('HashOwner,HashApp,HashFunction,Average\no,a,f,20\no,a,h,9\n'));
  expect(without.trace.functions.callDurations).toBeUndefined();
  expect(without.digest).not.toBe(digest);
});

test('percentiles that do not span all calls are not kept', async () => {
  const { trace, notes } = await readTrace(day(`${HEADER.replace('_100', '_99')}\n${ROWS}`));
  expect(trace.functions.callDurations).toBeUndefined();
  expect(notes).toContain('d.csv: percentiles not kept, expected those of the first file, 0 and 100 among them');
});
