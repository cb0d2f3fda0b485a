/** The kernel contract: advantages and returns of rollouts. */

/**
 * Advantages and returns in one precision. Arrays are time-major `[steps, envs]`; flags are 0 or not; `truncated` is empty for nowhere. A refusal of
 * sizes changes nothing; `NOT_FINITE` comes once everything is written.
 */
export interface AdvantageKernelsOf<Reals extends Float32Array | Float64Array> {
  /**
   * Generalised advantage estimation. `rewards` is empty where `outAdvantages` has them; `nextValues` where `values` is `[steps + 1, envs]`
   * and nothing is truncated; `outReturns` where they are not wanted.
   */
  generalizedAdvantage(
    rewards: Reals,
    values: Reals,
    nextValues: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    lambda: number,
    outAdvantages: Reals,
    outReturns: Reals,
  ): void;
  /** TD(lambda) returns, with a lambda of 1 the discounted ones. `rewards` is empty where `outReturns` has them. */
  lambdaReturns(
    rewards: Reals,
    nextValues: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    lambda: number,
    outReturns: Reals,
  ): void;
  /** Returns over `n` steps. */
  nStepReturns(
    rewards: Reals,
    nextValues: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    n: number,
    outReturns: Reals,
  ): void;
  /** V-trace targets and advantages. */
  vtrace(
    rewards: Reals,
    values: Reals,
    nextValues: Reals,
    logRatios: Reals,
    terminated: Uint8Array,
    truncated: Uint8Array,
    steps: number,
    envs: number,
    gamma: number,
    rhoBar: number,
    cBar: number,
    outTargets: Reals,
    outAdvantages: Reals,
  ): void;
  /** Normalises what it is given, and writes `[mean, standard deviation]` of before. */
  normalizeAdvantages(outAdvantages: Reals, epsilon: number, outMoments: Float64Array): void;
}

/** Both precisions. */
export type AdvantageKernels = AdvantageKernelsOf<Float64Array> & {
  [Name in keyof AdvantageKernelsOf<Float32Array> as `${Name}32`]: AdvantageKernelsOf<Float32Array>[Name];
};
