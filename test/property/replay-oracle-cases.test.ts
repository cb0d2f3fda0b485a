/** The micro cases, worked out by hand, hold the oracle that the backends are held to; their file lies beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Outcome, type Scene, simulate } from './replay-oracle.js';
import { clairvoyant, clairvoyantPrewarm, pricesOf, provisionedPeak } from './replay-oracle-bounds.js';
import { constant, hybridHistogram, recentPeak, schedule } from './replay-oracle-policies.js';

interface Case {
  name: string;
  minutes: number;
  durationMs: number;
  coldStartMs: number;
  memoryMiB: number;
  arrivals: number[];
  policy: {
    kind: string;
    tickMs?: number;
    prewarmMs: number;
    keepAliveMs: number;
    starts?: { count: number; prewarmMs: number; keepAliveMs: number }[][];
  };
  expect: Outcome;
}

const FILE = new URL('../../../shared/data/replay-cases.json', import.meta.url);
const present = existsSync(FILE);
const cases: Case[] = present ? JSON.parse(readFileSync(FILE, 'utf8')).cases : [];
const TICK_MS = 60_000;

function outcome(c: Case): Outcome {
  const { kind, prewarmMs, keepAliveMs, starts = [], tickMs = TICK_MS } = c.policy;
  const calls = c.arrivals.map((startMs) => ({ startMs, durationMs: c.durationMs }));
  const scene: Scene = { minutes: c.minutes, calls, coldStartMs: c.coldStartMs, tickMs };
  const prices = { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };
  const ofFunction = pricesOf(prices, c.memoryMiB, c.coldStartMs);
  switch (kind) {
    case 'fixed':
      return simulate(scene, constant(0, keepAliveMs));
    case 'infinite':
      return simulate(scene, constant(0, Number.POSITIVE_INFINITY));
    case 'constant':
      return simulate(scene, constant(prewarmMs, keepAliveMs));
    case 'hybrid':
      return simulate(scene, hybridHistogram());
    case 'recent-peak':
      return simulate(scene, recentPeak(c.coldStartMs));
    case 'ticks': {
      const all = starts.flatMap((group, tick) => group.map((start) => ({ atMs: tick * tickMs, ...start })));
      return simulate(scene, schedule({ prewarmMs, keepAliveMs }, all));
    }
    case 'clairvoyant':
      return clairvoyant(calls, ofFunction);
    case 'clairvoyant-prewarm':
      return clairvoyantPrewarm(calls, ofFunction);
    case 'provisioned-peak':
      return provisionedPeak(scene);
    default:
      throw new Error(`no policy of kind ${kind}`);
  }
}

it('has its cases', ({ skip }) => {
  if (!present && process.env.CI === undefined) skip('../shared/data/replay-cases.json is not there');
  expect(cases).not.toEqual([]);
});

it.each(cases)('the oracle agrees: $name', (c) => {
  const { coldStarts, preWarms, idleMs } = c.expect;
  expect(outcome(c)).toEqual({ coldStarts, preWarms, idleMs });
});
