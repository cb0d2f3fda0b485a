/** Checks that every kernel makes of its arguments: the pure twin of `check.rs` in `crates/numeric`. */
import { type ErrorCode, IsothermError } from '../error.js';

export function ensure(condition: boolean, code: ErrorCode, message: () => string): void {
  if (!condition) throw new IsothermError(code, message());
}

/** A whole number in `least..=most`. Errors: `OUT_OF_RANGE`, which NaN is too. */
export function whole(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most && Math.floor(value) === value)) {
    throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number in ${least}..=${most}`);
  }
  return value;
}

/** A price, a weight or a size: finite and at least 0. Errors: `NOT_FINITE`, `OUT_OF_RANGE`. */
export function nonNegative(name: string, value: number): number {
  ensure(Number.isFinite(value), 'NOT_FINITE', () => `${name} is ${value}, expected a finite number`);
  ensure(value >= 0, 'OUT_OF_RANGE', () => `${name} is ${value}, expected at least 0`);
  return value;
}
