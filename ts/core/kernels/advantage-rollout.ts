/** Rollouts as users give them, and as the kernels take them. */
import type { AdvantageKernels, AdvantageKernelsOf } from './contract.js';
import { IsothermError } from './error.js';

/** Numbers of an argument: a `Float32Array` of rewards computes in single precision, anything else in double; other arrays are copied where they differ. */
export type Reals = Float32Array | Float64Array | readonly number[];

/** Whether it is so, per step and environment: a `Uint8Array` is used as it is, others are copied. */
export type Flags = Uint8Array | readonly boolean[] | readonly number[];

/** What results are in, by what rewards are in. */
export type SameReals<R extends Reals> = R extends Float32Array ? Float32Array : Float64Array;

/** What was seen in `envs` environments over `steps` steps. Arrays are time-major `[steps, envs]`: step `t` of environment `n` at `t * envs + n`. */
export interface Rollout<R extends Reals = Reals> {
  rewards: R;
  /**
   * The value of the state that each step led to: the next row of `values` while an episode goes on, that of the last observation where it was
   * truncated, in the last row the bootstrap. What stands where an episode terminated is not looked at.
   */
  nextValues: Reals;
  /** The episode ended for good after this step: nothing is to come. */
  terminated: Flags;
  /** The episode was cut off after this step: what was to come is estimated by `nextValues`. Left out: nowhere. */
  truncated?: Flags;
  steps: number;
  envs: number;
  /** Discount per step, 0 to 1. */
  gamma: number;
}

export const NONE32 = new Float32Array(0);
export const NONE64 = new Float64Array(0);
const NO_FLAGS = new Uint8Array(0);

export const isSingle = (rewards: Reals): boolean => rewards instanceof Float32Array;

/** An empty array: what it stands for is not there, or elsewhere. */
export const noneOf = <R extends Reals>(rewards: R): SameReals<R> =>
  (isSingle(rewards) ? NONE32 : NONE64) as SameReals<R>;

export const roomOf = <R extends Reals>(rewards: R): SameReals<R> =>
  (isSingle(rewards) ? new Float32Array(rewards.length) : new Float64Array(rewards.length)) as SameReals<R>;

/** In the precision of the rewards. */
export function realsOf<R extends Reals>(rewards: R, values: Reals): SameReals<R> {
  if (isSingle(rewards)) return (values instanceof Float32Array ? values : Float32Array.from(values)) as SameReals<R>;
  return (values instanceof Float64Array ? values : Float64Array.from(values)) as SameReals<R>;
}

export function flagsOf(flags: Flags | undefined): Uint8Array {
  if (flags === undefined) return NO_FLAGS;
  return flags instanceof Uint8Array ? flags : Uint8Array.from(flags as readonly (boolean | number)[], Number);
}

/** An array that is given is as long as there are rewards: one without any has lost its memory. Errors: `BAD_LENGTH`. */
export function checkGiven(name: string, given: { length: number } | undefined, rewards: Reals): void {
  if (given === undefined || given.length > 0 || rewards.length === 0) return;
  throw new IsothermError('BAD_LENGTH', `${name} has length 0, expected ${rewards.length}`);
}

type AnyReals = Float32Array | Float64Array;

/** An array to write to, of the right precision. Errors: `BAD_ARGUMENT`, `BAD_LENGTH`. */
export function checkOut(name: string, out: AnyReals, rewards: Reals): void {
  // Without rewards kernels take those that lie in what is written to.
  if (rewards.length === 0 && out.length > 0)
    throw new IsothermError('BAD_LENGTH', `${name} has ${out.length} elements, rewards has none`);
  if (out instanceof (isSingle(rewards) ? Float32Array : Float64Array)) return;
  const expected = isSingle(rewards) ? 'Float32Array' : 'Float64Array';
  throw new IsothermError('BAD_ARGUMENT', `${name} is no ${expected}, as the precision of rewards asks`);
}

/** What is written to must not be read as something else: kernels borrow memory. Errors: `BAD_ARGUMENT`. */
export function checkApart(name: string, out: AnyReals, other: string, read: AnyReals | Uint8Array): void {
  if (out.buffer !== read.buffer) return;
  if (read.byteOffset >= out.byteOffset + out.byteLength || out.byteOffset >= read.byteOffset + read.byteLength) return;
  throw new IsothermError('BAD_ARGUMENT', `${name} shares memory with ${other}`);
}

/** Kernels by name. */
export type Estimator = keyof typeof SINGLE;

type Family<R extends Reals> = AdvantageKernelsOf<SameReals<R>>;

const SINGLE = {
  generalizedAdvantage: 'generalizedAdvantage32',
  lambdaReturns: 'lambdaReturns32',
  nStepReturns: 'nStepReturns32',
  vtrace: 'vtrace32',
  normalizeAdvantages: 'normalizeAdvantages32',
} as const;

/** A kernel in the precision of the rewards. */
export function kernelFor<R extends Reals, Name extends Estimator>(
  all: AdvantageKernels,
  name: Name,
  rewards: R,
): Family<R>[Name] {
  return all[isSingle(rewards) ? SINGLE[name] : name] as unknown as Family<R>[Name];
}
