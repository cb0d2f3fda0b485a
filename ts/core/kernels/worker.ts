/** What a worker runs: one job on the backend it is told, piece by piece, saying how far it is. */
import { init } from './backend.js';
import type { Backend } from './contract.js';
import { fromBackend } from './error.js';
import { nodeBuiltin } from './node-builtins.js';
import { arima, arimaBatch, autoArima, keepAlive, keepAliveCurve } from './worker-fits.js';
import type { Post, WorkerJob } from './worker-jobs.js';
import { memoryCap, platform, replay } from './worker-replays.js';
import { advantage, assignment, multipleChoice } from './worker-solutions.js';

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
