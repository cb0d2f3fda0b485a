/** The asynchronous forms, of the built package as they need its worker: the same answers, while the event loop stays free. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import {
  autoArima,
  autoArimaAsync,
  autoArimaBatch,
  autoArimaBatchAsync,
  type BoundSpec,
  backendInfo,
  discountedReturns,
  discountedReturnsAsync,
  fitArima,
  fitArimaAsync,
  fitArimaBatch,
  fitArimaBatchAsync,
  generalizedAdvantage,
  generalizedAdvantageAsync,
  IsothermError,
  init,
  keepAliveCurve,
  keepAliveCurveAsync,
  keepAliveWindow,
  keepAliveWindowAsync,
  keepAliveWindowBatch,
  keepAliveWindowBatchAsync,
  type MemoryCapSpec,
  nStepReturns,
  nStepReturnsAsync,
  type PolicySpec,
  type ReplayCounts,
  replayFunctions,
  replayFunctionsAsync,
  replayUnderMemoryCap,
  replayUnderMemoryCapAsync,
  solveAssignment,
  solveAssignmentAsync,
  solveMultipleChoice,
  solveMultipleChoiceAsync,
  tdLambdaReturns,
  tdLambdaReturnsAsync,
  vtrace,
  vtraceAsync,
} from '../../ts/core/dist/kernels/index.js';
import { rolloutOf } from '../rollouts.js';
import { MINUTES, steadyDay } from './steady-day.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const FUNCTIONS = 24;
const CALLS_A_MINUTE = 40;

const calls = new Float64Array(FUNCTIONS).fill(MINUTES * CALLS_A_MINUTE);
const total = FUNCTIONS * MINUTES * CALLS_A_MINUTE;
const settings = {
  coldStartMs: 1000,
  tickMs: 60_000,
  seed: 1,
  idleUsdPerGbS: 4.1667e-6,
  coldStartUsdPerS: 5e-4,
  preWarmShare: 0.1,
};
const policies: (PolicySpec | BoundSpec)[] = [
  { kind: 'window', keepAliveMs: 60_000 },
  { kind: 'interval', prewarmMs: 500, keepAliveMs: 2000 },
  { kind: 'hybrid-histogram' },
  { kind: 'clairvoyant' },
];

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return (thrown as IsothermError).code;
  }
};

/** How often a timer came to its turn while the work went on. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const result = await work.finally(() => clearInterval(timer));
  return { result, turns };
}

function expectSteps(steps: [number, number][], end: number): void {
  expect(steps.at(-1)).toEqual([end, end]);
  let last = 0;
  for (const [done, of] of steps) {
    expect(of).toBe(end);
    expect(done).toBeGreaterThanOrEqual(last);
    last = done;
  }
}

describe('replayUnderMemoryCapAsync', { timeout: 60_000 }, () => {
  const plans: MemoryCapSpec[] = [
    { kind: 'greedy-dual', memoryCapMiB: 2048 },
    { kind: 'lru', keepAliveMs: 60_000, memoryCapMiB: 3000 },
  ];

  it('gives what replayUnderMemoryCap gives, says how far it is, and leaves the event loop free', async () => {
    const source = {
      ...steadyDay(FUNCTIONS, CALLS_A_MINUTE),
      coldStartMs: Float64Array.from({ length: FUNCTIONS }, (_, f) => 250 * f),
    };
    const expected = replayUnderMemoryCap(source, plans, settings, 1);
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => void steps.push([done, of]);
    const { result, turns } = await turnsDuring(
      replayUnderMemoryCapAsync(source, plans, settings, 2, calls, { onProgress }),
    );
    expect(result).toEqual(expected);
    expect(turns).toBeGreaterThan(0);
    expectSteps(steps, total);
  });

  it('stops when asked, before it began and midway, and rejects as it refuses', async () => {
    const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
    const run = (signal: AbortSignal, onProgress: () => void) =>
      codeOf(replayUnderMemoryCapAsync(source, plans, settings, 1, calls, { signal, onProgress }));
    expect(await run(AbortSignal.abort(), () => {})).toBe('ABORTED');
    const stop = new AbortController();
    expect(await run(stop.signal, () => stop.abort())).toBe('ABORTED');
    const bad = [{ kind: 'greedy-dual' as const, memoryCapMiB: -1 }];
    expect(await codeOf(replayUnderMemoryCapAsync(source, bad, settings, 1, calls))).toBe('OUT_OF_RANGE');
  });
});

describe('replayFunctionsAsync', { timeout: 60_000 }, () => {
  it('gives what replayFunctions gives, says how far it is, and leaves the event loop free', async () => {
    const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
    const expected = replayFunctions(source, policies, settings, 1);
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => void steps.push([done, of]);
    const { result, turns } = await turnsDuring(
      replayFunctionsAsync(source, policies, settings, 2, calls, { onProgress }),
    );
    expect(result).toEqual(expected);
    expect(turns).toBeGreaterThan(0);
    expectSteps(steps, total);
  });

  it('owns its input', async () => {
    const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
    const expected = replayFunctions(source, policies, settings, 1);
    const work = replayFunctionsAsync(source, policies, settings, 1, calls);
    source.cells.fill(0);
    source.memoryMiB.fill(Number.NaN);
    source.durationMs.fill(-1);
    source.offsets.fill(7);
    expect(await work).toEqual(expected);
  });

  it('stops when asked, before it began and midway', async () => {
    const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
    const aborted = replayFunctionsAsync(source, policies, settings, 1, calls, { signal: AbortSignal.abort() });
    expect(await codeOf(aborted)).toBe('ABORTED');
    const stop = new AbortController();
    const steps: number[] = [];
    const work = replayFunctionsAsync(source, policies, settings, 1, calls, {
      signal: stop.signal,
      onProgress: (done) => steps.push(done),
    });
    setTimeout(() => stop.abort(new Error('enough')), 5);
    const failed = await work.then(
      () => undefined,
      (thrown: IsothermError) => thrown,
    );
    expect(failed).toMatchObject({ code: 'ABORTED', cause: expect.anything() });
    expect(steps).not.toContain(total);
    // The next one is none the worse for it.
    const small = { ...source, offsets: Float64Array.of(0, 2), cells: Uint8Array.of(1, 5), ...firstOnly(source) };
    const again = await replayFunctionsAsync(small, policies, settings, 1, Float64Array.of(5));
    expect(again).toEqual(replayFunctions(small, policies, settings, 1));
  });

  it('fails as replayFunctions does', async () => {
    const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
    const bad = { ...source, memoryMiB: source.memoryMiB.map(() => Number.NaN) };
    expect(await codeOf(replayFunctionsAsync(bad, policies, settings, 1, calls))).toBe('NOT_FINITE');
    const cut = { ...source, cells: source.cells.subarray(1) };
    expect(await codeOf(replayFunctionsAsync(cut, policies, settings, 1, calls))).toBe('BAD_ARGUMENT');
    const seed = { ...settings, seed: -1 };
    expect(await codeOf(replayFunctionsAsync(source, policies, seed, 1, calls))).toBe('OUT_OF_RANGE');
    const never: PolicySpec = { kind: 'window', keepAliveMs: -1 };
    expect(await codeOf(replayFunctionsAsync(source, [never], settings, 1, calls))).toBe('OUT_OF_RANGE');
  });

  it('does many at once', async () => {
    const source = steadyDay(FUNCTIONS, CALLS_A_MINUTE);
    const one: PolicySpec[] = [{ kind: 'window', keepAliveMs: 1000 }];
    const expected = replayFunctions(source, one, settings, 1);
    const all = await Promise.all(
      [1, 2, 3].map((threads) => replayFunctionsAsync(source, one, settings, threads, calls)),
    );
    for (const found of all) expect(found).toEqual(expected);
  });
});

function firstOnly({ durationMs, memoryMiB, poisson, index }: ReplayCounts) {
  return {
    durationMs: durationMs.slice(0, 1),
    memoryMiB: memoryMiB.slice(0, 1),
    poisson: poisson.slice(0, 1),
    index: index.slice(0, 1),
  };
}

describe('keepAliveWindowBatchAsync', { timeout: 60_000 }, () => {
  const functions = 20_000;
  const gapsEach = 20;
  const batch = {
    offsets: Float64Array.from({ length: functions + 1 }, (_, f) => f * gapsEach),
    gapsMs: Float64Array.from({ length: functions * gapsEach }, (_, i) => (i * 7919) % 600_000),
    idleUsdPerMs: 1e-9,
    coldStartUsd: 1e-4,
    preWarmUsd: 1e-5,
  };

  it('gives what keepAliveWindowBatch gives, says how far it is, and leaves the event loop free', async () => {
    const expected = keepAliveWindowBatch(batch);
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => void steps.push([done, of]);
    const { result, turns } = await turnsDuring(keepAliveWindowBatchAsync(batch, { onProgress }));
    expect(result).toEqual(expected);
    expect(turns).toBeGreaterThan(0);
    expectSteps(steps, functions);
  });

  it('stops when asked, and fails as keepAliveWindowBatch does', async () => {
    expect(await codeOf(keepAliveWindowBatchAsync(batch, { signal: AbortSignal.abort() }))).toBe('ABORTED');
    const stop = new AbortController();
    const work = keepAliveWindowBatchAsync(batch, { signal: stop.signal });
    stop.abort();
    expect(await codeOf(work)).toBe('ABORTED');
    const bad = { ...batch, offsets: Float64Array.of(0, 5) };
    expect(await codeOf(keepAliveWindowBatchAsync(bad))).toBe('OUT_OF_RANGE');
  });

  it('has a form for one function', async () => {
    const prices = { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 };
    const gaps = [1000, 2000, 60_000];
    expect(await keepAliveWindowAsync(gaps, prices)).toEqual(keepAliveWindow(gaps, prices));
    expect(await keepAliveCurveAsync(gaps, prices)).toEqual(keepAliveCurve(gaps, prices));
  });
});

describe('solveMultipleChoiceAsync', { timeout: 60_000 }, () => {
  const functions = 20_000;
  const windows = 16;
  const problem = {
    offsets: Float64Array.from({ length: functions + 1 }, (_, f) => f * windows),
    cost: Float64Array.from({ length: functions * windows }, (_, i) => (1 + ((i * 7919) % 997)) / (1 + (i % windows))),
    resource: Float64Array.from({ length: functions * windows }, (_, i) => (i % windows) * (1 + ((i * 104_729) % 89))),
    limit: 1_000_000,
  };

  it('gives what solveMultipleChoice gives, says how far it is, and leaves the event loop free', async () => {
    const expected = solveMultipleChoice(problem);
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => void steps.push([done, of]);
    const { result, turns } = await turnsDuring(solveMultipleChoiceAsync(problem, { onProgress }));
    expect(result).toEqual(expected);
    expect(turns).toBeGreaterThan(0);
    expect(steps.length).toBeGreaterThan(2);
    expectSteps(steps, functions);
  });

  it('stops when asked, and fails as solveMultipleChoice does', async () => {
    expect(await codeOf(solveMultipleChoiceAsync(problem, { signal: AbortSignal.abort() }))).toBe('ABORTED');
    const stop = new AbortController();
    const work = solveMultipleChoiceAsync(problem, { signal: stop.signal });
    stop.abort();
    expect(await codeOf(work)).toBe('ABORTED');
    const resource = problem.resource.map((needs) => needs + 100);
    const failed = await solveMultipleChoiceAsync({ ...problem, resource }).catch((thrown: IsothermError) => thrown);
    expect(failed).toMatchObject({ code: 'INFEASIBLE', nearest: 100 * functions });
    expect(await codeOf(solveMultipleChoiceAsync({ ...problem, limit: -1 }))).toBe('OUT_OF_RANGE');
    expect(await codeOf(solveMultipleChoiceAsync({ ...problem, offsets: [] }))).toBe('BAD_LENGTH');
  });
});

describe('solveAssignmentAsync', { timeout: 60_000 }, () => {
  const [rows, cols] = [500, 700];
  const cost = Float64Array.from({ length: rows * cols }, (_, at) => (at * 7919) % 10_007);

  it('gives what solveAssignment gives, says when it is done, and leaves the event loop free', async () => {
    const expected = solveAssignment(cost, rows, cols, { maximize: true });
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => void steps.push([done, of]);
    const { result, turns } = await turnsDuring(
      solveAssignmentAsync(cost, rows, cols, { maximize: true }, { onProgress }),
    );
    expect(result).toEqual(expected);
    expect(turns).toBeGreaterThan(0);
    expect(steps.at(-1)).toEqual([rows, rows]);
    expect(steps.every(([done, of], at) => of === rows && (at === 0 || done >= steps[at - 1][0]))).toBe(true);
  });

  it('stops when asked, and fails as solveAssignment does', async () => {
    expect(await codeOf(solveAssignmentAsync(cost, rows, cols, {}, { signal: AbortSignal.abort() }))).toBe('ABORTED');
    const stop = new AbortController();
    const work = solveAssignmentAsync(cost, rows, cols, {}, { signal: stop.signal });
    stop.abort();
    expect(await codeOf(work)).toBe('ABORTED');
    const I = Number.POSITIVE_INFINITY;
    const failed = await solveAssignmentAsync([1, I, 2, I], 2, 2).catch((thrown: IsothermError) => thrown);
    expect(failed).toMatchObject({
      code: 'INFEASIBLE',
      hallViolator: { rows: Int32Array.of(0, 1), cols: Int32Array.of(0) },
    });
    expect(await codeOf(solveAssignmentAsync([1, Number.NaN], 1, 2))).toBe('NOT_FINITE');
    expect(await codeOf(solveAssignmentAsync([1], 1, 2))).toBe('BAD_LENGTH');
  });
});

describe('ARIMA in a worker', { timeout: 60_000 }, () => {
  const waves = [3, 5, 7, 11].map((step) => Array.from({ length: 90 }, (_, t) => ((t * t * step) % 13) + (t % 4)));

  it('gives the bits of the calling thread', async () => {
    const options = { order: [1, 0, 1], seasonal: [0, 1, 1, 4] } as const;
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => steps.push([done, of]);
    const [here, there] = [fitArima(waves[0]!, options), await fitArimaAsync(waves[0]!, options, { onProgress })];
    expect(there.save()).toEqual(here.save());
    expect(there.residuals()).toEqual(here.residuals());
    const searches = steps[0]![1];
    expect(searches).toBeGreaterThan(2);
    expectSteps(steps, searches);
    const auto = autoArima(waves[1]!, { season: 4 });
    const autoThere = await autoArimaAsync(waves[1]!, { season: 4 });
    expect(autoThere.save()).toEqual(auto.save());
    expect(autoThere.candidates).toEqual(auto.candidates);
    const batch = fitArimaBatch(waves, options);
    const series: [number, number][] = [];
    const batchThere = await fitArimaBatchAsync(waves, options, { onProgress: (done, of) => series.push([done, of]) });
    const saved = (all: typeof batch) => all.map((one) => ('save' in one ? one.save() : one.code));
    expect(saved(batchThere)).toEqual(saved(batch));
    expectSteps(series, 4);
    const [few, told] = [{ season: 4, maxP: 2, maxQ: 1 }, [] as [number, number][]];
    const foundThere = await autoArimaBatchAsync(waves, few, { onProgress: (done, of) => told.push([done, of]) });
    expect(saved(foundThere)).toEqual(saved(autoArimaBatch(waves, few)));
    expectSteps(told, 4);
    const stop = new AbortController();
    const stopped = autoArimaBatchAsync(waves, few, { signal: stop.signal });
    stop.abort();
    expect(await codeOf(stopped)).toBe('ABORTED');
  });

  it('says why a series was not fitted, though its buffer is used again meanwhile', async () => {
    const flat = new Float64Array(40).fill(2);
    const wave = Float64Array.from({ length: 40 }, (_, t) => (t * t) % 11);
    const huge = Float64Array.from(wave, (value) => 1e160 * value);
    const waiting = fitArimaBatchAsync([flat, wave, huge, [1]], { order: [1, 0, 0] });
    flat.set(wave);
    huge.set(wave);
    const found = await waiting;
    expect(found.map((one) => (one instanceof IsothermError ? one.code : one.order))).toEqual([
      ...['INFEASIBLE', [1, 0, 0], 'OUT_OF_RANGE', 'BAD_LENGTH'],
    ]);
    const flatAlone = fitArimaBatch([new Float64Array(40).fill(2)], { order: [1, 0, 0] })[0];
    expect(found[0]).toMatchObject({ message: (flatAlone as IsothermError).message });
  });

  it('is aborted', async () => {
    const work = fitArimaAsync(waves[0]!, { order: [1, 0, 0] }, { signal: AbortSignal.abort() });
    expect(await codeOf(work)).toBe('ABORTED');
  });
});

describe('the estimators of advantages', { timeout: 60_000 }, () => {
  const double = { ...rolloutOf(2, 60, 7, { terminated: 40, truncated: 40 }), gamma: 0.97, lambda: 0.9, n: 3 };
  type Either = Omit<typeof double, 'rewards'> & { rewards: Float32Array | Float64Array };
  const both: Either[] = [double, { ...double, rewards: Float32Array.from(double.rewards) }];

  it('give in a worker what they give here', async () => {
    for (const rollout of both) {
      expect(await generalizedAdvantageAsync(rollout)).toEqual(generalizedAdvantage(rollout));
      expect(await discountedReturnsAsync(rollout)).toEqual(discountedReturns(rollout));
      expect(await tdLambdaReturnsAsync(rollout)).toEqual(tdLambdaReturns(rollout));
      expect(await nStepReturnsAsync(rollout)).toEqual(nStepReturns(rollout));
      expect(await vtraceAsync(rollout)).toEqual(vtrace(rollout));
    }
  });

  it('say when they are done, stop when asked, and fail alike', async () => {
    const steps: [number, number][] = [];
    await generalizedAdvantageAsync(double, { onProgress: (done, total) => void steps.push([done, total]) });
    expect(steps).toEqual([[420, 420]]);
    expect(await codeOf(generalizedAdvantageAsync(double, { signal: AbortSignal.abort() }))).toBe('ABORTED');
    expect(await codeOf(generalizedAdvantageAsync({ ...double, gamma: 2 }))).toBe('OUT_OF_RANGE');
    expect(await codeOf(discountedReturnsAsync({ ...double, steps: 61 }))).toBe('BAD_LENGTH');
  });

  it('do not take an array that has lost its memory for one that was left out', async () => {
    const lost = new Uint8Array(0);
    for (const estimate of [
      generalizedAdvantageAsync,
      discountedReturnsAsync,
      tdLambdaReturnsAsync,
      nStepReturnsAsync,
      vtraceAsync,
    ]) {
      expect(await codeOf(estimate({ ...double, truncated: lost }))).toBe('BAD_LENGTH');
    }
    const { values, ...others } = double;
    const longer = Float64Array.from([...values, ...values.slice(0, double.envs)]);
    const rollout = { ...others, values: longer, truncated: new Uint8Array(double.rewards.length) };
    expect(await codeOf(generalizedAdvantageAsync({ ...rollout, nextValues: new Float64Array(0) }))).toBe('BAD_LENGTH');
  });
});
