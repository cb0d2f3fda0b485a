/** What a policy is asked, for one function: the pure twin of the trait in `crates/policy`. */
import type { Policy, Start } from '../../policy-interface.js';
import type { StateWriter } from '../state.js';

export type { Counts, Policy, Start, WarmInterval } from '../../policy-interface.js';
export { StateReader, StateWriter } from '../state.js';

/** A policy of ours: one that can be saved, and that says what it has learnt. */
export interface KernelPolicy extends Policy {
  seen(): number[];
  save(out: StateWriter): void;
}

export const NO_STARTS: readonly Start[] = [];
