/** Platform replays: the same bits and the same refusals on every backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import { type Kernels, PLATFORM_COLUMNS } from '../../ts/core/kernels/contract.js';
import {
  backendInfo,
  type DurationQuantiles,
  init,
  type PlatformRun,
  type PlatformSettings,
  type ReplaySource,
} from '../../ts/core/kernels/index.js';
import { pure } from '../../ts/core/kernels/pure/index.js';
import { CellWriter } from '../../ts/core/trace/cells.js';
import { type PlatformJob, platformNumbers, sourceOfCalls } from '../platform-runs.js';
import { scenes, settings } from '../property/platform-scenes.js';
import { countCases, countsOf } from '../property/replay-counts.js';
import { answer } from './replay-fleet.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const bits = (backend: Kernels, job: PlatformJob): bigint[][] =>
  platformNumbers(backend, job).map((numbers) => [...new BigUint64Array(numbers.buffer)]);

const SHARES = Float64Array.of(0, 0.25, 0.5, 0.99, 1);

const quantilesOf = (functions: number): fc.Arbitrary<DurationQuantiles> =>
  fc
    .array(fc.option(fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { minLength: 5, maxLength: 5 })), {
      minLength: functions,
      maxLength: functions,
    })
    .map((rows) => ({
      shares: SHARES,
      ms: Float64Array.from(rows.flatMap((row) => row?.toSorted((a, b) => a - b) ?? Array(5).fill(Number.NaN))),
    }));

const runsOf = (functions: number): fc.Arbitrary<PlatformRun[]> =>
  fc.array(fc.record({ function: fc.nat(functions - 1), settings }), { maxLength: 6 });

const countJobs: fc.Arbitrary<PlatformJob> = fc
  .array(countCases, { minLength: 1, maxLength: 3 })
  .chain((cases) => {
    const source = countsOf(cases);
    return fc.record({
      source: fc.constant(source),
      runs: runsOf(cases.length),
      seed: fc.nat(0xffff_ffff),
      durations: fc.oneof(
        fc.constant({ shares: new Float64Array(0), ms: new Float64Array(0) }),
        quantilesOf(cases.length),
      ),
      readyStepMs: fc.constantFrom(0, 7000, 300_000),
    });
  })
  .filter(({ source }) => source.minutes <= 20_000);

const callJobs: fc.Arbitrary<PlatformJob> = fc
  .tuple(scenes, runsOf(1), fc.constantFrom(0, 999, 60_000))
  .map(([{ minutes, calls }, runs, readyStepMs]) => ({ source: sourceOfCalls(minutes, calls), runs, readyStepMs }));

const jobs = fc.oneof(callJobs, countJobs);

describe('the same bits', { timeout: 60_000 }, () => {
  it('as the pure backend', () => {
    fc.assert(
      fc.property(jobs, (job) => {
        expect(bits(kernels(), job)).toEqual(bits(pure, job));
      }),
      { numRuns: 200 },
    );
  });

  it('on any number of threads, run by run', () => {
    fc.assert(
      fc.property(jobs, fc.integer({ min: 2, max: 5 }), (job, threads) => {
        const [figures, ready] = bits(kernels(), job);
        expect(bits(kernels(), { ...job, threads })).toEqual([figures, ready]);
        const steps = job.runs.length > 0 ? ready!.length / job.runs.length : 0;
        job.runs.forEach((run, i) => {
          const alone = bits(kernels(), { ...job, runs: [run] });
          expect(alone).toEqual([
            figures!.slice(i * PLATFORM_COLUMNS.length, (i + 1) * PLATFORM_COLUMNS.length),
            ready!.slice(i * steps, (i + 1) * steps),
          ]);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('for a million calls that wait', () => {
    const writer = new CellWriter();
    writer.push(0, 1_000_000);
    writer.endFunction();
    const source: ReplaySource = {
      kind: 'counts',
      minutes: 10,
      ...writer.finish(),
      durationMs: Float64Array.of(7),
      memoryMiB: Float64Array.of(100),
      poisson: Uint8Array.of(1),
      index: Float64Array.of(4_294_967_295),
    };
    const queue = { coldStartMs: 900, keepAliveMs: 0, maxInstances: 20, queueTimeoutMs: 200_000 };
    const runs = [1, 3].map((concurrency) => ({ function: 0, settings: { ...queue, concurrency } }));
    const durations = { shares: Float64Array.of(0, 1), ms: Float64Array.of(0, 40) };
    const job = { source, runs, durations, seed: 4_294_967_295 };
    expect(bits(kernels(), job)).toEqual(bits(pure, job));
  });
});

describe('refused alike', () => {
  const source = sourceOfCalls(1, [{ startMs: 0, durationMs: 1000 }]);
  const usual: PlatformSettings = { coldStartMs: 1000, keepAliveMs: 0 };
  const refused = (job: Omit<PlatformJob, 'source' | 'runs'> & Partial<PlatformJob>, code: string): void => {
    const whole = { source, runs: [{ function: 0, settings: usual }], ...job };
    for (const backend of [kernels(), pure]) {
      expect(answer(() => platformNumbers(backend, whole))).toHaveProperty('code', code);
    }
  };
  const nan = Number.NaN;

  it.each<[string, Partial<PlatformSettings>, string]>([
    ['a start below 0', { coldStartMs: -1 }, 'OUT_OF_RANGE'],
    ['a start that is no number', { coldStartMs: nan }, 'OUT_OF_RANGE'],
    ['half a ms', { keepAliveMs: 0.5 }, 'OUT_OF_RANGE'],
    ['no concurrency', { concurrency: 0 }, 'OUT_OF_RANGE'],
    ['too much concurrency', { concurrency: 1001 }, 'OUT_OF_RANGE'],
    ['a delay without end', { readyDelayMs: Number.POSITIVE_INFINITY }, 'OUT_OF_RANGE'],
    ['no instances', { maxInstances: 0 }, 'OUT_OF_RANGE'],
    ['a time-out below 0', { queueTimeoutMs: -1 }, 'OUT_OF_RANGE'],
    ['a target that is no number', { latencyTargetMs: nan }, 'OUT_OF_RANGE'],
    ['half a ready instance', { ready: { kind: 'constant', instances: 0.5 } }, 'OUT_OF_RANGE'],
    ['too many ready instances', { ready: { kind: 'constant', instances: 1_000_001 } }, 'OUT_OF_RANGE'],
    ['a schedule without steps', { ready: { kind: 'schedule', stepMs: 1000, instances: [] } }, 'BAD_ARGUMENT'],
    ['steps of no time', { ready: { kind: 'schedule', stepMs: 0, instances: [1] } }, 'OUT_OF_RANGE'],
    ['a step below 0', { ready: { kind: 'schedule', stepMs: 1000, instances: [1, -1] } }, 'OUT_OF_RANGE'],
    ['a target of nothing', { ready: { kind: 'target-tracking', target: 0, min: 1, max: 2 } }, 'OUT_OF_RANGE'],
    ['more at least than at most', { ready: { kind: 'target-tracking', target: 0.7, min: 3, max: 2 } }, 'OUT_OF_RANGE'],
    ['no period', { ready: { kind: 'target-tracking', target: 0.7, min: 1, max: 2, periodMs: 0 } }, 'OUT_OF_RANGE'],
    ['a target above all', { ready: { kind: 'knative', targetUtilisation: 1.5 } }, 'OUT_OF_RANGE'],
    ['half a second', { ready: { kind: 'knative', tickMs: 2500 } }, 'OUT_OF_RANGE'],
    ['a panic longer than calm', { ready: { kind: 'knative', panicWindowMs: 61_000 } }, 'OUT_OF_RANGE'],
    ['a rate of one', { ready: { kind: 'knative', maxScaleUpRate: 1 } }, 'OUT_OF_RANGE'],
    ['a rate that is no number', { ready: { kind: 'knative', maxScaleDownRate: nan } }, 'OUT_OF_RANGE'],
    ['a threshold of nothing', { ready: { kind: 'knative', panicThreshold: 0 } }, 'OUT_OF_RANGE'],
    [
      'a grace without end',
      { ready: { kind: 'knative', scaleToZeroGraceMs: Number.POSITIVE_INFINITY } },
      'OUT_OF_RANGE',
    ],
    ['fewer at most than at least', { ready: { kind: 'knative', minScale: 3, maxScale: 2 } }, 'OUT_OF_RANGE'],
    ['more at first than at most', { ready: { kind: 'knative', initialScale: 3, maxScale: 2 } }, 'OUT_OF_RANGE'],
  ])('%s', (_, change, code) => {
    refused({ runs: [{ function: 0, settings: { ...usual, ...change } }] }, code);
  });

  it.each<[string, Partial<PlatformJob>, string]>([
    ['a function that is not there', { runs: [{ function: 1, settings: usual }] }, 'OUT_OF_RANGE'],
    ['half a function', { runs: [{ function: 0.5, settings: usual }] }, 'OUT_OF_RANGE'],
    ['a seed below 0', { seed: -1 }, 'OUT_OF_RANGE'],
    ['a seed between numbers', { seed: 0.5 }, 'OUT_OF_RANGE'],
    ['shares without quantiles', { durations: { shares: SHARES, ms: new Float64Array(0) } }, 'BAD_LENGTH'],
    ['one share', { durations: { shares: Float64Array.of(0), ms: Float64Array.of(1) } }, 'BAD_LENGTH'],
    [
      'shares that do not reach 1',
      { durations: { shares: Float64Array.of(0, 0.5), ms: Float64Array.of(1, 2) } },
      'BAD_ARGUMENT',
    ],
    [
      'shares that stay',
      { durations: { shares: Float64Array.of(0, 0, 1), ms: Float64Array.of(1, 2, 3) } },
      'BAD_ARGUMENT',
    ],
    [
      'quantiles that go back',
      { durations: { shares: Float64Array.of(0, 1), ms: Float64Array.of(2, 1) } },
      'OUT_OF_RANGE',
    ],
    [
      'quantiles without end',
      { durations: { shares: Float64Array.of(0, 1), ms: Float64Array.of(2, Number.POSITIVE_INFINITY) } },
      'OUT_OF_RANGE',
    ],
  ])('%s', (_, change, code) => refused(change, code));

  it('more ready time than a number holds', () => {
    const long = sourceOfCalls(2 ** 31, []);
    const settings: PlatformSettings = { ...usual, ready: { kind: 'constant', instances: 1000 } };
    refused({ source: long, runs: [{ function: 0, settings }] }, 'OUT_OF_RANGE');
  });

  it('rows that are none', () => {
    const handle = kernels().traceOfCalls(1, source.offsets, source.startMs, source.durationMs, source.memoryMiB);
    const none = new Float64Array(0);
    for (const row of [[9], [2, 0, 0], [Number.NaN, 0], [9, 0, 0, 0, 1, 0, 1, 0, 0, 7]]) {
      const rows = Float64Array.from(row);
      const run = () => kernels().platformReplay(handle, rows, 1, none, none, 0, 1, new Float64Array(22), none);
      expect(answer(run)).toHaveProperty('code', 'BAD_ARGUMENT');
    }
    handle.close();
  });
});
