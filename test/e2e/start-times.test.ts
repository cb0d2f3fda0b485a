import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateTrace, START_TIME_TABLE, startTimes } from '../../ts/core/trace/index.js';
import { insightsCsv, requestId } from '../import-files.js';
import { read } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1);

test('measured starts come first: median and P90, linear between order statistics', async () => {
  const calls = [100, 200, 300, 400, 500].map((initMs, n) => ({
    name: 'f',
    stream: `2026/08/01/[1]${n}`,
    requestId: requestId(n),
    endMs: T0 + n * 1000,
    durationMs: 1,
    initMs,
  }));
  const warm = { name: 'g', stream: '2026/08/01/[1]x', requestId: requestId(9), endMs: T0, durationMs: 1 };
  const { trace } = await read(insightsCsv([...calls, warm]));
  const [f, g] = startTimes(trace, { platform: 'aws-lambda', runtime: 'python3.13' });
  expect(f).toEqual({
    from: 'measured',
    medianMs: 300,
    p90Ms: 460,
    count: 5,
    source: 'init durations of this trace',
  });
  expect(g).toEqual({
    from: 'table',
    medianMs: 84.83,
    p90Ms: 104.18,
    count: 508,
    source: 'python3.13, empty function: lambda-perf, zip package, x86-64, 512 MB, 2026-07/08',
  });
});

test('an init that was in nobody’s way is no start', async () => {
  const content =
    'function,timestamp,durationMs,initMs,coldStart\nf,2026-08-01T00:00:00Z,1,900,false\nf,2026-08-01T00:00:01Z,1,100,true\n';
  const { trace } = await read(content);
  expect(startTimes(trace)[0]).toMatchObject({ from: 'measured', medianMs: 100, count: 1 });
});

test('without a runtime the row in the middle; without a platform an assumption', () => {
  const trace = generateTrace({ pattern: 'timer', functions: 1, days: 1, seed: 1 });
  const lambda = START_TIME_TABLE.filter(({ platform }) => platform === 'aws-lambda');
  const [middle] = startTimes(trace, { platform: 'aws-lambda' });
  const slower = lambda.filter(({ medianMs }) => medianMs > middle!.medianMs).length;
  expect(Math.abs(2 * slower + 1 - lambda.length)).toBeLessThanOrEqual(1);
  expect(middle!.source).toContain(`the median of ${lambda.length} runtimes`);
  expect(startTimes(trace, { platform: 'aws-lambda', runtime: 'cobol' })[0]).toEqual(middle);
  expect(startTimes(trace)[0]).toEqual({
    from: 'assumed',
    medianMs: 1000,
    p90Ms: Number.NaN,
    count: 0,
    source: 'assumed 1000 ms: nothing was measured, and no platform is named',
  });
});

const SOURCE = new URL('../../../shared/data/coldstart/aws-lambda-init-duration-ms-2026-07_08.csv', import.meta.url);
const isThere = existsSync(SOURCE);
if (!isThere && process.env.CI) throw new Error(`${SOURCE.pathname} is missing`);

test.skipIf(!isThere)('the table is what its source says (../shared/data/coldstart)', () => {
  const [header, ...rows] = readFileSync(SOURCE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const of = (row: string[], name: string): string => row[header!.indexOf(name)]!;
  let compared = 0;
  for (const row of rows) {
    const isOurs = of(row, 'package') === 'zip' && of(row, 'arch') === 'x86_64' && of(row, 'memory_mb') === '512';
    if (!isOurs) continue;
    const runtime = of(row, 'runtime').replace(/^(\w+) \(prov\.al2023\)$/, 'provided.al2023 $1');
    const ours = START_TIME_TABLE.find((one) => one.platform === 'aws-lambda' && one.runtime === runtime);
    if (ours === undefined) continue;
    compared++;
    expect([ours.medianMs, ours.p90Ms, ours.samples]).toEqual(
      ['init_p50_ms', 'init_p90_ms', 'samples'].map((name) => Number(of(row, name))),
    );
  }
  expect(compared).toBe(START_TIME_TABLE.filter(({ platform }) => platform === 'aws-lambda').length);
});
