/** Start times of a replay: each function has its own where the data or the table have one, and the report says which. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receipts, replay, replayJson, replayPolicy, replayUsage } from '../../ts/core/evaluate/index.js';
import { generateTrace, type StartTime, startTimes } from '../../ts/core/trace/index.js';
import { ORIGIN_MS, Workplace } from './cli-replay-run.js';

const SCHEMA = new URL('../../ts/core/evaluate/report.schema.json', import.meta.url);

const measured = (medianMs: number): StartTime => ({
  from: 'measured',
  medianMs,
  p90Ms: medianMs,
  count: 9,
  source: 'here',
});

describe('replay with start times', () => {
  const trace = generateTrace({ pattern: 'bursty', functions: 3, days: 1, seed: 5 });
  const rivals = ['break-even', 'break-even-randomised', 'spes', 'static-2x'];
  const ample = ['fixed-1min@1000GiB', 'faascache@1000GiB'];
  const policies = [
    ...['fixed-1min', 'hybrid-histogram', 'recent-peak', 'best-fixed-hindsight', 'clairvoyant-prewarm'],
    ...rivals,
    ...ample,
  ];
  const startsMs = [200, 1499.5, 30_000];
  const result = replay(trace, { policies, startTimes: startsMs.map(measured) });

  it('gives each function what it has when all start as it does', () => {
    startsMs.forEach((coldStartMs, f) => {
      const alike = replay(trace, { policies, coldStartMs: Math.round(coldStartMs) });
      for (const name of policies) {
        for (const column of ['coldStarts', 'preWarms', 'idleMs', 'objectiveUsd'] as const) {
          expect(result.columns[name]![column][f]).toBe(alike.columns[name]![column][f]);
        }
      }
    });
    expect(result.functionColdStartMs).toEqual(Float64Array.of(200, 1500, 30_000));
  });

  it('sums waits, busy time and cost function by function', () => {
    for (const name of policies) {
      const { coldStarts, objectiveUsd } = result.columns[name]!;
      const waitMs = coldStarts[0]! * 200 + coldStarts[1]! * 1500 + coldStarts[2]! * 30_000;
      const totals = result.policies[name]!;
      expect(totals.wait.meanMs).toBeCloseTo(waitMs / trace.calls, 9);
      expect(totals.objectiveUsd / objectiveUsd.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    const some = replay(trace, { policies, startTimes: [0, 0, 50].map(measured) });
    const { coldStarts } = some.columns['fixed-1min']!;
    expect(some.policies['fixed-1min']!.wait.share).toBeCloseTo(coldStarts[2]! / trace.calls, 12);
  });

  it('is told in receipts, bills, policies of one own, and JSON', () => {
    const key = trace.functions.keys[2]!;
    const options = { policies: ['recent-peak'], startTimes: startsMs.map(measured) };
    const all = [...receipts(trace, key, options)];
    expect(all[0]!.prices.coldStartMs).toBe(30_000);
    const start = all.find(({ decision }) => decision.kind === 'start')!;
    expect(start.decision.prewarmMs).toBe(30_000);
    const never = {
      ticks: false,
      onArrival() {},
      onRelease: () => ({ prewarmMs: 0, keepAliveMs: 60_000 }),
      onTick: () => [],
    };
    const own = replayPolicy(trace, key, never, { startTimes: startsMs.map(measured) });
    expect(own.coldStarts).toBe(result.columns['fixed-1min']!.coldStarts[2]);
    const usage = replayUsage(result, trace, 'fixed-1min');
    expect(usage[2]!.calls.find(({ initMs }) => initMs > 0)!.initMs).toBe(30_000);
    expect(replayJson(result)).toMatchObject({
      coldStartMs: null,
      startTimes: [{ from: 'measured', functions: 3, leastMs: 200, mostMs: 30_000, source: 'here' }],
    });
  });

  it('is priced in break-even times, and waited for on one memory', () => {
    const key = trace.functions.keys[2]!;
    const options = { startTimes: startsMs.map(measured) };
    for (const name of ['break-even', 'break-even-randomised']) {
      const [first] = receipts(trace, key, { ...options, policies: [name] });
      expect(first!.spec).toMatchObject({ kind: name, coldStartUsd: 5e-4 * 30 });
    }
    const capped = result.columns['fixed-1min@1000GiB']!;
    for (const column of ['coldStarts', 'idleMs', 'objectiveUsd'] as const) {
      expect(capped[column]).toEqual(result.columns['fixed-1min']![column]);
    }
  });

  it('says of one start time for all whether it was given or assumed', () => {
    const source = 'assumed 1000 ms: no start times were given';
    const said = (options: object) => replayJson(replay(trace, { policies, ...options }));
    expect(said({})).toMatchObject({ coldStartMs: 1000, startTimes: [{ from: 'assumed', functions: 3, source }] });
    expect(said({ coldStartMs: 350 })).toMatchObject({
      coldStartMs: 350,
      startTimes: [{ from: 'given', leastMs: 350 }],
    });
    expect(said({ startTimes: startTimes(trace) })).toMatchObject({
      coldStartMs: 1000,
      startTimes: [{ from: 'assumed' }],
    });
  });

  it.each([
    [{ startTimes: [measured(1)] }, 'BAD_LENGTH'],
    [{ startTimes: [1, 2, Number.NaN].map(measured) }, 'OUT_OF_RANGE'],
    [{ startTimes: [1, 2, -5].map(measured) }, 'OUT_OF_RANGE'],
    [{ startTimes: [1, 2, 3].map(measured), coldStartMs: 5 }, 'BAD_ARGUMENT'],
  ])('%j is refused', (options, code) => {
    const refusal = expect.objectContaining({ code });
    expect(() => replay(trace, options)).toThrow(refusal);
    expect(() => receipts(trace, trace.functions.keys[2]!, options)).toThrow(refusal);
  });
});

describe('isotherm replay', () => {
  let place: Workplace;

  beforeAll(() => {
    place = new Workplace();
    const rows = [
      ['cart', 0, 300, 1],
      ['cart', 200_000, 500, 1],
      ['mail', 1000, '', ''],
    ].map(([key, at, init, cold]) => `${key},${ORIGIN_MS + Number(at)},1000,${init},${cold}`);
    writeFileSync(
      place.path('calls.csv'),
      `${['function,timestamp,durationMs,initMs,coldStart', ...rows].join('\n')}\n`,
    );
  });

  afterAll(() => place.remove());

  const run = (...args: string[]) => place.isotherm('replay', 'calls.csv', '--policy', 'fixed-1min', ...args);

  it('takes start times from the data, and says so in table, JSON and page', () => {
    const { code, stdout } = run('--json', 'figures.json', '--html', 'report.html');
    expect(code).toBe(0);
    expect(stdout).toContain('cold starts 400 ms to 1.00 s');
    expect(stdout).toContain('Start times of 1 function: measured (init durations of this trace)\n');
    expect(stdout).toContain('Start times of 1 function: assumed 1000 ms');
    const figures = JSON.parse(readFileSync(place.path('figures.json'), 'utf8'));
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    expect(validate(figures), JSON.stringify(validate.errors)).toBe(true);
    // Two cold starts of 400 ms and one of a second, over three calls.
    expect(figures.policies['fixed-1min'].wait).toEqual({ meanMs: 600, share: 1 });
    expect(figures).toMatchObject({ coldStartMs: null, startTimes: [{ from: 'measured' }, { from: 'assumed' }] });
    const page = readFileSync(place.path('report.html'), 'utf8');
    expect(page).toContain(
      '<dt>Start times</dt><dd>cold starts 400\u00a0ms to 1.00\u00a0s. Start times of 1 function: measured',
    );
  });

  it('takes the rest from the table of the platform that it is told', () => {
    const { startTimes: found } = JSON.parse(
      run('--platform', 'aws-lambda', '--runtime', 'python3.13', '--json').stdout,
    );
    expect(found).toMatchObject([
      { from: 'measured', functions: 1, leastMs: 400, mostMs: 400 },
      { from: 'table', functions: 1, leastMs: 85, source: expect.stringMatching(/^python3.13, .*2026-07\/08$/) },
    ]);
  });

  it('takes one for all where it is told one', () => {
    const { stdout } = run('--cold-start-ms', '250', '--no-html');
    expect(stdout).toContain('cold start 250 ms\n');
    expect(stdout).not.toContain('Start times');
    expect(JSON.parse(run('--cold-start-ms', '250', '--json').stdout).policies['fixed-1min'].wait.meanMs).toBe(250);
  });

  it.each([
    [['--cold-start-ms', '1', '--platform', 'aws-lambda'], 'for all functions'],
    [['--runtime', 'python3.13'], 'goes with --platform'],
    [['--platform', 'aws-lambda', '--runtime', 'cobol'], "no start time of 'cobol'; there are dotnet10, "],
  ])('%j is wrong usage', (args, words) => {
    const { code, stderr } = run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});
