/** Safety in one place: what may be wanted for a function at a tick, whatever a policy or a forecast says. */

/** What an operator allows; `null` is no limit. */
export interface Limits {
  /** Instances that are always there; at least 0. */
  minInstances: number;
  /** Instances that are never exceeded by what is wanted; calls that arrive still get theirs from the platform. At least `minInstances`. */
  maxInstances: number | null;
  /** By how many instances a tick may raise or lower what is wanted; at least 1. */
  maxStep: number | null;
  /** How many times a minute what is wanted may change, over all functions that share this limit; at least 0. */
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
