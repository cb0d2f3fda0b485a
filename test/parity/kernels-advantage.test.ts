import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { AdvantageKernels } from '../../ts/core/kernels/contract.js';
import {
  backendInfo,
  discountedReturns,
  generalizedAdvantage,
  IsothermError,
  init,
  kernelArray,
  normalizeAdvantages,
  nStepReturns,
  tdLambdaReturns,
  vtrace,
} from '../../ts/core/kernels/index.js';
import { advantage as pure } from '../../ts/core/kernels/pure/advantage/index.js';
import { rolloutOf } from '../rollouts.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

type Written = Float32Array | Float64Array;

/** What the backend wrote, or the code that it threw: compared bit for bit. */
function answer(write: () => Written[]): unknown {
  try {
    return translated(write).map(({ buffer }) => [...new Uint32Array(buffer)]);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    // Infinity has another name in Rust.
    return { code: thrown.code, message: thrown.message.replace('Infinity', 'inf') };
  }
}

interface Case {
  single: boolean;
  rewards: number[];
  values: number[];
  nextValues: number[];
  logRatios: number[];
  terminated: number[];
  truncated: number[];
  steps: number;
  envs: number;
  gamma: number;
  lambda: number;
  n: number;
  clips: number;
  inPlace: boolean;
  hasRow: boolean;
}

function everything(backend: AdvantageKernels, c: Case): unknown {
  const of = (values: number[]): Written => (c.single ? Float32Array.from(values) : Float64Array.from(values));
  const room = (): Written => of(c.rewards.map(() => -1));
  const pick = <A, B>(both: A, one: B): A => (c.single ? one : both) as A;
  const [rewards, values, nextValues, logRatios] = [c.rewards, c.values, c.nextValues, c.logRatios].map(of) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [terminated, truncated] = [Uint8Array.from(c.terminated), Uint8Array.from(c.truncated)];
  const none = of([]) as Float64Array;
  const shape = [terminated, truncated, c.steps, c.envs, c.gamma] as const;
  return [
    answer(() => {
      const [advantages, returns] = [room() as Float64Array, room() as Float64Array];
      if (c.inPlace) advantages.set(rewards);
      const read = c.inPlace ? none : rewards;
      const gae = pick(backend.generalizedAdvantage, backend.generalizedAdvantage32);
      if (c.hasRow) {
        const longer = of([...c.values, ...c.nextValues.slice(0, c.envs)]) as Float64Array;
        gae(read, longer, none, terminated, new Uint8Array(0), c.steps, c.envs, c.gamma, c.lambda, advantages, none);
        return [advantages];
      }
      gae(read, values, nextValues, ...shape, c.lambda, advantages, returns);
      return [advantages, returns];
    }),
    answer(() => {
      const returns = room() as Float64Array;
      if (c.inPlace) returns.set(rewards);
      const run = pick(backend.lambdaReturns, backend.lambdaReturns32);
      run(c.inPlace ? none : rewards, nextValues, ...shape, c.lambda, returns);
      return [returns];
    }),
    answer(() => {
      const returns = room() as Float64Array;
      pick(backend.nStepReturns, backend.nStepReturns32)(rewards, nextValues, ...shape, c.n, returns);
      return [returns];
    }),
    answer(() => {
      const [targets, advantages] = [room() as Float64Array, room() as Float64Array];
      const run = pick(backend.vtrace, backend.vtrace32);
      run(rewards, values, nextValues, logRatios, ...shape, c.clips, c.clips / 2, targets, advantages);
      return [targets, advantages];
    }),
    answer(() => {
      const [advantages, moments] = [of(c.rewards) as Float64Array, new Float64Array(2)];
      pick(backend.normalizeAdvantages, backend.normalizeAdvantages32)(advantages, c.clips, moments);
      return [advantages, moments];
    }),
  ];
}

const finite = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 1e-40, 1e-310, 0.1),
);
const any = fc.oneof(
  { weight: 40, arbitrary: finite },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 3e38),
);
const share = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  fc.constantFrom(0, 1, 0.99),
);
const wrongShare = fc.constantFrom(-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY);
const flag = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 255));

