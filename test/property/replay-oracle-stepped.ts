/** A policy of ours asked step by step, where a replay inlines it: the account around it is the definition's. */
import { type PolicySpec, PolicyStepper } from '../../ts/core/kernels/index.js';
import type { OraclePolicy } from './replay-oracle.js';

export function stepped(spec: PolicySpec): OraclePolicy {
  const policy = PolicyStepper.create(spec);
  return {
    arrival: (atMs, busy) => policy.onArrival(atMs, busy),
    release: (atMs) => policy.onRelease(atMs),
    ...(policy.ticks && {
      tick: (nowMs, busy, warmIdle, pending) => policy.onTick(nowMs, { busy, warmIdle, pending }),
    }),
  };
}
