/** Whether a saved state is one of a policy with these parameters. */
import { IsothermError } from './error.js';
import type { PolicySpec } from './policy.js';

/**
 * Of a saved state the first bytes are its kind, in one byte, and its parameters, in eight each. A break-even time is saved as the window that it is;
 * of a randomised one the time stands before where its random numbers are by then, which says nothing of where they began.
 */
const PARAMETER_BYTES: Record<PolicySpec['kind'], number> = {
  window: 17,
  interval: 17,
  'hybrid-histogram': 1,
  'recent-peak': 9,
  schedule: 17,
  adaptive: 41,
  'adaptive-keepalive': 41,
  'break-even': 17,
  'break-even-randomised': 9,
  spes: 9,
  'static-2x': 9,
};

/** Behind the parameters of a schedule: the number of the entries that are left, and those. */
const ENTRIES_AT = 25;

const areSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** `state` with the parameters of `fresh`, a fresh policy's of the same kind: what was learnt stays. */
export function withParameters({ kind }: PolicySpec, state: Uint8Array, fresh: Uint8Array): Uint8Array {
  const changed = state.slice();
  changed.set(fresh.subarray(0, PARAMETER_BYTES[kind]));
  return changed;
}

/** `fresh` is the state of a fresh policy of `spec`. Errors: `BAD_STATE`. */
export function checkParameters(spec: PolicySpec, state: Uint8Array, fresh: Uint8Array): void {
  const { kind } = spec;
  if (state[0] !== fresh[0]) {
    throw new IsothermError('BAD_STATE', `policy state is of kind ${state[0]}, expected ${fresh[0]} (${kind})`);
  }
  const length = PARAMETER_BYTES[kind];
  const isOwn = areSame(state.subarray(0, length), fresh.subarray(0, length));
  // What is left of a schedule is its end.
  const left = kind === 'schedule' ? Math.max(0, state.length - ENTRIES_AT) : 0;
  if (isOwn && areSame(state.subarray(state.length - left), fresh.subarray(fresh.length - left))) return;
  throw new IsothermError('BAD_STATE', `policy state was saved with other parameters than this ${kind} has`);
}
