/** The thread of a decision about placement. */
import { parentPort, workerData } from 'node:worker_threads';
import { IsothermError } from 'isotherm/kernels';
import { type PlacementTask, solvePlacement } from './solver.js';
import type { ThreadMessage } from './solver-thread.js';

function done(task: PlacementTask): ThreadMessage {
  try {
    return { answer: solvePlacement(task) };
  } catch (thrown) {
    if (thrown instanceof IsothermError) return { code: thrown.code, message: thrown.message };
    return { code: 'INTERNAL', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

parentPort!.postMessage(done(workerData as PlacementTask));
