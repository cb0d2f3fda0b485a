/** What a worker runs: one job on the backend it is told, piece by piece, saying how far it is. */
import type { EstimatorInputs } from './advantage-async.js';
import { type Estimator, kernelFor, NONE32, NONE64 } from './advantage-rollout.js';
import type { ArimaArrays } from './arima.js';
import { type ArimaBatchArrays, batchRows } from './arima-batch.js';
import { type ArimaSearch, candidateNumbers, MOST_MODELS, searchModel } from './arima-search.js';
import { emptySolution } from './assignment-instance.js';
import { solvingOn } from './assignment-steps.js';
import { init, kernelsOf } from './backend.js';
import { type ArimaKernels, type Backend, PLATFORM_COLUMNS, REPLAY_COLUMNS } from './contract.js';
import { fromBackend } from './error.js';
import { type KeepAliveArrays, keepAliveRows } from './keepalive-batch.js';
import { runUnderMemoryCap } from './memory-cap.js';
import { SUMMARY, setChoices } from './multiple-choice.js';
import { nodeBuiltin } from './node-builtins.js';
import type { Instance } from './pure/assignment/instance.js';
import type { Choices } from './pure/multiple-choice/choices.js';
import { openTrace, type ReplaySource } from './replay-source.js';

export type WorkerJob =
  | {
      kind: 'replay';
      source: ReplaySource;
      policies: Float64Array;
      settings: Float64Array;
      calls: Float64Array;
    }
  | {
      kind: 'memoryCap';
      source: ReplaySource;
      plans: Float64Array;
      settings: Float64Array;
      threads: number;
      total: number;
    }
  | {
      kind: 'platform';
      source: ReplaySource;
      rows: Float64Array;
      seed: number;
      shares: Float64Array;
      durationMs: Float64Array;
      readyStepMs: number;
      sizes: [number, number];
      calls: Float64Array;
    }
  | { kind: 'keepAlive'; arrays: KeepAliveArrays }
  | { kind: 'keepAliveCurve'; gaps: Float64Array; weights: Float64Array; idleUsdPerMs: number; coldStartUsd: number }
  | { kind: 'arima'; arrays: ArimaArrays }
  | { kind: 'autoArima'; search: ArimaSearch }
  | { kind: 'arimaBatch'; arrays: ArimaBatchArrays }
  | { kind: 'assignment'; instance: Instance }
  | { kind: 'multipleChoice'; choices: Choices; limit: number }
  | {
      kind: 'advantage';
      estimator: Estimator;
      single: boolean;
      inputs: EstimatorInputs;
      cells: number;
      outputs: number;
    };

export type WorkerMessage =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'done'; out: Float64Array }
  | { kind: 'failed'; code: string; message: string };

type Post = (message: WorkerMessage) => void;

const PROGRESS_EVERY_MS = 50;

function replay(backend: Backend, job: WorkerJob & { kind: 'replay' }, post: Post): Float64Array {
  const kernels = kernelsOf(backend);
  const handle = openTrace(kernels, job.source);
  const functions = job.source.memoryMiB.length;
  let total = 0;
  for (const count of job.calls) total += count;
  let policies = 0;
  for (let at = 0; at < job.policies.length; at += 1 + job.policies[at]) policies++;
  const out = new Float64Array(policies * functions * REPLAY_COLUMNS);
  const row = new Float64Array(policies * REPLAY_COLUMNS);
  let done = 0;
  let told = performance.now();
  for (let f = 0; f < functions; f++) {
    kernels.replay(handle, job.policies, job.settings, f, f + 1, 1, row);
    for (let p = 0; p < policies; p++) {
      out.set(row.subarray(p * REPLAY_COLUMNS, (p + 1) * REPLAY_COLUMNS), (p * functions + f) * REPLAY_COLUMNS);
    }
    done += job.calls[f];
    if (performance.now() - told < PROGRESS_EVERY_MS) continue;
    told = performance.now();
    post({ kind: 'progress', done, total });
  }
  post({ kind: 'progress', done: total, total });
  return out;
}

function memoryCap(backend: Backend, job: WorkerJob & { kind: 'memoryCap' }, post: Post): Float64Array {
  const { source, plans, settings, threads, total } = job;
  let told = performance.now();
  const out = runUnderMemoryCap(kernelsOf(backend), source, plans, settings, threads, (done) => {
    if (performance.now() - told < PROGRESS_EVERY_MS) return;
    told = performance.now();
    post({ kind: 'progress', done, total });
  });
  post({ kind: 'progress', done: total, total });
  return out;
}

/** Where a row of runs of one function, `[length, function, ...]` each, ends. */
function endOfFunction(rows: Float64Array, from: number): { end: number; runs: number } {
  let end = from;
  let runs = 0;
  while (end < rows.length && rows[end + 1] === rows[from + 1]) {
    end += 1 + rows[end];
    runs++;
  }
  return { end, runs };
}

