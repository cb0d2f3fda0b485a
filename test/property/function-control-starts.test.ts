/** Start times that move: as measured starts say, with what was spent before left as it was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainReceipt, type TickReceipt } from '../../ts/core/decide/index.js';
import { type ControlSetting, FunctionControl, recompute, type TickInput } from '../../ts/core/evaluate/index.js';
import { type IsothermError, PolicyStepper } from '../../ts/core/kernels/index.js';
import { inputOf, reloaded, settingOf } from '../control-runs.js';

const TICK_MS = 30_000;
const POLICIES = ['adaptive', 'adaptive-keepalive', 'recent-peak', 'spes', 'static-2x', 'break-even', 'fixed-1min'];

const starts = (...ms: number[]): Pick<TickInput, 'measuredStartsMs'> => ({ measuredStartsMs: Float64Array.from(ms) });

/** A call of 400 ms in every other minute, two at once now and then. */
const callsAt = (tick: number): { startMs: number; durationMs: number }[] => {
  if (tick % 4 !== 1) return [];
  const call = { startMs: (tick - 1) * TICK_MS + 2000, durationMs: 400 };
  return tick % 12 === 1 ? [call, { ...call, startMs: call.startMs + 100 }] : [call];
};

const inputAt = (tick: number, more: Partial<TickInput> = {}): TickInput => inputOf(callsAt(tick), more);

function atTick(setting: ControlSetting, lastTick: number): FunctionControl {
  const control = new FunctionControl(setting);
  for (let tick = 0; tick <= lastTick; tick++) control.tick(tick, inputAt(tick));
  return control;
}

describe('a start time', () => {
  const tabled = settingOf({ coldStartMs: 1500 });

  it('is the median of what was measured, from three on and where it differs by more than a fifth', () => {
    using control = atTick(tabled, 0);
    const change = (tick: number, ...ms: number[]) => control.tick(tick, inputOf([], starts(...ms))).startChange;
    expect(change(1, 300, 310)).toBeNull();
    expect(control.startTime).toEqual({ ms: 1500, from: 'table', measurements: 0 });
    const now = { ms: 300, from: 'measured' as const, measurements: 3 };
    expect(change(2, 290)).toEqual({ before: { ms: 1500, from: 'table', measurements: 0 }, now });
    // One that took long moves no median; a fifth more is not enough.
    expect(change(3, 9_000)).toBeNull();
    expect(change(4, ...new Array(15).fill(360))).toBeNull();
    expect(control.startTime).toEqual(now);
    expect(change(5, ...new Array(8).fill(361))).toEqual({
      before: now,
      now: { ms: 361, from: 'measured', measurements: 15 },
    });
    // A start that was too short for its clock is one of a ms.
    expect(change(6, ...new Array(15).fill(0))?.now.ms).toBe(1);
  });

  it('that is configured stays', () => {
    using control = atTick({ ...tabled, coldStartFrom: 'configured' }, 0);
    expect(control.tick(1, inputOf([], starts(...new Array(30).fill(300)))).startChange).toBeNull();
    expect(control.startTime).toEqual({ ms: 1500, from: 'configured', measurements: 0 });
  });

  it('is in force from the next tick on: in receipts, prices, waits and leads, on both sides', () => {
    using control = atTick(settingOf({ coldStartMs: 1500, policy: 'recent-peak' }), 40);
    expect(control.tick(41, inputAt(41, starts(300, 300, 300))).startChange?.now.ms).toBe(300);
    expect(control.spec).toMatchObject({ kind: 'recent-peak', prewarmMs: 300 });
    const { ours, compared } = control.totals();
    // Many at once: most of them are cold.
    const burst = Array.from({ length: 20 }, (_, i) => ({ startMs: 41 * TICK_MS + i, durationMs: 800 }));
    const { receipt } = control.tick(42, inputOf(burst));
    const after = control.totals();
    const cold = {
      ours: after.ours.coldStarts - ours.coldStarts,
      compared: after.compared.coldStarts - compared.coldStarts,
    };
    expect(Math.min(cold.ours, cold.compared)).toBeGreaterThan(10);
    expect(after.ours.waitMs - ours.waitMs).toBe(300 * cold.ours);
    expect(after.compared.waitMs - compared.waitMs).toBe(300 * cold.compared);
    expect(receipt).toMatchObject({
      prices: { coldStartMs: 300 },
      startTime: { ms: 300, from: 'measured', measurements: 3 },
    });
    expect(explainReceipt(receipt!)).toContain('A start takes 300 ms: the median of 3 that were measured.');
  });

  it('that changes prices nothing anew', () => {
    for (const policy of POLICIES) {
      const [moved, kept] = [0, 1].map(() => atTick(settingOf({ coldStartMs: 1500, policy }), 240));
      moved!.tick(241, inputOf([], starts(300, 300, 300)));
      kept!.tick(241);
      expect(moved!.startTime.ms).toBe(300);
      const { ours, theirs } = moved!.savings();
      const { ours: oursKept, theirs: theirsKept } = kept!.savings();
      expect([ours, theirs]).toEqual([oursKept, theirsKept]);
      // One more of each costs what it takes now.
      const late = [0, 1, 2].map((i) => ({ startMs: 500 * TICK_MS + i, durationMs: 100 }));
      for (const control of [moved!, kept!]) {
        for (let tick = 242; tick <= 500; tick++) control.tick(tick);
        control.tick(501, inputOf(late));
      }
      for (const side of ['ours', 'compared'] as const) {
        const [after, before] = [moved!.totals()[side], kept!.totals()[side]];
        expect(before).toMatchObject({ waitMs: 1500 * before.coldStarts, preWarmMs: 1500 * before.preWarms });
        expect(after.waitMs).toBeLessThan(before.waitMs);
      }
      const { coldStarts, preWarms, objectiveUsd, idleUsd } = moved!.savings().ours;
      const { prices } = moved!.setting;
      const usd = (count: number, ms: number, share: number) => (count * ms * share * prices.coldStartUsdPerS) / 1000;
      const expected =
        usd(ours.coldStarts, 1500, 1) +
        usd(ours.preWarms, 1500, prices.preWarmShare) +
        usd(coldStarts - ours.coldStarts, 300, 1) +
        usd(preWarms - ours.preWarms, 300, prices.preWarmShare);
      expect(objectiveUsd - idleUsd).toBeCloseTo(expected, 12);
      for (const control of [moved!, kept!]) control.close();
    }
  });

  it('refuses starts that cannot be', () => {
    using control = atTick(tabled, 0);
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 32]) {
      const act = () => control.tick(1, inputOf([], starts(bad)));
      expect(act).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }) as IsothermError);
    }
    control.tick(1);
  });
});

