/** Where the loop goes on after a restart: saved states, and what was accepted since, computed again. */
import type { TickReceipt } from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import { type Store, type StoredReceipt, TOTAL_NAMES } from '../store/index.js';
import { feedAgain } from './feed-again.js';
import { NOTHING, storedTotals } from './figures.js';
import type { Fleet } from './fleet.js';
import { beginAnew, isLeft, type Left, loadFunction } from './function-states.js';
import type { Ingestion } from './ingestion.js';
import type { About } from './managed-function.js';
import { storedReceipt } from './receipt-view.js';

/** The store's largest. */
const LAST_TICK = 2_147_483_647;

const NOTHING_STORED = storedTotals(NOTHING);

/** Functions whose state could not be loaded, by key. */
export interface Restored {
  /** They begin anew: what they have learnt is gone, their totals go on. */
  anew: string[];
  /** Not even their setting can be read: they begin with their next call. Those of which that was told before are not among them. */
  lost: string[];
  /** The decisions that stand of those that were fed again from their new beginnings: nobody has stored them. */
  receipts: StoredReceipt[];
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
  const restored: Restored = { anew: [], lost: [], receipts: [] };
  const standing = new Map<string, TickReceipt>();
  let from = lastTick;
  for await (const { functionKey, tick, state } of store.checkpoints()) {
    signal.throwIfAborted();
    if (isLeft(state)) fleet.left.set(functionKey, await leftOf(store, functionKey, { tick, until: lastTick }));
    else {
      try {
        fleet.functions.set(functionKey, loadFunction(state, fleet.place));
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        const left = await leftOf(store, functionKey, { tick, until: lastTick });
        try {
          fleet.functions.set(functionKey, beginAnew(state, fleet.place, left));
          restored.anew.push(functionKey);
        } catch (again) {
          if (!(again instanceof IsothermError)) throw again;
          fleet.left.set(functionKey, left);
          restored.lost.push(functionKey);
        }
      }
    }
    from = Math.min(from, tick);
    onProgress(`loading what was learnt: ${fleet.functions.size} functions so far`);
  }
  for await (const { managed, result } of feedAgain(store, fleet, from, lastTick, signal)) {
    const isOwn = managed.anothersUntil !== null && managed.control.nextTick <= managed.anothersUntil + 1;
    if (result.receipt !== null && isOwn) standing.set(managed.key, result.receipt);
    const done = managed.control.nextTick - 1 - from;
    onProgress(`computing again what came after the states were saved: ${done} of ${lastTick - from} ticks`);
  }
  for (const receipt of standing.values()) restored.receipts.push(storedReceipt(receipt, fleet.time));
  for (const managed of fleet.functions.values()) managed.lookUpTrust();
  for await (const sample of store.samples(lastTick + 1, LAST_TICK)) ingestion.keep(sample);
  return restored;
}

const isUnreadable = (error: unknown): boolean => error instanceof IsothermError && error.code === 'BAD_STATE';

/** Totals are stored with the states: they are those of its tick. */
async function leftOf(store: Store, functionKey: string, ticks: Pick<Left, 'tick' | 'until'>): Promise<Left> {
  const totals = { ours: { ...NOTHING_STORED }, compared: { ...NOTHING_STORED } };
  for (const day of await store.totals(functionKey)) {
    for (const side of ['ours', 'compared'] as const) {
      for (const name of TOTAL_NAMES) totals[side][name] += day[side][name];
    }
  }
  return { ...ticks, totals, inherited: await lastDecision(store, functionKey) };
}

/** The decision that stands, from its receipt. Errors: as of the store. */
export async function lastDecision(store: Store, functionKey: string): Promise<About['inherited']> {
  const { rows } = await store.receipts({ functionKey, limit: 1 });
  const [last] = rows;
  if (last === undefined) return null;
  const { desiredInstances: value } = last.decision as { desiredInstances: number };
  return { value, asOfMs: last.atMs };
}
