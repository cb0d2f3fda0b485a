/** The policy family in plain TypeScript. */
import type { PolicyHandle, PolicyKernels } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { createPolicy, loadPolicy, mergePolicy, savePolicy } from './any.js';
import type { KernelPolicy } from './policy.js';

class PurePolicy implements PolicyHandle {
  #policy: KernelPolicy | undefined;

  constructor(policy: KernelPolicy) {
    this.#policy = policy;
  }

  close(): void {
    this.#policy = undefined;
  }

  open(): KernelPolicy {
    if (this.#policy === undefined) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this.#policy;
  }
}

const open = (handle: PolicyHandle): KernelPolicy => (handle as PurePolicy).open();

export const policy: PolicyKernels = {
  policyCreate: (spec) => new PurePolicy(createPolicy(spec)),
  policyArrival: (handle, atMs, busy) => open(handle).onArrival(atMs, busy),
  policyRelease(handle, atMs, out) {
    const interval = open(handle).onRelease(atMs);
    out[0] = interval.prewarmMs;
    out[1] = interval.keepAliveMs;
  },
  policyTick(handle, nowMs, busy, warmIdle, pending, forecast) {
    const counts = { busy, warmIdle, pending };
    const starts = open(handle).onTick(nowMs, counts, forecast.length > 0 ? forecast : undefined);
    return Float64Array.from(starts.flatMap(({ count, prewarmMs, keepAliveMs }) => [count, prewarmMs, keepAliveMs]));
  },
  policyGap: (handle, fromMs, untilMs) => open(handle).onGap?.(fromMs, Math.max(fromMs, untilMs)),
  policySeen: (handle) => Float64Array.from(open(handle).seen()),
  policySave: (handle) => savePolicy(open(handle)),
  policyLoad: (spec, state) => new PurePolicy(loadPolicy(spec, state)),
  policyMerge: (handle, state) => mergePolicy(open(handle), state),
};