it('every decision over changes of the start time follows from any state before it and what was seen since', () => {
  const measured = fc.array(
    fc.tuple(fc.nat(300), fc.array(fc.constantFrom(0, 250, 300, 2_000, 9_000), { minLength: 1, maxLength: 20 })),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(fc.constantFrom(...POLICIES), measured, fc.nat(300), (policy, some, missing) => {
      const setting = settingOf({ coldStartMs: 1500, policy });
      const inputs: [number, TickInput][] = [];
      const receipts: TickReceipt[] = [];
      let control = new FunctionControl(setting);
      let checkpoint: Uint8Array | null = null;
      let since = 0;
      for (let tick = 0; tick <= 300; tick++) {
        const told = some.filter(([at]) => at === tick).flatMap(([, ms]) => ms);
        const isMissing = tick > 0 && tick >= missing && tick < missing + 5;
        const input = inputAt(tick, { isMissing, ...(told.length > 0 && starts(...told)) });
        const { receipt } = control.tick(tick, input);
        inputs.push([tick, input]);
        if (receipt !== null) receipts.push(receipt);
        if (tick % 37 === 5) {
          // Saved and loaded it goes on as the same.
          const before = control.save();
          control = reloaded(control);
          expect(control.save()).toEqual(before);
          if (tick < 150) {
            checkpoint = before;
            since = tick;
          }
        }
      }
      control.close();
      for (const receipt of receipts.filter((_, i) => i % 6 === 0)) {
        const from = receipt.tick > since ? checkpoint : null;
        expect(recompute({ setting, checkpoint: from, inputs, tick: receipt.tick })).toEqual(receipt);
      }
    }),
    { numRuns: 12 },
  );
});

it('a policy that is repriced before it has seen anything is a fresh one at the new prices', () => {
  for (const policy of POLICIES) {
    const spec = (coldStartMs: number) => {
      using control = new FunctionControl(settingOf({ coldStartMs, policy }));
      return control.spec;
    };
    using moved = PolicyStepper.create(spec(1500));
    moved.reprice(spec(300));
    using fresh = PolicyStepper.create(spec(300));
    expect(moved.save()).toEqual(fresh.save());
    expect(moved.spec).toEqual(fresh.spec);
  }
  using window = PolicyStepper.create({ kind: 'window', keepAliveMs: 5 });
  expect(() => window.reprice({ kind: 'hybrid-histogram' })).toThrow(
    expect.objectContaining({ code: 'BAD_ARGUMENT' }) as IsothermError,
  );
});
