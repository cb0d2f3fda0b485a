/** Limits: whatever is wanted, what is decided lies within them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyLimits, ChangeRates, fitsKey, type Limits, limitsOf, NO_LIMITS } from '../../ts/core/decide/index.js';
import { FunctionControl } from '../../ts/core/evaluate/index.js';
import { IsothermError } from '../../ts/core/kernels/index.js';
import { byTick, inputOf, run, settingOf } from '../control-runs.js';

const limits: fc.Arbitrary<Limits> = fc
  .record({
    minInstances: fc.nat(6),
    more: fc.option(fc.nat(8)),
    maxStep: fc.option(fc.integer({ min: 1, max: 5 })),
    coolDownMs: fc.constantFrom(0, 30_000, 120_000),
    paused: fc.boolean(),
  })
  .map(({ more, ...some }) => {
    return { ...NO_LIMITS, ...some, maxInstances: more === null ? null : some.minInstances + more };
  });

describe('what may be wanted', () => {
  const last = fc.option(fc.record({ desired: fc.nat(20), changedAtMs: fc.nat(600_000) }));

  it('is within the least and the most unless paused, a step away, not lower while it cools down, the same without a rate', () => {
    fc.assert(
      fc.property(fc.nat(30), last, limits, fc.nat(900_000), fc.boolean(), (wanted, before, of, later, mayChange) => {
        const now = (before?.changedAtMs ?? 0) + later;
        const { desired, bound } = applyLimits(wanted, before, of, now, mayChange);
        if (desired !== wanted) expect(bound).not.toEqual([]);
        if (of.paused && before !== null) {
          expect(desired).toBe(before.desired);
          return;
        }
        const most = of.maxInstances ?? Number.POSITIVE_INFINITY;
        expect(desired).toBeGreaterThanOrEqual(of.minInstances);
        expect(desired).toBeLessThanOrEqual(most);
        if (before === null) return;
        // Limits that are new may force more than a step, and a change while there should be none.
        const wasWithin = before.desired >= of.minInstances && before.desired <= most;
        if (!wasWithin) return;
        if (of.maxStep !== null) expect(Math.abs(desired - before.desired)).toBeLessThanOrEqual(of.maxStep);
        if (later < of.coolDownMs) expect(desired).toBeGreaterThanOrEqual(before.desired);
        if (!mayChange) expect(desired).toBe(before.desired);
      }),
      { numRuns: 2000 },
    );
  });

  it('is what was wanted where nothing limits it', () => {
    fc.assert(
      fc.property(fc.nat(1000), last, (wanted, before) => {
        expect(applyLimits(wanted, before, NO_LIMITS, 1e6)).toEqual({ desired: wanted, bound: [] });
      }),
    );
  });
});

describe('under control', () => {
  const calls = fc
    .array(fc.tuple(fc.nat(60 * 60_000 - 1), fc.nat(40_000)), { minLength: 1, maxLength: 150, size: 'max' })
    .map((all) => all.map(([startMs, durationMs]) => ({ startMs, durationMs })).sort((a, b) => a.startMs - b.startMs));

  it('every decision of an hour is within limits, and none is made while paused', () => {
    fc.assert(
      fc.property(calls, limits, (some, of) => {
        const control = new FunctionControl(settingOf({ policy: 'fixed-1min' }));
        let last: number | null = null;
        let changedAt = Number.NEGATIVE_INFINITY;
        byTick(some, 30_000, 120).forEach((fed, tick) => {
          const result = control.tick(tick, inputOf(fed, tick === 0 ? { limits: of } : {}));
          const { desiredInstances: desired } = result.decision!;
          expect(result.isChanged).toBe(last !== desired);
          if (of.paused && last !== null) {
            expect(result).toMatchObject({ hold: 'paused', receipt: null, isChanged: false });
          }
          expect(desired).toBeGreaterThanOrEqual(of.minInstances);
          expect(desired).toBeLessThanOrEqual(of.maxInstances ?? Number.POSITIVE_INFINITY);
          if (last !== null && of.maxStep !== null) expect(Math.abs(desired - last)).toBeLessThanOrEqual(of.maxStep);
          if (last !== null && desired < last) expect(tick * 30_000 - changedAt).toBeGreaterThanOrEqual(of.coolDownMs);
          if (desired !== last) changedAt = tick * 30_000;
          last = desired;
        });
        control.close();
      }),
      { numRuns: 50 },
    );
  });

  it('the least is there at every tick from the first start on, and at most the most is kept after a crowd', () => {
    const crowd = Array.from({ length: 12 }, (_, i) => ({ startMs: 100_000 + i, durationMs: 1000 }));
    const most = { ...NO_LIMITS, maxInstances: 4 };
    const control = new FunctionControl(settingOf({ policy: 'fixed-10min' }));
    control.tick(0, inputOf([], { limits: most }));
    byTick(crowd, 30_000, 20)
      .slice(1)
      .forEach((some, i) => void control.tick(i + 1, inputOf(some)));
    expect(control.counts).toEqual({ busy: 0, warmIdle: 4, pending: 0 });
    control.close();

    const least = new FunctionControl(settingOf());
    least.tick(0, inputOf([], { limits: { ...NO_LIMITS, minInstances: 3 } }));
    for (let tick = 1; tick < 400; tick++) {
      expect(least.tick(tick).decision?.desiredInstances).toBe(3);
      const { warmIdle, pending } = least.counts;
      expect(warmIdle + pending).toBe(3);
    }
    least.close();
  });

  it('a pause holds the interval of releases, too', () => {
    const control = run(new FunctionControl(settingOf({ policy: 'adaptive' })), [{ startMs: 5, durationMs: 10 }], 3);
    const before = control.decision;
    control.tick(4, inputOf([], { limits: { ...NO_LIMITS, paused: true } }));
    for (let tick = 5; tick < 200; tick++) {
      const at = (tick - 1) * 30_000;
      control.tick(
        tick,
        inputOf([
          { startMs: at + 100, durationMs: 300 },
          { startMs: at + 20_000, durationMs: 9_000 },
        ]),
      );
      expect(control.decision).toBe(before);
    }
    expect(control.tick(200, inputOf([], { limits: NO_LIMITS })).hold).toBeNull();
    control.close();
  });
});

describe('a rate over functions that share it', () => {
  it('is never exceeded in any minute', () => {
    const steps = fc.array(fc.nat(40_000), { maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(5), steps, (perMin, gaps) => {
        const changesMade = new ChangeRates();
        const rates = [{ scope: 'all', perMin }];
        const changes: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (!changesMade.mayChange(rates, now)) continue;
          changesMade.changed(rates, now);
          changes.push(now);
        }
        for (const at of changes) {
          expect(changes.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(perMin);
        }
      }),
    );
    expect(new ChangeRates().mayChange([], 0)).toBe(true);
  });

  it('binds in each scope that sets one', () => {
    const rates = new ChangeRates();
    const [all, shop] = [
      { scope: 'default', perMin: 3 },
      { scope: 'group shop', perMin: 1 },
    ];
    rates.changed([all, shop], 0);
    expect(rates.mayChange([all, shop], 1)).toBe(false);
    expect(rates.mayChange([all], 1)).toBe(true);
    rates.changed([all], 1);
    rates.changed([all], 2);
    expect(rates.mayChange([all], 3)).toBe(false);
    expect(rates.mayChange([all, shop], 60_000)).toBe(true);
    expect(rates.mayChange([shop], 60_000)).toBe(true);
  });

  it('holds what is wanted, says so, and lets it go on', () => {
    const control = new FunctionControl(settingOf({ policy: 'fixed-1min' }));
    control.tick(0);
    const call = { startMs: 10_000, durationMs: 500 };
    const held = control.tick(1, inputOf([call], { mayChange: false }));
    expect(held).toMatchObject({ isRefused: true, isChanged: false });
    expect(held.decision).toMatchObject({ desiredInstances: 0, bound: ['maxRatePerMin'] });
    expect(control.tick(2)).toMatchObject({ isRefused: false, isChanged: true, decision: { desiredInstances: 1 } });
    control.close();
  });
});

describe('limits of a function', () => {
  const rules = {
    default: { maxInstances: 50, maxRatePerMin: 10 },
    groups: [
      { name: 'shop', match: 'shop/*', limits: { minInstances: 1 } },
      { name: 'jobs', match: '*/job-*', limits: { maxRatePerMin: 2, paused: true } },
    ],
    functions: { 'shop/cart': { maxInstances: 9 }, 'a/job-1': { maxRatePerMin: 1, paused: false } },
  };

  it('are its own, then those of its groups, the last one first, then those of all', () => {
    expect(limitsOf(rules, 'shop/cart')).toEqual({
      limits: { ...NO_LIMITS, maxInstances: 9, maxRatePerMin: 10, minInstances: 1 },
      rates: [{ scope: 'default', perMin: 10 }],
    });
    expect(limitsOf(rules, 'b/job-2')).toEqual({
      limits: { ...NO_LIMITS, paused: true, maxInstances: 50, maxRatePerMin: 2 },
      rates: [
        { scope: 'default', perMin: 10 },
        { scope: 'group jobs', perMin: 2 },
      ],
    });
    expect(limitsOf(rules, 'shop/job-9')).toMatchObject({ limits: { minInstances: 1, paused: true } });
    expect(limitsOf(rules, 'a/job-1')).toMatchObject({
      limits: { paused: false, maxRatePerMin: 1 },
      rates: [{ perMin: 10 }, { perMin: 2 }, { scope: 'function a/job-1', perMin: 1 }],
    });
    expect(limitsOf(rules, 'shopping').limits.minInstances).toBe(0);
    expect(limitsOf({}, 'toString')).toEqual({ limits: NO_LIMITS, rates: [] });
    expect(limitsOf({ functions: {} }, '__proto__').limits).toEqual(NO_LIMITS);
    const both = [
      { name: 'a', match: '*', limits: { maxStep: 1, coolDownMs: 5 } },
      { name: 'b', match: 'f*', limits: { maxStep: 2, maxRatePerMin: null } },
    ];
    expect(limitsOf({ groups: both }, 'f')).toEqual({
      limits: { ...NO_LIMITS, maxStep: 2, coolDownMs: 5 },
      rates: [],
    });
  });

  it('are the most where the least comes above it', () => {
    const floor = { groups: [{ name: 'g', match: 'f', limits: { minInstances: 9 } }], default: { maxInstances: 4 } };
    expect(limitsOf(floor, 'f').limits).toMatchObject({ minInstances: 4, maxInstances: 4 });
    expect(limitsOf({ default: { minInstances: 5, maxInstances: 4 } }, 'f').limits.minInstances).toBe(4);
    expect(limitsOf({ ...floor, functions: { f: { maxInstances: null } } }, 'f').limits.minInstances).toBe(9);
  });

  it('of a group are those of every key like its pattern', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (match, key) => {
        const parts = match.split('*').map((part) => part.replaceAll('.', '[.]'));
        expect(fitsKey(match, key)).toBe(new RegExp(`^${parts.join('.*')}$`).test(key));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [{ minInstances: -1 }],
    [{ minInstances: 1.5 }],
    [{ maxInstances: 100_001 }],
    [{ maxStep: 0 }],
    [{ maxRatePerMin: -1 }],
    [{ coolDownMs: Number.NaN }],
    [{ coolDownMs: 86_400_001 }],
    [{ paused: 'yes' as unknown as boolean }],
  ])('%j is refused', (some) => {
    expect(() => limitsOf({ default: some }, 'f')).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    expect(() => limitsOf({ default: some }, 'f')).toThrow(IsothermError);
  });
});
