/** A policy of one's own, which may answer every release and every tick otherwise, against the definition. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayPolicy } from '../../ts/core/evaluate/index.js';
import type { Policy, Start, WarmInterval } from '../../ts/core/kernels/index.js';
import { IsothermError } from '../../ts/core/kernels/index.js';
import type { CallsTrace } from '../../ts/core/trace/index.js';
import { traceOf } from '../control-runs.js';
import { type OraclePolicy, simulate } from './replay-oracle.js';
import { type Case, callCases, earlyCases } from './replay-scenes.js';

const RUNS = Number(process.env.ISOTHERM_REPLAY_RUNS ?? 400);

const traceOfCase = ({ minutes, calls, memoryMiB }: Case): CallsTrace => traceOf(calls, minutes, memoryMiB);

/** What a policy was told, call by call. */
type Told = (number | string)[][];

/** Answers in turn, whatever it is told; the same list again and again. */
function inTurn(answers: readonly WarmInterval[], ticks: readonly (readonly Start[])[], told: Told): OraclePolicy {
  let releases = 0;
  let ticked = 0;
  return {
    arrival: (atMs, busy) => told.push(['arrival', atMs, busy]),
    release(atMs) {
      told.push(['release', atMs]);
      return answers[releases++ % answers.length];
    },
    ...(ticks.length > 0 && {
      tick(nowMs: number, busy: number, warmIdle: number, pending: number) {
        told.push(['tick', nowMs, busy, warmIdle, pending]);
        return ticks[ticked++ % ticks.length];
      },
    }),
  };
}

function asPolicy({ arrival, release, tick }: OraclePolicy): Policy {
  return {
    ticks: tick !== undefined,
    onArrival: arrival,
    onRelease: release,
    onTick: (nowMs, { busy, warmIdle, pending }) => tick!(nowMs, busy, warmIdle, pending),
  };
}

const ms = fc.oneof(
  fc.nat(12).map((steps) => steps * 500),
  fc.nat(400).map((steps) => steps * 500),
);
const intervals = fc.array(
  fc.record({
    prewarmMs: fc.oneof(fc.constant(0), ms),
    keepAliveMs: fc.oneof(ms, fc.constant(Number.POSITIVE_INFINITY)),
  }),
  { minLength: 1, maxLength: 6, size: 'max' },
);
const tickAnswers = fc.array(
  fc.array(fc.record({ count: fc.nat(3), prewarmMs: ms, keepAliveMs: ms }), { maxLength: 2 }),
  { maxLength: 5, size: 'max' },
);

describe('a policy of one’s own', { timeout: 60_000 + 30 * RUNS }, () => {
  it.each([
    ['from minute 0', callCases],
    ['with calls before it', earlyCases],
  ])('costs what the definition says, and is told what it says, %s', (_, cases) => {
    fc.assert(
      fc.property(cases, intervals, tickAnswers, (c, answers, ticks) => {
        // Instances from ticks are ready after a cold start at the earliest.
        const ready = ticks.map((some) =>
          some.map((start) => ({ ...start, prewarmMs: start.prewarmMs + c.settings.coldStartMs })),
        );
        const { coldStartMs, tickMs } = c.settings;
        const told: Told = [];
        const found = replayPolicy(traceOfCase(c), 'app/one', asPolicy(inTurn(answers, ready, told)), {
          coldStartMs,
          tickMs,
        });
        const expectedTold: Told = [];
        const scene = { minutes: c.minutes, calls: c.calls, coldStartMs, tickMs };
        const expected = simulate(scene, inTurn(answers, ready, expectedTold));
        expect(found).toEqual(expected);
        // Releases and ticks after the horizon change nothing: a replay need not make them.
        const within = (list: Told) => list.filter(([, atMs]) => Number(atMs) < c.minutes * 60_000);
        expect(within(told)).toEqual(within(expectedTold));
      }),
      { numRuns: RUNS },
    );
  });

  it('may fail: what it throws comes out, and what it may not answer is refused', () => {
    const [c] = fc.sample(
      callCases.filter((one) => one.calls.length > 3 && one.minutes > 2),
      { numRuns: 1, seed: 1 },
    );
    const broken = new Error('I do not know');
    const policy = (answer: () => WarmInterval): Policy => {
      return { ticks: false, onArrival: () => {}, onRelease: answer, onTick: () => [] };
    };
    const fails = policy(() => {
      throw broken;
    });
    expect(() => replayPolicy(traceOfCase(c), 'app/one', fails)).toThrow(broken);
    for (const bad of [Number.NaN, -1, 0.5, Number.NEGATIVE_INFINITY]) {
      for (const interval of [
        { prewarmMs: bad, keepAliveMs: 0 },
        { prewarmMs: 0, keepAliveMs: bad },
      ]) {
        const run = () =>
          replayPolicy(
            traceOfCase(c),
            'app/one',
            policy(() => interval),
          );
        expect(run, JSON.stringify(interval)).toThrow(IsothermError);
        expect(run).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
      }
    }
    const soon = { count: 1, prewarmMs: 999, keepAliveMs: 0 };
    const half = { count: 0.5, prewarmMs: 1000, keepAliveMs: 0 };
    const many = { count: 100_001, prewarmMs: 1000, keepAliveMs: 0 };
    for (const start of [soon, half, many]) {
      const starting: Policy = { ...policy(() => start), ticks: true, onTick: () => [start] };
      const run = () => replayPolicy(traceOfCase(c), 'app/one', starting, { coldStartMs: 1000 });
      expect(run).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    }
  });

  it('is for one function, named by its key or a part of it', () => {
    const [c] = fc.sample(callCases, { numRuns: 1, seed: 2 });
    const policy = asPolicy(inTurn([{ prewarmMs: 0, keepAliveMs: 0 }], [], []));
    expect(replayPolicy(traceOfCase(c), 'one', policy)).toEqual(replayPolicy(traceOfCase(c), 'app/one', policy));
    expect(() => replayPolicy(traceOfCase(c), 'two', policy)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_FUNCTION' }),
    );
  });
});
