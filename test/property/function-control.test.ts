/** A function under control: data that is missing, late or wrong, states that are damaged, and what the account says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainReceipt, NO_LIMITS, type TickReceipt } from '../../ts/core/decide/index.js';
import { FunctionControl, recompute, type TickInput } from '../../ts/core/evaluate/index.js';
import { IsothermError } from '../../ts/core/kernels/index.js';
import { byTick, type Call, inputOf, reloaded, run, settingOf } from '../control-runs.js';

const TICK_MS = 30_000;

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (thrown) {
    return thrown instanceof IsothermError ? thrown.code : String(thrown);
  }
  return undefined;
};

/** Two or three calls a minute, some at once. */
const steady = (minutes: number): Call[] =>
  Array.from({ length: minutes * 3 }, (_, i) => {
    return { startMs: i * 20_000 + (i % 5) * 1700, durationMs: 4000 + (i % 7) * 5000 };
  }).sort((a, b) => a.startMs - b.startMs);

describe('data that is missing', () => {
  const calls = steady(60);
  const settings = [settingOf(), settingOf({ policy: 'fixed-1min' }), settingOf({ policy: 'recent-peak' })];

  it.each(settings)(
    'under $policy holds what was decided, at whatever length, and never falls to nothing',
    (setting) => {
      const control = run(new FunctionControl(setting), calls, 120);
      const before = control.decision!;
      const { ours, compared } = control.totals();
      expect(before.desiredInstances).toBeGreaterThan(0);
      for (let tick = 121; tick <= 2000; tick++) {
        const held = control.tick(tick, inputOf([], { isMissing: true }));
        expect(held).toMatchObject({ decision: before, receipt: null, hold: 'missing data', isChanged: false });
      }
      const { ours: after, compared: comparedAfter, missingTicks } = control.totals();
      expect(missingTicks).toBe(1880);
      // Busy instances are released, and wait: nothing is idle at anyone's cost.
      expect(after).toEqual(ours);
      expect(comparedAfter).toEqual(compared);
      // Traffic goes on as if nothing had been: what was there is there.
      const from = 2000 * TICK_MS;
      const again = calls.slice(0, 30).map((call) => ({ ...call, startMs: call.startMs + from }));
      const coldBefore = control.totals().ours.coldStarts;
      byTick(again, TICK_MS, 2010)
        .slice(2001)
        .forEach((some, i) => void control.tick(2001 + i, inputOf(some)));
      expect(control.decision!.desiredInstances).toBeGreaterThan(0);
      expect(control.totals().ours.coldStarts - coldBefore).toBeLessThanOrEqual(2);
      control.close();
    },
  );

  it('is the same in one step as tick by tick, also from and to a saved state, and the next decision can be computed again', () => {
    const lengths = fc.integer({ min: 1, max: 900 });
    fc.assert(
      fc.property(lengths, fc.nat(240), fc.constantFrom(...settings), (length, at, setting) => {
        const apart = run(
          new FunctionControl(setting),
          calls.filter(({ startMs }) => startMs < at * TICK_MS),
          at,
        );
        let at1 = reloaded(
          run(
            new FunctionControl(setting),
            calls.filter(({ startMs }) => startMs < at * TICK_MS),
            at,
          ),
        );
        for (let tick = at + 1; tick <= at + length; tick++) apart.tick(tick, inputOf([], { isMissing: true }));
        at1.miss(at + length);
        at1 = reloaded(at1);
        expect(at1.save()).toEqual(apart.save());
        const call = { startMs: (at + length) * TICK_MS + 5, durationMs: 100 };
        const [one, two] = [at1, apart].map((control) => control.tick(at + length + 1, inputOf([call])));
        expect(one).toEqual(two);
        at1.close();
        apart.close();
      }),
      {
        numRuns: 40,
        examples: [
          [5, 0, settings[0]!],
          [4, 1, settings[0]!],
          [900, 1, settings[1]!],
        ],
      },
    );
  });

  it('goes on for years', () => {
    const control = run(new FunctionControl(settingOf()), steady(5), 10);
    control.miss(10 + 2880 * 365 * 20);
    const tick = control.nextTick;
    const after = control.tick(tick, inputOf([{ startMs: tick * TICK_MS - 5, durationMs: 10 }]));
    expect(after.decision!.desiredInstances).toBeGreaterThan(0);
    expect(control.trusted.history!.end).toBe(Math.floor((tick * TICK_MS) / 60_000));
    control.close();
  });

  it('is not learnt as minutes without calls', () => {
    const control = run(new FunctionControl(settingOf({ model: 'ma15' })), steady(30), 60);
    const expected = control.forecast.calls[0]!;
    control.miss(60 + 2 * 120);
    control.tick(control.nextTick);
    expect(control.forecast.calls[0]).toBeGreaterThan(0.7 * expected);
    control.close();
  });
});

