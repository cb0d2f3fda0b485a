/** Advantages and returns off the calling thread. */
import type { Advantages, VtraceEstimates } from './advantage.js';
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
import { type Estimator, isSingle, type Reals, type Rollout, realsOf, type SameReals } from './advantage-rollout.js';
import type { AsyncOptions } from './async.js';
import { runInWorker } from './worker-host.js';

/** What a kernel reads, in its order. */
export type EstimatorInputs = readonly (Float32Array | Float64Array | Uint8Array | number)[];

/** What the kernel writes: so many arrays like the rewards. */
async function estimated<R extends Reals>(
  estimator: Estimator,
  rewards: R,
  inputs: EstimatorInputs,
  outputs: number,
  options: AsyncOptions,
): Promise<SameReals<R>[]> {
  const out = await runInWorker(
    { kind: 'advantage', estimator, single: isSingle(rewards), inputs, cells: rewards.length, outputs },
    options,
  );
  const { length } = rewards;
  return Array.from({ length: outputs }, (_, i) => realsOf(rewards, out.slice(i * length, (i + 1) * length)));
}

/**
 * `generalizedAdvantage` in a worker: the same bits, the event loop free; progress in entries, once all are done.
 *
 * Errors: as `generalizedAdvantage`; `ABORTED` when the signal asks.
 *
 * @example
 * const rollout = { rewards: [1, 1], values: [0.5, 0.5, 0], terminated: [0, 1], steps: 2, envs: 1 };
 * (await generalizedAdvantageAsync({ ...rollout, gamma: 0.5, lambda: 0.5 })).advantages; // [0.875, 0.5]
 */
export async function generalizedAdvantageAsync<R extends Reals>(
  rollout: AdvantageRollout<R>,
  options: AsyncOptions = {},
): Promise<Advantages<SameReals<R>>> {
  const inputs = advantageInputs(rollout);
  const [advantages, returns] = await estimated('generalizedAdvantage', rollout.rewards, inputs, 2, options);
  return { advantages: advantages!, returns: returns! };
}

/**
 * `discountedReturns` in a worker: the same bits, the event loop free.
 *
 * Errors: as `discountedReturns`; `ABORTED` when the signal asks.
 *
 * @example
 * const rollout = { rewards: [1, 1, 1], nextValues: [0, 0, 4], terminated: [0, 0, 0], steps: 3, envs: 1 };
 * await discountedReturnsAsync({ ...rollout, gamma: 0.5 }); // [2.25, 2.5, 3]
 */
export async function discountedReturnsAsync<R extends Reals>(
  rollout: Rollout<R>,
  options: AsyncOptions = {},
): Promise<SameReals<R>> {
  return tdLambdaReturnsAsync({ ...rollout, lambda: 1 }, options);
}

/**
 * `tdLambdaReturns` in a worker: the same bits, the event loop free.
 *
 * Errors: as `tdLambdaReturns`; `ABORTED` when the signal asks.
 *
 * @example
 * const rollout = { rewards: [1, 1, 1], nextValues: [2, 2, 4], terminated: [0, 0, 0], steps: 3, envs: 1 };
 * await tdLambdaReturnsAsync({ ...rollout, gamma: 0.5, lambda: 0.5 }); // [2.0625, 2.25, 3]
 */
export async function tdLambdaReturnsAsync<R extends Reals>(
  rollout: LambdaRollout<R>,
  options: AsyncOptions = {},
): Promise<SameReals<R>> {
  const [returns] = await estimated('lambdaReturns', rollout.rewards, lambdaInputs(rollout), 1, options);
  return returns!;
}

/**
 * `nStepReturns` in a worker: the same bits, the event loop free.
 *
 * Errors: as `nStepReturns`; `ABORTED` when the signal asks.
 *
 * @example
 * const rollout = { rewards: [1, 1, 1], nextValues: [2, 2, 4], terminated: [0, 0, 0], steps: 3, envs: 1 };
 * await nStepReturnsAsync({ ...rollout, gamma: 0.5, n: 2 }); // [2, 2.5, 3]
 */
export async function nStepReturnsAsync<R extends Reals>(
  rollout: NStepRollout<R>,
  options: AsyncOptions = {},
): Promise<SameReals<R>> {
  const [returns] = await estimated('nStepReturns', rollout.rewards, nStepInputs(rollout), 1, options);
  return returns!;
}

/**
 * `vtrace` in a worker: the same bits, the event loop free.
 *
 * Errors: as `vtrace`; `ABORTED` when the signal asks.
 *
 * @example
 * const flags = { terminated: [0, 1], logRatios: [0, 0] };
 * const rollout = { rewards: [1, 1], values: [0.5, 0.5], nextValues: [0.5, 0], ...flags, steps: 2, envs: 1 };
 * await vtraceAsync({ ...rollout, gamma: 0.5 }); // { targets: [1.5, 1], advantages: [1, 0.5] }
 */
export async function vtraceAsync<R extends Reals>(
  rollout: VtraceRollout<R>,
  options: AsyncOptions = {},
): Promise<VtraceEstimates<SameReals<R>>> {
  const [targets, advantages] = await estimated('vtrace', rollout.rewards, vtraceInputs(rollout), 2, options);
  return { targets: targets!, advantages: advantages! };
}
