/** Where the loop goes on after a restart: saved states, and what was accepted since, computed again. */
import { IsothermError } from 'isotherm/kernels';
import type { DayTotals, Store, StoredSample } from '../store/index.js';
import { rememberedConditions } from './conditions.js';
import { LONGEST_COUNT_MS } from './feedable.js';
import { addTotals, NOTHING, withIdleMemory } from './figures.js';
import type { Fleet } from './fleet.js';
import type { Ingestion } from './ingestion.js';
import { beginAnew, type Carried, loadFunction, type ManagedFunction } from './managed-function.js';

/** Ticks of which gaps and samples are read at once. */
const TICKS_AT_ONCE = 120;

/** Of the samples that a tick is fed with, those that go on into later ones. */
const goesOn = (sample: StoredSample, endMs: number): boolean => sample.kind === 'count' && sample.toMs > endMs;

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
): Promise<Restored> {
  const restored: Restored = { anew: [], lost: [] };
  let from = lastTick;
  for await (const { functionKey, tick, state } of store.checkpoints()) {
    signal.throwIfAborted();
    try {
      fleet.functions.set(functionKey, loadFunction(state, fleet.place));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const days = await store.totals(functionKey);
      try {
        fleet.functions.set(functionKey, beginAnew(state, tick, fleet.place, carriedOf(days)));
        restored.anew.push(functionKey);
      } catch (again) {
        if (!(again instanceof IsothermError)) throw again;
        restored.lost.push(functionKey);
        continue;
      }
    }
    from = Math.min(from, tick);
  }
  await feedAgain(store, fleet, from, lastTick, signal);
  for (const managed of fleet.functions.values()) managed.lookUpTrust();
  for (const functionKey of restored.anew) await inherit(store, fleet.functions.get(functionKey)!);
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

/** Its last decision stands until there is another. */
async function inherit(store: Store, managed: ManagedFunction): Promise<void> {
  const { rows } = await store.receipts({ functionKey: managed.key, limit: 1 });
  const [last] = rows;
  if (last === undefined) return;
  const { desiredInstances: value } = last.decision as { desiredInstances: number };
  managed.inherited = { value, asOfMs: last.atMs };
}

/** The store's largest. */
const LAST_TICK = 2_147_483_647;

async function feedAgain(store: Store, fleet: Fleet, from: number, to: number, signal: AbortSignal): Promise<void> {
  if (from > to) return;
  const { time } = fleet;
  const remembered = await rememberedConditions(store, time.endOf(from), time.endOf(to));
  // Counts that began before the states were saved may go on after.
  const spillFrom = Math.max(1, from - Math.ceil(LONGEST_COUNT_MS / time.tickMs));
  for await (const sample of store.samples(spillFrom, from)) {
    const managed = fleet.functions.get(sample.functionKey);
    if (managed !== undefined && goesOn(sample, time.beginOf(managed.control.nextTick))) managed.spill(sample);
  }
  for (let begin = from + 1; begin <= to; begin += TICKS_AT_ONCE) {
    const end = Math.min(begin + TICKS_AT_ONCE - 1, to);
    const gaps = await store.gaps(begin, end);
    const samples = new Map<number, StoredSample[]>();
    for await (const sample of store.samples(begin, end)) {
      const group = samples.get(sample.tick);
      if (group === undefined) samples.set(sample.tick, [sample]);
      else group.push(sample);
    }
    for (let tick = begin; tick <= end; tick++) {
      signal.throwIfAborted();
      const own = gaps.filter((gap) => gap.tick === tick);
      const fed = samples.get(tick) ?? [];
      for (const sample of fed) {
        // A function that was saved later has been fed with this tick; what goes on after its state is not in there.
        const managed = fleet.functions.get(sample.functionKey);
        if (
          managed !== undefined &&
          managed.control.nextTick > tick &&
          goesOn(sample, time.beginOf(managed.control.nextTick))
        )
          managed.spill(sample);
      }
      const steps = fleet.step(tick, fed, own, remembered);
      while (!(await steps.next()).done);
    }
  }
}
