/** Kernels: the hot paths, on the fastest backend that is there. */
export type { AsyncOptions } from './async.js';
export { type BackendInfo, backendInfo, init } from './backend.js';
export type { Backend } from './contract.js';
export { ERROR_CODES, type ErrorCode, type InputPlace, IsothermError } from './error.js';
export {
  type KeepAliveCurve,
  type KeepAliveCurveOptions,
  type KeepAliveWindowOptions,
  keepAliveCurve,
  keepAliveWindow,
  type Numbers,
  type WarmWindow,
} from './keepalive.js';
export { keepAliveCurveAsync, keepAliveWindowAsync, keepAliveWindowBatchAsync } from './keepalive-async.js';
export { type KeepAliveBatch, keepAliveWindowBatch, type WarmWindows } from './keepalive-batch.js';
export { type MemoryCapSpec, replayUnderMemoryCap, replayUnderMemoryCapAsync } from './memory-cap.js';
export {
  type AdaptivePrices,
  type AdaptiveTerms,
  type BoundSpec,
  type DrawSeed,
  type FunctionPrices,
  type PolicySpec,
  PolicyStepper,
} from './policy.js';
export type { Counts, Policy, Start, WarmInterval } from './policy-interface.js';
export {
  type ReplayCalls,
  type ReplayCounts,
  type ReplaySettings,
  type ReplaySource,
  replayFunctions,
  replayFunctionsAsync,
} from './replay.js';
export { VERSION } from './version.js';
