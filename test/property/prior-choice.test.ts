/** Which prior a replay begins with, and replays fold by fold. */
import { describe, expect, it } from 'vitest';
import { functionsByFold, placeIn, sourceOf } from '../../ts/core/evaluate/fold-replay.js';
import { headline, type PriorChoice, replay } from '../../ts/core/evaluate/index.js';
import { foldPriors, foldPriorsAsync, priorOf, priorPlan, priorSentence } from '../../ts/core/evaluate/priors.js';
import { replaySource } from '../../ts/core/evaluate/replay.js';
import { ADAPTIVE_PRIOR, type AdaptivePrior, replayFunctions } from '../../ts/core/kernels/index.js';
import { foldOf } from '../../ts/core/learn/fit-prior.js';
import { fitPrior } from '../../ts/core/learn/index.js';
import { type CallsTrace, generateTrace, type Trace } from '../../ts/core/trace/index.js';

const trace = generateTrace({ pattern: 'calibrated', functions: 23, days: 1, seed: 5, calls: 30_000 });
const SEEN = { digest: '', spread: 'trigger', seed: 1 } as const;

/** A prior that says that it is from this trace. */
const own: AdaptivePrior = {
  ...ADAPTIVE_PRIOR,
  card: {
    ...ADAPTIVE_PRIOR.card,
    data: {
      ...ADAPTIVE_PRIOR.card.data,
      title: 'mine',
      functions: 23,
      minutes: 1440,
      calls: trace.calls,
      digest: 'ab',
    },
  },
};

/** As large as the trace that the shipped prior is from, and nothing else. */
function asLargeAsShipped(): Trace {
  const { functions, minutes, calls } = ADAPTIVE_PRIOR.card.data;
  const keys = Array.from({ length: functions }, (_, f) => `f${f}`);
  return { ...trace, functions: { ...trace.functions, keys }, minutes, calls };
}

describe('the prior of a replay', () => {
  it('is the shipped one, but cross-validated on the trace that that is from', () => {
    expect(priorPlan(trace, undefined, SEEN)).toMatchObject({
      used: { from: 'default', fittedOn: ADAPTIVE_PRIOR.card.data.title, inSample: false },
      hazards: Float64Array.from(ADAPTIVE_PRIOR.hazards),
    });
    const cross = { used: { from: 'cv5', fittedOn: 'this trace', inSample: false }, spread: 'trigger', seed: 1 };
    expect(priorPlan(asLargeAsShipped(), undefined, SEEN)).toEqual(cross);
    const { digest } = ADAPTIVE_PRIOR.card.data;
    expect(priorPlan(trace, undefined, { ...SEEN, digest })).toEqual(cross);
    expect(priorPlan(asLargeAsShipped(), undefined, { ...SEEN, digest: 'of another' }).used.from).toBe('default');
  });

  it('is what was asked for, and says where the trace helped to fit it', () => {
    expect(priorPlan(trace, 'cv5', SEEN).used.from).toBe('cv5');
    expect(priorPlan(asLargeAsShipped(), 'default', SEEN).used).toMatchObject({ from: 'default', inSample: true });
    expect(priorPlan(trace, own, SEEN).used).toEqual({
      ...{ from: 'given', fittedOn: 'mine', inSample: true },
      sha256: ADAPTIVE_PRIOR.card.sha256,
    });
    expect(priorPlan(trace, own, { ...SEEN, digest: 'other' }).used.inSample).toBe(false);
    expect(() => priorPlan(trace, 'cv4' as PriorChoice, SEEN)).toThrow(/prior is 'cv4', expected default, cv5/);
  });

  it('of a function in a cross-validation is that of its fold, fitted once', async () => {
    const plan = priorPlan(trace, 'cv5', SEEN);
    const { folds } = fitPrior(trace);
    const found = foldPriors(trace, plan);
    expect(found).toEqual(folds);
    expect(foldPriors(trace, priorPlan(trace, 'cv5', SEEN))).toBe(found);
    expect(await foldPriorsAsync(trace, plan)).toBe(found);
    const even = priorPlan(trace, 'cv5', { ...SEEN, spread: 'even' });
    expect(await foldPriorsAsync(trace, even)).toEqual(fitPrior(trace, { spread: 'even' }).folds);
    for (const f of [0, 4, 11]) expect(priorOf(trace, f, plan)).toBe(found[foldOf(trace.functions.index[f]!)]);
    expect(priorOf(trace, 3, priorPlan(trace, undefined, SEEN))).toEqual(Float64Array.from(ADAPTIVE_PRIOR.hazards));
  });

  it('is said in a sentence, in the report where a policy begins with one', () => {
    expect(priorSentence({ from: 'cv5', fittedOn: 'this trace', inSample: false })).toContain('cross-validated');
    expect(priorSentence({ from: 'given', fittedOn: 'mine', inSample: true })).toBe(
      'The prior is of mine. It was fitted on this very trace: elsewhere, expect less.',
    );
    const result = replay(trace, { policies: ['fixed-10min'] });
    expect(result.prior).toBeUndefined();
    expect(headline(result).prior).toBe('');
    const used = { from: 'default', fittedOn: 'a day', inSample: false } as const;
    expect(headline({ ...result, prior: used }).prior).toBe('The prior is the one that comes with Isotherm (a day).');
  });
});

const recorded: CallsTrace = {
  kind: 'calls',
  functions: {
    keys: ['a', 'b', 'c'],
    durationMs: Float64Array.of(10, 20, 30),
    memoryMiB: Float64Array.of(128, 256, 512),
    trigger: ['', '', ''],
    index: Float64Array.of(0, 1, 2),
  },
  minutes: 10,
  originMs: Number.NaN,
  calls: 6,
  offsets: Float64Array.of(0, 3, 4, 6),
  startMs: Float64Array.of(0, 1000, 90_000, 5000, 20, 30_000),
  durationMs: Uint32Array.of(10, 2000, 10, 20, 30, 30),
  columns: {},
};

describe('a replay fold by fold', () => {
  const settings = {
    coldStartMs: 1000,
    tickMs: 60_000,
    seed: 9,
    idleUsdPerGbS: 4.1667e-6,
    coldStartUsdPerS: 5e-4,
    preWarmShare: 0.1,
  };
  const specs = [
    { kind: 'hybrid-histogram' },
    { kind: 'window', keepAliveMs: 60_000 },
    { kind: 'clairvoyant' },
  ] as const;

  it.each([
    ['counts at random', trace, 'poisson'],
    ['counts evenly', trace, 'even'],
    ['calls', recorded, 'even'],
  ] as const)('gives what one replay of all functions gives, each with its start time: %s', (_, whole, spread) => {
    const alike = replaySource(whole, spread);
    const count = alike.memoryMiB.length;
    const source = { ...alike, coldStartMs: Float64Array.from({ length: count }, (_, f) => 700 * f) };
    const atOnce = replayFunctions(source, specs, settings, 1);
    const inParts = new Float64Array(atOnce.length).fill(-1);
    const folds = functionsByFold(whole);
    expect(folds.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, f) => f));
    for (const functions of folds) {
      placeIn(inParts, count, replayFunctions(sourceOf(source, functions), specs, settings, 1), functions);
    }
    expect(inParts).toEqual(atOnce);
  });
});
