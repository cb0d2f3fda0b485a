/** What each estimator reads, in the order in which its kernel takes it. Errors: `BAD_LENGTH` of an array that is given but has lost its memory. */
import {
  checkGiven,
  type Flags,
  flagsOf,
  noneOf,
  type Reals,
  type Rollout,
  realsOf,
  type SameReals,
} from './advantage-rollout.js';

export interface LambdaRollout<R extends Reals = Reals> extends Rollout<R> {
  /** Of what is to come, the share that is taken from the later steps rather than from the critic, 0 to 1. */
  lambda: number;
}

export interface AdvantageRollout<R extends Reals = Reals> extends Omit<LambdaRollout<R>, 'nextValues'> {
  /** The critic's values of the states that were acted in. */
  values: Reals;
  /** As in `Rollout`. Left out: `values` has a row more, `[steps + 1, envs]`, and nothing is truncated. */
  nextValues?: Reals;
}

export interface NStepRollout<R extends Reals = Reals> extends Rollout<R> {
  /** How many steps' rewards a return has at most, whole, at least 1. */
  n: number;
}

export interface VtraceRollout<R extends Reals = Reals> extends Rollout<R> {
  /** The critic's values of the states that were acted in. */
  values: Reals;
  /** Log of the probability of what was done under the policy that is evaluated, less that under the one that did it. */
  logRatios: Reals;
  /** Most that a temporal difference is weighed with; 1 when left out. */
  rhoBar?: number;
  /** Most that is handed back; 1 when left out. */
  cBar?: number;
}

type Shape = [terminated: Uint8Array, truncated: Uint8Array, steps: number, envs: number, gamma: number];

function shapeOf(rollout: {
  rewards: Reals;
  terminated: Flags;
  truncated?: Flags;
  steps: number;
  envs: number;
  gamma: number;
}): Shape {
  const { rewards, terminated, truncated, steps, envs, gamma } = rollout;
  checkGiven('truncated', truncated, rewards);
  return [flagsOf(terminated), flagsOf(truncated), steps, envs, gamma];
}

export function advantageInputs<R extends Reals>(
  rollout: AdvantageRollout<R>,
): [rewards: SameReals<R>, values: SameReals<R>, nextValues: SameReals<R>, ...shape: Shape, lambda: number] {
  const { rewards, values, nextValues, lambda } = rollout;
  checkGiven('nextValues', nextValues, rewards);
  const later = nextValues === undefined ? noneOf(rewards) : realsOf(rewards, nextValues);
  return [realsOf(rewards, rewards), realsOf(rewards, values), later, ...shapeOf(rollout), lambda];
}

export function lambdaInputs<R extends Reals>(
  rollout: LambdaRollout<R>,
): [rewards: SameReals<R>, nextValues: SameReals<R>, ...shape: Shape, lambda: number] {
  const { rewards, nextValues, lambda } = rollout;
  return [realsOf(rewards, rewards), realsOf(rewards, nextValues), ...shapeOf(rollout), lambda];
}

export function nStepInputs<R extends Reals>(
  rollout: NStepRollout<R>,
): [rewards: SameReals<R>, nextValues: SameReals<R>, ...shape: Shape, n: number] {
  const { rewards, nextValues, n } = rollout;
  return [realsOf(rewards, rewards), realsOf(rewards, nextValues), ...shapeOf(rollout), n];
}

export function vtraceInputs<R extends Reals>(
  rollout: VtraceRollout<R>,
): [
  rewards: SameReals<R>,
  values: SameReals<R>,
  nextValues: SameReals<R>,
  logRatios: SameReals<R>,
  ...shape: Shape,
  rhoBar: number,
  cBar: number,
] {
  const { rewards, rhoBar = 1, cBar = 1 } = rollout;
  const [values, nextValues, logRatios] = [rollout.values, rollout.nextValues, rollout.logRatios].map((one) =>
    realsOf(rewards, one),
  );
  return [realsOf(rewards, rewards), values!, nextValues!, logRatios!, ...shapeOf(rollout), rhoBar, cBar];
}