const casesOf = (number: fc.Arbitrary<number>, shares: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc.record({ steps: fc.nat(70), envs: fc.oneof(fc.constant(1), fc.nat(40)) }).chain(({ steps, envs }) => {
    const array = (of: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
      fc.array(of, { minLength: steps * envs, maxLength: steps * envs });
    return fc.record({
      single: fc.boolean(),
      rewards: array(number),
      values: array(number),
      nextValues: array(number),
      logRatios: array(number.map((value) => value / 300)),
      terminated: array(flag),
      truncated: fc.oneof(array(flag), fc.constant<number[]>([])),
      steps: fc.constant(steps),
      envs: fc.constant(envs),
      gamma: shares,
      lambda: shares,
      n: fc.integer({ min: 1, max: 80 }),
      clips: fc.constantFrom(0, 0.5, 1, 2),
      inPlace: fc.boolean(),
      hasRow: fc.boolean(),
    });
  });

describe('the same bits and the same errors as the pure backend', () => {
  const same = (c: Case): void => {
    expect(everything(kernels(), c)).toEqual(everything(pure, c));
  };

  it('for rollouts of any shape', () => {
    fc.assert(fc.property(casesOf(finite, share), same), { numRuns: 250 });
  });

  it('for what is not finite, and what is out of range', () => {
    fc.assert(fc.property(casesOf(any, fc.oneof({ weight: 5, arbitrary: share }, wrongShare)), same), { numRuns: 250 });
  });

  it('for arrays of the wrong length, and sizes that are none', () => {
    const whole = rolloutOf(5, 6, 2, { terminated: 100, truncated: 100 });
    const base: Case = {
      ...(Object.fromEntries(
        Object.entries(whole).map(([name, value]) => [name, typeof value === 'number' ? value : [...value]]),
      ) as unknown as Case),
      single: false,
      gamma: 0.9,
      lambda: 0.9,
      n: 3,
      clips: 1,
      inPlace: false,
      hasRow: false,
    };
    const wrong: Partial<Case>[] = [
      { values: base.values.slice(1) },
      { nextValues: base.nextValues.slice(1) },
      { logRatios: base.logRatios.slice(1) },
      { terminated: base.terminated.slice(1) },
      { truncated: base.truncated.slice(1) },
      { rewards: base.rewards.slice(1) },
      { nextValues: [] },
      { steps: 2.5 },
      { steps: -1 },
      { envs: Number.NaN },
      { steps: 1e9, envs: 1e9 },
      { n: 0 },
      { n: 1.5 },
      { clips: -1 },
      { clips: Number.NaN },
    ];
    for (const change of wrong) {
      const found = everything(kernels(), { ...base, ...change }) as unknown[];
      expect(found).toEqual(everything(pure, { ...base, ...change }));
      expect(found.filter((one) => !Array.isArray(one)).length).toBeGreaterThan(0);
    }
  });

  it('for one long trajectory', () => {
    for (const terminated of [0, 2, 300]) {
      const { rewards, values, nextValues, ...rest } = rolloutOf(3, 5_003, 1, {
        terminated,
        truncated: terminated / 2,
      });
      for (const single of [true, false]) {
        same({
          ...rest,
          rewards: [...rewards],
          values: [...values],
          nextValues: [...nextValues],
          logRatios: [...rest.logRatios],
          terminated: [...rest.terminated],
          truncated: [...rest.truncated],
          single,
          gamma: 0.99,
          lambda: 0.95,
          n: 5,
          clips: 1,
          inPlace: false,
          hasRow: false,
        });
      }
    }
  });
});

describe('the public functions', () => {
  const rollout = { ...rolloutOf(9, 40, 6, { terminated: 50, truncated: 50 }), gamma: 0.97, lambda: 0.9 };
  const single = {
    ...rollout,
    rewards: Float32Array.from(rollout.rewards),
    values: Float32Array.from(rollout.values),
    nextValues: Float32Array.from(rollout.nextValues),
    logRatios: Float32Array.from(rollout.logRatios),
  };
  const codeOf = (run: () => unknown) => {
    try {
      run();
    } catch (thrown) {
      return (thrown as IsothermError).code;
    }
    return undefined;
  };

  it('compute in the precision of the rewards, whatever the other arrays are', () => {
    const mixed = { ...single, values: [...rollout.values], nextValues: rollout.nextValues };
    expect(generalizedAdvantage(mixed)).toEqual(generalizedAdvantage(single));
    expect(generalizedAdvantage(single).advantages).toBeInstanceOf(Float32Array);
    const lists = { ...rollout, rewards: [...rollout.rewards], terminated: [...rollout.terminated].map(Boolean) };
    expect(generalizedAdvantage(lists)).toEqual(generalizedAdvantage(rollout));
    expect(tdLambdaReturns(single)).toBeInstanceOf(Float32Array);
    expect(nStepReturns({ ...rollout, n: 2 })).toBeInstanceOf(Float64Array);
    expect(vtrace(single).targets).toBeInstanceOf(Float32Array);
  });

  it('write to what they are given, the rewards included', () => {
    const { advantages, returns } = generalizedAdvantage(rollout);
    const out = { advantages: new Float64Array(240), returns: new Float64Array(240) };
    expect(generalizedAdvantage(rollout, out)).toBe(out);
    expect(out).toEqual({ advantages, returns });
    const rewards = rollout.rewards.slice();
    generalizedAdvantage({ ...rollout, rewards }, { advantages: rewards });
    expect(rewards).toEqual(advantages);
    const discounted = rollout.rewards.slice();
    expect(discountedReturns({ ...rollout, rewards: discounted }, discounted)).toBe(discounted);
    expect(discounted).toEqual(discountedReturns(rollout));
  });

  it('take the row after the last in values', () => {
    const { truncated: _, nextValues: __, ...rest } = rollout;
    const values = new Float64Array(246).map((_, at) => rollout.values[at] ?? at / 10);
    const found = generalizedAdvantage({ ...rest, values });
    expect(found).toEqual(generalizedAdvantage({ ...rest, values: values.slice(0, 240), nextValues: values.slice(6) }));
    expect(codeOf(() => generalizedAdvantage({ ...rest, values: rollout.values }))).toBe('BAD_LENGTH');
    expect(codeOf(() => generalizedAdvantage({ ...rest, values, truncated: rollout.truncated }))).toBe('BAD_LENGTH');
  });

  it('do not look at values that nothing follows from', () => {
    const nextValues = rollout.nextValues.map((value, at) => (rollout.terminated[at] === 1 ? Number.NaN : value));
    expect(generalizedAdvantage({ ...rollout, nextValues })).toEqual(generalizedAdvantage(rollout));
    const cutOff = rollout.nextValues.map((value, at) =>
      rollout.truncated[at] === 1 || at >= 234 ? value : Number.NaN,
    );
    expect(discountedReturns({ ...rollout, nextValues: cutOff })).toEqual(discountedReturns(rollout));
  });

  it('refuse what cannot be meant', () => {
    const cells = () => new Float64Array(240);
    const out = (advantages: Float64Array, returns: Float64Array = cells()) => ({ advantages, returns });
    const both = cells();
    expect(codeOf(() => generalizedAdvantage(rollout, out(rollout.values)))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => generalizedAdvantage(rollout, out(both, both)))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => generalizedAdvantage(rollout, out(cells(), rollout.rewards)))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => generalizedAdvantage(single, out(cells()) as never))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => nStepReturns({ ...rollout, n: 2 }, rollout.rewards))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => vtrace(rollout, { targets: both, advantages: both }))).toBe('BAD_ARGUMENT');
    expect(codeOf(() => generalizedAdvantage(rollout, out(new Float64Array(239))))).toBe('BAD_LENGTH');
    expect(
      codeOf(() => generalizedAdvantage({ ...rollout, rewards: new Float64Array() }, out(new Float64Array(240)))),
    ).toBe('BAD_LENGTH');
    expect(codeOf(() => generalizedAdvantage({ ...rollout, gamma: 1.01 }))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => generalizedAdvantage({ ...rollout, lambda: Number.NaN }))).toBe('OUT_OF_RANGE');
    const rewards = rollout.rewards.with(17, Number.NaN);
    expect(() => generalizedAdvantage({ ...rollout, rewards })).toThrow(/step 2 in environment 5/);
    expect(codeOf(() => normalizeAdvantages(rewards))).toBe('NOT_FINITE');
  });

  it('do not normalise what has no deviation that is a number, and leave it as it is', () => {
    for (const entries of [
      [1e308, 1.1e308],
      [1e200, -1e200],
      [1.7e308, -1e308],
      [0, 1e-320],
      [0, 1e-161],
      [2e-170, 0, 0],
    ]) {
      const advantages = Float64Array.from(entries);
      expect(codeOf(() => normalizeAdvantages(advantages, { epsilon: 0 }))).toBe('NOT_FINITE');
      expect(advantages).toEqual(Float64Array.from(entries));
    }
    // Beside an epsilon the deviation of what is close does not matter.
    const close = Float64Array.of(0, 1e-320);
    normalizeAdvantages(close, { epsilon: 1 });
    for (const value of close) expect(value).toBeCloseTo(0, 300);
  });

  it('make zeros of what is alike, though its mean rounds', () => {
    const tenths = [0.1, 0.1, 0.1];
    for (const entries of [[3, 3, 3], [1e308], [1e308, 1e308], tenths, tenths.map((value) => value * 2 ** -560)]) {
      for (const epsilon of [0, 1e-8]) {
        for (const advantages of [Float64Array.from(entries), Float32Array.from(entries.map((value) => value % 1e9))]) {
          const [mean] = advantages;
          expect(normalizeAdvantages(advantages, { epsilon })).toEqual({ mean, standardDeviation: 0 });
          for (const value of advantages) expect(value).toBe(0);
        }
      }
    }
  });
});

