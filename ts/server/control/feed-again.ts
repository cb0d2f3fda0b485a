/** The stored past fed once more: to all functions after a restart, to one where its receipt is asked for again. */
import type { Store } from '../store/index.js';
import { Turns } from '../turns.js';
import { type Remembered, rememberedConditions } from './conditions.js';
import { LONGEST_COUNT_MS } from './feedable.js';
import type { ManagedFunction } from './managed-function.js';
import { pastTicks, type TickPast } from './past.js';
import type { FunctionTick } from './step-functions.js';
import type { TickTime } from './tick-time.js';

/** Who is fed; each function as it was after its last tick, with nothing that goes on from before. */
export interface FedAgain {
  functions: ReadonlyMap<string, ManagedFunction>;
  time: TickTime;
  stepAgain(past: TickPast, remembered: Remembered, turns: Turns): AsyncGenerator<FunctionTick>;
}

/**
 * Feeds the ticks after `from` up to `to` under the conditions of then; functions that have done some of them are passed over until their next one. Those of
 * one function where its key is given.
 *
 * Errors: as of the store; `ABORTED`.
 */
export async function* feedAgain(
  store: Store,
  fed: FedAgain,
  from: number,
  to: number,
  signal: AbortSignal,
  functionKey?: string,
): AsyncGenerator<FunctionTick> {
  const { functions, time } = fed;
  const remembered = await rememberedConditions(store, time.endOf(from), time.endOf(to));
  // Counts that began before the states were saved may go on after.
  const spillFrom = Math.max(1, from - Math.ceil(LONGEST_COUNT_MS / time.tickMs));
  for await (const sample of store.samples(spillFrom, from, functionKey)) {
    functions.get(sample.functionKey)?.spill(sample, time);
  }
  const turns = new Turns();
  for await (const past of pastTicks(store, from + 1, to, signal, functionKey)) {
    for (const [functionKey, own] of past.samples) {
      // A function that was saved later has been fed with this tick; what goes on after its state is not in there.
      const managed = functions.get(functionKey);
      if (managed !== undefined && managed.control.nextTick > past.tick)
        for (const sample of own) managed.spill(sample, time);
    }
    yield* fed.stepAgain(past, remembered, turns);
  }
}
