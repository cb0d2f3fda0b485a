/** The adaptive policies where their own instances serve the calls: the same answers, numbers and bytes on every backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import type { PolicyHandle, PolicyKernels } from '../../ts/core/kernels/contract.js';
import { backendInfo, init, type PolicySpec, PolicyStepper } from '../../ts/core/kernels/index.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';
import { policy as pure } from '../../ts/core/kernels/pure/policy/index.js';
import { adaptiveTerms, adaptiveTraffic } from '../property/adaptive-traffic.js';
import { type Call, type OraclePolicy, simulate } from '../property/replay-oracle.js';
import { changed, fieldsOf } from './adaptive-state.js';
import { adaptivePrices, answer, type Step, saved, seen, take } from './policy-steps.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

/** Steps the policy on this backend and in TypeScript, and now and then lets each go on from the bytes of the other. */
class Both {
  readonly policy: OraclePolicy;
  #spec: Float64Array;
  #mine: PolicyHandle;
  #other: PolicyHandle;
  #steps = 0;
  #every: number;

  /** `startMs`: how long an instance takes to start. */
  constructor(spec: PolicySpec, every: number, startMs: number) {
    this.#spec = encodePolicy(spec);
    this.#every = every;
    this.#mine = kernels().policyCreate(this.#spec);
    this.#other = pure.policyCreate(this.#spec);
    const ticks = (atMs: number, busy: number, warmIdle: number, pending: number) => {
      const found = this.#step({ kind: 'tick', atMs, busy, warmIdle, pending, forecast: [] }) as number[];
      return Array.from({ length: found.length / 3 }, (_, i) => {
        return { count: found[3 * i], prewarmMs: found[3 * i + 1], keepAliveMs: found[3 * i + 2] };
      });
    };
    this.policy = {
      arrival: (atMs, busy) => void this.#step({ kind: 'arrival', atMs, busy }),
      release: (atMs) => {
        const [prewarmMs, keepAliveMs] = this.#step({ kind: 'release', atMs }) as number[];
        // A fresh one is not warm before it has started.
        expect(prewarmMs === 0 || prewarmMs >= startMs).toBe(true);
        return { prewarmMs, keepAliveMs };
      },
      ...(spec.kind === 'adaptive' && { tick: ticks }),
    };
  }

