/** How long idle instances stay under advice: by hand what a log shows, nothing of the judged part, and the time that is contradicted least. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderAdvice } from '../../ts/core/cli/advice-table.js';
import { targetTerms } from '../../ts/core/decide/advise/target.js';
import { idleTimes } from '../../ts/core/evaluate/advise/idle-times.js';
import { keepAliveOf, keepAliveSentence } from '../../ts/core/evaluate/advise/keep-alive.js';
import { type AdviseOptions, adviceHeadline, advise } from '../../ts/core/evaluate/index.js';
import {
  bytesSource,
  type CallsTrace,
  type CountsTrace,
  generateTrace,
  readTrace,
  writeInsights,
} from '../../ts/core/trace/index.js';

const MINUTE_MS = 60_000;

/** A call: when, on which environment, and whether it was cold. */
type Call = readonly [startMs: number, environment: number, cold: 0 | 1];

const DURATION_MS = 200;

/** Twelve hours of functions whose calls last 200 ms, and wait 300 ms when cold. */
function logged(...functions: readonly (readonly Call[])[]): CallsTrace {
  const all = functions.flat();
  const offsets = [0];
  for (const calls of functions) offsets.push(offsets.at(-1)! + calls.length);
  const count = functions.length;
  return {
    kind: 'calls',
    functions: {
      keys: functions.map((_, f) => `f${f}`),
      durationMs: new Float64Array(count).fill(DURATION_MS),
      memoryMiB: new Float64Array(count).fill(1024),
      trigger: functions.map(() => ''),
      index: Float64Array.from(functions, (_, f) => f),
    },
    minutes: 720,
    originMs: Number.NaN,
    calls: all.length,
    offsets: Float64Array.from(offsets),
    startMs: Float64Array.from(all, ([startMs]) => startMs),
    durationMs: new Uint32Array(all.length).fill(DURATION_MS),
    columns: {
      environment: Float64Array.from(all, ([, environment]) => environment),
      coldStart: Float64Array.from(all, ([, , cold]) => cold),
      initMs: Float64Array.from(all, ([, , cold]) => (cold === 1 ? 300 : Number.NaN)),
    },
  };
}

/** Calls every so many minutes: of one environment, or each of its own. */
const reusing = (minutes: number, environment: number): Call[] =>
  Array.from({ length: Math.floor(720 / minutes) }, (_, i) => [i * minutes * MINUTE_MS, environment, i === 0 ? 1 : 0]);
const losing = (minutes: number, first: number): Call[] =>
  Array.from({ length: Math.floor(720 / minutes) }, (_, i) => [i * minutes * MINUTE_MS, first + i, 1]);

const LAMBDA = targetTerms('lambda-pc');
const keepAlive = (trace: CallsTrace, format = 'lambda-logs') => keepAliveOf(trace, 360, LAMBDA, format);

const OPTIONS: AdviseOptions = {
  ...{ target: 'lambda-pc', goal: { kind: 'price', coldStartUsdPerS: 0.001 }, coldStartMs: 300 },
  about: { title: 'a log', format: 'lambda-logs', digest: '' },
};

describe('idle times of a log', () => {
  it('are those of environments used again, and of those that a cold call found gone', () => {
    // Environment 0 waits 300 ms and runs 200 ms, is used again after 499.5 s and is gone when the last call comes, 700 s less 0.2 s on.
    const trace = logged([
      [0, 0, 1],
      [500_000, 0, 0],
      [1_200_000, 1, 1],
    ]);
    expect(idleTimes(trace, 720 * MINUTE_MS)).toEqual({ reused: [499_500], gone: [699_800] });
    expect(idleTimes(trace, 1_200_000)).toEqual({ reused: [499_500], gone: [] });
  });

  it('leave out environments that were there before: they may be kept ready', () => {
    const trace = logged([
      [0, 0, 0],
      [3_000_000, 0, 0],
      [3_000_100, 1, 1],
    ]);
    expect(idleTimes(trace, 720 * MINUTE_MS)).toEqual({ reused: [], gone: [] });
  });

  it('have no environment gone that was busy, or is used again later', () => {
    const trace = logged([
      [0, 0, 1],
      [100, 1, 1],
      [60_000, 0, 0],
    ]);
    expect(idleTimes(trace, 720 * MINUTE_MS)).toEqual({ reused: [59_500], gone: [] });
  });

  it('are none of data without environments', () => {
    const trace = logged(reusing(8, 0));
    const { environment: _, ...columns } = trace.columns;
    expect(idleTimes({ ...trace, columns }, 720 * MINUTE_MS)).toEqual({ reused: [], gone: [] });
  });
});

