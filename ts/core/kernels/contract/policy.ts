/** The kernel contract: policies, stepped call by call. */

/** A policy's state, owned by the backend that made it. */
export interface PolicyHandle {
  close(): void;
}

/** One policy for one function, stepped call by call. `spec` is `[kind, ...parameters]` (policy.ts). */
export interface PolicyKernels {
  policyCreate(spec: Float64Array): PolicyHandle;
  policyArrival(handle: PolicyHandle, atMs: number, busy: number): void;
  /** Writes `[prewarmMs, keepAliveMs]`. */
  policyRelease(handle: PolicyHandle, atMs: number, out: Float64Array): void;
  /** `forecast` is empty for none. Returns `[count, prewarmMs, keepAliveMs]` per group of instances to start. */
  policyTick(
    handle: PolicyHandle,
    nowMs: number,
    busy: number,
    warmIdle: number,
    pending: number,
    forecast: Float64Array,
  ): Float64Array;
  /** Nothing is known of the time between, but the calls that were told; `untilMs` is now. */
  policyGap(handle: PolicyHandle, fromMs: number, untilMs: number): void;
  /** What the policy has learnt, in the order of its kind's `seen` names (policy.ts). */
  policySeen(handle: PolicyHandle): Float64Array;
  policySave(handle: PolicyHandle): Uint8Array;
  /** The policy that was saved as `state`, made by `spec`: that holds what is the same for all functions. */
  policyLoad(spec: Float64Array, state: Uint8Array): PolicyHandle;
  /** Adds what a policy of the same spec has learnt that was saved as `state`. */
  policyMerge(handle: PolicyHandle, state: Uint8Array): void;
}
