/** `PolicyStepper`, and what no policy takes: refused by every backend with the same code. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import type { PolicyHandle, PolicyKernels } from '../../ts/core/kernels/contract.js';
import { backendInfo, init, type PolicySpec, PolicyStepper } from '../../ts/core/kernels/index.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';
import { policy as pure } from '../../ts/core/kernels/pure/policy/index.js';
import { answer, saved, specs, steps, take } from './policy-steps.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
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
    [[7], 'BAD_ARGUMENT'],
    [[7, 1], 'BAD_ARGUMENT'],
    [[8], 'BAD_ARGUMENT'],
    [[8, 1, 1], 'BAD_ARGUMENT'],
    [[9], 'BAD_ARGUMENT'],
    [[14], 'BAD_ARGUMENT'],
    [[99], 'BAD_ARGUMENT'],
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
    [[4, 0, 0, 0, 100_001, 0, 0], 'OUT_OF_RANGE'],
    [[4, 0, 0, 0, -1, 0, 0], 'OUT_OF_RANGE'],
    [[4, 0, 0, -1, 1, 0, 0], 'OUT_OF_RANGE'],
    [[4, 0, 0, 0, 1, Number.NaN, 0], 'OUT_OF_RANGE'],
    [[7, -1, 0], 'OUT_OF_RANGE'],
    [[7, 0, Number.POSITIVE_INFINITY], 'NOT_FINITE'],
    [[8, Number.NaN, 0, 0, 0], 'NOT_FINITE'],
    [[8, 0, 0, -1, 0], 'OUT_OF_RANGE'],
    [[8, 0, 0, 0, 2 ** 32], 'OUT_OF_RANGE'],
    [[9, -1], 'OUT_OF_RANGE'],
    [[14, 0.5], 'OUT_OF_RANGE'],
    [[7, 0, 0], undefined],
    [[8, 1e300, 1e-300, 4_294_967_295, 0], undefined],
    [[9, Number.MAX_SAFE_INTEGER], undefined],
    [[14, 0], undefined],
    [[0, 0], undefined],
    [[0, -0], undefined],
    [[0, Number.POSITIVE_INFINITY], undefined],
    [[1, 0, Number.MAX_SAFE_INTEGER], undefined],
    [[4, 0, 0], undefined],
    [[4, 0, 0, 5, 0, 0, Number.POSITIVE_INFINITY, 5, 100_000, 0, 0], undefined],
  ])('the spec %j: %s', (spec, code) => {
    expect(codeOf(kernels(), spec)).toBe(code);
    expect(codeOf(pure, spec)).toBe(code);
  });

  it('any numbers as a spec', () => {
    const number = fc.oneof(fc.nat(5), fc.nat(100_000), fc.double());
    const rows = fc.tuple(fc.oneof(fc.nat(5), fc.constantFrom(7, 8, 9, 14)), fc.array(number, { maxLength: 8 }));
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
        const noKind = Uint8Array.of(99, ...state.slice(1));
        for (const bad of [cut, longer, noKind]) {
          const found = answer(() => kernels().policyLoad(encodePolicy(spec), bad));
          expect(found).toEqual(answer(() => pure.policyLoad(encodePolicy(spec), bad)));
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
        (handle) => backend.policyGap(handle, 0, 0),
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

  it('learns no idle time over a gap, and refuses one that ends before it begins', () => {
    using policy = PolicyStepper.create({ kind: 'hybrid-histogram' });
    policy.onArrival(0, 1);
    policy.onRelease(1000);
    policy.onArrival(300_000, 1);
    policy.onRelease(301_000);
    policy.onGap(330_000, 3_900_000);
    policy.onArrival(4_000_000, 1);
    expect(policy.seen()).toMatchObject({ idleTimesInRange: 1, idleTimesOutOfRange: 0 });
    expect(codeOf(() => policy.onGap(4_000_001, 4_000_000))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => policy.onGap(0.5, 4_000_000))).toBe('OUT_OF_RANGE');
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

  it.each<[string, PolicySpec, PolicySpec]>([
    ['another kind', { kind: 'hybrid-histogram' }, { kind: 'recent-peak', prewarmMs: 1000 }],
    ['another window', { kind: 'window', keepAliveMs: 60_000 }, { kind: 'window', keepAliveMs: 600_000 }],
    [
      'a window without end',
      { kind: 'window', keepAliveMs: Number.POSITIVE_INFINITY },
      { kind: 'window', keepAliveMs: 5 },
    ],
    [
      'another interval',
      { kind: 'interval', prewarmMs: 5, keepAliveMs: 9 },
      { kind: 'interval', prewarmMs: 6, keepAliveMs: 9 },
    ],
    ['another lead time', { kind: 'recent-peak', prewarmMs: 1000 }, { kind: 'recent-peak', prewarmMs: 2000 }],
    ['another lead time of spes', { kind: 'spes', prewarmMs: 1000 }, { kind: 'spes', prewarmMs: 2000 }],
    ['another lead time of static-2x', { kind: 'static-2x', prewarmMs: 1000 }, { kind: 'static-2x', prewarmMs: 2000 }],
    [
      'another break-even time',
      { kind: 'break-even', idleUsdPerMs: 1e-9, coldStartUsd: 5e-4 },
      { kind: 'break-even', idleUsdPerMs: 1e-9, coldStartUsd: 6e-4 },
    ],
    [
      'another randomised break-even time',
      { kind: 'break-even-randomised', idleUsdPerMs: 1e-9, coldStartUsd: 5e-4, seed: 1, stream: 2 },
      { kind: 'break-even-randomised', idleUsdPerMs: 1e-9, coldStartUsd: 6e-4, seed: 1, stream: 2 },
    ],
    [
      'another schedule',
      { kind: 'schedule', prewarmMs: 0, keepAliveMs: 5, starts: [{ atMs: 5, count: 1, prewarmMs: 9, keepAliveMs: 9 }] },
      { kind: 'schedule', prewarmMs: 0, keepAliveMs: 5, starts: [{ atMs: 5, count: 2, prewarmMs: 9, keepAliveMs: 9 }] },
    ],
    [
      'a shorter schedule',
      { kind: 'schedule', prewarmMs: 0, keepAliveMs: 5, starts: [{ atMs: 5, count: 1, prewarmMs: 9, keepAliveMs: 9 }] },
      { kind: 'schedule', prewarmMs: 0, keepAliveMs: 5, starts: [] },
    ],
  ])('refuses the state of %s', (_, saved, asked) => {
    using policy = PolicyStepper.create(saved);
    policy.onArrival(0, 1);
    policy.onRelease(1000);
    const state = policy.save();
    expect(codeOf(() => PolicyStepper.load(asked, state))).toBe('BAD_STATE');
    using same = PolicyStepper.load(saved, state);
    expect(same.save()).toEqual(state);
  });

  it('takes an interval that begins at once for the window that it is', () => {
    const spec: PolicySpec = { kind: 'interval', prewarmMs: 0, keepAliveMs: 9 };
    using policy = PolicyStepper.create(spec);
    using same = PolicyStepper.load(spec, policy.save());
    expect(same.onRelease(0)).toEqual({ prewarmMs: 0, keepAliveMs: 9 });
  });

  it('takes a break-even time for the window that it is, and needs its prices', () => {
    const spec: PolicySpec = { kind: 'break-even', idleUsdPerMs: 1e-6, coldStartUsd: 5e-4 };
    using window = PolicyStepper.create({ kind: 'window', keepAliveMs: 500 });
    using same = PolicyStepper.load(spec, window.save());
    expect(same.onRelease(0)).toEqual({ prewarmMs: 0, keepAliveMs: 500 });
    expect(codeOf(() => PolicyStepper.load({ kind: 'break-even' }, window.save()))).toBe('BAD_ARGUMENT');
  });

  it('refuses a state that starts more than a schedule may', () => {
    using policy = PolicyStepper.create({
      kind: 'schedule',
      prewarmMs: 0,
      keepAliveMs: 5,
      starts: [{ atMs: 5, count: 100_000, prewarmMs: 9, keepAliveMs: 9 }],
    });
    const state = policy.save();
    // The count, little endian, behind kind, interval, number of entries and time.
    state[1 + 16 + 8 + 8]!++;
    const found = answer(() => kernels().policyLoad(encodePolicy(policy.spec), state));
    expect(found).toMatchObject({ code: 'BAD_STATE', message: expect.stringContaining('100001 instances') });
    expect(found).toEqual(answer(() => pure.policyLoad(encodePolicy(policy.spec), state)));
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
