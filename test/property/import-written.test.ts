import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytesSource,
  generateTrace,
  readTrace,
  type TraceFile,
  writeCounts,
  writeInsights,
  writeRecords,
} from '../../ts/core/trace/index.js';
import { insightsCsv, type LambdaCallFacts, requestId } from '../import-files.js';
import { read } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1);

function reread({ name, chunks }: TraceFile) {
  return readTrace(bytesSource(name, new Uint8Array(Buffer.concat([...chunks]))));
}

const CALLS = fc
  .array(
    fc.record({
      name: fc.constantFrom('a', 'b-1', 'c'),
      stream: fc.constantFrom('', '2026/08/01/[1]x', '2026/08/01/[2]y'),
      endMs: fc.integer({ min: T0 + 1e6, max: T0 + 1e8 }),
      durationMs: fc.integer({ min: 0, max: 90_000 }).map((n) => n / 100),
      initMs: fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined }),
      usedMb: fc.integer({ min: 1, max: 128 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((calls) =>
    calls.map((call, n): LambdaCallFacts => ({ ...call, initMs: call.initMs as number, requestId: requestId(n) })),
  );

test('calls that are written as CSV or JSON Lines and read again are the same trace', async () => {
  await fc.assert(
    fc.asyncProperty(CALLS, async (calls) => {
      const { trace, digest } = await read(insightsCsv(calls));
      if (trace.kind !== 'calls') throw new TypeError('no calls');
      const csv = await reread(writeRecords(trace));
      expect(csv.format).toBe('records');
      expect(csv.trace).toEqual(trace);
      expect(csv.digest).toBe(digest);
      expect((await reread(writeRecords(trace, 'jsonl'))).digest).toBe(digest);
    }),
    { numRuns: 60 },
  );
});

test('counts too, and calls without a date that begin before their second 0', async () => {
  const counts = generateTrace({ pattern: 'irregular', functions: 4, days: 1, seed: 3 });
  const csv = await reread(writeCounts(counts));
  expect((await reread(writeCounts(counts, 'jsonl'))).digest).toBe(csv.digest);
  const early = await read('app,func,end_timestamp,duration\na,f,1,90\na,f,100,1\n');
  if (early.trace.kind !== 'calls') throw new TypeError('no calls');
  const again = await reread(writeRecords(early.trace));
  expect(again.trace).toMatchObject({ calls: 2, originMs: Number.NaN });
  expect(again.trace.kind === 'calls' && again.trace.startMs).toEqual(Float64Array.of(31_000, 219_000 - 0));
});

test('made-up traffic as an Insights export: every call is there, no environment runs two at once, each starts cold once', async () => {
  for (const pattern of ['bursty', 'timer', 'rare'] as const) {
    const made = generateTrace({ pattern, functions: 5, days: 1, seed: 2, calls: 4000 });
    const bytes = Buffer.concat([...writeInsights(made, { seed: 7 }).chunks]);
    expect(Buffer.concat([...writeInsights(made, { seed: 7 }).chunks]).equals(bytes)).toBe(true);
    const { trace, format, notes } = await readTrace(bytesSource('insights.csv', new Uint8Array(bytes)));
    if (trace.kind !== 'calls') throw new TypeError('no calls');
    expect([format, trace.calls]).toEqual(['cloudwatch-insights', made.calls]);
    expect(notes.join()).not.toContain('more than once');
    const { environment, coldStart, initMs } = trace.columns;
    const freeAtMs = new Map<number, number>();
    for (let call = 0; call < trace.calls; call++) {
      const number = environment![call]!;
      const before = freeAtMs.get(number);
      expect(coldStart![call]).toBe(before === undefined ? 1 : 0);
      // Times are rounded to whole ms on both ends.
      if (before !== undefined) expect(trace.startMs[call]! - before).toBeGreaterThanOrEqual(-1);
      if (before !== undefined) expect(trace.startMs[call]! - before).toBeLessThanOrEqual(600_001);
      const waitMs = before === undefined ? initMs![call]! : 0;
      freeAtMs.set(number, trace.startMs[call]! + waitMs + trace.durationMs[call]!);
    }
  }
});