describe('calls that come late', () => {
  it('arrive as the tick begins, are counted and in the digest as they were', () => {
    const late = { startMs: 15_000, durationMs: 700 };
    const onTime = { startMs: 3 * TICK_MS, durationMs: 700 };
    const at = (call: Call) => {
      const control = new FunctionControl(settingOf());
      for (let tick = 0; tick <= 3; tick++) control.tick(tick);
      const result = control.tick(4, inputOf([call]));
      const { ours } = control.totals();
      control.close();
      return {
        late: result.late,
        desired: result.decision!.desiredInstances,
        ours,
        digest: result.receipt!.inputsDigest,
      };
    };
    const { digest, ...one } = at(late);
    const { digest: other, ...two } = at(onTime);
    expect(one).toEqual({ ...two, late: 1 });
    expect(digest).not.toBe(other);
  });
});

describe('what it refuses, unchanged', () => {
  const fresh = () => {
    const control = new FunctionControl(settingOf());
    control.tick(0);
    control.tick(1, inputOf([{ startMs: 10, durationMs: 10 }]));
    return control;
  };
  const call = (startMs: number, durationMs = 5): Call => ({ startMs, durationMs });

  it.each<[string, string, (control: FunctionControl) => unknown]>([
    ['a tick that was', 'TIME_ORDER', (control) => control.tick(1)],
    ['a tick after the next', 'TIME_ORDER', (control) => control.tick(3)],
    ['no tick', 'TIME_ORDER', (control) => control.tick(Number.NaN)],
    ['missing ticks that were', 'TIME_ORDER', (control) => control.miss(1)],
    ['missing for ever', 'TIME_ORDER', (control) => control.miss(Number.POSITIVE_INFINITY)],
    ['calls of the next tick', 'OUT_OF_RANGE', (control) => control.tick(2, inputOf([call(60_000)]))],
    ['a call at no time', 'OUT_OF_RANGE', (control) => control.tick(2, inputOf([call(Number.NaN)]))],
    ['a call between two ms', 'OUT_OF_RANGE', (control) => control.tick(2, inputOf([call(30_000.5)]))],
    ['calls that go back', 'TIME_ORDER', (control) => control.tick(2, inputOf([call(40_000), call(39_999)]))],
    [
      'durations of other calls',
      'BAD_LENGTH',
      (control) => control.tick(2, { startMs: Float64Array.of(40_000), durationMs: new Uint32Array(2) }),
    ],
    [
      'more reported than there are',
      'OUT_OF_RANGE',
      (control) => control.tick(2, inputOf([call(40_000)], { reported: { calls: 2, coldStarts: 0, waitMs: 0 } })),
    ],
    [
      'more cold than called',
      'OUT_OF_RANGE',
      (control) => control.tick(2, inputOf([call(40_000)], { reported: { calls: 1, coldStarts: 2, waitMs: 0 } })),
    ],
    [
      'limits that cannot be',
      'OUT_OF_RANGE',
      (control) => control.tick(2, inputOf([], { limits: { ...NO_LIMITS, minInstances: 3, maxInstances: 2 } })),
    ],
  ])('%s: %s', (_, code, act) => {
    const control = fresh();
    const before = control.save();
    expect(codeOf(() => act(control))).toBe(code);
    expect(control.save()).toEqual(before);
    control.close();
  });

  it('calls before the first tick of all', () => {
    const control = new FunctionControl(settingOf());
    expect(codeOf(() => control.tick(0, inputOf([call(-5)])))).toBe('OUT_OF_RANGE');
    control.tick(0);
    // From before the epoch, but late.
    expect(control.tick(1, inputOf([call(-86_400_000)])).late).toBe(1);
    control.close();
  });

  it.each([
    [{ policy: 'clairvoyant' }, 'BAD_ARGUMENT'],
    [{ policy: 'lru@8GiB' }, 'BAD_ARGUMENT'],
    [{ policy: 'nonsense' }, 'UNKNOWN_POLICY'],
    [{ model: 'lstm' }, 'MODEL_UNAVAILABLE'],
    [{ tickMs: 0 }, 'OUT_OF_RANGE'],
    [{ coldStartMs: -1 }, 'OUT_OF_RANGE'],
    [{ firstTick: 0.5 }, 'OUT_OF_RANGE'],
    [{ horizonMs: 86_400_000 }, 'OUT_OF_RANGE'],
    [{ memoryMiB: Number.NaN }, 'NOT_FINITE'],
    [{ pool: { minInstances: 2, maxInstances: 100, buffer: 0.5 } }, 'OUT_OF_RANGE'],
  ])('a setting with %j', (some, code) => {
    expect(codeOf(() => new FunctionControl(settingOf(some)).close())).toBe(code);
  });
});

