/** Policies stepped by handle: the same answers, numbers and bytes on every backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { PolicyHandle, PolicyKernels } from '../../ts/core/kernels/contract.js';
import { backendInfo, IsothermError, init, type PolicySpec, PolicyStepper } from '../../ts/core/kernels/index.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';
import { policy as pure } from '../../ts/core/kernels/pure/policy/index.js';
import type { OraclePolicy } from '../property/replay-oracle.js';
import { constant, hybridHistogram, recentPeak, schedule } from '../property/replay-oracle-policies.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

/** What a call gave, or the error that it threw. */
function answer(run: () => unknown): unknown {
  try {
    return translated(run);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

type Step =
  | { kind: 'arrival'; atMs: number; busy: number }
  | { kind: 'release'; atMs: number }
  | { kind: 'tick'; atMs: number; busy: number; warmIdle: number; pending: number; forecast: number[] };

function take(backend: PolicyKernels, handle: PolicyHandle, step: Step): unknown {
  return answer(() => {
    const { atMs } = step;
    switch (step.kind) {
      case 'arrival':
        return backend.policyArrival(handle, atMs, step.busy);
      case 'release': {
        const out = new Float64Array(2);
        backend.policyRelease(handle, atMs, out);
        return [...out];
      }
      case 'tick': {
        const { busy, warmIdle, pending, forecast } = step;
        return [...backend.policyTick(handle, atMs, busy, warmIdle, pending, Float64Array.from(forecast))];
      }
    }
  });
}

const saved = (backend: PolicyKernels, handle: PolicyHandle) => [...backend.policySave(handle)];
const seen = (backend: PolicyKernels, handle: PolicyHandle) => [...backend.policySeen(handle)];

const ms = fc.oneof(
  fc.nat(20).map((steps) => steps * 500),
  fc.nat(14_500_000),
  fc.constant(0),
);
const keepAliveMs = fc.oneof(ms, fc.constantFrom(Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER));
const start = fc.record({ atMs: fc.nat(30), count: fc.nat(3), prewarmMs: ms, keepAliveMs });

const TICK_MS = 60_000;

const specs: fc.Arbitrary<PolicySpec> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('window' as const), keepAliveMs }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('interval' as const), prewarmMs: ms, keepAliveMs }), weight: 1 },
  { arbitrary: fc.constant({ kind: 'hybrid-histogram' as const }), weight: 6 },
  { arbitrary: fc.record({ kind: fc.constant('recent-peak' as const), prewarmMs: ms }), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant('schedule' as const),
      prewarmMs: ms,
      keepAliveMs,
      starts: fc
        .array(start, { maxLength: 8 })
        .map((some) => some.map((one) => ({ ...one, atMs: one.atMs * TICK_MS })).toSorted((a, b) => a.atMs - b.atMs)),
    }),
    weight: 2,
  },
);

const count = fc.oneof(fc.nat(4), fc.constantFrom(0, 1_000_000, 3_000_000_000));

/** Steps as far apart as `gaps` say; ticks wait for their instant. */
function stepsOf(gaps: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  const one = fc.record({
    gap: gaps,
    kind: fc.constantFrom(
      'arrival' as const,
      'arrival' as const,
      'release' as const,
      'release' as const,
      'tick' as const,
    ),
    busy: count,
    warmIdle: count,
    pending: count,
    forecast: fc.array(fc.nat(9), { maxLength: 2 }),
  });
  return fc
    .tuple(fc.constantFrom(0, 0, -200_000), fc.array(one, { maxLength: 120, size: 'max' }))
    .map(([first, list]) => {
      let now = first;
      return list.map(({ gap, kind, busy, warmIdle, pending, forecast }): Step => {
        now += gap;
        if (kind === 'release') return { kind, atMs: now };
        if (kind === 'arrival') return { kind, atMs: now, busy };
        // A tick comes before the arrivals of its instant.
        now = (Math.floor(now / TICK_MS) + 1) * TICK_MS;
        return { kind, atMs: now, busy, warmIdle, pending, forecast };
      });
    });
}

/** A few gaps again and again, so that a histogram learns; crowded instants; any gap. */
const steps = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.nat(5).map((minutes) => minutes * TICK_MS),
        ms,
      ),
      { minLength: 1, maxLength: 3 },
    )
    .chain((gaps) => stepsOf(fc.constantFrom(...gaps))),
  stepsOf(fc.constantFrom(0, 0, 0, 500, 30_000)),
  stepsOf(ms),
);

