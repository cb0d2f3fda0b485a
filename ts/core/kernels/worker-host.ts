/** Runs a kernel in a worker, so that the event loop stays free: of Node, or of the web. */
import type { AsyncOptions } from './async.js';
import { backendInfo } from './backend.js';
import { aborted, fromBackend } from './error.js';
import { nodeBuiltin } from './node-builtins.js';
import type { WorkerJob, WorkerMessage } from './worker-jobs.js';

interface Channel {
  post(message: unknown): void;
  terminate(): void;
}

function startWorker(onMessage: (message: WorkerMessage) => void, onError: (error: unknown) => void): Channel {
  const threads = nodeBuiltin('node:worker_threads');
  if (threads !== undefined) {
    const worker = new threads.Worker(new URL('./worker.js', import.meta.url));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('messageerror', onError);
    // What it said before it ended was heard before.
    worker.on('exit', (code) => onError(`the worker ended with ${code} and said nothing`));
    return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
  }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = (event: MessageEvent<WorkerMessage>) => onMessage(event.data);
  worker.onerror = (event) => onError(event.message);
  worker.onmessageerror = () => onError('a message of the worker could not be read');
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}

/** The job's output, on the backend in use; its arrays are copied to the worker. Errors: the kernel's, `ABORTED`. */
export function runInWorker(job: WorkerJob, { signal, onProgress }: AsyncOptions): Promise<Float64Array> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw aborted(signal);
    const finish = (settle: () => void): void => {
      signal?.removeEventListener('abort', abort);
      channel.terminate();
      settle();
    };
    const abort = (): void => finish(() => reject(aborted(signal!)));
    const channel = startWorker(
      (message) => {
        if (message.kind === 'progress') onProgress?.(message.done, message.total);
        else if (message.kind === 'done') finish(() => resolve(message.out));
        else finish(() => reject(fromBackend(new Error(`${message.code}: ${message.message}`))));
      },
      (error) => finish(() => reject(fromBackend(error))),
    );
    signal?.addEventListener('abort', abort);
    try {
      channel.post({ backend: backendInfo().backend, job });
    } catch (thrown) {
      finish(() => reject(fromBackend(thrown)));
    }
  });
}
