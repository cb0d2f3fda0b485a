/** Where the loop goes on after a restart: saved states, and what was accepted since, computed again. */
import { IsothermError } from 'isotherm/kernels';
import type { Store } from '../store/index.js';
import { feedAgain } from './feed-again.js';
import type { Fleet } from './fleet.js';
import type { Ingestion } from './ingestion.js';
import { loadFunction } from './managed-function.js';

/** The store's largest. */
const LAST_TICK = 2_147_483_647;

/**
 * Brings every function to the last committed tick, and gives the gate what was accepted for ticks to come. Functions that cannot be loaded (another version
 * saved them) begin anew with the samples that are kept; they are named in the answer.
 *
 * Errors: as of the store, `ABORTED`.
 */
export async function restore(
  store: Store,
  fleet: Fleet,
  ingestion: Ingestion,
  lastTick: number,
  signal: AbortSignal,
): Promise<string[]> {
  const unreadable: string[] = [];
  let from = lastTick;
  for await (const { functionKey, tick, state } of store.checkpoints()) {
    signal.throwIfAborted();
    try {
      fleet.functions.set(functionKey, loadFunction(state, fleet.place));
      from = Math.min(from, tick);
    } catch (error) {
      if (!(error instanceof IsothermError) || error.code !== 'BAD_STATE') throw error;
      unreadable.push(functionKey);
    }
  }
  const again = feedAgain(store, fleet, from, lastTick, signal);
  while (!(await again.next()).done);
  for (const managed of fleet.functions.values()) managed.lookUpTrust();
  for await (const sample of store.samples(lastTick + 1, LAST_TICK)) ingestion.keep(sample);
  return unreadable;
}
