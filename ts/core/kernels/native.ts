/** The native backend: the Node-API addon of the package `isotherm-native`. */
import type * as Addon from 'isotherm-native';
import type {
  ArimaFitHandle,
  ArimaHandle,
  AssignmentHandle,
  Kernels,
  MemoryCapHandle,
  MultipleChoiceHandle,
  PolicyHandle,
  ReplayProgress,
  TraceHandle,
} from './contract.js';
import { nodeBuiltin } from './node-builtins.js';

/** The addon's kernels; throws where it cannot be loaded. */
export function loadNative(): { kernels: Kernels; version: string } {
  const module = nodeBuiltin('node:module');
  if (module === undefined) throw new Error('there is no Node here');
  const addon = module.createRequire(import.meta.url)('isotherm-native') as typeof Addon;
  const arima = (handle: ArimaHandle) => handle as Addon.ArimaHandle;
  const arimaFit = (handle: ArimaFitHandle) => handle as Addon.ArimaFitHandle;
  const assignment = (handle: AssignmentHandle) => handle as Addon.AssignmentHandle;
  const fleet = (handle: MultipleChoiceHandle) => handle as Addon.MultipleChoiceHandle;
  const policy = (handle: PolicyHandle) => handle as Addon.PolicyHandle;
  const trace = (handle: TraceHandle) => handle as Addon.TraceHandle;
  const memoryCap = (handle: MemoryCapHandle) => handle as Addon.MemoryCapHandle;
  const progress = (handle: ReplayProgress) => handle as Addon.ReplayProgress;
  return {
    version: addon.version(),
    kernels: {
      generalizedAdvantage: addon.generalizedAdvantage,
      generalizedAdvantage32: addon.generalizedAdvantage32,
      lambdaReturns: addon.lambdaReturns,
      lambdaReturns32: addon.lambdaReturns32,
      nStepReturns: addon.nStepReturns,
      nStepReturns32: addon.nStepReturns32,
      vtrace: addon.vtrace,
      vtrace32: addon.vtrace32,
      normalizeAdvantages: addon.normalizeAdvantages,
      normalizeAdvantages32: addon.normalizeAdvantages32,
      arimaFit: addon.arimaFit,
      arimaOpen: addon.arimaOpen,
      arimaAdvance: (handle, most) => addon.arimaAdvance(arimaFit(handle), most),
      arimaFinish: (handle) => addon.arimaFinish(arimaFit(handle)),
      arimaAt: addon.arimaAt,
      arimaSummary: (handle) => addon.arimaSummary(arima(handle)),
      arimaResiduals: (handle) => addon.arimaResiduals(arima(handle)),
      arimaForecast: (handle, ...rest) => addon.arimaForecast(arima(handle), ...rest),
      arimaSimulate: (handle, ...rest) => addon.arimaSimulate(arima(handle), ...rest),
      arimaUpdate: (handle, value, xreg) => addon.arimaUpdate(arima(handle), value, xreg),
      arimaSave: (handle) => addon.arimaSave(arima(handle)),
      arimaLoad: addon.arimaLoad,
      arimaFitBatch: addon.arimaFitBatch,
      arimaAutoBatch: addon.arimaAutoBatch,
      assignmentSolve: addon.assignmentSolve,
      assignmentSolveSparse: addon.assignmentSolveSparse,
      assignmentSolveBatch: addon.assignmentSolveBatch,
      assignmentOpen: addon.assignmentOpen,
      assignmentUpdateRow: (handle, ...rest) => addon.assignmentUpdateRow(assignment(handle), ...rest),
      assignmentUpdateCol: (handle, ...rest) => addon.assignmentUpdateCol(assignment(handle), ...rest),
      assignmentUpdateCost: (handle, ...rest) => addon.assignmentUpdateCost(assignment(handle), ...rest),
      assignmentAddRow: (handle, ...rest) => addon.assignmentAddRow(assignment(handle), ...rest),
      assignmentRemoveRow: (handle, row) => addon.assignmentRemoveRow(assignment(handle), row),
      assignmentAdvance: (handle, most) => addon.assignmentAdvance(assignment(handle), most),
      assignmentFinish: (handle, ...rest) => addon.assignmentFinish(assignment(handle), ...rest),
      keepAliveWindow: addon.keepAliveWindow,
      keepAliveCurve: addon.keepAliveCurve,
      keepAliveWindowBatch: addon.keepAliveWindowBatch,
      multipleChoiceCreate: addon.multipleChoiceCreate,
      multipleChoiceSet: (handle, ...rest) => addon.multipleChoiceSet(fleet(handle), ...rest),
      multipleChoiceSolve: (handle, limit, out) => addon.multipleChoiceSolve(fleet(handle), limit, out),
      multipleChoiceChanged: (handle) => addon.multipleChoiceChanged(fleet(handle)),
      multipleChoiceChoices: (handle) => addon.multipleChoiceChoices(fleet(handle)),
      policyCreate: addon.policyCreate,
      policyArrival: (handle, atMs, busy) => addon.policyArrival(policy(handle), atMs, busy),
      policyRelease: (handle, atMs, out) => addon.policyRelease(policy(handle), atMs, out),
      policyTick: (handle, ...rest) => addon.policyTick(policy(handle), ...rest),
      policyGap: (handle, fromMs, untilMs) => addon.policyGap(policy(handle), fromMs, untilMs),
      policySeen: (handle) => addon.policySeen(policy(handle)),
      policySave: (handle) => addon.policySave(policy(handle)),
      policyLoad: addon.policyLoad,
      policyMerge: (handle, state) => addon.policyMerge(policy(handle), state),
      traceOfCounts: addon.traceOfCounts,
      traceOfCalls: addon.traceOfCalls,
      replay: (handle, ...rest) => addon.replay(trace(handle), ...rest),
      replayProgress: () => new addon.ReplayProgress(),
      replayStart: (handle, policies, settings, from, to, threads, where) =>
        addon.replayStart(trace(handle), policies, settings, from, to, threads, progress(where)),
      memoryCapOpen: (handle, ...rest) => addon.memoryCapOpen(trace(handle), ...rest),
      memoryCapAdvance: (handle, threads) => addon.memoryCapAdvance(memoryCap(handle), threads),
      memoryCapFinish: (handle, out) => addon.memoryCapFinish(memoryCap(handle), out),
      platformReplay: (handle, ...rest) => addon.platformReplay(trace(handle), ...rest),
      platformReplayStart: (handle, runs, seed, shares, durationMs, readyStepMs, threads, where) =>
        addon.platformReplayStart(trace(handle), runs, seed, shares, durationMs, readyStepMs, threads, progress(where)),
    },
  };
}
