/** Advantages and returns of rollouts: what each step was worth, told apart by how its episode ended. */
import {
  type AdvantageRollout,
  advantageInputs,
  type LambdaRollout,
  lambdaInputs,
  type NStepRollout,
  nStepInputs,
  type VtraceRollout,
  vtraceInputs,
} from './advantage-inputs.js';
import {
  checkApart,
  checkGiven,
  checkOut,
  kernelFor,
  noneOf,
  type Reals,
  type Rollout,
  roomOf,
  type SameReals,
} from './advantage-rollout.js';
import { kernels, translated } from './backend.js';
import { written } from './kernel-array.js';

/** Advantages, and returns unless they are not wanted. `[steps, envs]`. */
export interface AdvantageArrays<A> {
  advantages: A;
  returns?: A;
}

/** Advantages, and the returns that they and the values add up to: what a critic is trained towards. `[steps, envs]`. */
export interface Advantages<A> {
  advantages: A;
  returns: A;
}

/**
 * Generalised advantage estimation: what each step did better than the critic expected, as a mean over horizons that `lambda` weighs.
 *
 * `delta[t] = rewards[t] + gamma * nextValues[t] - values[t]`, without the middle term where terminated, and
 * `advantages[t] = delta[t] + gamma * lambda * advantages[t + 1]`, without the last term where terminated or truncated; `returns = advantages + values`.
 * A `Float32Array` of rewards computes in single precision. All backends give the same bits: over several environments these are the operations in
 * their order; a single trajectory is summed over windows of 2, 4, 8 and 16 steps, so that no step waits for the one after it.
 *
 * @param rollout arrays `[steps, envs]`, time-major. Without `nextValues`, `values` is `[steps + 1, envs]` and nothing is truncated.
 * @param out written to and returned, of the precision of the rewards; nothing is allocated then. `advantages` may be the array of the rewards, otherwise it
 * shares memory with no other; without `returns` these are not computed. Arrays of `kernelArray` are used where they lie on WASM too.
 * @throws IsothermError `BAD_LENGTH`, `OUT_OF_RANGE` (`gamma` and `lambda` are 0 to 1), `BAD_ARGUMENT` (out), `NOT_FINITE`: an input is not, or the sums are too
 * large; `out` has been written to then.
 *
 * Complexity: O(steps envs), at the speed of memory.
 *
 * Source: Schulman et al., "High-dimensional continuous control using generalized advantage estimation", ICLR 2016; truncation as in Pardo et
 * al., "Time limits in reinforcement learning", ICML 2018; the windows as in Hillis and Steele, "Data parallel algorithms", CACM 29(12), 1986.
 *
 * @example
 * const flags = { terminated: [0, 0, 1], truncated: [0, 0, 0] };
 * const rollout = { rewards: [1, 1, 1], values: [0.5, 0.5, 0.5], nextValues: [0.5, 0.5, 0], ...flags, steps: 3, envs: 1 };
 * generalizedAdvantage({ ...rollout, gamma: 0.5, lambda: 0.5 });
 * // { advantages: [0.96875, 0.875, 0.5], returns: [1.46875, 1.375, 1] }
 */
export function generalizedAdvantage<R extends Reals>(rollout: AdvantageRollout<R>): Advantages<SameReals<R>>;
export function generalizedAdvantage<R extends Reals, Out extends AdvantageArrays<SameReals<R>>>(
  rollout: AdvantageRollout<R>,
  out: Out,
): Out;
export function generalizedAdvantage<R extends Reals>(
  rollout: AdvantageRollout<R>,
  out?: AdvantageArrays<SameReals<R>>,
): AdvantageArrays<SameReals<R>> {
  const { rewards } = rollout;
  const arrays = out ?? { advantages: roomOf(rewards), returns: roomOf(rewards) };
  const { advantages, returns = noneOf(rewards) } = arrays;
  const inputs = advantageInputs(rollout);
  if (out !== undefined) {
    checkGiven('returns', out.returns, rewards);
    checkOut('advantages', advantages, rewards);
    checkOut('returns', returns, rewards);
    if (isSame(advantages, rewards)) inputs[0] = noneOf(rewards);
    const [read, values, nextValues, terminated, truncated] = inputs;
    for (const [name, array] of [
      ['advantages', advantages],
      ['returns', returns],
    ] as const) {
      checkApart(name, array, 'rewards', read);
      checkApart(name, array, 'values', values);
      checkApart(name, array, 'nextValues', nextValues);
      checkApart(name, array, 'terminated', terminated);
      checkApart(name, array, 'truncated', truncated);
    }
    checkApart('returns', returns, 'advantages', advantages);
  }
  return written(arrays, { advantages, returns }, () =>
    kernelFor(kernels(), 'generalizedAdvantage', rewards)(...inputs, advantages, returns),
  );
}

