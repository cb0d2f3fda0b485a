/** The WASM backend: one module, built for the web, that Node loads too. */
import type {
  ArimaFitHandle,
  ArimaHandle,
  AssignmentHandle,
  Kernels,
  MemoryCapHandle,
  MultipleChoiceHandle,
  PolicyHandle,
  TraceHandle,
} from './contract.js';
import { IsothermError } from './error.js';
import { nodeBuiltin } from './node-builtins.js';
import * as core from './wasm/core.js';
import { wasmAdvantage } from './wasm-advantage.js';
import { buffer, forgetMemory, inPlace, WasmArray } from './wasm-memory.js';

/** Whether the module was built: without it `core.js` exports nothing. */
const built = (core as Partial<typeof core>).initSync !== undefined;

/** Loads the module in Node; throws where it cannot be. */
export function loadWasm(): { kernels: Kernels; version: string } {
  const fs = nodeBuiltin('node:fs');
  if (!built) throw new Error('the WASM module was not built');
  if (fs === undefined) throw new Error('in a browser, await init() first');
  core.initSync({ module: fs.readFileSync(new URL('./wasm/core_bg.wasm', import.meta.url)) });
  return { kernels: wasm, version: core.version() };
}

/** Loads the module in a browser; rejects where it cannot be. */
export async function fetchWasm(): Promise<{ kernels: Kernels; version: string }> {
  if (!built) throw new Error('the WASM module was not built');
  await core.default({ module_or_path: new URL('./wasm/core_bg.wasm', import.meta.url) });
  return { kernels: wasm, version: core.version() };
}

/** Counts instances of the module: a handle belongs to the one that made it. */
let instance = 0;

/** After a trap memory may be in any state: a fresh instance takes its place, and what the old one held is gone. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof WebAssembly.RuntimeError)) throw thrown;
    instance++;
    core.__wbg_reset_state();
    forgetMemory();
    const sentence =
      'the WASM module trapped (out of memory, most likely) and was started afresh; its handles are closed';
    throw new IsothermError('INTERNAL', sentence, { cause: thrown });
  }
}

class WasmHandle<T extends { free(): void }>
  implements
    ArimaFitHandle,
    ArimaHandle,
    AssignmentHandle,
    MemoryCapHandle,
    MultipleChoiceHandle,
    PolicyHandle,
    TraceHandle
{
  #handle: T | undefined;
  #instance = instance;

  constructor(handle: T) {
    this.#handle = handle;
  }

  open(): T {
    if (this.#handle === undefined || this.#instance !== instance) {
      throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    }
    return this.#handle;
  }

  close(): void {
    if (this.#instance === instance) this.#handle?.free();
    this.#handle = undefined;
  }
}

const arima = (handle: ArimaHandle) => (handle as WasmHandle<core.ArimaHandle>).open();
const arimaFit = (handle: ArimaFitHandle) => (handle as WasmHandle<core.ArimaFitHandle>).open();
const solver = (handle: AssignmentHandle) => (handle as WasmHandle<core.AssignmentHandle>).open();
const fleet = (handle: MultipleChoiceHandle) => (handle as WasmHandle<core.MultipleChoiceHandle>).open();
const policy = (handle: PolicyHandle) => (handle as WasmHandle<core.PolicyHandle>).open();
const trace = (handle: TraceHandle) => (handle as WasmHandle<core.TraceHandle>).open();
const memoryCap = (handle: MemoryCapHandle) => (handle as WasmHandle<core.MemoryCapHandle>).open();

/** Whether the instance of now is still the one in use. */
const openNow = (): (() => boolean) => {
  const own = instance;
  return () => own === instance;
};