describe('kernelArray', () => {
  const rollout = { ...rolloutOf(11, 50, 5, { terminated: 50, truncated: 50 }), gamma: 0.97, lambda: 0.9 };
  const cells = rollout.rewards.length;
  const filled = <Type extends 'f32' | 'f64' | 'u8'>(type: Type, values: ArrayLike<number>) => {
    const made = kernelArray(type, values.length);
    made.array.set(values);
    return made;
  };
  const codeOf = (run: () => unknown) => (answer(() => [run() as Float64Array]) as { code?: string }).code;

  it('is read and written where it lies, with the same results', () => {
    for (const type of ['f32', 'f64'] as const) {
      const list = (values: Float64Array) => (type === 'f32' ? Float32Array.from(values) : values);
      using rewards = filled(type, rollout.rewards);
      using values = filled(type, rollout.values);
      using nextValues = filled(type, rollout.nextValues);
      using terminated = filled('u8', rollout.terminated);
      using truncated = filled('u8', rollout.truncated);
      using advantages = kernelArray(type, cells);
      using returns = kernelArray(type, cells);
      expect(advantages.array.every((value) => value === 0)).toBe(true);
      const there = () => ({
        ...rollout,
        rewards: rewards.array,
        values: values.array,
        nextValues: nextValues.array,
        terminated: terminated.array,
        truncated: truncated.array,
      });
      const expected = generalizedAdvantage({ ...rollout, rewards: list(rollout.rewards) });
      generalizedAdvantage(there(), { advantages: advantages.array, returns: returns.array });
      expect(advantages.array).toEqual(expected.advantages);
      expect(returns.array).toEqual(expected.returns);
      // Some there, some elsewhere.
      expect(generalizedAdvantage({ ...there(), values: list(rollout.values) })).toEqual(expected);
      const logRatios = list(rollout.values.map((value) => value / 100));
      expect(vtrace({ ...there(), logRatios })).toEqual(
        vtrace({ ...rollout, rewards: list(rollout.rewards), logRatios }),
      );
      // In the place of the rewards.
      generalizedAdvantage(there(), { advantages: rewards.array });
      expect(rewards.array).toEqual(expected.advantages);
      const moments = normalizeAdvantages(advantages.array);
      const alone = expected.advantages.slice();
      expect(moments).toEqual(normalizeAdvantages(alone));
      expect(advantages.array).toEqual(alone);
      expect(codeOf(() => generalizedAdvantage(there(), { advantages: values.array }))).toBe('BAD_ARGUMENT');
    }
  });

  it('outlives the growth of the memory that it lies in', () => {
    using rewards = filled('f64', rollout.rewards);
    using returns = kernelArray('f64', cells);
    const [before, outBefore] = [rewards.array, returns.array];
    const moved = kernelArray('u8', 50_000_000);
    moved.close();
    expect(discountedReturns({ ...rollout, rewards: rewards.array }, returns.array)).toEqual(
      discountedReturns(rollout),
    );
    if (before.length === 0) {
      // What was asked for before is refused, not taken for something left out.
      expect(codeOf(() => discountedReturns({ ...rollout, rewards: before }))).toBe('BAD_LENGTH');
      const out = { advantages: new Float64Array(cells), returns: outBefore };
      expect(codeOf(() => generalizedAdvantage(rollout, out))).toBe('BAD_LENGTH');
    }
    expect(rewards.array).toBe(rewards.array);
  });

  it('comes back as it lies after a call that made its memory grow', () => {
    using before = kernelArray('u8', 1);
    // What has to be brought there is more than all that there is.
    const count = Math.ceil(Math.min(before.array.buffer.byteLength, 2 ** 28) / 8);
    const ones = new Float64Array(count).fill(1);
    const large = {
      rewards: ones,
      nextValues: ones,
      terminated: new Uint8Array(count),
      steps: count,
      envs: 1,
      gamma: 0,
    };
    using returns = kernelArray('f64', count);
    const given = discountedReturns(large, returns.array);
    expect(given).toHaveLength(count);
    expect(given.buffer).toBe(returns.array.buffer);
    expect(given.every((value) => value === 1)).toBe(true);
  });

  it('is closed, and of a size that there is', () => {
    const made = kernelArray('f32', 3);
    made.close();
    made.close();
    expect(codeOf(() => made.array)).toBe('CLOSED_HANDLE');
    expect(kernelArray('u8', 0).array).toHaveLength(0);
    for (const length of [-1, 1.5, Number.NaN, 2 ** 40]) {
      expect(codeOf(() => kernelArray('f64', length).array)).toBe('OUT_OF_RANGE');
    }
  });
});