  agree(): void {
    expect(seen(kernels(), this.#mine)).toEqual(seen(pure, this.#other));
    expect(saved(kernels(), this.#mine)).toEqual(saved(pure, this.#other));
  }

  close(): void {
    this.#mine.close();
    this.#other.close();
  }

  #step(step: Step): unknown {
    const found = take(kernels(), this.#mine, step);
    expect(found).toEqual(take(pure, this.#other, step));
    if (++this.#steps % this.#every === 0) this.#swap();
    return found;
  }

  #swap(): void {
    this.agree();
    const [mine, other] = [kernels().policySave(this.#mine), pure.policySave(this.#other)];
    this.close();
    this.#mine = kernels().policyLoad(this.#spec, other);
    this.#other = pure.policyLoad(this.#spec, mine);
    this.agree();
  }
}

describe('the adaptive policies', () => {
  const flat = new Float64Array(586).fill(0.1);
  const prices = { idleUsdPerMs: 5e-10, coldStartUsd: 5e-4, preWarmUsd: 5e-5, coldStartMs: 1000 };
  const codeOf = (run: () => unknown) => (answer(run) as { code?: string } | undefined)?.code;

  it('learn and decide the same, and go on from each other', () => {
    fc.assert(
      fc.property(
        adaptiveTerms,
        adaptivePrices,
        adaptiveTraffic,
        fc.constantFrom(97, 311, 1_000_000),
        (terms, prices, { calls, minutes }, every) => {
          const both = new Both({ ...terms, ...prices }, every, prices.coldStartMs);
          simulate({ minutes, calls, coldStartMs: prices.coldStartMs, tickMs: 60_000 }, both.policy);
          both.agree();
          both.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  /** A policy in TypeScript that has served this traffic. */
  function taught(spec: Float64Array, { calls, minutes }: { calls: Call[]; minutes: number }): PolicyHandle {
    const handle = pure.policyCreate(spec);
    const step = (one: Step) => take(pure, handle, one) as number[];
    const interval = ([prewarmMs, keepAliveMs]: number[]) => ({ prewarmMs, keepAliveMs });
    const policy: OraclePolicy = {
      arrival: (atMs, busy) => void step({ kind: 'arrival', atMs, busy }),
      release: (atMs) => interval(step({ kind: 'release', atMs })),
      tick: (atMs, busy, warmIdle, pending) => {
        const found = step({ kind: 'tick', atMs, busy, warmIdle, pending, forecast: [] });
        const starts = Array.from({ length: found.length / 3 }, (_, i) => found.slice(3 * i, 3 * i + 3));
        return starts.map(([count, ...rest]) => ({ count, ...interval(rest) }));
      },
    };
    simulate({ minutes, calls, coldStartMs: 1000, tickMs: 60_000 }, policy);
    return handle;
  }

  it('become one of two, on any backend', () => {
    const pairs = fc.tuple(adaptiveTerms, adaptivePrices, adaptiveTraffic, adaptiveTraffic);
    fc.assert(
      fc.property(pairs, ([terms, prices, first, second]) => {
        const spec = encodePolicy({ ...terms, ...prices });
        const [a, b] = [taught(spec, first), taught(spec, second)];
        const mine = kernels().policyLoad(spec, pure.policySave(a));
        const state = pure.policySave(b);
        kernels().policyMerge(mine, state);
        pure.policyMerge(a, state);
        expect(saved(kernels(), mine)).toEqual(saved(pure, a));
        const next = { atMs: 1_000_000_000, busy: 1 };
        for (const one of [
          { kind: 'arrival', ...next },
          { kind: 'release', atMs: next.atMs + 300 },
          { kind: 'tick', ...next, atMs: 1_000_020_000, warmIdle: 1, pending: 0, forecast: [] },
        ] as const) {
          expect(take(kernels(), mine, one as unknown as Step)).toEqual(take(pure, a, one as unknown as Step));
        }
        expect(saved(kernels(), mine)).toEqual(saved(pure, a));
        mine.close();
      }),
      { numRuns: 30 },
    );
  });

  it('have seen with a fresh one what they had seen, and of three in any order the same', () => {
    const spec = encodePolicy({ kind: 'adaptive', prior: flat, ...prices });
    const traffic = (every: number, atOnce: number) => {
      const calls = Array.from({ length: 60 }, (_, i) => ({
        startMs: Math.floor(i / atOnce) * every,
        durationMs: 700,
      }));
      return { calls, minutes: 400 };
    };
    const [a, b, c] = [traffic(300_000, 1), traffic(40_000, 3), traffic(900_000, 12)].map((one) => taught(spec, one));
    const merged = (to: PolicyHandle, ...others: PolicyHandle[]) => {
      const one = kernels().policyLoad(spec, pure.policySave(to));
      for (const other of others) kernels().policyMerge(one, pure.policySave(other));
      return one;
    };
    const bytes = (handle: PolicyHandle) => kernels().policySave(handle);
    const learnt = (handle: PolicyHandle) => seen(kernels(), handle);
    const alone = merged(a);
    expect(learnt(merged(a, pure.policyCreate(spec)))).toEqual(learnt(alone));
    const left = merged(a, b, c);
    const right = kernels().policyLoad(spec, bytes(alone));
    kernels().policyMerge(right, bytes(merged(b, c)));
    expect(learnt(left)[0]).toBe(learnt(alone)[0] + learnt(merged(b))[0] + learnt(merged(c))[0]);
    // Both plan anew, and then decide and expect alike.
    for (let i = 0; i < 20; i++) {
      const [arrival, release] = [
        { kind: 'arrival', atMs: 30_000_000 + i * 130_000, busy: 1 },
        { kind: 'release', atMs: 30_000_700 + i * 130_000 },
      ] as const;
      for (const one of [arrival, release]) expect(take(kernels(), left, one)).toEqual(take(kernels(), right, one));
    }
    learnt(left).forEach((value, i) => {
      expect(value).toBeCloseTo(learnt(right)[i], 9);
    });
  });

  it('refuse to become one with another', () => {
    const spec: PolicySpec = { kind: 'adaptive', prior: flat, ...prices };
    using policy = PolicyStepper.create(spec);
    using other = PolicyStepper.create({ ...spec, priceFactor: 2 });
    using keepAlive = PolicyStepper.create({ ...spec, kind: 'adaptive-keepalive' });
    using window = PolicyStepper.create({ kind: 'window', keepAliveMs: 5 });
    for (const state of [
      other.save(),
      keepAlive.save(),
      window.save(),
      Uint8Array.of(),
      Uint8Array.of(...policy.save(), 0),
    ]) {
      expect(codeOf(() => policy.merge(state))).toBe('BAD_STATE');
    }
    expect(codeOf(() => window.merge(policy.save()))).toBe('BAD_ARGUMENT');
    policy.merge(PolicyStepper.create(spec).save());
    policy.close();
    expect(codeOf(() => policy.merge(other.save()))).toBe('CLOSED_HANDLE');
  });

  it('refuse damaged bytes, or go on from them', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    const goesOn = (backend: PolicyKernels, spec: Float64Array, bytes: Uint8Array): string | undefined => {
      const loaded = answer(() => backend.policyLoad(spec, bytes)) as PolicyHandle | { code: string };
      if ('code' in loaded) return loaded.code;
      for (let i = 0; i < 30; i++) {
        const atMs = 3_600_000 + i * 7000;
        take(backend, loaded, { kind: 'arrival', atMs, busy: 1 + (i % 4) });
        take(backend, loaded, { kind: 'release', atMs: atMs + 900 });
        const tickMs = Math.ceil((atMs + 900) / 60_000) * 60_000;
        take(backend, loaded, { kind: 'tick', atMs: tickMs, busy: 1, warmIdle: 1, pending: 0, forecast: [] });
      }
      expect(saved(backend, loaded).length).toBeGreaterThan(100);
      loaded.close();
      return undefined;
    };
    fc.assert(
      fc.property(adaptiveTerms, adaptivePrices, adaptiveTraffic, damage, (terms, prices, { calls, minutes }, bad) => {
        const spec = encodePolicy({ ...terms, ...prices });
        const handle = taught(spec, { calls: calls.slice(0, 60), minutes });
        const bytes = pure.policySave(handle);
        for (const [place, value] of bad) bytes[1 + (place % (bytes.length - 1))] = value;
        const found = goesOn(kernels(), spec, bytes);
        expect(found).toBe(goesOn(pure, spec, bytes));
        expect([undefined, 'BAD_STATE']).toContain(found);
      }),
      { numRuns: 200 },
    );
  });

  describe('refuse a state that says what cannot be', () => {
    const spec = encodePolicy({ kind: 'adaptive', prior: flat, ...prices });
    // Three calls every quarter of an hour, for five hours, and two cold ones that are not over.
    const calls = Array.from({ length: 60 }, (_, i) => ({
      startMs: Math.floor(i / 3) * 900_000 + 20_000 + 300 * (i % 3),
      durationMs: 700,
    }));
    const handle = taught(spec, { calls, minutes: 290 });
    take(pure, handle, { kind: 'arrival', atMs: 18_000_000, busy: 1 });
    take(pure, handle, { kind: 'arrival', atMs: 18_000_010, busy: 2 });
    const state = pure.policySave(handle);
    const later = 18_000_011;
    /** The bin of level 0's gaps. */
    const bin = 39;

    it('but not this one', () => {
      const loaded = kernels().policyLoad(spec, state);
      expect(saved(kernels(), loaded)).toEqual([...state]);
      loaded.close();
      const fields = fieldsOf(state);
      expect(new DataView(state.buffer).getFloat32(fields.get(`level0.ended${bin}`)!.at, true)).toBeGreaterThan(10);
    });

    it.each<[string, string, number]>([
      ['a pressure below 1', 'pressure', 0.5],
      ['plans for a pressure above the highest', 'plannedPressure', 1025],
      ['a cold call that is yet to come', 'coldCall1', later],
      ['a release that is yet to come', 'ideal.since0', later],
      ['a load that is yet to come', 'concurrency.last', later],
      ['a mean load that never ends', 'concurrency.freshUntil', later + 1000],
      ['a mean beyond the last bin', 'level0.meanBin', 74],
      ['gaps that ended without reaching their bin', `level0.ended${bin}`, 1000],
      ['a shortest gap of another bin', `level0.shortest${bin}`, 5],
      ['a longest gap of another bin', `level0.longest${bin}`, 2 ** 31],
      ['an episode that is yet to begin', 'open0.at', later],
      ['a window beyond all plans', 'level0.window', 2 ** 28 + 1],
      ['an interval beyond all plans', 'clock.plan0.to', 2 ** 28 + 1],
      ['plans that are never made anew', 'level0.due', 514],
      ['a window by load beyond all plans', 'loads.window', 2 ** 28 + 1],
      ['more gaps within a minute than gaps', 'clock.within', 1000],
      ['gaps that ended without reaching their minute', 'clock.ended15', 1000],
      ['a call of the clock before its first', 'clock.earliest15', 59_999],
      ['a period that is never looked for', 'clock.due', 52],
      ['a minute that is yet to come', 'bursts.minute', 301],
      ['predictions that came true without being made', 'bursts.came0', 1000],
      ['a plan that there is none of', 'plan', 6],
    ])('%s', (_, field, value) => {
      const load = [...fieldsOf(state).keys()].find((name) => /^load\d+\.window$/.test(name))!;
      const bytes = changed(state, field.replace('loads.window', load), value);
      expect(codeOf(() => kernels().policyLoad(spec, bytes))).toBe('BAD_STATE');
      expect(codeOf(() => pure.policyLoad(spec, bytes))).toBe('BAD_STATE');
    });
  });

  it('count as many instances as there can be', () => {
    const spec = encodePolicy({ kind: 'adaptive', prior: flat, ...prices });
    // A call every two hours: what is promised for the next one is started anew at a tick when it is not there.
    const calls = Array.from({ length: 20 }, (_, i) => ({ startMs: i * 7_200_000, durationMs: 700 }));
    const bytes = pure.policySave(taught(spec, { calls, minutes: 19 * 120 + 1 }));
    const startsOf = (backend: PolicyKernels, of: number) => {
      const handle = backend.policyLoad(spec, bytes);
      const tick = (seconds: number, count: number): Step => {
        const atMs = (19 * 120 + 119) * 60_000 + seconds * 1000;
        return { kind: 'tick', atMs, busy: 0, warmIdle: count, pending: count, forecast: [] };
      };
      const starts = [tick(0, 0), tick(5, of)].map((one) => take(backend, handle, one) as number[]);
      handle.close();
      return starts.map(({ length }) => length / 3);
    };
    for (const backend of [kernels(), pure]) {
      expect(startsOf(backend, 0)).toEqual([1, 1]);
      // As 32 bits their sum would be nothing.
      expect(startsOf(backend, 2 ** 31)).toEqual([1, 0]);
    }
  });

  it.each<[string, object, string]>([
    ['a prior of other length', { prior: flat.subarray(4) }, 'BAD_ARGUMENT'],
    ['a prior with as many numbers more as prices are', { prior: new Float64Array(590).fill(0.1) }, 'BAD_ARGUMENT'],
    ['no prior', { prior: undefined }, 'BAD_ARGUMENT'],
    ['a prior that is sure', { prior: flat.with(585, 1) }, 'BAD_ARGUMENT'],
    ['a prior that is sure of the contrary', { prior: flat.with(0, 0) }, 'BAD_ARGUMENT'],
    ['a prior that is no number', { prior: flat.with(300, Number.NaN) }, 'BAD_ARGUMENT'],
    ['a target above 1', { targetColdStartRate: 1.5 }, 'BAD_ARGUMENT'],
    ['a target below 0', { targetColdStartRate: -0.1 }, 'BAD_ARGUMENT'],
    ['a target that is no number', { targetColdStartRate: Number.NaN }, 'BAD_ARGUMENT'],
    ['some of the prices', { preWarmUsd: undefined }, 'BAD_ARGUMENT'],
    ['no prices', Object.fromEntries(Object.keys(prices).map((name) => [name, undefined])), 'BAD_ARGUMENT'],
    ['a negative price', { preWarmUsd: -1 }, 'OUT_OF_RANGE'],
    ['an endless price', { coldStartUsd: Number.POSITIVE_INFINITY }, 'NOT_FINITE'],
    ['a start of half a ms', { coldStartMs: 0.5 }, 'OUT_OF_RANGE'],
    ['a start of months', { coldStartMs: 2 ** 32 }, 'OUT_OF_RANGE'],
    ['a negative factor', { priceFactor: -1 }, 'OUT_OF_RANGE'],
  ])('refuse %s', (_, change, code) => {
    const spec = { kind: 'adaptive', prior: flat, ...prices, ...change } as PolicySpec;
    expect(codeOf(() => PolicyStepper.create(spec))).toBe(code);
    expect(codeOf(() => pure.policyCreate(encodePolicy(spec)))).toBe(code);
  });

  it.each(['adaptive', 'adaptive-keepalive'] as const)(
    '%s takes over how many are busy where a report was lost',
    (kind) => {
      using policy = PolicyStepper.create({ kind, prior: flat, ...prices });
      const gapsSeen = () => (policy.seen() as { gapsSeen: number }).gapsSeen;
      const callEachMinute = (from: number, times: number, others: number) => {
        for (let minute = from; minute < from + times; minute++) {
          policy.onTick(minute * 60_000, { busy: others, warmIdle: 1, pending: 0 });
          policy.onArrival(minute * 60_000 + 5000, others + 1);
          policy.onRelease(minute * 60_000 + 5700);
        }
        return gapsSeen();
      };
      policy.onArrival(0, 1);
      policy.onArrival(10, 2);
      policy.onRelease(900);
      const before = gapsSeen();
      // The end of the other is not told: from now on each call comes alone.
      expect(callEachMinute(1, 20, 0)).toBe(before + 20);
      // Of three calls nobody told the begin: the lowest level is not free.
      expect(callEachMinute(21, 10, 3)).toBe(before + 20);
    },
  );

  it('say what they have seen, and refuse the state of another function', () => {
    const spec: PolicySpec = { kind: 'adaptive', prior: flat, ...prices };
    using policy = PolicyStepper.create(spec);
    expect(policy.ticks).toBe(true);
    for (let beat = 0; beat < 40; beat++) {
      policy.onArrival(beat * 300_000, 1);
      policy.onRelease(beat * 300_000 + 700);
    }
    expect(policy.seen()).toMatchObject({ gapsSeen: 39, pricePressure: 1 });
    using again = PolicyStepper.load(spec, policy.save());
    expect(again.seen()).toEqual(policy.seen());
    for (const other of [
      { ...spec, kind: 'adaptive-keepalive' as const },
      { ...spec, coldStartMs: 2000 },
      { ...spec, preWarmUsd: 0 },
      { ...spec, priceFactor: 2 },
      { ...spec, targetColdStartRate: 0.01 },
      { kind: 'hybrid-histogram' as const },
    ]) {
      expect(codeOf(() => PolicyStepper.load(other, policy.save()))).toBe('BAD_STATE');
    }
    using keepAlive = PolicyStepper.create({ ...spec, kind: 'adaptive-keepalive' });
    expect(keepAlive.ticks).toBe(false);
    expect(keepAlive.onTick(0, { busy: 0, warmIdle: 0, pending: 0 })).toEqual([]);
  });
});
