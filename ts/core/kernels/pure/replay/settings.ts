/** Everything but trace and policies that a replay depends on, checked. */
import { nonNegative, whole } from '../check.js';
import type { Prices } from './bounds.js';

export const MAX_U32 = 0xffff_ffff;

export interface Settings extends Prices {
  tickMs: number;
  seed: number;
}

/** Errors: `OUT_OF_RANGE`, `NOT_FINITE`. */
export function checkSettings<T extends Settings>(settings: T): T {
  whole('coldStartMs', settings.coldStartMs, 0, MAX_U32);
  whole('tickMs', settings.tickMs, 1, MAX_U32);
  whole('seed', settings.seed, 0, MAX_U32);
  nonNegative('idleUsdPerGbS', settings.idleUsdPerGbS);
  nonNegative('coldStartUsdPerS', settings.coldStartUsdPerS);
  nonNegative('preWarmShare', settings.preWarmShare);
  return settings;
}