describe('the keep-alive of advice', () => {
  it('is what the log shows where that contradicts what is known of the platform', () => {
    const trace = logged(reusing(8, 0), losing(12, 1));
    const found = keepAlive(trace);
    expect(found).toMatchObject({ ms: 479_800, from: 'trace', platformMs: 360_000, unlike: 0 });
    expect(found).toMatchObject({ reusedMs: 479_800, goneMs: 719_500, idleTimes: 44 + 29 });
    expect(keepAliveSentence(found).replaceAll('\u00a0', ' ')).toBe(
      'Idle instances stay 480 s, as the data show (used again after up to 480 s, gone after 720 s and more), not the 6 minutes documented or measured of the platform',
    );
    // The function that is called every eight minutes is warm as it was, the other one cold.
    const advice = advise(trace, OPTIONS);
    expect(advice.settings['on-demand']!.coldStarts).toBe(1 + 30);
    expect(advice.keepAlive).toEqual(found);
    expect(adviceHeadline(advice).today).toMatch(/simulated with idle instances staying 480.s, has 31 /);
    expect(renderAdvice(advice, { color: false, width: 100 })).toContain('Idle instances stay 480 s, as the data show');
  });

  it('is the platform’s own where the log fits it or tells nothing', () => {
    expect(keepAlive(logged(reusing(5, 0), losing(12, 1)))).toMatchObject({ ms: 360_000, from: 'platform', unlike: 0 });
    const silent = keepAlive(logged(reusing(720, 0)));
    expect(silent).toMatchObject({ ms: 360_000, from: 'platform', idleTimes: 0 });
    expect(keepAliveSentence(silent)).toBe(
      'Idle instances stay 6 minutes, as documented or measured of the platform; the data do not show how long',
    );
  });

  it('is shorter where environments were gone sooner', () => {
    const found = keepAlive(logged(reusing(1, 0), losing(2, 1)));
    expect(found).toMatchObject({ ms: 119_499, from: 'trace', reusedMs: 59_800, goneMs: 119_500 });
  });

  it('goes with the many, and says how many were otherwise', () => {
    const odd: Call[] = [
      [0, 900, 1],
      [60 * MINUTE_MS, 900, 0],
    ];
    const found = keepAlive(logged(losing(7, 1), odd));
    expect(found).toMatchObject({ ms: 360_000, from: 'platform', unlike: 1 });
    expect(keepAliveSentence(found).replaceAll('\u00a0', ' ')).toMatch(/, otherwise 1 of 52 times\)$/);
  });

  it('learns nothing from the judged part, from other platforms, or for an autoscaler', () => {
    const late = reusing(8, 0).map(([at, environment], i): Call => [at, at < 360 * MINUTE_MS ? i : environment, 1]);
    expect(keepAlive(logged(late)).from).toBe('platform');
    const trace = logged(reusing(8, 0));
    const silent = { from: 'platform', idleTimes: 0 };
    expect(keepAliveOf(trace, 360, targetTerms('flex'), 'lambda-logs')).toMatchObject(silent);
    expect(keepAliveOf(trace, 360, targetTerms('knative'), 'records')).toMatchObject(silent);
    // Where the platform is not named the calls are taken for the target's.
    expect(keepAliveOf(trace, 360, LAMBDA, 'records').from).toBe('trace');
  });

  it('finds the ten minutes of the example log', async () => {
    const made = generateTrace({ pattern: 'diurnal', functions: 3, calls: 4000, seed: 1 }) as CountsTrace;
    const { name, chunks } = writeInsights(made, { seed: 1 });
    const { trace } = await readTrace(bytesSource(name, new Uint8Array(Buffer.concat([...chunks]))));
    const { ms, from, unlike, goneMs } = keepAliveOf(trace, 720, LAMBDA, 'cloudwatch-insights');
    expect({ from, unlike }).toEqual({ from: 'trace', unlike: 0 });
    expect(ms).toBeGreaterThan(360_000);
    expect(ms).toBeLessThanOrEqual(600_001);
    expect(goneMs).toBeGreaterThan(600_000);
  });

  it('is contradicted by no more idle times than any other', () => {
    const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(calls, (steps) => {
        let at = 0;
        let environment = 0;
        const trace = logged(
          steps.map(([minutes, cold], i): Call => {
            at += minutes * 20_000;
            if (cold) environment = i;
            return [at, environment, cold || i === 0 ? 1 : 0];
          }),
        );
        const { reused, gone } = idleTimes(trace, 360 * MINUTE_MS);
        const unlike = (ms: number): number =>
          reused.filter((idle) => idle > ms).length + gone.filter((idle) => idle <= ms).length;
        const found = keepAlive(trace);
        expect(found.unlike).toBe(unlike(found.ms));
        for (let ms = 0; ms <= 420_000; ms += 500) {
          expect(unlike(ms)).toBeGreaterThanOrEqual(found.unlike);
          // Of equally good ones the nearest to the platform's.
          if (unlike(ms) === found.unlike)
            expect(Math.abs(found.ms - 360_000)).toBeLessThanOrEqual(Math.abs(ms - 360_000));
        }
      }),
    );
  });
});
