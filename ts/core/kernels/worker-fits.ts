/** Jobs of a worker that fit something to series: keep-alive windows and ARIMA models. */
import type { ArimaArrays } from './arima.js';
import { type ArimaBatchArrays, batchRows } from './arima-batch.js';
import { type ArimaSearch, candidateNumbers, MOST_MODELS, searchModel } from './arima-search.js';
import { kernelsOf } from './backend.js';
import type { ArimaHandle, ArimaKernels, Backend } from './contract.js';
import { keepAliveRows } from './keepalive-batch.js';
import { type Post, progressOf, type WorkerJob } from './worker-jobs.js';

const FUNCTIONS_AT_ONCE = 4096;

export function keepAlive(backend: Backend, { arrays }: WorkerJob & { kind: 'keepAlive' }, post: Post): Float64Array {
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
export function keepAliveCurve(
  backend: Backend,
  job: WorkerJob & { kind: 'keepAliveCurve' },
  post: Post,
): Float64Array {
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

/** The saved model, then its residuals, of which there are `n`. */
function modelNumbers(inUse: ArimaKernels, handle: ArimaHandle, n: number): Float64Array {
  const saved = inUse.arimaSave(handle);
  const out = new Float64Array(saved.length + n);
  out.set(saved);
  out.set(inUse.arimaResiduals(handle), saved.length);
  return out;
}

/** Evaluations between two looks at the clock. */
const EVALUATIONS_AT_ONCE = 4;

/** A fit by its searches: the same steps as at once. */
export function arima(backend: Backend, { y, xreg, spec }: ArimaArrays, post: Post): Float64Array {
  const inUse = kernelsOf(backend);
  const steps = inUse.arimaOpen(y, xreg, spec);
  const total = inUse.arimaAdvance(steps, 0);
  const progress = progressOf(post, total);
  for (let left = total; left > 0; ) {
    left = inUse.arimaAdvance(steps, EVALUATIONS_AT_ONCE);
    progress.at(total - left);
  }
  const out = modelNumbers(inUse, inUse.arimaFinish(steps), y.length);
  progress.end();
  return out;
}

/** How many models were compared, each with its AICc, then the best as it was fitted. */
export function autoArima(backend: Backend, search: ArimaSearch, post: Post): Float64Array {
  const inUse = kernelsOf(backend);
  const { spec, candidates } = searchModel(inUse, search, (done) =>
    post({ kind: 'progress', done, total: MOST_MODELS }),
  );
  const head = candidateNumbers(candidates);
  const found = modelNumbers(inUse, inUse.arimaFit(search.y, search.xreg, spec), search.y.length);
  const out = new Float64Array(1 + head.length + found.length);
  out[0] = candidates.length;
  out.set(head, 1);
  out.set(found, 1 + head.length);
  return out;
}

/** Series that are fitted between two words on how far it is. */
const SERIES_AT_ONCE = 16;

export function arimaBatch(backend: Backend, arrays: ArimaBatchArrays, post: Post): Float64Array {
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
