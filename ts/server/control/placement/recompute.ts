/** A stored decision about placement made again, from what is kept of what it followed from. */
import type { PlacementReceipt } from 'isotherm/decide';
import { receiptDifferences } from 'isotherm/evaluate';
import { IsothermError, VERSION } from 'isotherm/kernels';
import type { Recomputation } from '../../api/schemas/receipts.js';
import type { Store } from '../../store/index.js';
import type { PlacementTask, Solver } from './solver.js';
import { receiptOf } from './view.js';

/** The work of a receipt; undefined where a part of it has expired. */
export async function taskOf(store: Store, receipt: PlacementReceipt): Promise<PlacementTask | undefined> {
  const { tick, atMs, setting, inputs } = receipt;
  const given = await store.placementPart(inputs.given);
  const seen = await store.placementPart(inputs.seen);
  const before = await store.placementPart(inputs.before);
  if (given === undefined || seen === undefined || before === undefined) return undefined;
  return { tick, atMs, setting, given, seen, before };
}

/**
 * Undefined where there is no such receipt. The backend is not compared: all of them give the same bits.
 *
 * Errors: `UNKNOWN_RECEIPT` where what it followed from has expired, or another version made it; as of the store; `ABORTED`.
 */
export async function recomputePlacement(
  store: Store,
  solver: Solver,
  id: string,
  signal: AbortSignal,
): Promise<Recomputation | undefined> {
  const stored = await store.placement(id);
  if (stored === undefined) return undefined;
  const before = receiptOf(stored);
  const task = before.version === VERSION ? await taskOf(store, before) : undefined;
  if (task === undefined) {
    const sentence = `what the placement ${id} followed from is not kept any more, or another version made it; expected one of the days of which single calls are kept`;
    throw new IsothermError('UNKNOWN_RECEIPT', sentence);
  }
  const { receipt } = await solver.solve(task, signal);
  const differences = receiptDifferences(stored.body, receipt);
  return { id, same: differences.length === 0, checkpointTick: null, samples: null, differences };
}
