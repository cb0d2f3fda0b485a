/** Functions stepped by one tick, under limits that the caller knows. */
import type { Limits } from 'isotherm/decide';
import type { StoredGap, StoredSample } from '../store/index.js';
import { inFeedOrder } from '../store/index.js';
import type { Turns } from '../turns.js';
import type { ConfiguredChange, ManagedFunction, Stepped } from './managed-function.js';
import type { TickPast } from './past.js';
import type { TickTime } from './tick-time.js';

/** What one function did in a tick. */
export interface FunctionTick extends Stepped {
  managed: ManagedFunction;
  /** Samples of this tick. */
  samples: number;
}

/** What binds functions in a tick. */
export interface Bounds {
  limits(managed: ManagedFunction): Limits;
  mayChange(managed: ManagedFunction): boolean;
  /** What is configured of it otherwise from this tick on. */
  change?(managed: ManagedFunction): ConfiguredChange | null;
  /** What is wanted of a function was changed; told before the next one is asked about. */
  changed?(managed: ManagedFunction): void;
}

/** Why nothing is known of a function in a tick: gaps that overlap it. */
class MissingData {
  #all: string | undefined;
  #own = new Map<string, string>();

  constructor(gaps: readonly StoredGap[], beginMs: number, endMs: number) {
    for (const { functionKey, fromMs, toMs, detail } of gaps) {
      if (toMs <= beginMs || fromMs >= endMs) continue;
      if (functionKey === null) this.#all = detail;
      else this.#own.set(functionKey, detail);
    }
  }

  reason(functionKey: string): string | undefined {
    return this.#own.get(functionKey) ?? this.#all;
  }
}

const NONE: readonly StoredSample[] = [];

/** Steps those whose next tick this is, in their order: O(functions + samples log samples). Others on the event loop get their turn every few ms. */
export async function* stepFunctions(
  functions: Iterable<ManagedFunction>,
  { tick, samples, gaps }: TickPast,
  time: TickTime,
  bounds: Bounds,
  turns: Turns,
): AsyncGenerator<FunctionTick> {
  const missing = new MissingData(gaps, time.beginOf(tick), time.endOf(tick));
  for (const managed of functions) {
    if (managed.control.nextTick !== tick) continue;
    // Sorted one by one, so that a tick of many calls keeps nobody waiting.
    const own = samples.get(managed.key)?.sort(inFeedOrder) ?? NONE;
    const reason = missing.reason(managed.key);
    const { result, recorded, tooOld } = managed.step(tick, own, time, {
      isMissing: reason !== undefined,
      reason: reason ?? '',
      limits: bounds.limits(managed),
      mayChange: bounds.mayChange(managed),
      change: bounds.change?.(managed) ?? null,
    });
    if (result.isChanged) bounds.changed?.(managed);
    yield { managed, result, recorded, tooOld, samples: own.length };
    if (turns.isOver) await turns.give();
  }
}
