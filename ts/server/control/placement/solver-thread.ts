/** Decisions about placement on a thread of their own: they take seconds for a large fleet, and the tick waits for nobody. */
import { Worker } from 'node:worker_threads';
import { type ErrorCode, IsothermError } from 'isotherm/kernels';
import type { PlacementAnswer, PlacementTask, Solver } from './solver.js';

/** What a thread says: errors lose their class on the way. */
export type ThreadMessage = { answer: PlacementAnswer } | { code: ErrorCode; message: string };

/** A thread for each decision: it is gone when the decision is made or given up. */
export const threadSolver: Solver = {
  solve(task: PlacementTask, signal: AbortSignal): Promise<PlacementAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw stopped(signal);
      const thread = new Worker(new URL('./solver-worker.js', import.meta.url), { workerData: task });
      let isOver = false;
      const end = (settle: () => void): void => {
        if (isOver) return;
        isOver = true;
        signal.removeEventListener('abort', abort);
        void thread.terminate().then(settle);
      };
      const abort = (): void => end(() => reject(stopped(signal)));
      signal.addEventListener('abort', abort, { once: true });
      thread.once('message', (message: ThreadMessage) =>
        end(() => {
          if ('answer' in message) resolve(message.answer);
          else reject(new IsothermError(message.code, message.message));
        }),
      );
      thread.once('error', (error) =>
        end(() => reject(new IsothermError('INTERNAL', (error as Error).message, { cause: error }))),
      );
      // What it said before it ended was heard before.
      thread.once('exit', (code) =>
        end(() => reject(new IsothermError('INTERNAL', `the thread that places ended with ${code} and said nothing`))),
      );
    });
  },
};

const stopped = (signal: AbortSignal): IsothermError =>
  new IsothermError('ABORTED', 'placing was stopped', { cause: signal.reason });
