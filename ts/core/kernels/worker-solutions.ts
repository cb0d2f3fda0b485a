/** Jobs of a worker that solve or estimate: assignments, multiple choice, advantages. */
import { kernelFor, NONE32, NONE64 } from './advantage-rollout.js';
import { emptySolution } from './assignment-instance.js';
import { solvingOn } from './assignment-steps.js';
import { kernelsOf } from './backend.js';
import type { Backend } from './contract.js';
import { SUMMARY, setChoices } from './multiple-choice.js';
import type { Choices } from './pure/multiple-choice/choices.js';
import { type Post, progressOf, type WorkerJob } from './worker-jobs.js';

/** Rows that are served between two looks at the clock. */
const ROWS_AT_ONCE = 16;

/** Whether there is a solution, then columns, rows and duals. */
export function assignment(
  backend: Backend,
  { instance }: WorkerJob & { kind: 'assignment' },
  post: Post,
): Float64Array {
  const { rows, cols } = instance;
  const inUse = kernelsOf(backend);
  const found = emptySolution(instance);
  const steps = solvingOn(inUse, instance, found, ROWS_AT_ONCE);
  const progress = progressOf(post, rows);
  let step = steps.next();
  for (; !step.done; step = steps.next()) progress.at(rows - step.value);
  progress.end();
  const out = new Float64Array(1 + 2 * (rows + cols));
  out[0] = Number(step.value);
  let at = 1;
  for (const part of [found.rowToCol, found.colToRow, found.rowDuals, found.colDuals]) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Functions whose choices are handed over between two words on how far it is. */
const FUNCTIONS_AT_ONCE = 4096;

/** Whether the limit is met, the summary, and the choices. */
export function multipleChoice(
  backend: Backend,
  job: WorkerJob & { kind: 'multipleChoice' },
  post: Post,
): Float64Array {
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

/** What the kernel writes, one array behind the other. */
export function advantage(backend: Backend, job: WorkerJob & { kind: 'advantage' }, post: Post): Float64Array {
  const { estimator, single, inputs, cells, outputs } = job;
  const made = Array.from({ length: outputs }, () => (single ? new Float32Array(cells) : new Float64Array(cells)));
  const kernel = kernelFor(kernelsOf(backend), estimator, single ? NONE32 : NONE64);
  (kernel as (...args: unknown[]) => void)(...inputs, ...made);
  post({ kind: 'progress', done: cells, total: cells });
  const out = new Float64Array(outputs * cells);
  for (const [i, one] of made.entries()) out.set(one, i * cells);
  return out;
}
