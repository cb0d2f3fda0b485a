/** Safety in one place: what may be wanted for a function at a tick, whatever a policy or a forecast says. */

import { IsothermError } from '../kernels/error.js';
import { MOST_STARTS } from '../kernels/pure/policy/schedule.js';

const DAY_MS = 86_400_000;

/** Instances that a limit may name at most. */
export const MOST_INSTANCES = MOST_STARTS;

/** What an operator allows; `null` is no limit. */
export interface Limits {
  /** Instances that are always there; at least 0. */
  minInstances: number;
  /** Instances that are never exceeded by what is wanted; calls that arrive still get theirs from the platform. At least `minInstances`. */
  maxInstances: number | null;
  /** By how many instances a tick may raise or lower what is wanted; at least 1. */
  maxStep: number | null;
  /** How many times a minute what is wanted may change, over all functions of the scope that sets it; at least 0. */
  maxRatePerMin: number | null;
  /** For how long after a change what is wanted is not lowered, whole ms. */
  coolDownMs: number;
  /** Nothing changes. */
  paused: boolean;
}

export type LimitName = keyof Limits;

/** Limits that hold nothing back. */
export const NO_LIMITS: Limits = {
  minInstances: 0,
  maxInstances: null,
  maxStep: null,
  maxRatePerMin: null,
  coolDownMs: 0,
  paused: false,
};

/** Their names, in the order of `Limits`. */
export const LIMIT_NAMES = Object.keys(NO_LIMITS) as readonly LimitName[];

/** What was wanted last, and since when. */
export interface LastWanted {
  desired: number;
  changedAtMs: number;
}

/** What may be wanted, and the limits that changed it, in the order of `Limits`. */
export interface Limited {
  desired: number;
  bound: LimitName[];
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= MOST_INSTANCES) return;
  throw new IsothermError(
    'OUT_OF_RANGE',
    `${name} is ${value}, expected a whole number in ${least}..=${MOST_INSTANCES}`,
  );
}

/** The limits, checked. Errors: `OUT_OF_RANGE`. */
export function checkLimits(limits: Limits): Limits {
  const { minInstances, maxInstances, maxStep, maxRatePerMin, coolDownMs, paused } = limits;
  checkWhole('minInstances', minInstances, 0);
  if (maxInstances !== null) checkWhole('maxInstances', maxInstances, minInstances);
  if (maxStep !== null) checkWhole('maxStep', maxStep, 1);
  if (maxRatePerMin !== null) checkWhole('maxRatePerMin', maxRatePerMin, 0);
  if (!Number.isSafeInteger(coolDownMs) || coolDownMs < 0 || coolDownMs > DAY_MS) {
    throw new IsothermError('OUT_OF_RANGE', `coolDownMs is ${coolDownMs}, expected whole ms in 0..=${DAY_MS}`);
  }
  if (typeof paused !== 'boolean') {
    throw new IsothermError('OUT_OF_RANGE', `paused is ${paused}, expected true or false`);
  }
  return limits;
}

/**
 * What may be wanted instead of `wanted`. A pause holds what there was, whatever else is said. Else the least and the most are kept in any case; between
 * them what is wanted moves by one step at most, does not fall while it cools down, and stays where the rate is used up (`mayChange`). With nothing wanted
 * before (`last` null) there is nothing to hold: only the least and the most count.
 *
 * @example
 * applyLimits(9, { desired: 3, changedAtMs: 0 }, { ...NO_LIMITS, maxInstances: 6, maxStep: 2 }, 30_000);
 * // { desired: 5, bound: ['maxInstances', 'maxStep'] }
 */
export function applyLimits(
  wanted: number,
  last: LastWanted | null,
  limits: Limits,
  nowMs: number,
  mayChange = true,
): Limited {
  const bound: LimitName[] = [];
  const hold = (name: LimitName, desired: number, before: number): number => {
    if (desired !== before) bound.push(name);
    return desired;
  };
  if (limits.paused && last !== null) return { desired: hold('paused', last.desired, wanted), bound };
  const { minInstances, maxInstances, maxStep, coolDownMs } = limits;
  const most = maxInstances ?? Number.POSITIVE_INFINITY;
  let desired = hold('minInstances', Math.max(wanted, minInstances), wanted);
  desired = hold('maxInstances', Math.min(desired, most), desired);
  if (last === null) return { desired, bound };
  // What was allowed before may not be any more.
  const within = (value: number): number => Math.min(Math.max(value, minInstances), most);
  if (maxStep !== null) {
    const near = Math.min(Math.max(desired, last.desired - maxStep), last.desired + maxStep);
    desired = hold('maxStep', within(near), desired);
  }
  if (!mayChange) desired = hold('maxRatePerMin', within(last.desired), desired);
  if (desired < last.desired && nowMs - last.changedAtMs < coolDownMs) {
    desired = hold('coolDownMs', within(last.desired), desired);
  }
  return { desired, bound };
}
