/** Limits as bytes. */
import { IsothermError } from '../kernels/error.js';
import type { StateReader, StateWriter } from '../kernels/pure/state.js';
import { checkLimits, type Limits } from './limits.js';

export function saveLimits(out: StateWriter, limits: Limits): void {
  const orNone = (value: number | null): void => out.whole(value === null ? 0 : value + 1);
  out.whole(limits.minInstances);
  orNone(limits.maxInstances);
  orNone(limits.maxStep);
  orNone(limits.maxRatePerMin);
  out.whole(limits.coolDownMs);
  out.u8(limits.paused ? 1 : 0);
}

/** Errors: `BAD_STATE`. */
export function loadLimits(from: StateReader): Limits {
  const orNone = (): number | null => {
    const value = from.whole();
    return value === 0 ? null : value - 1;
  };
  const limits = {
    minInstances: from.whole(),
    maxInstances: orNone(),
    maxStep: orNone(),
    maxRatePerMin: orNone(),
    coolDownMs: from.whole(),
    paused: from.u8() === 1,
  };
  try {
    return checkLimits(limits);
  } catch (cause) {
    throw new IsothermError('BAD_STATE', 'state has limits that cannot be', { cause });
  }
}
