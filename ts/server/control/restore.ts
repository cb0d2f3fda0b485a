/** Where the loop goes on after a restart: saved states, and what was accepted since, computed again. */
import { IsothermError } from 'isotherm/kernels';
import type { DayTotals, Store } from '../store/index.js';
import { feedAgain } from './feed-again.js';
import { addTotals, NOTHING, withIdleMemory } from './figures.js';
import type { Fleet } from './fleet.js';
import { beginAnew, type Left, loadFunction } from './function-states.js';
import type { Ingestion } from './ingestion.js';
import type { About, Carried } from './managed-function.js';

/** The store's largest. */
const LAST_TICK = 2_147_483_647;

/** Functions whose state could not be loaded, by key. */
export interface Restored {
  /** They begin anew: what they have learnt is gone, their totals go on. */
  anew: string[];
  /** Not even their setting can be read: they begin with their next call. */
  lost: string[];
}

/**
 * Brings every function to the last committed tick, and gives the gate what was accepted for ticks to come. Functions that another version saved in a way that
 * cannot be loaded are named in the answer.
 *
 * Errors: as of the store, `ABORTED`.
 */
export async function restore(
  store: Store,
  fleet: Fleet,
  ingestion: Ingestion,
  lastTick: number,
  signal: AbortSignal,
  onProgress: (words: string) => void,
): Promise<Restored> {
  const restored: Restored = { anew: [], lost: [] };
  let from = lastTick;
  for await (const { functionKey, tick, state } of store.checkpoints()) {
    signal.throwIfAborted();
    try {
      fleet.functions.set(functionKey, loadFunction(state, fleet.place));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const totalsOf = carriedOf(await store.totals(functionKey));
      const left: Left = { tick, totalsOf, inherited: await lastDecision(store, functionKey) };
      try {
        fleet.functions.set(functionKey, beginAnew(state, fleet.place, left));
        restored.anew.push(functionKey);
      } catch (again) {
        if (!(again instanceof IsothermError)) throw again;
        fleet.left.set(functionKey, left);
        restored.lost.push(functionKey);
      }
    }
    from = Math.min(from, tick);
    onProgress(`loading what was learnt: ${fleet.functions.size} functions so far`);
  }
  for await (const { managed } of feedAgain(store, fleet, from, lastTick, signal)) {
    const done = managed.control.nextTick - 1 - from;
    onProgress(`computing again what came after the states were saved: ${done} of ${lastTick - from} ticks`);
  }
  for (const managed of fleet.functions.values()) managed.lookUpTrust();
  for await (const sample of store.samples(lastTick + 1, LAST_TICK)) ingestion.keep(sample);
  return restored;
}

const isUnreadable = (error: unknown): boolean => error instanceof IsothermError && error.code === 'BAD_STATE';

/** Totals are stored with the states: they are those of its tick. */
const carriedOf =
  (days: readonly DayTotals[]) =>
  ({ memoryMiB }: { memoryMiB: number }): Carried => {
    const sides: Carried = { ours: { ...NOTHING }, compared: { ...NOTHING } };
    for (const day of days) {
      addTotals(sides.ours, withIdleMemory(day.ours, memoryMiB));
      addTotals(sides.compared, withIdleMemory(day.compared, memoryMiB));
    }
    return sides;
  };

/** Of a function that begins anew. */
async function lastDecision(store: Store, functionKey: string): Promise<About['inherited']> {
  const { rows } = await store.receipts({ functionKey, limit: 1 });
  const [last] = rows;
  if (last === undefined) return null;
  const { desiredInstances: value } = last.decision as { desiredInstances: number };
  return { value, asOfMs: last.atMs };
}
