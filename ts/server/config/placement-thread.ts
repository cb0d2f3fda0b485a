/** The files of a large fleet are read on a thread of their own: that takes a second, and nobody else shall wait for it. */
import { Worker } from 'node:worker_threads';
import { IsothermError } from 'isotherm/kernels';
import type { PlacementBytes, PlacementLists } from './placement-lists.js';

/** Errors: `INTERNAL` where the thread ends without an answer. */
export function readOnThread(files: PlacementBytes): Promise<PlacementLists> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./placement-worker.js', import.meta.url), { workerData: files });
    const fail = (message: string, cause?: unknown): void =>
      reject(new IsothermError('INTERNAL', message, cause === undefined ? {} : { cause }));
    thread.once('message', resolve);
    thread.once('error', (error) => fail((error as Error).message, error));
    // What it said before it ended was heard before.
    thread.once('exit', (code) => fail(`the thread that reads the files of the placement ended with ${code}`));
  });
}
