/** What must hold of advantages whatever the rollout: each estimator against the others, and against its own definition. */
import { describe, expect, it } from 'vitest';
import {
  discountedReturns,
  generalizedAdvantage,
  normalizeAdvantages,
  nStepReturns,
  tdLambdaReturns,
  vtrace,
} from '../../ts/core/kernels/index.js';
import { rolloutOf } from '../rollouts.js';

const SHAPES = [
  [1, 1],
  [15, 1],
  [16, 1],
  [17, 1],
  [400, 1],
  [60, 2],
  [33, 21],
] as const;

const rollouts = SHAPES.flatMap(([steps, envs], seed) =>
  [
    { terminated: 0, truncated: 0 },
    { terminated: 60, truncated: 0 },
    { terminated: 30, truncated: 200 },
  ].map((chances) => ({ ...rolloutOf(seed + 1, steps, envs, chances), gamma: 0.97, lambda: 0.9 })),
);

const close = (found: Float64Array, expected: ArrayLike<number>): void => {
  expect(found).toHaveLength(expected.length);
  for (const [at, value] of found.entries())
    expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-11 * (1 + Math.abs(value)));
};

describe.each(rollouts)('of $steps steps in $envs environments', (rollout) => {
  const { rewards, values, nextValues, terminated, truncated, steps, envs, gamma, lambda } = rollout;

  it('advantages are the discounted sums of the temporal differences of their episode', () => {
    const sums = rewards.map((_, from) => {
      let sum = 0;
      for (let at = from, weight = 1; at < rewards.length; at += envs, weight *= gamma * lambda) {
        const next = terminated[at] === 1 ? 0 : gamma * nextValues[at]!;
        sum += weight * (rewards[at]! + next - values[at]!);
        if (terminated[at] === 1 || truncated[at] === 1) break;
      }
      return sum;
    });
    close(generalizedAdvantage(rollout).advantages, sums);
  });

  it('with a lambda of 0 they are the temporal differences, and returns are of one step', () => {
    const { advantages, returns } = generalizedAdvantage({ ...rollout, lambda: 0 });
    const oneStep = nStepReturns({ ...rollout, n: 1 });
    close(returns, oneStep);
    close(
      advantages,
      oneStep.map((value, at) => value - values[at]!),
    );
    close(tdLambdaReturns({ ...rollout, lambda: 0 }), oneStep);
  });

  it('with a lambda of 1 returns are the discounted ones, as those over all steps are', () => {
    const discounted = discountedReturns(rollout);
    close(generalizedAdvantage({ ...rollout, lambda: 1 }).returns, discounted);
    close(nStepReturns({ ...rollout, n: steps + 3 }), discounted);
    close(tdLambdaReturns(rollout), generalizedAdvantage(rollout).returns);
  });

  it('V-trace of the policy itself is the return, bootstrapped where the next state is another one', () => {
    const logRatios = new Float64Array(rewards.length);
    const { targets, advantages } = vtrace({ ...rollout, logRatios });
    const { returns } = generalizedAdvantage({ ...rollout, lambda: 1 });
    close(targets, returns);
    const weighed = vtrace({ ...rollout, logRatios: logRatios.fill(-50) });
    close(weighed.targets, values);
    for (const value of weighed.advantages) expect(Math.abs(value)).toBeLessThan(1e-15);
    expect(advantages.every(Number.isFinite)).toBe(true);
  });

  it('an episode has the same ones wherever it stands', () => {
    const shift = 7 * envs;
    const later = (array: Float64Array, fill: number): Float64Array => {
      const moved = new Float64Array(array.length + shift).fill(fill);
      moved.set(array, shift);
      return moved;
    };
    const moved = {
      ...rollout,
      rewards: later(rewards, 1e9),
      values: later(values, -3),
      nextValues: later(nextValues, 5),
      terminated: Uint8Array.from([...new Uint8Array(shift).fill(1), ...terminated]),
      truncated: Uint8Array.from([...new Uint8Array(shift), ...truncated]),
      steps: steps + 7,
    };
    const found = generalizedAdvantage(moved).advantages.slice(shift);
    expect(found).toEqual(generalizedAdvantage(rollout).advantages);
  });

  it('normalised they have mean 0 and deviation 1', () => {
    const { advantages } = generalizedAdvantage(rollout);
    const before = advantages.slice();
    const { mean, standardDeviation } = normalizeAdvantages(advantages, { epsilon: 0 });
    const count = advantages.length;
    expect(mean).toBeCloseTo(before.reduce((sum, value) => sum + value, 0) / count, 12);
    if (count === 1) {
      expect([standardDeviation, ...advantages]).toEqual([0, 0]);
      return;
    }
    expect(Math.abs(advantages.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9);
    expect(advantages.reduce((sum, value) => sum + value * value, 0) / (count - 1)).toBeCloseTo(1, 10);
    close(
      before,
      advantages.map((value) => value * standardDeviation + mean),
    );
  });
});

it('environments do not know of each other', () => {
  const rollout = { ...rolloutOf(4, 50, 19, { terminated: 40, truncated: 40 }), gamma: 0.9, lambda: 0.8 };
  const { advantages } = generalizedAdvantage(rollout);
  const [steps, envs] = [50, 5];
  const some = <A extends Float64Array | Uint8Array>(array: A): A =>
    array.filter((_, at) => at % 19 >= 3 && at % 19 < 8) as A;
  const part = {
    ...rollout,
    rewards: some(rollout.rewards),
    values: some(rollout.values),
    nextValues: some(rollout.nextValues),
    terminated: some(rollout.terminated),
    truncated: some(rollout.truncated),
    steps,
    envs,
  };
  expect(generalizedAdvantage(part).advantages).toEqual(some(advantages));
});

it('empty rollouts have none', () => {
  for (const [steps, envs] of [
    [0, 0],
    [0, 3],
    [3, 0],
  ] as const) {
    const nothing = { ...rolloutOf(1, steps, envs, { terminated: 0, truncated: 0 }), gamma: 1, lambda: 1 };
    expect(generalizedAdvantage(nothing).advantages).toHaveLength(0);
    expect(nStepReturns({ ...nothing, n: 1 })).toHaveLength(0);
    expect(vtrace(nothing).targets).toHaveLength(0);
  }
});
