/** A stored decision computed again, from the state before it and what was fed since. */
import type { FootprintPlace, TickReceipt } from 'isotherm/decide';
import { receiptDifferences } from 'isotherm/evaluate';
import { IsothermError } from 'isotherm/kernels';
import type { Recomputation } from '../api/schemas/receipts.js';
import type { Store } from '../store/index.js';
import { boundsThen } from './conditions.js';
import { type FedAgain, feedAgain } from './feed-again.js';
import { loadFunction } from './function-states.js';
import type { ManagedFunction } from './managed-function.js';
import { stepFunctions } from './step-functions.js';
import type { TickTime } from './tick-time.js';

/**
 * Undefined where there is no such receipt. The backend is not compared: all of them give the same bits, which is what this shows.
 *
 * Errors: `UNKNOWN_RECEIPT` where what it followed from has expired, or was saved by another version; as of the store; `ABORTED`.
 */
export async function recompute(
  store: Store,
  time: TickTime,
  place: FootprintPlace,
  id: string,
  signal: AbortSignal,
): Promise<Recomputation | undefined> {
  const stored = await store.receipt(id);
  if (stored === undefined) return undefined;
  const { functionKey, tick } = stored;
  const before = await stateBefore(store, functionKey, tick, place);
  if (before === undefined) {
    const sentence = `the state before receipt ${id} is not kept any more, or another version saved it; expected one of the days of which single calls are kept`;
    throw new IsothermError('UNKNOWN_RECEIPT', sentence);
  }
  const { managed, from } = before;
  using _closed = managed.control;
  const fed: FedAgain = {
    functions: new Map([[functionKey, managed]]),
    time,
    stepAgain: (past, remembered, turns) =>
      stepFunctions([managed], past, time, boundsThen(remembered, past.tick), turns),
  };
  let receipt: TickReceipt | null = null;
  let samples = 0;
  for await (const done of feedAgain(store, fed, from, tick, signal, functionKey)) {
    receipt = done.result.receipt;
    samples += done.samples;
  }
  // From before it began anew, in ticks that were fed again: another past than this one.
  const { inputsDigest, version } = stored.body as unknown as TickReceipt;
  const isOwn = receipt !== null && receipt.inputsDigest === inputsDigest && receipt.version === version;
  if (!isOwn && tick <= (managed.anothersUntil ?? 0)) {
    throw new IsothermError('UNKNOWN_RECEIPT', `another version decided receipt ${id}; expected that one to be asked`);
  }
  const differences = receiptDifferences(stored.body, receipt);
  return { id, same: differences.length === 0, checkpointTick: from, samples, differences };
}

/** The last state that is kept of before the tick; of a function whose first tick it is, how it began. */
async function stateBefore(
  store: Store,
  functionKey: string,
  tick: number,
  place: FootprintPlace,
): Promise<{ managed: ManagedFunction; from: number } | undefined> {
  const checkpoint = await store.checkpointAt(functionKey, tick - 1);
  const managed = checkpoint && loadedOrNot(checkpoint.state, place);
  return managed && { managed, from: checkpoint!.tick };
}

/** Undefined where another version saved it. */
function loadedOrNot(state: Uint8Array, place: FootprintPlace): ManagedFunction | undefined {
  try {
    return loadFunction(state, place);
  } catch (error) {
    if (error instanceof IsothermError && error.code === 'BAD_STATE') return undefined;
    throw error;
  }
}
