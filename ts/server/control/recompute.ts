/** A stored decision computed again, from the state before it and what was fed since. */
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { FootprintPlace } from 'isotherm/decide';
import { FunctionControl } from 'isotherm/evaluate';
import { IsothermError } from 'isotherm/kernels';
import type { Recomputation } from '../api/schemas.js';
import type { Json, Store, StoredGap, StoredSample } from '../store/index.js';
import { rememberedConditions } from './conditions.js';
import { LONGEST_COUNT_MS } from './feedable.js';
import { loadFunction, ManagedFunction } from './managed-function.js';
import type { TickTime } from './tick-time.js';

/** How long it computes before others get their turn. */
const SLICE_MS = 5;

/** Places where two documents differ, as JSON pointers. */
function* differences(
  stored: unknown,
  recomputed: unknown,
  place = '',
): Generator<Recomputation['differences'][number]> {
  if (isDeepStrictEqual(stored, recomputed)) return;
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isTree(stored) || !isTree(recomputed) || Array.isArray(stored) !== Array.isArray(recomputed)) {
    yield { place: place === '' ? '/' : place, stored, recomputed };
    return;
  }
  for (const name of new Set([...Object.keys(stored), ...Object.keys(recomputed)])) {
    yield* differences(stored[name], recomputed[name], `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

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
  let since = performance.now();
  const samples = new Map<number, StoredSample[]>();
  const spillFrom = Math.max(1, from - Math.ceil(LONGEST_COUNT_MS / time.tickMs));
  for await (const sample of store.samples(spillFrom, tick, functionKey)) {
    if (sample.tick > from) samples.set(sample.tick, [...(samples.get(sample.tick) ?? []), sample]);
    else if (sample.kind === 'count' && sample.toMs > time.endOf(from)) managed.spill(sample);
  }
  const gaps = await store.gaps(from + 1, tick, functionKey);
  const remembered = await rememberedConditions(store, time.endOf(from), time.endOf(tick));
  let receipt: unknown = null;
  let fed = 0;
  for (let now = from + 1; now <= tick; now++) {
    signal.throwIfAborted();
    const own = samples.get(now) ?? [];
    fed += own.length;
    const gap = gaps.find((one) => isOver(one, time, now));
    const then = remembered(functionKey, now);
    const { result } = managed.step(now, own, time, {
      isMissing: gap !== undefined,
      reason: gap?.detail ?? '',
      limits: then?.limits ?? managed.limits,
      mayChange: then?.mayChange ?? true,
    });
    receipt = result.receipt;
    if (performance.now() - since <= SLICE_MS) continue;
    await turn();
    since = performance.now();
  }
  const recomputed = receipt === null ? null : (JSON.parse(JSON.stringify(receipt)) as Json);
  const found = [...differences(withoutBackend(stored.body), withoutBackend(recomputed))];
  return { id, same: found.length === 0, checkpointTick: from, samples: fed, differences: found };
}

/** The last state that is kept of before the tick; a function whose first tick it is begins anew, as it did then, and so does one that a restart had begin anew. */
async function stateBefore(
  store: Store,
  functionKey: string,
  tick: number,
  place: FootprintPlace,
): Promise<{ managed: ManagedFunction; from: number } | undefined> {
  const checkpoint = await store.checkpointAt(functionKey, tick - 1);
  const before = checkpoint && loadedOrNot(checkpoint.state, place);
  if (before !== undefined) return { managed: before, from: checkpoint!.tick };
  const later = await store.checkpointAt(functionKey, tick);
  const after = later && loadedOrNot(later.state, place);
  after?.control.close();
  const first = after?.setting.firstTick ?? Number.POSITIVE_INFINITY;
  if (first === tick - 1 || (first < tick && after!.carried !== null)) {
    const control = new FunctionControl(after!.setting);
    control.tick(first);
    return { managed: new ManagedFunction(control, place, after!.firstSeenMs), from: first };
  }
  return undefined;
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

const isOver = (gap: StoredGap, time: TickTime, tick: number): boolean =>
  gap.tick === tick && gap.toMs > time.beginOf(tick) && gap.fromMs < time.endOf(tick);

function withoutBackend(receipt: Json): Json {
  if (receipt === null || typeof receipt !== 'object' || Array.isArray(receipt)) return receipt;
  const { backend: _, ...rest } = receipt as { [name: string]: Json };
  return rest;
}
