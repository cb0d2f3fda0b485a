/** What the definition claims of its bounds, tried on small traces made at random. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome, Scene } from './replay-oracle.js';
import {
  cheapestAssignment,
  clairvoyant,
  clairvoyantPrewarm,
  objective,
  pricesOf,
  windowCosts,
} from './replay-oracle-bounds.js';
import {
  type Case,
  callCases,
  coldStartMs,
  defined,
  memoryMiB,
  oneDurationCases,
  prices,
  sorted,
} from './replay-scenes.js';

const RUNS = Number(process.env.ISOTHERM_REPLAY_RUNS ?? 400);
const TIMEOUT = { timeout: 60_000 + 30 * RUNS };

/** At most seven calls close to each other: few enough to try every assignment. */
const tinyCases = fc
  .record({
    calls: fc.array(
      fc.record({
        startMs: fc.oneof(fc.nat(20), fc.nat(200)).map((steps) => steps * 500),
        durationMs: fc.oneof(fc.constant(0), fc.nat(10), fc.nat(60)).map((steps) => steps * 500),
      }),
      { maxLength: 7, size: 'max' },
    ),
    cold: coldStartMs,
    memory: memoryMiB,
    price: prices,
  })
  .map(({ calls, cold, memory, price }) => ({ calls: sorted(calls), prices: pricesOf(price, memory, cold) }));

describe('the nested matching is the cheapest assignment', TIMEOUT, () => {
  it('that keeps instances alive', () => {
    fc.assert(
      fc.property(tinyCases, ({ calls, prices: p }) => {
        const best = cheapestAssignment(calls, p.coldStartUsd, (gap) => Math.min(gap * p.idleUsdPerMs, p.coldStartUsd));
        expect(objective(clairvoyant(calls, p), p)).toBeCloseTo(best, 12);
      }),
      { numRuns: RUNS },
    );
  });

  it('that may also pre-warm', () => {
    fc.assert(
      fc.property(tinyCases, ({ calls, prices: p }) => {
        const best = cheapestAssignment(calls, p.coldStartUsd, (gap) => Math.min(gap * p.idleUsdPerMs, p.preWarmUsd));
        expect(objective(clairvoyantPrewarm(calls, p), p)).toBeCloseTo(best, 12);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the bounds hold', TIMEOUT, () => {
  const usesTicks = new Set(['adaptive', 'recent-peak', 'schedule', 'spes', 'static-2x']);
  const isBound = new Set(['clairvoyant', 'clairvoyant-prewarm', 'provisioned-peak']);
  /** Cost and, per cold start, the idle price of its wait: a cold call releases later, so its gap is shorter. */
  const withWaits = (outcome: Outcome, c: Case) => {
    const p = pricesOf(c.settings, c.memoryMiB, c.settings.coldStartMs);
    return objective(outcome, p) + outcome.coldStarts * c.settings.coldStartMs * p.idleUsdPerMs;
  };
  const atLeast = (cost: number, bound: number) => expect(cost).toBeGreaterThanOrEqual(bound * (1 - 1e-9));

  it.each([
    ['durations of their own', callCases],
    ['one duration', oneDurationCases],
  ])('under every policy without ticks, for calls of %s', (_, cases) => {
    const withoutTicks = cases.filter(({ policy: { kind } }) => !usesTicks.has(kind) && !isBound.has(kind));
    fc.assert(
      fc.property(withoutTicks, (c) => {
        const p = pricesOf(c.settings, c.memoryMiB, c.settings.coldStartMs);
        const outcome = defined(c);
        atLeast(withWaits(outcome, c), objective(clairvoyantPrewarm(c.calls, p), p));
        if (outcome.preWarms === 0) atLeast(withWaits(outcome, c), objective(clairvoyant(c.calls, p), p));
      }),
      { numRuns: RUNS },
    );
  });

  it('for every fixed window in the matching, and the clairvoyants stand in their order', () => {
    fc.assert(
      fc.property(callCases, (c) => {
        const { minutes, calls, settings } = c;
        const scene: Scene = { minutes, calls, coldStartMs: settings.coldStartMs, tickMs: settings.tickMs };
        const p = pricesOf(settings, c.memoryMiB, settings.coldStartMs);
        const keptAlive = objective(clairvoyant(calls, p), p);
        atLeast(keptAlive, objective(clairvoyantPrewarm(calls, p), p));
        for (const { usd } of windowCosts(scene, p)) atLeast(usd, keptAlive);
      }),
      { numRuns: RUNS },
    );
  });
});
