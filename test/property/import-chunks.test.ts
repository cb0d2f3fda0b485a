import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IsothermError } from '../../ts/core/kernels/error.js';
import { bytesSource, readTrace, type TraceReading } from '../../ts/core/trace/index.js';
import {
  filterLogEvents,
  insightsCsv,
  insightsReply,
  type LambdaCallFacts,
  matrix,
  metricData,
  nanos,
  otlpExport,
  reportEvent,
  reportEvents,
  tailLines,
} from '../import-files.js';
import { inChunks } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0);
const CALLS: LambdaCallFacts[] = [0, 1].map((n) => ({
  name: 'é "quoted" \\',
  stream: `2026/08/01/[$LATEST]${n}`,
  requestId: `r${n}`,
  endMs: T0 + n * 61_000,
  durationMs: 10.5 + n,
  ...(n === 0 && { initMs: 99.25 }),
}));
const CHATTER = `${'hello "world, \n'.repeat(3)}{"level":"info"}\n`;

const FILES = {
  'Insights as CSV, with a bad row': `${insightsCsv(CALLS).replaceAll('é "quoted" \\', 'f')}x,,,,,,,,,\n`,
  'Insights as a reply, indented': `\ufeff${insightsReply(CALLS)}`,
  'Insights as a reply that ends early': insightsReply(CALLS).slice(0, -120),
  'log events': filterLogEvents(reportEvents(CALLS), { nextToken: 'x' }),
  'a tail behind chatter':
    CHATTER + tailLines(reportEvents(CALLS), 'detailed') + tailLines(reportEvents(CALLS, reportEvent), 'short'),
  'platform events, a line each': CALLS.map((call) => `${reportEvent(call)}\n\n`).join(''),
  'metrics of CloudWatch': metricData([
    {
      Id: 'i',
      Label: 'f Invocations',
      points: [
        [T0, 3],
        [T0 + 60_000, 4],
      ],
    },
    { Id: 'd', Label: 'f Duration', points: [[T0, 3.5]], StatusCode: 'PartialData' },
  ]),
  'a matrix of Prometheus': matrix([
    {
      metric: { __name__: 'calls_total', function: 'f' },
      values: [
        [T0 / 1000, 5],
        [T0 / 1000 + 15, 9],
      ],
    },
  ]),
  'exports of OTLP': [0, 1]
    .map((n) =>
      otlpExport({ 'faas.name': 'ü' }, [
        {
          name: 'faas.invocations',
          sum: {
            aggregationTemporality: 2,
            dataPoints: [{ startTimeUnixNano: nanos(T0), timeUnixNano: nanos(T0 + n * 60_000), asInt: `${3 * n}` }],
          },
        },
      ]),
    )
    .join(''),
};

const CUTS = fc.array(fc.nat({ max: 1500 }), { maxLength: 12 });

test.each(Object.entries(FILES))(
  '%s: any split into chunks gives the same trace, notes and bad rows',
  async (_, content) => {
    const plain = new TextEncoder().encode(content);
    const options = { skipBad: true };
    const whole = await readTrace(bytesSource('trace', plain), options);
    expect(whole.trace.calls).toBeGreaterThan(0);
    expect(await readTrace(inChunks('trace', plain, Array.from(plain.keys())), options)).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(CUTS, async (ends) => {
        expect(await readTrace(inChunks('trace', plain, ends), options)).toEqual(whole);
      }),
      { numRuns: 25 },
    );
    const packed = gzipSync(plain);
    expect(await readTrace(inChunks('trace', packed, [1, 7, 50]), options)).toEqual(whole);
  },
);

test.each(Object.entries(FILES))('%s: damaged, it is read or refused with a code', async (_, content) => {
  const plain = new TextEncoder().encode(content);
  const damage = fc.array(fc.tuple(fc.nat({ max: plain.length - 1 }), fc.constantFrom(...'{}[]",:-9e\\n x\u00ff')), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat({ max: plain.length }), fc.boolean(), async (places, length, isCut) => {
      const bytes = plain.slice(0, isCut ? length : plain.length);
      for (const [at, put] of places) if (at < bytes.length) bytes[at] = put.charCodeAt(0);
      const read: TraceReading | IsothermError = await readTrace(bytesSource('trace', bytes), { skipBad: true }).catch(
        (error: unknown) => {
          if (error instanceof IsothermError && error.code !== 'INTERNAL') return error;
          throw error;
        },
      );
      if (read instanceof IsothermError) return;
      const { trace } = read;
      expect(trace.minutes).toBeGreaterThanOrEqual(1);
      expect(trace.functions.durationMs.every((ms) => ms >= 0 && ms < Number.POSITIVE_INFINITY)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