const wasm: Kernels = {
  arrayOpen: (bytes) => guarded(() => new WasmArray(bytes, openNow())),
  arrayMemory: buffer,
  ...wasmAdvantage((...args) => guarded(() => inPlace(...args))),
  arimaFit: (...args) => guarded(() => new WasmHandle(core.arimaFit(...args))),
  arimaOpen: (...args) => guarded(() => new WasmHandle(core.arimaOpen(...args))),
  arimaAdvance: (handle, most) => guarded(() => core.arimaAdvance(arimaFit(handle), most)),
  arimaFinish: (handle) => guarded(() => new WasmHandle(core.arimaFinish(arimaFit(handle)))),
  arimaAt: (...args) => guarded(() => new WasmHandle(core.arimaAt(...args))),
  arimaSummary: (handle) => guarded(() => core.arimaSummary(arima(handle))),
  arimaResiduals: (handle) => guarded(() => core.arimaResiduals(arima(handle))),
  arimaForecast: (handle, ...rest) => guarded(() => core.arimaForecast(arima(handle), ...rest)),
  arimaSimulate: (handle, ...rest) => guarded(() => core.arimaSimulate(arima(handle), ...rest)),
  arimaUpdate: (handle, value, xreg) => guarded(() => core.arimaUpdate(arima(handle), value, xreg)),
  arimaSave: (handle) => guarded(() => core.arimaSave(arima(handle))),
  arimaLoad: (saved) => guarded(() => new WasmHandle(core.arimaLoad(saved))),
  arimaFitBatch: (offsets, y, specs, _threads) => guarded(() => core.arimaFitBatch(offsets, y, specs)),
  arimaAutoBatch: (offsets, y, searches, _threads) => guarded(() => core.arimaAutoBatch(offsets, y, searches)),
  assignmentSolve: (...args) => guarded(() => core.assignmentSolve(...args)),
  assignmentSolveSparse: (...args) => guarded(() => core.assignmentSolveSparse(...args)),
  assignmentSolveBatch: (costs, count, rows, cols, _threads, ...outs) =>
    guarded(() => core.assignmentSolveBatch(costs, count, rows, cols, ...outs)),
  assignmentOpen: (...args) => guarded(() => new WasmHandle(core.assignmentOpen(...args))),
  assignmentUpdateRow: (handle, ...rest) => guarded(() => core.assignmentUpdateRow(solver(handle), ...rest)),
  assignmentUpdateCol: (handle, ...rest) => guarded(() => core.assignmentUpdateCol(solver(handle), ...rest)),
  assignmentUpdateCost: (handle, ...rest) => guarded(() => core.assignmentUpdateCost(solver(handle), ...rest)),
  assignmentAddRow: (handle, ...rest) => guarded(() => core.assignmentAddRow(solver(handle), ...rest)),
  assignmentRemoveRow: (handle, row) => guarded(() => core.assignmentRemoveRow(solver(handle), row)),
  assignmentAdvance: (handle, most) => guarded(() => core.assignmentAdvance(solver(handle), most)),
  assignmentFinish: (handle, ...rest) => guarded(() => core.assignmentFinish(solver(handle), ...rest)),
  keepAliveWindow: (...args) => guarded(() => core.keepAliveWindow(...args)),
  keepAliveCurve: (...args) => guarded(() => core.keepAliveCurve(...args)),
  keepAliveWindowBatch: (offsets, gaps, weights, idle, cold, preWarm, _threads, out) =>
    guarded(() => core.keepAliveWindowBatch(offsets, gaps, weights, idle, cold, preWarm, out)),
  multipleChoiceCreate: (functions) => guarded(() => new WasmHandle(core.multipleChoiceCreate(functions))),
  multipleChoiceSet: (handle, first, offsets, cost, resource, maxCost, maxResource, _threads) =>
    guarded(() => core.multipleChoiceSet(fleet(handle), first, offsets, cost, resource, maxCost, maxResource)),
  multipleChoiceSolve: (handle, limit, out) => guarded(() => core.multipleChoiceSolve(fleet(handle), limit, out)),
  multipleChoiceChanged: (handle) => guarded(() => core.multipleChoiceChanged(fleet(handle))),
  multipleChoiceChoices: (handle) => guarded(() => core.multipleChoiceChoices(fleet(handle))),
  policyCreate: (spec) => guarded(() => new WasmHandle(core.policyCreate(spec))),
  policyArrival: (handle, atMs, busy) => guarded(() => core.policyArrival(policy(handle), atMs, busy)),
  policyRelease: (handle, atMs, out) => guarded(() => core.policyRelease(policy(handle), atMs, out)),
  policyTick: (handle, ...rest) => guarded(() => core.policyTick(policy(handle), ...rest)),
  policyGap: (handle, fromMs, untilMs) => guarded(() => core.policyGap(policy(handle), fromMs, untilMs)),
  policySeen: (handle) => guarded(() => core.policySeen(policy(handle))),
  policySave: (handle) => guarded(() => core.policySave(policy(handle))),
  policyLoad: (spec, state) => guarded(() => new WasmHandle(core.policyLoad(spec, state))),
  policyMerge: (handle, state) => guarded(() => core.policyMerge(policy(handle), state)),
  traceOfCounts: (...args) => guarded(() => new WasmHandle(core.traceOfCounts(...args))),
  traceOfCalls: (...args) => guarded(() => new WasmHandle(core.traceOfCalls(...args))),
  replay: (handle, policies, settings, from, to, _threads, out) =>
    guarded(() => core.replay(trace(handle), policies, settings, from, to, out)),
  memoryCapOpen: (handle, plans, settings) =>
    guarded(() => new WasmHandle(core.memoryCapOpen(trace(handle), plans, settings))),
  memoryCapAdvance: (handle, _threads) => guarded(() => core.memoryCapAdvance(memoryCap(handle))),
  memoryCapFinish: (handle, out) => guarded(() => core.memoryCapFinish(memoryCap(handle), out)),
  platformReplay: (handle, runs, seed, shares, durationMs, readyStepMs, _threads, out, outReadyMs) =>
    guarded(() => core.platformReplay(trace(handle), runs, seed, shares, durationMs, readyStepMs, out, outReadyMs)),
};
