/** Advantages and returns on the WASM backend: each estimator once, for both precisions. */
import type { AdvantageKernels, AdvantageKernelsOf } from './contract.js';
import * as core from './wasm/core.js';
import type { inPlace } from './wasm-memory.js';

type Reals = Float32Array | Float64Array;

/** The module's functions: the place and the length of each array, then the scalars. */
type InModule = Record<keyof AdvantageKernelsOf<Reals>, Parameters<typeof inPlace>[0]>;

function estimators<R extends Reals>(
  { generalizedAdvantage, lambdaReturns, nStepReturns, vtrace, normalizeAdvantages }: InModule,
  call: typeof inPlace,
): AdvantageKernelsOf<R> {
  return {
    generalizedAdvantage(
      ...[rewards, values, nextValues, ended, cut, steps, envs, gamma, lambda, advantages, returns]
    ) {
      const arrays = [rewards, values, nextValues, ended, cut, advantages, returns];
      call(generalizedAdvantage, arrays, 2, rewards.length === 0, steps, envs, gamma, lambda);
    },
    lambdaReturns(rewards, nextValues, ended, cut, steps, envs, gamma, lambda, returns) {
      const arrays = [rewards, nextValues, ended, cut, returns];
      call(lambdaReturns, arrays, 1, rewards.length === 0, steps, envs, gamma, lambda);
    },
    nStepReturns(rewards, nextValues, ended, cut, steps, envs, gamma, n, returns) {
      call(nStepReturns, [rewards, nextValues, ended, cut, returns], 1, false, steps, envs, gamma, n);
    },
    vtrace(
      ...[rewards, values, nextValues, ratios, ended, cut, steps, envs, gamma, rhoBar, cBar, targets, advantages]
    ) {
      const arrays = [rewards, values, nextValues, ratios, ended, cut, targets, advantages];
      call(vtrace, arrays, 2, false, steps, envs, gamma, rhoBar, cBar);
    },
    normalizeAdvantages: (advantages, epsilon, moments) =>
      call(normalizeAdvantages, [advantages, moments], 2, true, epsilon),
  };
}

/** `call` is how the module is entered. */
export function wasmAdvantage(call: typeof inPlace): AdvantageKernels {
  const single = estimators<Float32Array>(
    {
      generalizedAdvantage: core.generalizedAdvantage32,
      lambdaReturns: core.lambdaReturns32,
      nStepReturns: core.nStepReturns32,
      vtrace: core.vtrace32,
      normalizeAdvantages: core.normalizeAdvantages32,
    },
    call,
  );
  return {
    ...estimators<Float64Array>(core, call),
    generalizedAdvantage32: single.generalizedAdvantage,
    lambdaReturns32: single.lambdaReturns,
    nStepReturns32: single.nStepReturns,
    vtrace32: single.vtrace,
    normalizeAdvantages32: single.normalizeAdvantages,
  };
}