function platform(backend: Backend, job: WorkerJob & { kind: 'platform' }, post: Post): Float64Array {
  const { source, rows, seed, shares, durationMs, readyStepMs, sizes, calls } = job;
  const kernels = kernelsOf(backend);
  const handle = openTrace(kernels, source);
  const width = PLATFORM_COLUMNS.length;
  const steps = (sizes[1] / sizes[0]) * width;
  const out = new Float64Array(sizes[0] + sizes[1]);
  let total = 0;
  for (let at = 0; at < rows.length; at += 1 + rows[at]) total += calls[rows[at + 1]];
  let done = 0;
  let told = performance.now();
  let run = 0;
  for (let at = 0; at < rows.length; ) {
    const { end, runs } = endOfFunction(rows, at);
    const figures = out.subarray(run * width, (run + runs) * width);
    const ready = out.subarray(sizes[0] + run * steps, sizes[0] + (run + runs) * steps);
    const own = rows.subarray(at, end);
    kernels.platformReplay(handle, own, seed, shares, durationMs, readyStepMs, 1, figures, ready);
    done += calls[rows[at + 1]] * runs;
    run += runs;
    at = end;
    if (performance.now() - told < PROGRESS_EVERY_MS) continue;
    told = performance.now();
    post({ kind: 'progress', done, total });
  }
  post({ kind: 'progress', done: total, total });
  return out;
}

const FUNCTIONS_AT_ONCE = 4096;

function keepAlive(backend: Backend, { arrays }: WorkerJob & { kind: 'keepAlive' }, post: Post): Float64Array {
  const kernels = kernelsOf(backend);
  const total = arrays.offsets.length - 1;
  const out = new Float64Array(total * 3);
  for (let from = 0; from < total; from += FUNCTIONS_AT_ONCE) {
    const to = Math.min(from + FUNCTIONS_AT_ONCE, total);
    keepAliveRows(kernels, arrays, from, to, out.subarray(from * 3, to * 3));
    post({ kind: 'progress', done: to, total });
  }
  return out;
}

/** The windows and then their costs. */
function keepAliveCurve(backend: Backend, job: WorkerJob & { kind: 'keepAliveCurve' }, post: Post): Float64Array {
  const { gaps, weights, idleUsdPerMs, coldStartUsd } = job;
  const room = gaps.length + 1;
  const out = new Float64Array(2 * room);
  const costs = out.subarray(room);
  const points = kernelsOf(backend).keepAliveCurve(
    gaps,
    weights,
    idleUsdPerMs,
    coldStartUsd,
    out.subarray(0, room),
    costs,
  );
  out.copyWithin(points, room, room + points);
  post({ kind: 'progress', done: gaps.length, total: gaps.length });
  return out.slice(0, 2 * points);
}

/** The saved model, then its residuals. */
function fittedArima(inUse: ArimaKernels, { y, xreg, spec }: ArimaArrays): Float64Array {
  const handle = inUse.arimaFit(y, xreg, spec);
  const saved = inUse.arimaSave(handle);
  const out = new Float64Array(saved.length + y.length);
  out.set(saved);
  out.set(inUse.arimaResiduals(handle), saved.length);
  return out;
}

function arima(backend: Backend, arrays: ArimaArrays, post: Post): Float64Array {
  const out = fittedArima(kernelsOf(backend), arrays);
  post({ kind: 'progress', done: 1, total: 1 });
  return out;
}

/** How many models were compared, each with its AICc, then the best as it was fitted. */
function autoArima(backend: Backend, search: ArimaSearch, post: Post): Float64Array {
  const inUse = kernelsOf(backend);
  const { spec, candidates } = searchModel(inUse, search, (done) =>
    post({ kind: 'progress', done, total: MOST_MODELS }),
  );
  const head = candidateNumbers(candidates);
  const found = fittedArima(inUse, { y: search.y, xreg: search.xreg, spec });
  const out = new Float64Array(1 + head.length + found.length);
  out[0] = candidates.length;
  out.set(head, 1);
  out.set(found, 1 + head.length);
  return out;
}

/** Series that are fitted between two words on how far it is. */
const SERIES_AT_ONCE = 16;