function oracleOf(spec: PolicySpec): OraclePolicy {
  switch (spec.kind) {
    case 'window':
      return constant(0, spec.keepAliveMs);
    case 'interval':
      return constant(spec.prewarmMs, spec.keepAliveMs);
    case 'hybrid-histogram':
      return hybridHistogram();
    case 'recent-peak':
      return recentPeak(spec.prewarmMs);
    case 'schedule':
      return schedule(spec, spec.starts);
  }
}

function takeDefined(policy: OraclePolicy, step: Step): unknown {
  if (step.kind === 'arrival') return void policy.arrival(step.atMs, step.busy);
  if (step.kind === 'release') {
    const interval = policy.release(step.atMs);
    return [interval.prewarmMs, interval.keepAliveMs];
  }
  const starts = policy.tick?.(step.atMs, step.busy, step.warmIdle, step.pending) ?? [];
  return starts.flatMap((one) => [one.count, one.prewarmMs, one.keepAliveMs]);
}

describe('stepped by handle', () => {
  it('a policy answers as defined', () => {
    fc.assert(
      fc.property(specs, steps, (spec, all) => {
        const handle = kernels().policyCreate(encodePolicy(spec));
        const policy = oracleOf(spec);
        for (const step of all) expect(take(kernels(), handle, step)).toEqual(takeDefined(policy, step));
        handle.close();
      }),
      { numRuns: 400 },
    );
  });

  it('has seen the same, saves the same bytes, and goes on from them on any backend', () => {
    fc.assert(
      fc.property(specs, steps, fc.nat(), (spec, all, at) => {
        const mine = kernels().policyCreate(encodePolicy(spec));
        const other = pure.policyCreate(encodePolicy(spec));
        const half = all.length === 0 ? 0 : at % all.length;
        for (const step of all.slice(0, half)) {
          take(kernels(), mine, step);
          take(pure, other, step);
        }
        expect(seen(kernels(), mine)).toEqual(seen(pure, other));
        expect(saved(kernels(), mine)).toEqual(saved(pure, other));
        // Each goes on from the bytes of the other, beside one that was never saved.
        const fromPure = kernels().policyLoad(pure.policySave(other));
        const fromMine = pure.policyLoad(kernels().policySave(mine));
        for (const step of all.slice(half)) {
          const expected = take(pure, other, step);
          for (const [backend, handle] of [
            [kernels(), mine],
            [kernels(), fromPure],
            [pure, fromMine],
          ] as const) {
            expect(take(backend, handle, step)).toEqual(expected);
          }
        }
        for (const [backend, handle] of [
          [kernels(), fromPure],
          [pure, fromMine],
        ] as const) {
          expect(seen(backend, handle)).toEqual(seen(pure, other));
          expect(saved(backend, handle)).toEqual(saved(pure, other));
        }
        for (const handle of [mine, fromPure]) handle.close();
      }),
      { numRuns: 300 },
    );
  });

  it('at the ends of time as in between', () => {
    const anyTime = fc.oneof(
      fc.integer({ min: -20_000_000, max: 20_000_000 }),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0),
    );
    const far = fc.tuple(steps, fc.array(anyTime, { minLength: 120, maxLength: 120 })).map(([all, times]) => {
      const ordered = times.slice(0, all.length).toSorted((a, b) => a - b);
      return all.map((step, i): Step => ({ ...step, atMs: ordered[i] }));
    });
    fc.assert(
      fc.property(specs, far, (spec, all) => {
        const mine = kernels().policyCreate(encodePolicy(spec));
        const other = pure.policyCreate(encodePolicy(spec));
        for (const step of all) expect(take(kernels(), mine, step)).toEqual(take(pure, other, step));
        expect(seen(kernels(), mine)).toEqual(seen(pure, other));
        expect(saved(kernels(), mine)).toEqual(saved(pure, other));
        mine.close();
      }),
      { numRuns: 200 },
    );
  });
});

