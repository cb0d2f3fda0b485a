/** Jobs of a worker that replay a trace. */
import { kernelsOf } from './backend.js';
import { type Backend, PLATFORM_COLUMNS, REPLAY_COLUMNS } from './contract.js';
import { runUnderMemoryCap } from './memory-cap.js';
import { openTrace } from './replay-source.js';
import { type Post, progressOf, type WorkerJob } from './worker-jobs.js';

export function replay(backend: Backend, job: WorkerJob & { kind: 'replay' }, post: Post): Float64Array {
  const kernels = kernelsOf(backend);
  const handle = openTrace(kernels, job.source);
  const functions = job.source.memoryMiB.length;
  let total = 0;
  for (const count of job.calls) total += count;
  let policies = 0;
  for (let at = 0; at < job.policies.length; at += 1 + job.policies[at]) policies++;
  const out = new Float64Array(policies * functions * REPLAY_COLUMNS);
  const row = new Float64Array(policies * REPLAY_COLUMNS);
  const progress = progressOf(post, total);
  let done = 0;
  for (let f = 0; f < functions; f++) {
    kernels.replay(handle, job.policies, job.settings, f, f + 1, 1, row);
    for (let p = 0; p < policies; p++) {
      out.set(row.subarray(p * REPLAY_COLUMNS, (p + 1) * REPLAY_COLUMNS), (p * functions + f) * REPLAY_COLUMNS);
    }
    done += job.calls[f];
    progress.at(done);
  }
  progress.end();
  return out;
}

export function memoryCap(backend: Backend, job: WorkerJob & { kind: 'memoryCap' }, post: Post): Float64Array {
  const { source, plans, settings, threads, total } = job;
  const progress = progressOf(post, total);
  const out = runUnderMemoryCap(kernelsOf(backend), source, plans, settings, threads, (done) => progress.at(done));
  progress.end();
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

export function platform(backend: Backend, job: WorkerJob & { kind: 'platform' }, post: Post): Float64Array {
  const { source, rows, seed, shares, durationMs, readyStepMs, sizes, calls } = job;
  const kernels = kernelsOf(backend);
  const handle = openTrace(kernels, source);
  const width = PLATFORM_COLUMNS.length;
  const steps = (sizes[1] / sizes[0]) * width;
  const out = new Float64Array(sizes[0] + sizes[1]);
  let total = 0;
  for (let at = 0; at < rows.length; at += 1 + rows[at]) total += calls[rows[at + 1]];
  const progress = progressOf(post, total);
  let done = 0;
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
    progress.at(done);
  }
  progress.end();
  return out;
}