function arimaBatch(backend: Backend, arrays: ArimaBatchArrays, post: Post): Float64Array {
  const total = arrays.offsets.length - 1;
  const parts: Float64Array[] = [];
  for (let from = 0; from < total; from += SERIES_AT_ONCE) {
    const to = Math.min(from + SERIES_AT_ONCE, total);
    parts.push(batchRows(kernelsOf(backend), arrays, from, to));
    post({ kind: 'progress', done: to, total });
  }
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Rows that are served between two looks at the clock. */
const ROWS_AT_ONCE = 16;

/** Whether there is a solution, then columns, rows and duals. */
function assignment(backend: Backend, { instance }: WorkerJob & { kind: 'assignment' }, post: Post): Float64Array {
  const { rows, cols } = instance;
  const inUse = kernelsOf(backend);
  const found = emptySolution(instance);
  const steps = solvingOn(inUse, instance, found, ROWS_AT_ONCE);
  let told = performance.now();
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    if (performance.now() - told < PROGRESS_EVERY_MS) continue;
    told = performance.now();
    post({ kind: 'progress', done: rows - step.value, total: rows });
  }
  post({ kind: 'progress', done: rows, total: rows });
  const out = new Float64Array(1 + 2 * (rows + cols));
  out[0] = Number(step.value);
  let at = 1;
  for (const part of [found.rowToCol, found.colToRow, found.rowDuals, found.colDuals]) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether the limit is met, the summary, and the choices. */
function multipleChoice(backend: Backend, job: WorkerJob & { kind: 'multipleChoice' }, post: Post): Float64Array {
  const { choices, limit } = job;
  const inUse = kernelsOf(backend);
  const total = choices.offsets.length - 1;
  const handle = inUse.multipleChoiceCreate(total);
  for (let from = 0; from < total; from += FUNCTIONS_AT_ONCE) {
    const to = Math.min(from + FUNCTIONS_AT_ONCE, total);
    setChoices(inUse, handle, from, part(choices, from, to));
    if (to < total) post({ kind: 'progress', done: to, total });
  }
  const out = new Float64Array(1 + SUMMARY + total);
  out[0] = Number(inUse.multipleChoiceSolve(handle, limit, out.subarray(1, 1 + SUMMARY)));
  out.set(inUse.multipleChoiceChoices(handle), 1 + SUMMARY);
  post({ kind: 'progress', done: total, total });
  return out;
}

/** What the kernel writes, one array behind the other. */
function advantage(backend: Backend, job: WorkerJob & { kind: 'advantage' }, post: Post): Float64Array {
  const { estimator, single, inputs, cells, outputs } = job;
  const made = Array.from({ length: outputs }, () => (single ? new Float32Array(cells) : new Float64Array(cells)));
  const kernel = kernelFor(kernelsOf(backend), estimator, single ? NONE32 : NONE64);
  (kernel as (...args: unknown[]) => void)(...inputs, ...made);
  post({ kind: 'progress', done: cells, total: cells });
  const out = new Float64Array(outputs * cells);
  for (const [i, one] of made.entries()) out.set(one, i * cells);
  return out;
}

/** The choices of functions `from..to`. */
function part({ offsets, cost, resource, maxCost, maxResource }: Choices, from: number, to: number): Choices {
  const first = offsets[from];
  const last = offsets[to];
  return {
    offsets: offsets.slice(from, to + 1).map((at) => at - first),
    cost: cost.subarray(first, last),
    resource: resource.subarray(first, last),
    maxCost: maxCost.subarray(from, to),
    maxResource: maxResource.subarray(from, to),
  };
}

/** What each kind of job is done by. */
function work(backend: Backend, job: WorkerJob, post: Post): Float64Array {
  switch (job.kind) {
    case 'replay':
      return replay(backend, job, post);
    case 'memoryCap':
      return memoryCap(backend, job, post);
    case 'platform':
      return platform(backend, job, post);
    case 'keepAlive':
      return keepAlive(backend, job, post);
    case 'keepAliveCurve':
      return keepAliveCurve(backend, job, post);
    case 'arima':
      return arima(backend, job.arrays, post);
    case 'autoArima':
      return autoArima(backend, job.search, post);
    case 'arimaBatch':
      return arimaBatch(backend, job.arrays, post);
    case 'assignment':
      return assignment(backend, job, post);
    case 'multipleChoice':
      return multipleChoice(backend, job, post);
    case 'advantage':
      return advantage(backend, job, post);
  }
}

async function run({ backend, job }: { backend: Backend; job: WorkerJob }, post: Post): Promise<void> {
  try {
    if (backend === 'wasm') await init();
    const out = work(backend, job, post);
    post({ kind: 'done', out });
  } catch (thrown) {
    const { code, message } = fromBackend(thrown);
    post({ kind: 'failed', code, message });
  }
}

const port = nodeBuiltin('node:worker_threads')?.parentPort;
if (port !== undefined && port !== null) {
  port.on('message', (message) => run(message, (answer) => port.postMessage(answer)));
} else {
  globalThis.onmessage = (event: MessageEvent) => run(event.data, (answer) => globalThis.postMessage(answer));
}