describe('refused alike', () => {
  const codeOf = (backend: PolicyKernels, spec: number[]) => {
    const found = answer(() => backend.policyCreate(Float64Array.from(spec)).close());
    return (found as { code?: string } | undefined)?.code;
  };

  it.each([
    [[], 'BAD_ARGUMENT'],
    [[0], 'BAD_ARGUMENT'],
    [[0, 1, 2], 'BAD_ARGUMENT'],
    [[1, 1], 'BAD_ARGUMENT'],
    [[2, 1], 'BAD_ARGUMENT'],
    [[3], 'BAD_ARGUMENT'],
    [[4, 1], 'BAD_ARGUMENT'],
    [[4, 0, 0, 1], 'BAD_ARGUMENT'],
    [[4, 0, 0, 2, 1, 0, 0, 1, 1, 0, 0], 'BAD_ARGUMENT'],
    [[5], 'BAD_ARGUMENT'],
    [[10], 'BAD_ARGUMENT'],
    [[-1, 0], 'BAD_ARGUMENT'],
    [[0.5, 0], 'BAD_ARGUMENT'],
    [[Number.NaN, 0], 'BAD_ARGUMENT'],
    [[0, -1], 'OUT_OF_RANGE'],
    [[0, 0.5], 'OUT_OF_RANGE'],
    [[0, Number.NaN], 'OUT_OF_RANGE'],
    [[0, Number.NEGATIVE_INFINITY], 'OUT_OF_RANGE'],
    [[0, 2 ** 53], 'OUT_OF_RANGE'],
    [[1, Number.POSITIVE_INFINITY, 0], 'OUT_OF_RANGE'],
    [[1, -1, 0], 'OUT_OF_RANGE'],
    [[3, Number.NaN], 'OUT_OF_RANGE'],
    [[4, 0, 0, 0, 2 ** 32, 0, 0], 'OUT_OF_RANGE'],
    [[4, 0, 0, 0, -1, 0, 0], 'OUT_OF_RANGE'],
    [[4, 0, 0, -1, 1, 0, 0], 'OUT_OF_RANGE'],
    [[4, 0, 0, 0, 1, Number.NaN, 0], 'OUT_OF_RANGE'],
    [[0, 0], undefined],
    [[0, -0], undefined],
    [[0, Number.POSITIVE_INFINITY], undefined],
    [[1, 0, Number.MAX_SAFE_INTEGER], undefined],
    [[4, 0, 0], undefined],
    [[4, 0, 0, 5, 0, 0, Number.POSITIVE_INFINITY, 5, 4_294_967_295, 0, 0], undefined],
  ])('the spec %j: %s', (spec, code) => {
    expect(codeOf(kernels(), spec)).toBe(code);
    expect(codeOf(pure, spec)).toBe(code);
  });

  it('any numbers as a spec', () => {
    const number = fc.oneof(fc.nat(5), fc.nat(100_000), fc.double());
    const rows = fc.tuple(fc.nat(5), fc.array(number, { maxLength: 8 }));
    fc.assert(
      fc.property(rows, ([kind, parameters]) => {
        const spec = Float64Array.of(kind, ...parameters);
        const state = (backend: PolicyKernels) => answer(() => saved(backend, backend.policyCreate(spec)));
        const [found, expected] = [state(kernels()), state(pure)] as { code?: string }[];
        // Numbers are written otherwise in messages: the code is what programs read.
        expect(found.code ?? found).toEqual(expected.code ?? expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('a state cut short, with bytes too many, or of no kind', () => {
    fc.assert(
      fc.property(specs, steps, fc.double({ min: 0, max: 1, noNaN: true }), (spec, all, share) => {
        const handle = kernels().policyCreate(encodePolicy(spec));
        for (const step of all) take(kernels(), handle, step);
        const state = kernels().policySave(handle);
        handle.close();
        const cut = state.slice(0, Math.floor(share * (state.length - 1)));
        const longer = Uint8Array.of(...state, 0);
        const noKind = Uint8Array.of(5, ...state.slice(1));
        for (const bad of [cut, longer, noKind]) {
          const found = answer(() => kernels().policyLoad(bad));
          expect(found).toEqual(answer(() => pure.policyLoad(bad)));
          expect(found).toHaveProperty('code', 'BAD_STATE');
        }
      }),
      { numRuns: 100 },
    );
  });

  it('a closed handle, in every way', () => {
    for (const backend of [kernels(), pure]) {
      const uses: ((handle: PolicyHandle) => unknown)[] = [
        (handle) => backend.policyArrival(handle, 0, 1),
        (handle) => backend.policyRelease(handle, 0, new Float64Array(2)),
        (handle) => backend.policyTick(handle, 0, 0, 0, 0, new Float64Array(0)),
        (handle) => backend.policySeen(handle),
        (handle) => backend.policySave(handle),
      ];
      for (const use of uses) {
        const handle = backend.policyCreate(Float64Array.of(2));
        use(handle);
        handle.close();
        handle.close();
        expect(answer(() => use(handle))).toHaveProperty('code', 'CLOSED_HANDLE');
      }
    }
  });
});

describe('PolicyStepper', () => {
  const codeOf = (run: () => unknown) => (answer(run) as { code?: string } | undefined)?.code;

  it('steps a window', () => {
    using policy = PolicyStepper.create({ kind: 'window', keepAliveMs: 600_000 });
    policy.onArrival(0, 1);
    expect(policy.onRelease(250)).toEqual({ prewarmMs: 0, keepAliveMs: 600_000 });
    expect(policy.ticks).toBe(false);
    expect(policy.onTick(60_000, { busy: 0, warmIdle: 1, pending: 0 })).toEqual([]);
    expect(policy.seen()).toEqual({});
  });

  it('learns a period of five minutes from ten idle times', () => {
    using policy = PolicyStepper.create({ kind: 'hybrid-histogram' });
    let now = 0;
    for (let i = 0; i < 10; i++) {
      policy.onArrival(now, 1);
      expect(policy.onRelease(now + 1000)).toEqual({ prewarmMs: 0, keepAliveMs: 14_400_000 });
      now += 300_000;
    }
    policy.onArrival(now, 1);
    // [216 s, 330 s] after the release, as the micro case of the definition works out by hand.
    expect(policy.onRelease(now + 1000)).toEqual({ prewarmMs: 216_000, keepAliveMs: 114_000 });
    expect(policy.seen()).toEqual({
      idleTimesInRange: 10,
      idleTimesOutOfRange: 0,
      binVariation: Math.sqrt(239),
      headBin: 4,
      tailBin: 4,
    });
  });

  it('starts a fifth more than the recent peak, and nothing beyond what there is', () => {
    using policy = PolicyStepper.create({ kind: 'recent-peak', prewarmMs: 1000 });
    policy.onArrival(0, 1);
    policy.onArrival(100, 5);
    expect(policy.ticks).toBe(true);
    expect(policy.onTick(60_000, { busy: 1, warmIdle: 2, pending: 1 })).toEqual([
      { count: 2, prewarmMs: 1000, keepAliveMs: 600_000 },
    ]);
    expect(policy.seen()).toEqual({ peakBusy: 5 });
    expect(policy.onTick(120_000, { busy: 0, warmIdle: 6, pending: 0 })).toEqual([]);
    expect(policy.onTick(600_100, { busy: 0, warmIdle: 0, pending: 0 })).toHaveLength(1);
    expect(policy.onTick(600_101, { busy: 0, warmIdle: 0, pending: 0 })).toEqual([]);
    expect(policy.seen()).toEqual({ peakBusy: 0 });
  });

  it('follows a schedule, and goes on from its saved state', () => {
    const spec: PolicySpec = {
      kind: 'schedule',
      prewarmMs: 0,
      keepAliveMs: 60_000,
      starts: [
        { atMs: 60_000, count: 2, prewarmMs: 1000, keepAliveMs: 5000 },
        { atMs: 60_000, count: 1, prewarmMs: 2000, keepAliveMs: Number.POSITIVE_INFINITY },
        { atMs: 180_000, count: 3, prewarmMs: 1000, keepAliveMs: 0 },
      ],
    };
    const none = { busy: 0, warmIdle: 0, pending: 0 };
    using policy = PolicyStepper.create(spec);
    expect(policy.onTick(0, none)).toEqual([]);
    expect(policy.onTick(60_000, none)).toEqual(spec.starts.slice(0, 2).map(({ atMs: _, ...start }) => start));
    using again = PolicyStepper.load(spec, policy.save());
    expect(again.seen()).toEqual({ entriesLeft: 1 });
    expect(again.onRelease(70_000)).toEqual({ prewarmMs: 0, keepAliveMs: 60_000 });
    expect(again.onTick(180_000, none)).toEqual([{ count: 3, prewarmMs: 1000, keepAliveMs: 0 }]);
  });

  it('refuses what cannot be meant', () => {
    const policy = PolicyStepper.create({ kind: 'recent-peak', prewarmMs: 1000 });
    for (const at of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(codeOf(() => policy.onArrival(at, 1))).toBe('OUT_OF_RANGE');
      expect(codeOf(() => policy.onRelease(at))).toBe('OUT_OF_RANGE');
      expect(codeOf(() => policy.onTick(at, { busy: 0, warmIdle: 0, pending: 0 }))).toBe('OUT_OF_RANGE');
    }
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 32]) {
      expect(codeOf(() => policy.onArrival(0, bad))).toBe('OUT_OF_RANGE');
      for (const counts of [
        { busy: bad, warmIdle: 0, pending: 0 },
        { busy: 0, warmIdle: bad, pending: 0 },
        { busy: 0, warmIdle: 0, pending: bad },
      ]) {
        expect(codeOf(() => policy.onTick(0, counts))).toBe('OUT_OF_RANGE');
      }
    }
    expect(codeOf(() => PolicyStepper.create({ kind: 'window', keepAliveMs: -1 }))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => PolicyStepper.load({ kind: 'hybrid-histogram' }, Uint8Array.of(9)))).toBe('BAD_STATE');
    policy.close();
    expect(codeOf(() => policy.onRelease(0))).toBe('CLOSED_HANDLE');
    expect(codeOf(() => policy.save())).toBe('CLOSED_HANDLE');
  });
});