const isSame = (out: unknown, rewards: Reals): boolean => out === rewards;

/**
 * Discounted returns: what came after each step, and what `nextValues` says of the rest where an episode was cut off.
 *
 * `returns[t]` is `rewards[t]` where terminated, `rewards[t] + gamma * nextValues[t]` where truncated or in the last row, else
 * `rewards[t] + gamma * returns[t + 1]`. Next values are not looked at elsewhere.
 *
 * @param out written to and returned, as in `generalizedAdvantage`; it may be the array of the rewards.
 * @throws IsothermError `BAD_LENGTH`, `OUT_OF_RANGE` (`gamma`, `lambda`), `BAD_ARGUMENT` (out), `NOT_FINITE`, each as of `generalizedAdvantage`.
 *
 * Complexity: O(steps envs), at the speed of memory.
 *
 * Source: Sutton and Barto, "Reinforcement Learning", 2nd edition, section 3.3.
 *
 * @example
 * const rollout = { rewards: [1, 1, 1], nextValues: [0, 0, 4], terminated: [0, 0, 0], steps: 3, envs: 1 };
 * discountedReturns({ ...rollout, gamma: 0.5 }); // [2.25, 2.5, 3]
 */
export function discountedReturns<R extends Reals>(rollout: Rollout<R>, out?: SameReals<R>): SameReals<R> {
  return tdLambdaReturns({ ...rollout, lambda: 1 }, out);
}

/**
 * TD(lambda) returns: as `discountedReturns`, but of what is to come the share `1 - lambda` is taken from `nextValues` at every step.
 *
 * `rewards[t] + gamma * ((1 - lambda) * nextValues[t] + lambda * returns[t + 1])` where the episode goes on. With the critic's values these are the
 * returns of `generalizedAdvantage`, computed without them.
 *
 * @param out written to and returned, as in `generalizedAdvantage`; it may be the array of the rewards.
 * @throws IsothermError `BAD_LENGTH`, `OUT_OF_RANGE` (`gamma`, `lambda`), `BAD_ARGUMENT` (out), `NOT_FINITE`, each as of `generalizedAdvantage`.
 *
 * Complexity: O(steps envs), at the speed of memory.
 *
 * Source: Sutton and Barto, "Reinforcement Learning", 2nd edition, section 12.1.
 *
 * @example
 * const rollout = { rewards: [1, 1, 1], nextValues: [2, 2, 4], terminated: [0, 0, 0], steps: 3, envs: 1 };
 * tdLambdaReturns({ ...rollout, gamma: 0.5, lambda: 0.5 }); // [2.0625, 2.25, 3]
 */
export function tdLambdaReturns<R extends Reals>(rollout: LambdaRollout<R>, out?: SameReals<R>): SameReals<R> {
  const { rewards } = rollout;
  const returns = out ?? roomOf(rewards);
  const inputs = lambdaInputs(rollout);
  if (out !== undefined) {
    if (isSame(out, rewards)) inputs[0] = noneOf(rewards);
    checkReturns(returns, rewards, inputs);
  }
  const estimates = { returns };
  return written(estimates, estimates, () => kernelFor(kernels(), 'lambdaReturns', rewards)(...inputs, returns))
    .returns;
}

type Read = Float32Array | Float64Array | Uint8Array;

function checkReturns(
  returns: Float32Array | Float64Array,
  rewards: Reals,
  [read, nextValues, terminated, truncated]: readonly [...[Exclude<Read, Uint8Array>, Read, Read, Read], ...number[]],
): void {
  checkOut('returns', returns, rewards);
  checkApart('returns', returns, 'rewards', read);
  checkApart('returns', returns, 'nextValues', nextValues);
  checkApart('returns', returns, 'terminated', terminated);
  checkApart('returns', returns, 'truncated', truncated);
}

/**
 * Returns over `n` steps: their discounted rewards, and what `nextValues` says of the state after them; fewer where the episode or the rollout ends.
 *
 * @param out written to and returned, as in `generalizedAdvantage`; it shares memory with no input.
 * @throws IsothermError `BAD_LENGTH`, `OUT_OF_RANGE` (`gamma`; `n` is whole, at least 1), `BAD_ARGUMENT` (out), `NOT_FINITE`, each as of `generalizedAdvantage`.
 *
 * Complexity: O(steps envs n): each return is summed by itself, from the last of its steps to the first.
 *
 * Source: Sutton and Barto, "Reinforcement Learning", 2nd edition, section 7.1.
 *
 * @example
 * const rollout = { rewards: [1, 1, 1], nextValues: [2, 2, 4], terminated: [0, 0, 0], steps: 3, envs: 1 };
 * nStepReturns({ ...rollout, gamma: 0.5, n: 2 }); // [2, 2.5, 3]
 */
