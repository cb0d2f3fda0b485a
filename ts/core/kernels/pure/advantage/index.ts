/**
 * Advantages and returns in plain TypeScript: the operations of `crates/advantage` in their order, so that all bits are the same. The crate's
 * first comment says what is computed.
 */
import type { AdvantageKernels, AdvantageKernelsOf } from '../../contract.js';
import { normalizeAdvantages } from './normalize.js';
import { gae, lambdaReturns, nStepReturns } from './returns.js';
import type { Reals } from './rollout.js';
import { vtrace } from './vtrace.js';

/** Of either precision: what is written to tells which. */
const either: AdvantageKernelsOf<Reals> = {
  generalizedAdvantage(
    ...[rewards, values, nextValues, terminated, truncated, steps, envs, gamma, lambda, advantages, returns]
  ) {
    const rollout = { rewards, nextValues, terminated, truncated, steps, envs };
    gae(rollout, values, gamma, lambda, advantages, returns);
  },
  lambdaReturns(rewards, nextValues, terminated, truncated, steps, envs, gamma, lambda, returns) {
    lambdaReturns({ rewards, nextValues, terminated, truncated, steps, envs }, gamma, lambda, returns);
  },
  nStepReturns(rewards, nextValues, terminated, truncated, steps, envs, gamma, n, returns) {
    nStepReturns({ rewards, nextValues, terminated, truncated, steps, envs }, gamma, n, returns);
  },
  vtrace(
    ...[rewards, values, nextValues, logRatios, terminated, truncated, steps, envs, gamma, rhoBar, cBar, targets, out]
  ) {
    const rollout = { rewards, nextValues, terminated, truncated, steps, envs };
    vtrace(rollout, values, logRatios, gamma, rhoBar, cBar, targets, out);
  },
  normalizeAdvantages,
};

export const advantage: AdvantageKernels = {
  ...either,
  generalizedAdvantage32: either.generalizedAdvantage,
  lambdaReturns32: either.lambdaReturns,
  nStepReturns32: either.nStepReturns,
  vtrace32: either.vtrace,
  normalizeAdvantages32: either.normalizeAdvantages,
};
