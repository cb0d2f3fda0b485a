/** What a rollout consists of: the pure twin of `rollout.rs` in `crates/advantage`. */
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';

/** Numbers of either precision. */
export type Reals = Float32Array | Float64Array;

export interface Rollout {
  rewards: Reals;
  nextValues: Reals;
  terminated: Uint8Array;
  truncated: Uint8Array;
  steps: number;
  envs: number;
}

const MOST = 2_147_483_647;

/** How many entries there are. Errors: `OUT_OF_RANGE`, `BAD_LENGTH`. */
export function checkShape({ terminated, truncated, steps, envs }: Rollout): number {
  whole('steps', steps, 0, MOST);
  whole('envs', envs, 0, MOST);
  const cells = steps * envs;
  ensure(cells <= MOST, 'OUT_OF_RANGE', () => `steps x envs is ${steps} x ${envs}, more than ${MOST}`);
  checkLength('terminated', terminated.length, cells);
  if (truncated.length > 0) checkLength('truncated', truncated.length, cells);
  return cells;
}

/** Errors: `BAD_LENGTH`. */
export function checkLength(name: string, found: number, expected: number): void {
  ensure(found === expected, 'BAD_LENGTH', () => `${name} has length ${found}, expected ${expected}`);
}

/** Errors: `OUT_OF_RANGE`, which NaN is too. */
export function checkShare(name: string, value: number): void {
  ensure(value >= 0 && value <= 1, 'OUT_OF_RANGE', () => `${name} is ${value}, expected 0 to 1`);
}

/** Names the last result that is not finite; it is where the others come from. Errors: `NOT_FINITE`. */
export function checkFinite(name: string, results: Reals, envs: number): void {
  for (let at = results.length - 1; at >= 0; at--) {
    if (Number.isFinite(results[at])) continue;
    const where = `step ${Math.floor(at / envs)} in environment ${at % envs}`;
    throw new IsothermError(
      'NOT_FINITE',
      `${name} of ${where} cannot be computed: an input there is not finite, or too large`,
    );
  }
}

/** As the precision has it. */
export const rounded = (single: boolean, value: number): number => (single ? Math.fround(value) : value);