export function nStepReturns<R extends Reals>(rollout: NStepRollout<R>, out?: SameReals<R>): SameReals<R> {
  const { rewards } = rollout;
  const returns = out ?? roomOf(rewards);
  const inputs = nStepInputs(rollout);
  if (out !== undefined) checkReturns(returns, rewards, inputs);
  const estimates = { returns };
  return written(estimates, estimates, () => kernelFor(kernels(), 'nStepReturns', rewards)(...inputs, returns)).returns;
}

/** What V-trace gives, `[steps, envs]`. */
export interface VtraceEstimates<A> {
  /** What the values of the policy are trained towards. */
  targets: A;
  /** What its gradient is weighed with. */
  advantages: A;
}

/**
 * V-trace: values and advantages of a policy from what an older one did.
 *
 * With `ratio = exp(logRatios)`, `rho = min(rhoBar, ratio)`, `c = min(cBar, ratio)` and `delta` as of `generalizedAdvantage`, `d[t] = rho * delta[t] + gamma * c *
 * d[t + 1]` as far as the episode goes on, `targets = values + d`, and `advantages = rho * (rewards + gamma * y - values)`, where `y` is the target of the next
 * step, or `nextValues` where truncated or in the last row, and nothing where terminated.
 *
 * @param rollout `logRatios`: log of the policy's probability of what was done, less that of the one which did it.
 * @param out written to and returned, as in `generalizedAdvantage`; it shares memory with no input.
 * @throws IsothermError `BAD_LENGTH`, `BAD_ARGUMENT` (out), each as of `generalizedAdvantage`; `OUT_OF_RANGE` (`gamma`; `rhoBar` and `cBar` are at least
 * 0); `NOT_FINITE` (these two as well).
 *
 * Complexity: O(steps envs).
 *
 * Source: Espeholt et al., "IMPALA: scalable distributed deep-RL with importance weighted actor-learner architectures", ICML 2018, section 4.
 *
 * @example
 * const flags = { terminated: [0, 1], logRatios: [0, 0] };
 * const rollout = { rewards: [1, 1], values: [0.5, 0.5], nextValues: [0.5, 0], ...flags, steps: 2, envs: 1 };
 * vtrace({ ...rollout, gamma: 0.5 }); // { targets: [1.5, 1], advantages: [1, 0.5] }
 */
export function vtrace<R extends Reals>(
  rollout: VtraceRollout<R>,
  out?: VtraceEstimates<SameReals<R>>,
): VtraceEstimates<SameReals<R>> {
  const { rewards } = rollout;
  const estimates = out ?? { targets: roomOf(rewards), advantages: roomOf(rewards) };
  const { targets, advantages } = estimates;
  const inputs = vtraceInputs(rollout);
  if (out !== undefined) {
    const names = ['rewards', 'values', 'nextValues', 'logRatios', 'terminated', 'truncated'];
    for (const [name, array] of [
      ['targets', targets],
      ['advantages', advantages],
    ] as const) {
      checkOut(name, array, rewards);
      for (const [i, other] of names.entries()) checkApart(name, array, other, inputs[i] as Read);
    }
    checkApart('targets', targets, 'advantages', advantages);
  }
  return written(estimates, { targets, advantages }, () =>
    kernelFor(kernels(), 'vtrace', rewards)(...inputs, targets, advantages),
  );
}

/** Of a batch before it was normalised. */
export interface AdvantageMoments {
  mean: number;
  /** Of a sample: its squares are divided by one less than their number. */
  standardDeviation: number;
}

/**
 * Shifts and scales advantages in place to mean 0 and standard deviation 1: `(a - mean) / (standardDeviation + epsilon)`, computed in double precision.
 *
 * @param advantages of any shape: one batch.
 * @param options `epsilon`: finite, at least 0; 1e-8 when left out.
 * @returns what it found; 0 for the deviation of fewer than two.
 * @throws IsothermError `NOT_FINITE`: an entry is not, or they are so far apart, or with a tiny epsilon so close, that their deviation is no number;
 * `OUT_OF_RANGE` (epsilon). Nothing is changed then.
 *
 * Complexity: O(n), two passes.
 *
 * Source: as implementations of PPO do, see Huang et al., "The 37 implementation details of proximal policy optimization", ICLR Blog Track 2022, detail 7.
 *
 * @example
 * const advantages = Float64Array.of(1, 2, 3);
 * normalizeAdvantages(advantages, { epsilon: 0 }); // { mean: 2, standardDeviation: 1 }
 * advantages; // [-1, 0, 1]
 */
export function normalizeAdvantages(
  advantages: Float32Array | Float64Array,
  { epsilon = 1e-8 }: { epsilon?: number } = {},
): AdvantageMoments {
  const moments = new Float64Array(2);
  translated(() => kernelFor(kernels(), 'normalizeAdvantages', advantages)(advantages, epsilon, moments));
  return { mean: moments[0], standardDeviation: moments[1] };
}
