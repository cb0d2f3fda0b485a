/** Kernels: the hot paths, on the fastest backend that is there. */

export { ADAPTIVE_PRIOR } from './adaptive-prior.js';
export {
  type AdvantageArrays,
  type AdvantageMoments,
  type Advantages,
  discountedReturns,
  generalizedAdvantage,
  normalizeAdvantages,
  nStepReturns,
  tdLambdaReturns,
  type VtraceEstimates,
  vtrace,
} from './advantage.js';
export {
  discountedReturnsAsync,
  generalizedAdvantageAsync,
  nStepReturnsAsync,
  tdLambdaReturnsAsync,
  vtraceAsync,
} from './advantage-async.js';
export type { AdvantageRollout, LambdaRollout, NStepRollout, VtraceRollout } from './advantage-inputs.js';
export type { Flags, Reals, Rollout, SameReals } from './advantage-rollout.js';
export { type ArimaOptions, fitArima } from './arima.js';
export { autoArimaAsync, autoArimaBatchAsync, fitArimaAsync, fitArimaBatchAsync } from './arima-async.js';
export { type AutoArimaOptions, autoArima } from './arima-auto.js';
export { type AutoArimaBatchOptions, autoArimaBatch } from './arima-auto-batch.js';
export { type ArimaBatchOptions, type BatchThreads, fitArimaBatch } from './arima-batch.js';
export type { ArimaCaveat, ArimaCaveatCode } from './arima-caveats.js';
export { type ArimaErrors, type ArimaForecast, type ArimaForecastOptions, ArimaModel } from './arima-model.js';
export {
  type CalendarOptions,
  type CalendarTerm,
  calendarTerms,
  type FourierOptions,
  fourierTerms,
} from './arima-regressors.js';
export type { ArimaCandidate } from './arima-search.js';
export { solveAssignment } from './assignment.js';
export { solveAssignmentAsync } from './assignment-async.js';
export { type AssignmentBatchOptions, type AssignmentBatchSolution, solveAssignmentBatch } from './assignment-batch.js';
export { type BottleneckAssignment, solveBottleneckAssignment } from './assignment-bottleneck.js';
export type { AssignmentOptions, AssignmentSolution, CostMatrix } from './assignment-instance.js';
export { type AssignmentProof, verifyAssignment, verifySparseAssignment } from './assignment-proof.js';
export { type RankedAssignment, rankAssignments } from './assignment-ranking.js';
export { AssignmentSolver } from './assignment-solver.js';
export { type SparseCostMatrix, solveSparseAssignment } from './assignment-sparse.js';
export type { AsyncOptions } from './async.js';
export { type BackendInfo, backendInfo, init } from './backend.js';
export type { Backend } from './contract.js';
export { ERROR_CODES, type ErrorCode, type HallViolator, type InputPlace, IsothermError } from './error.js';
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
export { type KernelArray, type KernelArrayTypes, kernelArray } from './kernel-array.js';
export { type MemoryCapSpec, replayUnderMemoryCap, replayUnderMemoryCapAsync } from './memory-cap.js';
export {
  type ChoiceColumns,
  type MultipleChoiceSolution,
  MultipleChoiceSolver,
  type MultipleChoiceTotals,
  type MultipleChoiceUpdate,
  solveMultipleChoice,
} from './multiple-choice.js';
export { solveMultipleChoiceAsync } from './multiple-choice-async.js';
export {
  type DurationQuantiles,
  type PlatformColumn,
  type PlatformOutcomes,
  type PlatformReplayOptions,
  replayPlatformFunctions,
  replayPlatformFunctionsAsync,
} from './platform.js';
export type {
  ConstantReady,
  InstanceSchedule,
  KnativeReady,
  PlatformRun,
  PlatformSettings,
  ReadyPlan,
  ScheduledReady,
  TargetTrackingReady,
} from './platform-settings.js';
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
export type { AdaptivePrior, LogLoss, PriorCard } from './prior.js';
export { type ReplaySettings, replayFunctions, replayFunctionsAsync } from './replay.js';
export type { ReplayCalls, ReplayCounts, ReplaySource } from './replay-source.js';
export { VERSION } from './version.js';
