/** A stored decision computed again, from the state before it and what was fed since. */
import type { FootprintPlace, TickReceipt } from 'isotherm/decide';
import { FunctionControl, receiptDifferences } from 'isotherm/evaluate';
import { IsothermError } from 'isotherm/kernels';
import type { Recomputation } from '../api/schemas.js';
import type { Store } from '../store/index.js';
import { boundsThen } from './conditions.js';
import { type FedAgain, feedAgain } from './feed-again.js';
import { loadFunction, ManagedFunction } from './managed-function.js';
import { stepFunctions } from './step-functions.js';
import type { TickTime } from './tick-time.js';

/**
 * Undefined where there is no such receipt. The backend is not compared: all of them give the same bits, which is what this shows.
 *
 * Errors: `UNKNOWN_RECEIPT` where what it followed from has expired; as of the store; `ABORTED`.
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
    const sentence = `the state before receipt ${id} is not kept any more; expected one of the days of which single calls are kept`;
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
  const differences = receiptDifferences(stored.body, receipt);
  return { id, same: differences.length === 0, checkpointTick: from, samples, differences };
}

/** The last state that is kept of before the tick; a function whose first tick it is begins anew, as it did then. */
async function stateBefore(
  store: Store,
  functionKey: string,
  tick: number,
  place: FootprintPlace,
): Promise<{ managed: ManagedFunction; from: number } | undefined> {
  const checkpoint = await store.checkpointAt(functionKey, tick - 1);
  if (checkpoint !== undefined) return { managed: loadFunction(checkpoint.state, place), from: checkpoint.tick };
  const after = await store.checkpointAt(functionKey, tick);
  if (after === undefined) return undefined;
  const { setting, firstSeenMs, control: later } = loadFunction(after.state, place);
  later.close();
  if (setting.firstTick !== tick - 1) return undefined;
  const control = new FunctionControl(setting);
  control.tick(tick - 1);
  return { managed: new ManagedFunction(control, place, firstSeenMs), from: tick - 1 };
}