describe('saved states', () => {
  const setting = settingOf({ model: 'snaive-day' });
  const state = (() => {
    using control = run(new FunctionControl(setting), steady(90), 180);
    return control.save();
  })();

  it('of another setting, cut or longer are refused', () => {
    for (const other of [
      { memoryMiB: 513 },
      { functionKey: 'app/two' },
      { tickMs: 60_000 },
      { policy: 'fixed-1min' },
    ]) {
      expect(codeOf(() => FunctionControl.load({ ...setting, ...other }, state))).toBe('BAD_STATE');
    }
    fc.assert(
      fc.property(fc.nat(state.length - 1), (length) => {
        expect(codeOf(() => FunctionControl.load(setting, state.subarray(0, length)))).toBe('BAD_STATE');
      }),
      { numRuns: 60 },
    );
    expect(codeOf(() => FunctionControl.load(setting, Uint8Array.of(...state, 1)))).toBe('BAD_STATE');
    expect(codeOf(() => FunctionControl.load(setting, new Uint8Array(0)))).toBe('BAD_STATE');
  });

  it('with bytes changed are refused, or go on without harm', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(state.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bad = state.slice();
          for (const [at, byte] of changes) bad[at] = byte;
          let control: FunctionControl;
          try {
            control = FunctionControl.load(setting, bad);
          } catch (thrown) {
            expect((thrown as IsothermError).code).toBe('BAD_STATE');
            return;
          }
          const codes = [181, 182, 183].map((tick) => codeOf(() => control.tick(tick)));
          control.close();
          for (const code of codes) expect([undefined, 'BAD_STATE', 'TIME_ORDER', 'OUT_OF_RANGE']).toContain(code);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the account', () => {
  const calls = steady(60);
  const fed = (reported: (some: readonly Call[]) => TickInput['reported']) => {
    const control = new FunctionControl(settingOf());
    byTick(calls, TICK_MS, 125).forEach((some, tick) => {
      const said = reported(some);
      control.tick(tick, inputOf(some, said === undefined ? {} : { reported: said }));
    });
    const savings = control.savings({ provider: 'aws', region: 'us-east-1' });
    control.close();
    return savings;
  };

  it('compares with cold starts that the provider reports, where it reports them all, and says so', () => {
    const reported = fed((some) => ({
      calls: some.length,
      coldStarts: some.length > 0 ? 1 : 0,
      waitMs: some.length * 300,
    }));
    const replayed = fed(() => undefined);
    const partly = fed((some) => (some.length > 1 ? { calls: 1, coldStarts: 1, waitMs: 5 } : undefined));
    expect(reported.against).toBe('provider reported');
    expect(reported.theirs).toMatchObject({ coldStarts: 120, waitMs: 180 * 300, preWarms: 0 });
    expect(reported.theirs.idleUsd).toBe(replayed.theirs.idleUsd);
    expect(replayed.against).toBe('replayed');
    expect(partly).toEqual(replayed);
    for (const { ours, theirs, saved } of [reported, replayed]) {
      expect(saved.coldStarts).toBe(theirs.coldStarts - ours.coldStarts);
      expect(saved.objectiveUsd).toBe(theirs.objectiveUsd - ours.objectiveUsd);
      expect(saved.carbonGco2e).toBeCloseTo(theirs.carbonGco2e! - ours.carbonGco2e!, 12);
    }
  });

  it('has no grams without a place', () => {
    const control = run(new FunctionControl(settingOf()), calls, 125);
    expect(control.savings()).toMatchObject({ ours: { carbonGco2e: null }, saved: { carbonGco2e: null } });
    control.close();
  });
});

describe('receipts', () => {
  it('say in words what was decided, why, and what was not', () => {
    const receipts: TickReceipt[] = [];
    const setting = settingOf({ policy: 'fixed-1min', model: 'ma5', memoryMiB: 128 });
    const limits = { ...NO_LIMITS, minInstances: 1, maxInstances: 8, coolDownMs: 60_000 };
    // Busy for a quarter of an hour in every half: a pool of the moving average saves cold starts.
    const calls = steady(300)
      .filter(({ startMs }) => startMs % 180_000 < 100_000)
      .flatMap((call) => [call, { ...call, startMs: call.startMs + 13 }, { ...call, startMs: call.startMs + 14 }])
      .sort((a, b) => a.startMs - b.startMs);
    const inputs: [number, TickInput][] = [];
    using control = new FunctionControl(setting);
    byTick(calls, TICK_MS, 600).forEach((some, tick) => {
      const input = inputOf(some, tick === 0 ? { limits } : {});
      inputs.push([tick, input]);
      const { receipt } = control.tick(tick, input);
      if (receipt !== null) receipts.push(receipt);
    });
    const first = explainReceipt(receipts[0]!);
    expect(first).toContain('Why: nothing was called yet; raised to the least of 1.');
    expect(first).toContain('Limits: at least 1, at most 8, not lowered for 1 min. Those that bound it: minInstances.');
    const pooled = receipts.find(({ decision }) => decision.poolInstances > 0 && decision.starts > 0)!;
    const text = explainReceipt(pooled);
    expect(text).toContain(`pool of ${pooled.decision.poolInstances} (chosen)`);
    expect(text).toMatch(/calls forecast in 30 s by ma5/);
    expect(text).toMatch(/: it does not pay|: it earns its place/);
    expect(pooled.alternatives.length).toBeGreaterThan(1);
    for (const { objectiveUsd, idleUsd, coldStartUsd } of pooled.alternatives) {
      expect(objectiveUsd).toBe(idleUsd - coldStartUsd);
    }
    expect(JSON.parse(JSON.stringify(pooled))).toEqual(pooled);
    expect(recompute({ setting, checkpoint: null, inputs, tick: pooled.tick })).toEqual(pooled);
    expect(codeOf(() => recompute({ setting, checkpoint: control.save(), inputs, tick: 3 }))).toBe('TIME_ORDER');
  });
});
