/** Conditions of ticks that no sample or gap tells: stored as events, so that a tick can be computed again. */
import { IsothermError } from 'isotherm/kernels';
import type { Json, Store, StoredEvent } from '../store/index.js';
import type { RecordedConditions } from './managed-function.js';
import type { Bounds } from './step-functions.js';

/** Not told to anyone: only those who compute again ask for them. */
export const CONDITIONS = 'conditions';

const PAGE = 1000;

/** What the store remembers of a tick's conditions, where it is computed again. */
export type Remembered = (functionKey: string, tick: number) => RecordedConditions | undefined;

/** Limits and what is configured are remembered where they changed. */
export function boundsThen(remembered: Remembered, tick: number): Bounds {
  return {
    change: ({ key }) => {
      const { setting, place } = remembered(key, tick) ?? {};
      return setting || place ? { ...(setting && { setting }), ...(place && { place }) } : null;
    },
    limits: ({ key, limits }) => remembered(key, tick)?.limits ?? limits,
    mayChange: ({ key }) => remembered(key, tick)?.mayChange ?? true,
  };
}

export function conditionsEvent(
  tick: number,
  atMs: number,
  conditions: Readonly<Record<string, RecordedConditions>>,
): StoredEvent {
  const detail = { tick, conditions: conditions as unknown as Json };
  return { id: `${CONDITIONS}-${tick}`, atMs, kind: CONDITIONS, functionKey: null, detail };
}

/** The conditions of the ticks that ended in `[fromMs, toMs]`. Errors: as of the store. */
export async function rememberedConditions(store: Store, fromMs: number, toMs: number): Promise<Remembered> {
  const byTick = new Map<number, Record<string, RecordedConditions>>();
  let cursor: string | undefined;
  do {
    const page = await store.events({
      kind: CONDITIONS,
      fromMs,
      toMs: toMs + 1,
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    for (const { detail } of page.rows) {
      const { tick, conditions } = detail as unknown as {
        tick: number;
        conditions: Record<string, RecordedConditions>;
      };
      if (!Number.isSafeInteger(tick)) throw new IsothermError('BAD_STATE', 'stored conditions are of no tick');
      byTick.set(tick, conditions);
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return (functionKey, tick) => byTick.get(tick)?.[functionKey];
}
