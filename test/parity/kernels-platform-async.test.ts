/** The asynchronous platform replay, of the built package as it needs its worker: the same answers, while the event loop stays free. */
import { beforeAll, expect, inject, it } from 'vitest';
import {
  backendInfo,
  type IsothermError,
  init,
  type PlatformRun,
  replayPlatformFunctions,
  replayPlatformFunctionsAsync,
} from '../../ts/core/dist/kernels/index.js';
import { MINUTES, steadyDay } from './steady-day.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const FUNCTIONS = 12;
const CALLS_A_MINUTE = 20;

const calls = new Float64Array(FUNCTIONS).fill(MINUTES * CALLS_A_MINUTE);
const total = 2 * FUNCTIONS * MINUTES * CALLS_A_MINUTE;
const usual = { coldStartMs: 1000, keepAliveMs: 60_000 };
const runs: PlatformRun[] = Array.from({ length: FUNCTIONS }, (_, f) => [
  { function: f, settings: usual },
  { function: f, settings: { ...usual, concurrency: 2, ready: { kind: 'constant' as const, instances: 1 } } },
]).flat();
const durations = {
  shares: Float64Array.of(0, 1),
  ms: Float64Array.from({ length: 2 * FUNCTIONS }, (_, i) => (i % 2 === 0 ? 100 : 2000)),
};
const options = { seed: 3, durations, readyStepMs: 300_000 };

it('gives what replayPlatformFunctions gives, says how far it is, and leaves the event loop free', async () => {
  const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
  const expected = replayPlatformFunctions(source, runs, options, 1);
  const steps: [number, number][] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const onProgress = (done: number, of: number) => void steps.push([done, of]);
  const work = replayPlatformFunctionsAsync(source, runs, options, 2, calls, { onProgress });
  // It owns its input.
  source.cells.fill(0);
  source.durationMs.fill(-1);
  expect(await work.finally(() => clearInterval(timer))).toEqual(expected);
  expect(turns).toBeGreaterThan(0);
  expect(steps.at(-1)).toEqual([total, total]);
  expect(steps.every(([done, of], i) => of === total && done >= (steps[i - 1]?.[0] ?? 0))).toBe(true);
});

it('stops when asked, before it began and midway', async () => {
  const code = async (signal: AbortSignal): Promise<string> => {
    const work = replayPlatformFunctionsAsync(steadyDay(FUNCTIONS, CALLS_A_MINUTE), runs, options, 1, calls, {
      signal,
    });
    return work.then(
      () => 'done',
      (thrown: IsothermError) => thrown.code,
    );
  };
  expect(await code(AbortSignal.abort())).toBe('ABORTED');
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  expect(await code(stop.signal)).toBe('ABORTED');
});

it('fails as replayPlatformFunctions does', async () => {
  const beyond = [{ function: FUNCTIONS, settings: usual }];
  const work = replayPlatformFunctionsAsync(steadyDay(FUNCTIONS, CALLS_A_MINUTE), beyond, options, 1, calls);
  await expect(work).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
});
