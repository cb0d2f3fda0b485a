/** The thread that reads the files of a placement. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PlacementBytes, readPlacementLists } from './placement-lists.js';

parentPort!.postMessage(readPlacementLists(workerData as PlacementBytes));
