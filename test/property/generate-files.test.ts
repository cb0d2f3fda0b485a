import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateTrace, PATTERNS } from '../../ts/core/trace/generate.js';
import { bytesSource, type CountsTrace, readTrace } from '../../ts/core/trace/index.js';
import { writeAzure2019 } from '../../ts/core/trace/writers/azure-2019.js';
import { writeCounts } from '../../ts/core/trace/writers/counts.js';
import type { TraceFile } from '../../ts/core/trace/writers/csv-bytes.js';
import { callsOf } from './generate-counts.js';

async function sourceOf({ name, chunks }: TraceFile) {
  return bytesSource(name, new Uint8Array(await new Blob([...chunks] as BlobPart[]).arrayBuffer()));
}

const traces = fc
  .record({
    pattern: fc.constantFrom(...PATTERNS),
    functions: fc.integer({ min: 1, max: 9 }),
    minutes: fc.integer({ min: 1, max: 3000 }),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ pattern, functions, minutes, seed }) => generateTrace({ pattern, functions, days: minutes / 1440, seed }));

test('a trace written in the Azure 2019 schemas is read back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(traces, async (trace) => {
      const reading = await readTrace(await Promise.all([...writeAzure2019(trace)].map(sourceOf)));
      expect(reading.format).toBe('azure2019');
      expect(reading.trace).toEqual(trace);
    }),
    { numRuns: 40 },
  );
});

/** Without calls there is nothing for a mean duration to weigh. */
function withDefaultDurations(trace: CountsTrace): CountsTrace {
  const durationMs = trace.functions.durationMs.map((ms, f) => (callsOf(trace, f) > 0 ? ms : 1000));
  return { ...trace, functions: { ...trace.functions, durationMs } };
}

test('a trace written as counts is read back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(traces, fc.constantFrom(Number.NaN, 1562544000000), async (undated, originMs) => {
      const trace = { ...undated, originMs };
      const reading = await readTrace([await sourceOf(writeCounts(trace))]);
      expect(reading.format).toBe('counts');
      expect(reading.trace).toEqual(withDefaultDurations(trace));
    }),
    { numRuns: 40 },
  );
});

test('ids that need quotes or escapes survive both formats', async () => {
  const plain = generateTrace({ pattern: 'steady', functions: 3, days: 0.1, seed: 1 });
  const keys = ['o"wner/a,pp/f%2Fg', 'o/ä\u2028/100%25', 'o/a/ '];
  const trace = { ...plain, functions: { ...plain.functions, keys } };
  expect((await readTrace(await Promise.all([...writeAzure2019(trace)].map(sourceOf)))).trace).toEqual(trace);
  expect((await readTrace([await sourceOf(writeCounts(trace))])).trace).toEqual(trace);
});

test('keys with fewer ids than the Azure schema has are padded in front', async () => {
  const plain = generateTrace({ pattern: 'steady', functions: 2, days: 0.1, seed: 1 });
  const trace = { ...plain, functions: { ...plain.functions, keys: ['app/f', 'g'] } };
  const reading = await readTrace(await Promise.all([...writeAzure2019(trace)].map(sourceOf)));
  expect(reading.trace.functions.keys).toEqual(['-/app/f', '-/-/g']);
});
